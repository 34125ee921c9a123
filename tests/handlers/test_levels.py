"""闯关: ten levels, each opened by the one before."""

from __future__ import annotations

import pytest

from rules.levels import LEVELS
from tests.chatting import Chat
from tests.handlers.playing import attempts, play, round_of


def topics_of(chat: Chat) -> set[str]:
    bank = chat.bot._questions
    return {bank.by_id[one["id"]].topic for one in round_of(chat.person.drafts[-1], chat.bot)}


def test_at_first_only_the_first_level_is_open_and_the_others_are_named(chat: Chat) -> None:
    reply = chat.says("闯关")
    assert reply.choices == ("居家，还没过",)
    assert "还没开：校园、乡村、社区、企业、消防、交通、危化品、法律、总决赛。" in reply.tail
    assert "共十关，每关5题，对3题过关；总决赛10题，对7题过关。" in reply.text


@pytest.mark.parametrize(("rights", "told"), [(3, "一星"), (4, "两星"), (5, "三星")])
def test_a_passed_level_has_stars_and_opens_the_next(chat: Chat, rights: int, told: str) -> None:
    chat.says("闯关")
    assert "第1关“居家”，5题，对3题过关" in chat.says("1").text
    assert topics_of(chat) <= set(LEVELS[0].topics)
    reply = play(chat, rights)
    assert f"第1关“居家”过了，{told}。下一关：校园。" in reply.text
    assert chat.says("闯关").choices == (f"居家，{told}", "校园，还没过")


def test_a_level_that_is_not_passed_opens_nothing_and_may_be_tried_again(chat: Chat) -> None:
    chat.says("闯关")
    chat.says("居家")
    first = {one["id"] for one in round_of(chat.person.drafts[-1], chat.bot)}
    reply = play(chat, rights=2)
    assert "还差1题" in reply.text
    again = chat.says("再闯一次")
    assert "第1关“居家”" in again.text
    assert not first & {one["id"] for one in round_of(chat.person.drafts[-1], chat.bot)}
    chat.says("取消")
    assert len(chat.says("闯关").choices) == 1
    assert [(one.kind, one.stage, one.stars, one.score) for one in attempts(chat)] == [
        ("level", "home", 0, 2)
    ]


def test_the_next_level_begins_at_once_on_a_word(chat: Chat) -> None:
    chat.says("闯关")
    chat.says("第1关")
    play(chat, rights=5)
    assert "第2关“校园”" in chat.says("下一关").text
    assert topics_of(chat) == {"school"}


@pytest.mark.parametrize("said", ["第3关", "3", "乡村"])
def test_a_level_that_is_not_open_is_not_entered(chat: Chat, said: str) -> None:
    question = chat.says("闯关")
    reply = chat.says(said)
    assert reply.asks == question.asks and "“乡村”还没开" in reply.text


def test_all_ten_levels_can_be_passed_and_the_best_stars_count(chat: Chat) -> None:
    for number, level in enumerate(LEVELS, start=1):
        chat.bot.storage.clock.forward(days=1)  # type: ignore[attr-defined]
        assert f"第{number}关" in chat.says("下一关").text
        play(chat, rights=level.passes, total=level.count)
        assert "一星" in chat.last.text
    assert "十关到底了" in chat.last.text
    assert len(chat.says("闯关").choices) == 10
    assert "第10关“总决赛”，10题" in chat.says("10").text
    play(chat, rights=10, total=10)
    chat.says("闯关")
    assert chat.last.choices[-1] == "总决赛，三星"
    chat.says("取消")
    chat.says("闯关")
    chat.says("十")
    play(chat, rights=0, total=10)
    assert "闯关：十关过了10关，共12颗星。" in chat.says("我的成绩").text


def test_an_attempt_is_flagged_and_still_opens_the_next_level(chat: Chat) -> None:
    chat.says("闯关")
    chat.says("1")
    for _ in range(5):
        play(chat, rights=1, total=1, wait=0.1)
    assert not attempts(chat)[0].counts
    assert "第2关" in chat.says("下一关").text


def test_after_a_level_that_was_played_again_comes_the_one_that_was_named(chat: Chat) -> None:
    chat.says("闯关")
    chat.says("第1关")
    play(chat, rights=5)
    for _ in range(2):
        chat.says("下一关")
        play(chat, rights=5)
    chat.says("闯关")
    chat.says("第1关")
    assert "下一关：校园" in play(chat, rights=5).text
    assert "第2关“校园”" in chat.says("下一关").text


def test_the_next_level_is_one_that_is_open(chat: Chat) -> None:
    chat.says("闯关")
    chat.says("第1关")
    play(chat, rights=2)
    assert "第1关“居家”" in chat.says("下一关").text
