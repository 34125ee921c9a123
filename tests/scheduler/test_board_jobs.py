"""The scheduler brings lost boards back, repairs what they miss, and finds rounds that are too much alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from content.loader import load
from scheduler.board_jobs import board_jobs
from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, a_unit, join, look, person, play, shown

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
