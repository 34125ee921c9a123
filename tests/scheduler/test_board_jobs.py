"""The scheduler brings lost boards back, repairs what they miss, and finds rounds that are too much alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from content.loader import load
from scheduler.board_jobs import board_jobs
from store.quiz_tables import Attempt
from store.redis_link import Link, Unavailable
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, a_unit, join, look, person, play, shown

AWAY = Link("unix:///nowhere/redis.sock")
SAME = ("甲", "乙", "丙", "丁", "对")


class Beats:
    """The jobs, each of which can be done by its name."""

    def __init__(self, storage: Storage, clock: SetClock) -> None:
        self._jobs = {job.name: job for job in board_jobs(storage, load(CAMPAIGN), clock)}

    def beat(self, name: str) -> object:
        return self._jobs[name].work()


@pytest.fixture
def storage(sqlite_storage: Storage, link: Link, clock: SetClock) -> Iterator[Storage]:
    clock.time = AT
    yield replace(sqlite_storage, link=link)


@pytest.fixture
def beats(storage: Storage, clock: SetClock) -> Beats:
    return Beats(storage, clock)


def test_lost_boards_come_back_by_themselves(storage: Storage, beats: Beats, link: Link) -> None:
    beats.beat("boards")
    play(storage, "one", 3)
    link.call("FLUSHALL")
    play(storage, "one", 2)
    beats.beat("boards")
    assert shown(storage) == shown(storage, period=AT.date().isoformat()) == [(person(storage, "one"), 5)]


def test_a_headcount_that_comes_later_changes_the_places(storage: Storage, beats: Beats) -> None:
    beats.beat("boards")
    unit = a_unit(storage)
    for n in range(5):
        join(storage, f"user-{n}", unit)
        play(storage, f"user-{n}", 5)
    assert shown(storage, "unit") == [(str(unit), 10000)]
    a_unit(storage, headcount=50)
    beats.beat("boards-audit")
    assert shown(storage, "unit") == [(str(unit), 1000)]


def test_who_has_joined_and_not_played_counts_for_the_rate(storage: Storage, beats: Beats) -> None:
    beats.beat("boards")
    unit = a_unit(storage)
    for n in range(10):
        join(storage, f"user-{n}", unit)
        if n < 5:
            play(storage, f"user-{n}", 5)
    beats.beat("boards-audit")
    (line,) = look(storage, "unit").lines
    assert (line.score, line.headed) == (5000, False)


def test_rounds_too_much_alike_are_found_once_and_leave_the_boards(
    storage: Storage, beats: Beats, clock: SetClock
) -> None:
    beats.beat("boards")
    assert beats.beat("lookalikes") == 0
    clock.forward(seconds=60)
    for n in range(5):
        play(storage, f"user-{n}", 5, at=clock(), given=SAME)
    assert len(shown(storage)) == 5
    assert beats.beat("lookalikes") == 5
    beats.beat("boards")
    assert shown(storage) == []
    clock.forward(seconds=60)
    assert beats.beat("lookalikes") == 0


def test_a_scheduler_that_was_away_looks_back_a_day(storage: Storage, clock: SetClock) -> None:
    for n in range(5):
        play(storage, f"user-{n}", 5, at=AT - timedelta(hours=20), given=SAME)
        play(storage, f"early-{n}", 5, at=AT - timedelta(hours=30), given=SAME)
    assert Beats(storage, clock).beat("lookalikes") == 5


def test_an_earlier_day_that_is_corrected_while_redis_is_away_is_counted_anew_by_itself(
    storage: Storage, beats: Beats, clock: SetClock
) -> None:
    early = AT - timedelta(days=5)
    beats.beat("boards")
    play(storage, "one", 3, at=early, counts=False, kind="round")
    play(storage, "one", 2)
    with replace(storage, link=AWAY).transaction(CAMPAIGN) as stores:
        (row,) = [one for one in stores.session.scalars(select(Attempt)) if not one.counts]
        row.flags = ["fast"]
        stores.session.flush()
        assert stores.flags.clear(row.id, who="office", reason="看过了", at=AT)
    assert shown(storage) == [(person(storage, "one"), 2)]
    beats.beat("boards")
    assert shown(storage) == [(person(storage, "one"), 5)]
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.board_marks.some(10) == {}
        assert stores.boards.rounds(early.date()) == 1


def test_who_wants_to_be_on_no_board_while_redis_is_away_is_taken_off_by_itself(
    storage: Storage, beats: Beats
) -> None:
    beats.beat("boards")
    play(storage, "one", 3)
    with replace(storage, link=AWAY).transaction(CAMPAIGN) as stores:
        stores.players.show_on_boards("one", False, AT)
    assert len(shown(storage)) == 1
    beats.beat("boards")
    assert shown(storage) == []


def test_marks_stay_until_redis_has_them(storage: Storage, clock: SetClock) -> None:
    away = Beats(replace(storage, link=AWAY), clock)
    with storage.transaction(CAMPAIGN) as stores:
        stores.board_marks.add({"person:x"})
    with pytest.raises(Unavailable):
        away.beat("boards")
    with storage.transaction(CAMPAIGN) as stores:
        assert list(stores.board_marks.some(10).values()) == ["person:x"]


def test_rounds_lost_on_a_day_of_a_long_outage_are_found_after_it(
    storage: Storage, beats: Beats, clock: SetClock
) -> None:
    beats.beat("boards")
    beats.beat("boards-audit")
    play(replace(storage, link=AWAY), "one", 3)
    clock.forward(days=4)
    for _ in range(2):
        beats.beat("boards-audit")
    assert shown(storage) == [(person(storage, "one"), 3)]
    play(replace(storage, link=AWAY), "two", 3, at=AT - timedelta(days=1))
    for _ in range(2):
        beats.beat("boards-audit")
    assert len(shown(storage)) == 1  # both agreed since, so that day is looked at no more
