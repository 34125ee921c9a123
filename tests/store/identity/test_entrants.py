"""Who takes part in draws agreed to it, can't be read, and is gone when they wish so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from store.identity.entrants import Entrants
from store.identity.tables import Entrant
from store.identity.words import Words
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, dump

CONSENT = {"text": "我同意…", "version": "1", "at": "2020-06-16T15:02:00+08:00"}


def entrants(storage: Storage) -> Entrants:
    return Entrants(storage, CAMPAIGN)


def person(storage: Storage, user: str = "oAlice") -> str:
    return storage.sealing.hash("quiz", user)


def test_a_person_enters_once_with_the_words_they_agreed_to(storage: Storage) -> None:
    assert entrants(storage).enter("oAlice", CONSENT)
    assert not entrants(storage).enter("oAlice", CONSENT)
    assert entrants(storage).entered("oAlice")
    assert not entrants(storage).entered("oBob")
    assert entrants(storage).persons() == {person(storage)}
    with storage.identity.session() as session:
        assert session.scalars(select(Entrant.consent)).all() == [CONSENT]
    assert "oAlice" not in dump(storage.identity)


def test_many_taps_at_once_enter_once(storage: Storage) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: entrants(storage).enter("oAlice", CONSENT), range(8)))
    assert done.count(True) == 1


def test_who_leaves_is_gone_with_the_words_on_their_way(storage: Storage) -> None:
    entrants(storage).enter("oAlice", CONSENT)
    words = Words(storage)
    assert words.add_for_winner(CAMPAIGN, person(storage), "prize:1", "恭喜")
    assert entrants(storage).leave("oAlice")
    assert not entrants(storage).leave("oAlice")
    assert words.claim("a", storage.clock()) is None
    assert not words.add_for_winner(CAMPAIGN, person(storage), "prize:2", "恭喜")
    assert entrants(storage).persons() == frozenset()


def test_a_word_to_a_winner_is_added_once_and_sealed(storage: Storage) -> None:
    entrants(storage).enter("oAlice", CONSENT)
    words = Words(storage)
    assert words.add_for_winner(CAMPAIGN, person(storage), "prize:1", "恭喜您中奖")
    assert not words.add_for_winner(CAMPAIGN, person(storage), "prize:1", "恭喜您中奖")
    assert "恭喜" not in dump(storage.identity)
    due = words.claim("a", storage.clock())
    assert due is not None
    assert (due.openid, due.text, due.about) == ("oAlice", "恭喜您中奖", "prize")
    words.take_back("prize:1")
    assert words.perhaps_heard("prize:1")
    words.accepted(due)
    words.take_back("prize:1")
    assert words.perhaps_heard("prize:1")


def test_a_word_that_waits_can_be_taken_back(storage: Storage) -> None:
    entrants(storage).enter("oAlice", CONSENT)
    words = Words(storage)
    words.add_for_winner(CAMPAIGN, person(storage), "prize:1", "恭喜您中奖")
    assert words.waiting(["prize:1", "prize:2"]) == {"prize:1"}
    assert not words.perhaps_heard("prize:1")
    for _ in range(2):
        words.take_back("prize:1")
        assert words.claim("a", storage.clock()) is None
        assert not words.waiting(["prize:1"])


@pytest.mark.parametrize(("kind", "heard"), [("ambiguous", True), ("unsent", False), ("failed", False)])
def test_a_try_whose_answer_was_lost_may_have_been_heard(storage: Storage, kind: str, heard: bool) -> None:
    entrants(storage).enter("oAlice", CONSENT)
    words = Words(storage)
    words.add_for_winner(CAMPAIGN, person(storage), "prize:1", "恭喜您中奖")
    due = words.claim("a", storage.clock())
    assert due is not None
    if kind == "failed":
        words.failed(due, "template: permanent 43004")
    else:
        words.retry(due, f"template: {kind} 0", storage.clock())
    assert words.perhaps_heard("prize:1") is heard


def test_forgetting_removes_what_is_older_than_the_wish(storage: Storage, clock: SetClock) -> None:
    entrants(storage).enter("oAlice", CONSENT)
    assert entrants(storage).forget("oAlice", clock() - timedelta(seconds=1)) == 0
    assert entrants(storage).forget("oAlice", clock()) == 1
    assert not entrants(storage).entered("oAlice")
