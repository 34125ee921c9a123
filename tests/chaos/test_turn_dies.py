"""A worker that dies at a named point of a turn: the report is filed once, and the repeated push is answered."""

from __future__ import annotations

import multiprocessing
import os
import re
from dataclasses import dataclass

import pytest

import handlers
from bot.bot import Bot
from bot.context import Person
from bot.message import Message, Reply
from content.loader import load, load_questions
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.stores import Storage
from store.tables import Report
from store.turn import Turns
from tests.chatting import CAMPAIGN, RESIDENT
from web.conversation import BUSY, Conversation

CODE = re.compile(r"查询码：([A-Z0-9-]{19})")
WORDS = (
    "举报",
    "没有",
    "临港路8号3号库",
    "不知道",
    "仓库里设了员工宿舍",
    "今天",
    "还在",
    "1",
    "跳过",
    "不留",
)
DIED = 9


class DyingBot(Bot):
    """A bot whose process ends before or after the answer is worked out and committed."""

    dies = ""

    def answer(self, message: Message, person: Person) -> Reply:
        if self.dies == "begun":
            os._exit(DIED)
        reply = super().answer(message, person)
        if self.dies == "committed":
            os._exit(DIED)
        return reply


@dataclass
class Worker:
    """Everything of a worker but the server; each talk has connections of its own."""

    storage: Storage
    redis: EmbeddedRedis

    def talk(self, dies: str = "") -> Conversation:
        bot = DyingBot(
            load(CAMPAIGN),
            load_questions(),
            handlers.ROUTES,
            self.storage,
            self.storage.clock,
            handlers.EVENTS,
        )
        bot.dies = dies
        return Conversation(bot, Turns(Link(self.redis.url), self.storage.sealing, CAMPAIGN))

    def dies_on(self, message: Message, dies: str) -> None:
        """Let a process of its own answer a message and die at that point."""

        def work() -> None:
            self.storage.case.engine.dispose(close=False)  # those connections are the parent's
            self.storage.identity.engine.dispose(close=False)
            self.talk(dies).say(message)
            os._exit(DIED)  # after the end, before the answer is sent

        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join(30)
        assert process.exitcode == DIED

    def reports(self) -> int:
        with self.storage.transaction(CAMPAIGN) as stores:
            return int(stores.session.query(Report).count())


@pytest.fixture
def worker(storage: Storage, redis_server: EmbeddedRedis, link: Link) -> Worker:
    return Worker(storage, redis_server)


def said(text: str, number: int) -> Message:
    return Message(RESIDENT, "text", f"push-{number}", text)


def up_to_the_last_question(worker: Worker) -> Conversation:
    talk = worker.talk()
    for number, words in enumerate(WORDS):
        reply = talk.say(said(words, number))
    assert "请看一遍" in reply.text
    return talk


def seconds_go_by(link: Link) -> None:
    """What a dead worker held runs out."""
    for key in (*link.call("KEYS", "push:*"), *link.call("KEYS", "lock:*")):
        if not (link.call("GET", key) or b"").startswith(b"R"):
            link.call("DEL", key)


@pytest.mark.parametrize("dies", ["begun", "committed"])
def test_dying_before_the_end_of_a_turn_gives_the_repeat_a_fresh_answer(
    worker: Worker, link: Link, dies: str
) -> None:
    talk, submit = up_to_the_last_question(worker), said("提交", 99)
    worker.dies_on(submit, dies)
    assert worker.reports() == (dies == "committed")
    seconds_go_by(link)
    reply = talk.say(submit)
    assert CODE.search(reply.text)
    assert worker.reports() == 1
    assert talk.say(submit) == reply


def test_dying_after_the_end_of_a_turn_gives_the_repeat_the_answer_that_was_worked_out(
    worker: Worker, link: Link
) -> None:
    talk, submit = up_to_the_last_question(worker), said("提交", 99)
    worker.dies_on(submit, "")
    reply = talk.say(submit)  # at once: nobody holds the push any more
    assert CODE.search(reply.text)
    assert worker.reports() == 1
    assert "已收到您反映的情况" in talk.say(said(CODE.search(reply.text).group(1), 100)).text  # type: ignore[union-attr]


@pytest.mark.parametrize("dies", ["begun", "committed", ""])
def test_whoever_says_it_again_after_a_death_is_answered_and_has_one_report(
    worker: Worker, link: Link, dies: str
) -> None:
    talk = up_to_the_last_question(worker)
    worker.dies_on(said("提交", 99), dies)
    seconds_go_by(link)
    reply = talk.say(said("提交", 100))
    assert reply.text and reply.text != BUSY
    assert worker.reports() == 1


def test_redis_emptied_in_mid_round_ends_kindly(worker: Worker, link: Link) -> None:
    talk = worker.talk()
    assert "第1题" in talk.say(said("答题", 1)).text
    link.call("FLUSHALL")
    reply = talk.say(said("A", 2))
    assert reply.text and reply.text != BUSY
    assert "没有没写完的内容" in talk.say(said("继续", 3)).text
    assert "第1题" in talk.say(said("答题", 4)).text
