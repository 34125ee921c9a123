from __future__ import annotations

import re

from store.stores import Storage
from tests.chatting import Chat, build_bot


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


def test_whose_they_are(chat: Chat, sqlite_storage: Storage) -> None:
    assert "本届通知附了标语，共28条" in chat.says("标语是谁的").text
    elsewhere = Chat(build_bot(sqlite_storage, "xuming-2020"))
    assert "本届通知没有附标语，这里用的是全国标语。" in elsewhere.says("标语是谁的").text


def test_a_number_in_words(chat: Chat) -> None:
    assert number(chat.says("第二十条标语").text) == 20
    assert number(chat.says("第五条").text) == 5
