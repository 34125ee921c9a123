"""Pushes that are broken, forged or meant for somebody else: no traceback, no 5xx, no word to anyone but the sender."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.context import Person
from bot.message import Message, Reply
from chaos.attacks import VICTIM, Forger, fault_of, fire, salvo, shots, volley
from chaos.target import webhook
from store.redis_link import Link
from store.stores import Storage
from web.conversation import BUSY
from web.front import MOST_TOGETHER
from web.webhook import Webhook

COUNT = 2_000
CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture
def forger() -> Forger:
    return Forger(seed=20260601)


@pytest.fixture
def target(sqlite_storage: Storage, link: Link, forger: Forger) -> Webhook:
    return webhook(forger, sqlite_storage, link)


def test_thousands_of_broken_pushes(
    target: Webhook, forger: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    kinds: Counter[str] = Counter()
    for attack, fault in salvo(target, forger, forger.attacks(COUNT)):
        assert fault == "", attack.name
        kinds[attack.name] += 1
    assert min(kinds.values()) >= COUNT // len(kinds)
    assert not [record for record in caplog.records if record.exc_info]
    for told in (VICTIM, "oSender", forger.token, forger.key):
        assert told not in caplog.text


class Raising(Bot):
    """Breaks on whatever is said."""

    def answer(self, message: Message, person: Person) -> Reply:
        raise RuntimeError("broken on purpose")


class Sorry(Bot):
    """Apologises, and says nothing of why in the log."""

    def answer(self, message: Message, person: Person) -> Reply:
        return Reply(BUSY)


class Complaining(Bot):
    """Answers rightly, and tells the log of an exception."""

    def answer(self, message: Message, person: Person) -> Reply:
        try:
            raise RuntimeError("broken on purpose")
        except RuntimeError:
            logging.getLogger("bot").exception("a fault that nobody sees")
        return super().answer(message, person)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (Raising, "an apology"),
        (Sorry, "an apology"),
        (Complaining, "a traceback in the log (bot, RuntimeError)"),
    ],
)
def test_a_broken_bot_is_found_out_by_pushes_that_come_alone_and_together(
    sqlite_storage: Storage, link: Link, forger: Forger, broken: type[Bot], told: str
) -> None:
    app = webhook(forger, sqlite_storage, link, broken)
    fired = list(salvo(app, forger, forger.attacks(11 * MOST_TOGETHER)))
    faults = [fault for _, fault in fired]
    assert set(faults) == {"", told}
    assert told in faults[:MOST_TOGETHER] + faults[2 * MOST_TOGETHER : 3 * MOST_TOGETHER]  # alone
    assert told in faults[MOST_TOGETHER : 2 * MOST_TOGETHER] + faults[3 * MOST_TOGETHER : 4 * MOST_TOGETHER]


def test_half_of_the_pushes_come_together(forger: Forger) -> None:
    sizes = [len(shot) for shot in shots(forger.attacks(3 * MOST_TOGETHER + 3))]
    assert sizes == [1] * MOST_TOGETHER + [MOST_TOGETHER] + [1] * MOST_TOGETHER + [3]


def test_a_right_push_is_answered_to_its_sender_and_the_forger_would_see_another(
    target: Webhook, forger: Forger
) -> None:
    right = forger.right("oSender0001", "标语")
    status, body = fire(target, right)
    reply = forger.opened(body)
    assert reply is not None and forger.receiver(reply) == "oSender0001"
    assert fault_of(forger, right, status, body) == ""
    assert fault_of(forger, forger.right("oSender0002", "标语"), status, body) != ""


def test_a_replay_with_a_new_signature_gets_the_same_answer_and_does_nothing_again(
    target: Webhook, forger: Forger
) -> None:
    right = forger.right("oSender0003", "答题")
    first, again = forger.opened(fire(target, right)[1]), forger.opened(fire(target, right)[1])
    together = [forger.opened(body) for _, body in volley(target, (right, right))]
    assert first is not None
    for one in (again, *together):
        assert one is not None
        assert first.split("<Content>")[1] == one.split("<Content>")[1]


def test_the_corpus_is_refused_or_answered_to_its_sender(target: Webhook, forger: Forger) -> None:
    files = sorted(CORPUS.glob("*.xml"))
    assert len(files) >= 15
    for file in files:
        for attack, fault in salvo(target, forger, forger.around(file.read_bytes(), file.stem)):
            assert fault == "", attack.name
