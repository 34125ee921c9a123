"""What rounds in flight rest on stays, and what no round can rest on goes."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from content.bank import Words, digest_of
from store.database import case_database
from store.question_words import LASTING, keep
from store.stores import Storage

CAMPAIGN, TODAY = "ningxia-2020", date(2020, 6, 1)
OLD, NEW, ONLY = (
    Words("fire-1", "single", stem, ("甲", "乙"), ("甲",), "因为", "《消防法》（2021年修正）第28条")
    for stem in ("旧的", "新的", "别的")
)


def known(storage: Storage, words: Words, campaign: str = CAMPAIGN) -> bool:
    with storage.transaction(campaign) as stores:
        found = stores.question_words.of(digest_of(words))
    assert found is None or tuple(map(_plain, found)) == tuple(map(_plain, words))
    return found is not None


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def asks_from(storage: Storage, *words: Words, day: date = TODAY) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.question_words.keep({digest_of(one): one for one in words}, day)


def test_words_outlast_their_bank_by_the_longest_round(storage: Storage) -> None:
    asks_from(storage, OLD, ONLY)
    asks_from(storage, NEW, ONLY, day=TODAY + timedelta(days=3))
    last = TODAY + timedelta(days=3) + LASTING
    asks_from(storage, NEW, ONLY, day=last)
    assert all(known(storage, words) for words in (OLD, NEW, ONLY))
    asks_from(storage, NEW, ONLY, day=last + timedelta(days=1))
    assert [known(storage, words) for words in (OLD, NEW, ONLY)] == [False, True, True]
    assert not known(storage, NEW, "gusu-2020")


def test_what_comes_back_into_the_bank_stays(storage: Storage) -> None:
    asks_from(storage, OLD)
    asks_from(storage, NEW, day=TODAY + timedelta(days=1))
    asks_from(storage, OLD, day=TODAY + timedelta(days=2))
    asks_from(storage, OLD, day=TODAY + timedelta(days=2) + LASTING * 2)
    assert known(storage, OLD)
    assert not known(storage, NEW)


def test_processes_that_start_together_keep_the_same_once(storage: Storage) -> None:
    many = [OLD._replace(id=f"fire-{n}") for n in range(300)]
    faults: list[BaseException] = []

    def start(words: list[Words]) -> None:
        try:
            asks_from(storage, *words)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=start, args=(many[::step],)) for step in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert all(known(storage, words) for words in (many[0], many[150], many[-1]))


def test_a_database_that_is_gone_stops_nobody(
    sqlite_storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    gone = case_database("sqlite:////nowhere/at/all.db")
    with caplog.at_level(logging.ERROR):
        keep(replace(sqlite_storage, case=gone), CAMPAIGN, {digest_of(OLD): OLD})
    assert "could not be kept (OperationalError)" in caplog.text
