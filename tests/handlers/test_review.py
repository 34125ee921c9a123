"""What waits for staff: how many rounds of a day count unseen, and what a person is told."""

from __future__ import annotations

from handlers.review import ASK
from handlers.rounds import KEPT_BACK
from rules.levels import LEVELS
from tests.chatting import CAMPAIGN, Chat
from tests.handlers.playing import answer, attempts, forward, play


def pass_all(chat: Chat) -> None:
    """All ten levels in a row, as one who knows it all."""
    for number, level in enumerate(LEVELS):
        chat.says("下一关" if number else "闯关")
        if not number:
            chat.says("1")
        play(chat, rights=level.count, total=level.count)


def test_all_ten_levels_may_be_passed_on_one_day(chat: Chat) -> None:
    pass_all(chat)
    assert KEPT_BACK not in chat.last.text and "十关到底了" in chat.last.text
    assert [(row.counts, row.flags) for row in attempts(chat)] == [(True, [])] * 10
    assert ASK not in chat.says("我的成绩").text


def test_levels_that_were_passed_before_are_among_the_ten(chat: Chat) -> None:
    for n in range(11):
        chat.says("闯关")
        chat.says("1")
        play(chat, rights=5)
        assert (KEPT_BACK in chat.last.text) == (n == 10)
    assert [row.flags for row in attempts(chat)] == [[]] * 10 + [["many"]]


def test_levels_that_were_not_passed_are_among_the_ten(chat: Chat) -> None:
    for n in range(10):
        chat.says("闯关")
        chat.says("1")
        play(chat, rights=1)
        assert (KEPT_BACK in chat.last.text) == (n == 9)


def test_ten_levels_leave_room_for_nine_rounds_of_that_day(chat: Chat) -> None:
    pass_all(chat)
    for n in range(10):
        chat.says("答题")
        play(chat, rights=1)
        assert (KEPT_BACK in chat.last.text) == (n == 9)
    forward(chat, days=1)
    chat.says("答题")
    assert KEPT_BACK not in play(chat, rights=1).text


def test_who_has_a_round_kept_back_is_told_how_to_ask_and_what_became_of_it(chat: Chat) -> None:
    chat.says("答题")
    for _ in range(5):
        answer(chat, right=True, wait=0.3)
    assert chat.last.text.endswith("这一轮先由工作人员看过再计入排行。想问一问，回复“人工”。")
    assert chat.says("我的成绩").text.endswith("有1轮等工作人员看过再计入。想问一问，回复“人工”。")
    assert chat.says("人工").text
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        (one,) = stores.flags.listed()
        stores.flags.refuse(one.id, who="office:li", reason="一个脚本", at=chat.bot.storage.clock())
    assert chat.says("我的成绩").text.endswith("有1轮工作人员看过，没有计入。想问一问，回复“人工”。")
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        (one,) = stores.flags.listed()
        stores.flags.clear(one.id, who="office:li", reason="问过本人", at=chat.bot.storage.clock())
    assert ASK not in chat.says("我的成绩").text
