"""考试: twenty questions, ten minutes by our own clock, or no clock at all."""

from __future__ import annotations

from datetime import datetime

from bot.message import Reply
from bot.routes import Route
from tests.chatting import Chat
from tests.handlers.playing import answer, attempts, forward, play, right_marks, round_of


def test_an_exam_has_twenty_questions_of_all_topics(chat: Chat) -> None:
    assert chat.says("考试").choices == ("计时", "不计时")
    chat.says("计时")
    assert "第1题，共20题" in chat.last.text and chat.last.progress == (1, 20)
    bank = chat.bot._questions
    kept = round_of(chat.person.drafts[-1], chat.bot)
    assert len({bank.by_id[one["id"]].topic for one in kept}) >= 15


def test_the_clock_is_ours_and_told_with_each_question(chat: Chat) -> None:
    chat.says("考试")
    forward(chat, minutes=5)  # choosing is not timed
    reply = chat.says("计时")
    assert datetime.fromisoformat(reply.until) == chat.bot.storage.clock().replace(minute=15)
    assert reply.tail == "09:15前答完。"
    assert answer(chat, right=True).until == reply.until


def test_sixteen_right_pass_and_the_exam_counts(chat: Chat) -> None:
    chat.says("考试")
    chat.says("计时")
    for n in range(20):
        answer(chat, n < 16, wait=10.0 + n)
    assert "答完了：20题对16题" in chat.last.text and "考试合格" in chat.last.text
    (row,) = attempts(chat)
    assert (row.kind, row.score, row.total, row.clocked) == ("exam", 16, 20, True)


def test_an_exam_against_the_clock_counts_and_one_without_does_not(chat: Chat) -> None:
    for how in ("计时", "不计时"):
        chat.says("考试")
        chat.says(how)
        for n in range(20):
            answer(chat, n < 15, wait=12.0 + n)
        assert "没有合格" in chat.last.text
    assert [(one.clocked, one.counts, one.flags) for one in attempts(chat)] == [
        (True, True, []),
        (False, False, []),
    ]


def test_without_a_clock_an_exam_may_take_days(chat: Chat) -> None:
    chat.says("考试")
    assert not chat.says("不计时").until
    forward(chat, days=3)
    play(chat, rights=20, total=20)
    assert "考试合格" in chat.last.text


def test_an_answer_after_the_end_is_not_counted_and_the_exam_ends(chat: Chat) -> None:
    chat.says("考试")
    chat.says("计时")
    for n in range(3):
        answer(chat, right=True, wait=30.0 + n)
    forward(chat, minutes=10)
    reply = chat.says(right_marks(chat))
    assert "时间到了，时间内答了3题。" in reply.text and "20题对3题" in reply.text
    assert not reply.asks and chat.person.drafts == []
    (row,) = attempts(chat)
    assert (row.score, row.total, len(row.answers)) == (3, 20, 3)


def test_an_answer_just_in_time_counts(chat: Chat) -> None:
    chat.says("考试")
    chat.says("计时")
    forward(chat, minutes=9, seconds=59)
    assert chat.says(right_marks(chat)).progress == (2, 20)
    forward(chat, seconds=2)
    assert "时间内答了1题" in chat.says("A").text


def test_a_page_that_looks_after_the_end_sees_the_end_and_writes_nothing(chat: Chat) -> None:
    chat.says("考试")
    chat.says("计时")
    answer(chat, right=True)
    forward(chat, minutes=11)
    assert "时间到了" in chat.page().text
    assert attempts(chat) == []
    assert "时间到了" in chat.says("再考一次").text
    assert len(attempts(chat)) == 1
    assert chat.says("再考一次").choices == ("计时", "不计时")


def test_the_choice_of_the_clock_cannot_be_taken_back(chat: Chat) -> None:
    chat.says("考试")
    until = chat.says("计时").until
    assert chat.says("上一步").until == until
    answer(chat, right=True)
    assert chat.says("上一步").until == until


def test_a_certificate_is_offered_once_there_is_one(chat: Chat) -> None:
    chat.bot.routes = tuple(route for route in chat.bot.routes if "证书" not in route.words)
    chat.says("考试")
    chat.says("不计时")
    assert "证书" not in play(chat, rights=20, total=20).choices
    route = Route("paper", lambda _ctx: Reply("证书"), ("证书",), "")
    chat.bot.routes = (*chat.bot.routes, route)
    chat.says("考试")
    chat.says("不计时")
    assert play(chat, rights=20, total=20).choices[0] == "证书"
    chat.says("考试")
    chat.says("不计时")
    assert "证书" not in play(chat, rights=3, total=20).choices
