"""Pushes that are broken, forged or meant for somebody else: no traceback, no 5xx, no word to anyone but the sender."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest

from chaos.attacks import VICTIM, Forger, fault_of, fire
from chaos.target import webhook
from store.redis_link import Link
from store.stores import Storage
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
    for attack in forger.attacks(COUNT):
        assert fault_of(forger, attack, *fire(target, attack)) == "", attack.name
        kinds[attack.name] += 1
    assert min(kinds.values()) >= COUNT // len(kinds)
    assert not [record for record in caplog.records if record.exc_info]
    for told in (VICTIM, "oSender", forger.token, forger.key):
        assert told not in caplog.text


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
    first = forger.opened(fire(target, right)[1])
    again = forger.opened(fire(target, right)[1])
    assert first is not None and again is not None
    assert first.split("<Content>")[1] == again.split("<Content>")[1]


def test_the_corpus_is_refused_or_answered_to_its_sender(target: Webhook, forger: Forger) -> None:
    files = sorted(CORPUS.glob("*.xml"))
    assert len(files) >= 15
    for file in files:
        for attack in forger.around(file.read_bytes(), file.stem):
            assert fault_of(forger, attack, *fire(target, attack)) == "", attack.name
