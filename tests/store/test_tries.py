"""What the desk reads of many rounds, on both databases, and that nobody has to wait for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text, update

from store.quiz_tables import Attempt
from store.stores import Storage
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join, play


def answers(storage: Storage, **kept: Any) -> list[tuple[str, tuple[str, ...], bool]]:
    with storage.looking(CAMPAIGN) as stores:
        return [(one.question, one.given, one.right) for one in stores.tries.newest(**kept)]


def change(storage: Storage, **values: Any) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.session.execute(update(Attempt).where(Attempt.id == 1).values(**values))


def test_the_newest_answers_come_first_and_only_so_many_rounds(storage: Storage) -> None:
    play(storage, "one", 1, 2, given=("甲", "乙"))
    play(storage, "two", 2, 2, given=("丙", "丁"))
    every = [("q1", ("丁",), True), ("q0", ("丙",), True), ("q1", ("乙",), False), ("q0", ("甲",), True)]
    assert answers(storage) == every
    assert answers(storage, rounds=1) == every[:2]
    with storage.looking(CAMPAIGN) as stores:
        assert stores.tries.rounds() == 2


def test_the_notebook_and_what_waits_for_a_look_are_left_out(storage: Storage) -> None:
    play(storage, "one", 1, 1, kind="notebook")
    assert answers(storage) == []
    change(storage, kind="practice", counts=False)
    assert len(answers(storage)) == 1  # practice stands on no board and is a try all the same
    change(storage, flags=["fast"])
    assert answers(storage) == []
    change(storage, flags=["cleared:fast"], counts=True)
    assert len(answers(storage)) == 1


def test_another_campaign_is_not_seen(storage: Storage) -> None:
    play(storage, "one", 1, 1)
    with storage.looking("gusu-2020") as stores:
        assert list(stores.tries.newest()) == []


def test_participation_is_told_of_one_day_as_well(storage: Storage) -> None:
    unit = a_unit(storage)
    join(storage, "one", unit)
    play(storage, "one", 4)
    play(storage, "one", 2, at=AT - timedelta(days=1))
    play(storage, "two", 5)
    with storage.looking(CAMPAIGN) as stores:
        whole, today = stores.participation.whole(), stores.participation.whole(TODAY)
        assert (whole.rounds, whole.people, today.rounds, today.people) == (3, 2, 2, 2)
        assert stores.participation.units()[unit].rounds == 2
        assert stores.participation.units(TODAY)[unit].rounds == 1
        assert stores.participation.regions(TODAY)["青泉市"].right == 4


def test_the_rounds_that_wait_for_a_look_are_counted(storage: Storage) -> None:
    play(storage, "one", 1)
    with storage.looking(CAMPAIGN) as stores:
        assert stores.flags.waiting() == 0
    change(storage, counts=False, flags=["fast"])
    with storage.looking(CAMPAIGN) as stores:
        assert stores.flags.waiting() == 1


def test_names_are_found_by_a_part_of_them(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        for name in ("安全员小李", "小王", "百_分"):
            stores.players.rename(name, name, AT)
    with storage.looking(CAMPAIGN) as stores:
        found = [[one.name for one in stores.players.named(10, part)] for part in ("小", "_", "%")]
        assert [sorted(names) for names in found] == [["安全员小李", "小王"], ["百_分"], []]
        assert len(stores.players.named(2)) == 2


def test_a_long_look_holds_up_nobody_who_writes(storage: Storage) -> None:
    play(storage, "one", 1)
    with storage.looking(CAMPAIGN) as stores:
        assert len(list(stores.tries.newest())) == 5
        with storage.transaction(CAMPAIGN) as others:
            if others.session.get_bind().dialect.name == "sqlite":
                others.session.execute(text("PRAGMA busy_timeout=100"))
            others.players.rename("one", "小李", AT)
    with storage.looking(CAMPAIGN) as stores:
        assert [one.name for one in stores.players.named()] == ["小李"]


def test_what_a_look_would_write_is_not_kept(storage: Storage) -> None:
    with storage.looking(CAMPAIGN) as stores:
        stores.players.rename("one", "小李", AT)
    with storage.looking(CAMPAIGN) as stores:
        assert stores.players.named() == ()
