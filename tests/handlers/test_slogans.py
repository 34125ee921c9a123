from __future__ import annotations

import re

from tests.chatting import Chat


def number(text: str) -> int:
    found = re.match(r"第(\d+)条", text)
    assert found
    return int(found.group(1))


def test_none_comes_twice_until_all_were_seen(chat: Chat) -> None:
    seen = [number(chat.says("下一条").text) for _ in range(28)]
    assert sorted(seen) == list(range(1, 29))
    assert number(chat.says("下一条").text) != seen[-1]


def test_a_slogan_by_its_number(chat: Chat) -> None:
    reply = chat.says("第17条标语")
    assert reply.text.startswith("第17条\n多看一眼\n安全保险\n多防一步\n少出事故")


def test_after_a_slogan_a_bare_number_or_word_is_enough(chat: Chat) -> None:
    chat.says("标语")
    assert number(chat.says("5").text) == 5
    assert "防疫" in chat.says("防疫").text


def test_a_slogan_on_a_word(chat: Chat) -> None:
    assert "复工复产" in chat.says("关于复工复产的标语").text


def test_a_number_beyond_the_list_is_told(chat: Chat) -> None:
    assert "一共28条" in chat.says("第99条标语").text


def test_a_word_in_no_slogan_is_told(chat: Chat) -> None:
    assert "没有找到" in chat.says("关于无人机的标语").text
