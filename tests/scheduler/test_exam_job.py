"""An exam against the clock ends when its time does, whoever writes or doesn't, and is counted once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.bot import Bot
from bot.context import from_plain, to_plain
from bot.message import Message, Reply
from cli.closing import close_dialogue, leave_news
from rules.grading import MARKS
from scheduler.exam_job import close_exams, exam_job
from store.exam_ends import ExamEnds
from store.quiz_tables import Attempt, Wrong
from store.redis_link import Link
from store.stores import Storage
from store.turn import Turns
from tests.chatting import CAMPAIGN, build_bot
from tests.conftest import SetClock
from tests.handlers.playing import round_of
from web.conversation import Conversation

USER = "oExam00000000000000000000001"


@dataclass
class Room:
    """Somebody in WeChat, and the scheduler beside."""

    bot: Bot
    turns: Turns
    ends: ExamEnds
    clock: SetClock
    count: int = 0

    def says(self, text: str, account: str = "gh_account", asks: str = "") -> Reply:
        self.count += 1
        message = Message(USER, "text", f"push-{self.count}", text, asks=asks, account=account)
        return Conversation(self.bot, self.turns).say(message)

    def begins(self, answers: int, right: bool = True) -> None:
        """Begin an exam against the clock and answer some of it."""
        self.says("考试")
        self.says("计时")
        for n in range(answers):
            self.clock.forward(seconds=11 + n % 5)
            self.says(self.mark(right))

    def mark(self, right: bool = True) -> str:
        draft = from_plain(self.turns.look(USER)[0]).open
        assert draft is not None
        question = next(one for one in round_of(draft, self.bot) if one["id"] == draft.open)
        if right:
            return str(question["answer"])
        return next(mark for mark in MARKS if mark not in question["answer"])

    def beat(self) -> int:
        return close_exams(self.ends, partial(close_dialogue, self.bot, self.turns), self.clock())

    def attempts(self) -> list[Attempt]:
        with self.bot.storage.transaction(CAMPAIGN) as stores:
            return list(stores.session.scalars(select(Attempt)))


@pytest.fixture
def room(sqlite_storage: Storage, link: Link, clock: SetClock) -> Room:
    storage = replace(sqlite_storage, link=link)
    turns = Turns(link, storage.sealing, CAMPAIGN)
    return Room(build_bot(storage), turns, ExamEnds(storage, CAMPAIGN), clock)


def test_an_exam_of_somebody_who_is_gone_is_closed_and_counted_once(room: Room) -> None:
    room.begins(3)
    room.says(room.mark(right=False))
    began = room.clock()
    room.clock.forward(minutes=9)
    assert room.beat() == 0
    room.clock.forward(minutes=3)
    assert (room.beat(), room.beat()) == (1, 0)
    (row,) = room.attempts()
    assert (row.score, row.total, len(row.answers), row.counts) == (3, 20, 4, True)
    ended = row.ended_at.replace(tzinfo=row.ended_at.tzinfo or UTC)
    assert began < ended < began + timedelta(minutes=10), "it ended when its time did, not when it was closed"
    with room.bot.storage.transaction(CAMPAIGN) as stores:
        assert len(stores.session.scalars(select(Wrong)).all()) == 1
    assert room.turns._link.call("KEYS", "exam-ends:*") == []


def test_the_next_message_tells_the_result_once_above_its_own_answer(room: Room) -> None:
    room.begins(3)
    room.clock.forward(minutes=11)
    room.beat()
    reply = room.says("口号")
    assert reply.text.startswith("考试时间到了，时间内答了3题。\n答完了：20题对3题。")
    assert "考试" not in room.says("口号").text
    assert len(room.attempts()) == 1


@pytest.mark.parametrize("said", ["B", "2", "AC", "第二个", "继续"])
def test_a_late_answer_is_shown_the_result_and_chooses_nothing_of_it(room: Room, said: str) -> None:
    room.begins(1)
    room.clock.forward(minutes=11)
    room.beat()
    reply = room.says(said)
    assert "考试时间到了，时间内答了1题。" in reply.text
    assert from_plain(room.turns.look(USER)[0]).drafts == []
    assert "考试时间到了" not in room.says("口号").text


def test_an_answer_of_several_that_comes_too_late_is_shown_the_result(room: Room) -> None:
    room.begins(1)
    option = from_plain(room.turns.look(USER)[0]).shown.choices[0]
    room.clock.forward(minutes=11)
    room.beat()
    assert "再考一次" in room.says(option).choices


def test_a_late_answer_loses_no_other_news(room: Room) -> None:
    room.begins(1)
    room.clock.forward(minutes=11)
    room.beat()
    leave_news(room.turns, USER, "别的事。")
    reply = room.says("B")
    assert reply.text.startswith("别的事。\n\n考试时间到了，时间内答了1题。")
    assert "别的事" not in room.says("口号").text


def test_the_page_shows_the_result_by_itself_and_says_it_no_second_time(room: Room) -> None:
    room.begins(2)
    open_key = from_plain(room.turns.look(USER)[0]).shown.asks
    room.clock.forward(minutes=11)
    room.beat()
    seen = Conversation(room.bot, room.turns).look(USER)
    assert "时间内答了2题" in seen.text and "再考一次" in seen.choices
    assert room.says("A", account="", asks=open_key) == seen  # a page that was not looked at anew
    assert "时间到了" not in room.says("再考一次", account="").text


def test_what_closed_beside_a_report_waits_until_the_report_is_over(room: Room) -> None:
    room.begins(2)
    room.says("举报")
    room.clock.forward(minutes=11)
    assert room.beat() == 1
    asked = room.says("没有")
    assert asked.asks and "考试时间到了" not in asked.text
    assert room.says("取消").text.startswith("考试时间到了，时间内答了2题。")


def test_a_cry_for_help_is_answered_by_the_card_alone(room: Room) -> None:
    room.begins(2)
    room.clock.forward(minutes=11)
    room.beat()
    reply = room.says("着火了快救命")
    assert "119" in reply.text and "考试时间到了" not in reply.text


def test_whose_message_is_being_answered_is_closed_by_the_next_beat(room: Room) -> None:
    room.begins(2)
    room.clock.forward(minutes=11)
    working, go_on = threading.Event(), threading.Event()

    def slowly(record: dict[str, object], _offset: float) -> tuple[dict[str, object], dict[str, object], str]:
        working.set()
        assert go_on.wait(5)
        return record, {}, ""

    with ThreadPoolExecutor() as pool:
        turn = pool.submit(room.turns.once, "push-slow", USER, "text", slowly)
        assert working.wait(5)
        assert room.beat() == 0
        go_on.set()
        turn.result()
    room.turns.look(USER)
    assert room.beat() == 1
    assert len(room.attempts()) == 1


def test_the_job_and_a_message_at_the_same_moment_count_it_once(room: Room) -> None:
    room.begins(2)
    room.clock.forward(minutes=11)
    with ThreadPoolExecutor(2) as pool:
        said, _ = pool.submit(room.says, "A"), pool.submit(room.beat)
        assert "时间内答了2题" in said.result().text
    room.beat()
    assert len(room.attempts()) == 1
    assert room.ends.due(room.clock(), 10) == []


def test_a_closing_that_died_after_the_commit_is_done_again_and_counts_once(room: Room) -> None:
    room.begins(2)
    room.clock.forward(minutes=11)
    record, _ = room.turns.look(USER)
    room.beat()
    room.turns.forget(USER, lambda _: record)  # as if the record had not been written
    draft = from_plain(record).drafts[0].id
    room.ends.add(USER, draft, room.clock() - timedelta(minutes=1))
    assert room.beat() == 1
    assert len(room.attempts()) == 1


def test_one_that_was_ended_or_given_up_by_its_person_is_let_go(room: Room) -> None:
    room.begins(2)
    room.says("取消")
    (given_up,) = room.attempts()
    room.clock.forward(minutes=11)
    assert room.beat() == 1
    assert [one.id for one in room.attempts()] == [given_up.id]
    assert len(given_up.answers) == 2
    assert "考试时间到了" not in room.says("口号").text


def test_one_that_fails_holds_up_no_other_and_is_tried_again(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    at = room.clock()
    room.ends.add("oFails", "d1", at - timedelta(minutes=2))
    room.ends.add("oWorks", "d2", at - timedelta(minutes=1))
    seen: list[str] = []

    def close(user: str, _draft: str) -> bool:
        seen.append(user)
        if user == "oFails":
            raise ValueError(user)
        return True

    job = exam_job(room.ends, close, room.clock)
    assert (job.work(), job.work()) == (1, 0)
    assert seen == ["oFails", "oWorks"]
    assert "oFails" not in caplog.text and "ValueError" in caplog.text
    room.clock.forward(minutes=6)
    job.work()
    assert seen[2:] == ["oFails"]


def test_redis_holds_nobody_s_name_in_the_list_of_ends(room: Room, link: Link) -> None:
    room.begins(0)
    kept = link.call("HGETALL", f"exam-ends:{CAMPAIGN}:whose")
    assert len(kept) == 1
    assert USER.encode() not in b"".join([*kept, *kept.values()])


def test_an_exam_begins_also_where_its_end_cannot_be_noted(room: Room) -> None:
    away = replace(room.bot.storage, link=Link("unix:///nowhere/redis.sock"))
    room.bot._storage = away
    room.says("考试")
    assert room.says("计时").progress == (1, 20)


def test_news_have_room_or_wait_and_are_left_for_nobody_unknown(room: Room) -> None:
    assert leave_news(room.turns, "oNobody", "x")
    assert room.turns.look("oNobody")[0] == {}
    room.says("你好")
    assert leave_news(room.turns, USER, "长" * 700)
    assert "长长" not in room.says("口号").text
    for n in range(4):
        leave_news(room.turns, USER, f"第{n}件")
    assert room.says("口号").text.startswith("第1件\n\n第2件\n\n第3件\n\n")


def test_an_unclocked_exam_never_ends_by_itself(room: Room) -> None:
    room.says("考试")
    room.says("不计时")
    room.clock.forward(days=2)
    assert room.beat() == 0
    assert to_plain(from_plain(room.turns.look(USER)[0]))["drafts"]
