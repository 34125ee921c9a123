"""Rounds that are too much alike are taken off the boards and shown to staff, who may let them count again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store.quiz_tables import Audit
from store.redis_link import Link
from store.standing import rebuild, settle
from store.stores import Storage
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join, play, shown

SAME = ("甲", "乙", "丙", "丁", "对")


@pytest.fixture
def boarded(storage: Storage, link: Link) -> Iterator[Storage]:
    kept = replace(storage, link=link)
    rebuild(kept, CAMPAIGN, TODAY)
    yield kept


def in_one_second(storage: Storage, accounts: int, kind: str = "round") -> None:
    for n in range(accounts):
        play(storage, f"user-{n}", 5, at=AT + timedelta(milliseconds=150 * n), given=SAME, kind=kind)


def mark(storage: Storage) -> int:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.flags.mark_lookalikes(AT - timedelta(minutes=1))


def test_the_same_answers_in_one_second_from_five_accounts_are_flagged_and_leave_the_boards(
    boarded: Storage,
) -> None:
    unit = a_unit(boarded)
    for n in range(5):
        join(boarded, f"user-{n}", unit)
    in_one_second(boarded, 5)
    play(boarded, "honest", 4)
    assert len(shown(boarded)) == 6
    assert shown(boarded, "unit") == [(str(unit), 10000)]
    assert mark(boarded) == 5
    settle(boarded, CAMPAIGN, TODAY)
    assert [score for _, score in shown(boarded)] == [4]
    assert shown(boarded, "unit") == shown(boarded, "unit", TODAY.isoformat()) == []
    with boarded.transaction(CAMPAIGN) as stores:
        assert {(one.open, one.counts) for one in stores.flags.listed()} == {(("lookalike",), False)}
        assert stores.participation.unit(unit).rounds == 0
    assert mark(boarded) == 0


def test_four_accounts_are_not_enough(boarded: Storage) -> None:
    in_one_second(boarded, 4)
    play(boarded, "user-0", 5, at=AT + timedelta(milliseconds=700), given=SAME)
    assert mark(boarded) == 0


def test_five_accounts_over_more_than_a_second_are_not_flagged(boarded: Storage) -> None:
    for n in range(5):
        play(boarded, f"user-{n}", 5, at=AT + timedelta(milliseconds=250 * n), given=SAME)
    assert mark(boarded) == 0


def test_other_answers_in_the_same_second_are_not_flagged(boarded: Storage) -> None:
    for n in range(6):
        play(boarded, f"user-{n}", 5, at=AT)
    assert mark(boarded) == 0


@pytest.mark.parametrize("kind", ["daily", "hunt"])
def test_what_is_the_same_for_everybody_is_not_flagged(boarded: Storage, kind: str) -> None:
    in_one_second(boarded, 8, kind)
    assert mark(boarded) == 0


def test_staff_lets_a_round_count_again_on_record(boarded: Storage) -> None:
    in_one_second(boarded, 5)
    mark(boarded)
    settle(boarded, CAMPAIGN, TODAY)
    with boarded.transaction(CAMPAIGN) as stores:
        flagged = stores.flags.listed()[0]
        cleared = stores.flags.clear(flagged.id, who="office:wang", reason="同一间教室", at=AT)
        assert cleared is not None
        assert (cleared.counts, cleared.open) == (True, ())
        assert stores.flags.clear(flagged.id, who="office:wang", reason="再点一次", at=AT) is None
    settle(boarded, CAMPAIGN, TODAY)
    assert [score for _, score in shown(boarded)] == [5]
    assert mark(boarded) == 0  # what a person has decided stays decided
    with boarded.transaction(CAMPAIGN) as stores:
        (row,) = stores.session.scalars(select(Audit)).all()
        assert (row.what, row.who, row.detail["flags"]) == ("flag.clear", "office:wang", ["lookalike"])
        assert row.detail["reason"] == "同一间教室"


def test_other_flags_stay_beside(boarded: Storage) -> None:
    for n in range(5):
        with boarded.transaction(CAMPAIGN) as stores:
            answers = [{"question": f"q{k}", "given": SAME[k], "right": True} for k in range(5)]
            stores.attempts.add(
                f"user-{n}", "d", kind="round", answers=answers, began=AT, at=AT, day=TODAY,
                counts=n > 0, flags=() if n else ("fast",),
            )  # fmt: skip
    assert mark(boarded) == 5
    with boarded.transaction(CAMPAIGN) as stores:
        assert sorted(one.flags for one in stores.flags.listed()) == [
            ("fast", "lookalike"),
            *[("lookalike",)] * 4,
        ]


def test_what_waits_comes_first_and_the_oldest_of_it_and_what_is_decided_after(boarded: Storage) -> None:
    in_one_second(boarded, 6)
    mark(boarded)
    with boarded.transaction(CAMPAIGN) as stores:
        first, second, *rest = [one.id for one in stores.flags.listed()]
        assert [first, second, *rest] == sorted([first, second, *rest])
        assert stores.flags.refuse(first, who="office:wang", reason="同一个脚本", at=AT)
        assert stores.flags.clear(second, who="office:wang", reason="问过本人", at=AT)
    with boarded.transaction(CAMPAIGN) as stores:
        assert [one.id for one in stores.flags.listed()] == [*rest, second, first]
        pages = [[one.id for one in stores.flags.listed(2, skip)] for skip in (0, 2, 4)]
        assert pages == [rest[:2], rest[2:], [second, first]]
        assert (stores.flags.waiting(), stores.flags.count()) == (4, 6)


def test_a_round_that_is_left_off_is_looked_at_no_more_and_never_counts(boarded: Storage) -> None:
    in_one_second(boarded, 5)
    mark(boarded)
    with boarded.transaction(CAMPAIGN) as stores:
        numbers = [one.id for one in stores.flags.listed()]
        left = [stores.flags.refuse(one, who="office:wang", reason="同一个脚本", at=AT) for one in numbers]
        assert all(one is not None and one.off and not one.open and not one.counts for one in left)
        assert stores.flags.refuse(numbers[0], who="office:wang", reason="再点一次", at=AT) is None
    assert mark(boarded) == 0
    settle(boarded, CAMPAIGN, TODAY)
    assert shown(boarded) == []
    with boarded.transaction(CAMPAIGN) as stores:
        assert stores.flags.waiting() == 0 and stores.participation.whole().rounds == 0
        assert (stores.flags.of("user-0"), stores.flags.of("nobody")) == ((0, 1), (0, 0))
        rows = stores.session.scalars(select(Audit)).all()
        assert {(row.what, row.who) for row in rows} == {("flag.refuse", "office:wang")}
        assert rows[0].detail == {"attempt": numbers[0], "flags": ["lookalike"], "reason": "同一个脚本"}


def test_who_asks_may_have_a_round_that_was_left_off_let_through(boarded: Storage) -> None:
    in_one_second(boarded, 5)
    mark(boarded)
    with boarded.transaction(CAMPAIGN) as stores:
        number = stores.flags.listed()[0].id
        stores.flags.refuse(number, who="office:wang", reason="同一个脚本", at=AT)
        cleared = stores.flags.clear(number, who="office:li", reason="问过本人，是一个班", at=AT)
        assert cleared is not None and cleared.counts and cleared.flags == ("cleared:lookalike",)
        assert stores.flags.of("user-0") == (0, 0) and stores.flags.of("user-1") == (1, 0)


@pytest.mark.parametrize(
    ("kind", "clocked", "counted"),
    [("practice", False, False), ("notebook", False, False), ("exam", False, False), ("exam", True, True)],
)
def test_what_never_counts_does_not_count_for_being_cleared(
    boarded: Storage, kind: str, clocked: bool, counted: bool
) -> None:
    answers = [{"question": "q", "given": "甲", "right": True}]
    with boarded.transaction(CAMPAIGN) as stores:
        stores.attempts.add(
            "user", "d", kind=kind, answers=answers, began=AT, at=AT, day=TODAY,
            clocked=clocked, counts=False, flags=("fast",),
        )  # fmt: skip
    with boarded.transaction(CAMPAIGN) as stores:
        cleared = stores.flags.clear(stores.flags.listed()[0].id, who="office", reason="看过了", at=AT)
        assert cleared is not None and cleared.counts is counted
    settle(boarded, CAMPAIGN, TODAY)
    assert bool(shown(boarded)) is counted
    with boarded.transaction(CAMPAIGN) as stores:
        assert stores.flags.waiting() == 0
        assert stores.participation.whole().rounds == 1
