"""The boards: kept after each round, corrected where SQL changes, made anew where Redis has lost them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from store.boards import Boards
from store.embedded import EmbeddedRedis
from store.redis_link import Link, Script
from store.standing import Keeper, rebuild, settle
from store.stores import Storage
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join, look, person, play, shown

DAY = TODAY.isoformat()


@pytest.fixture
def boarded(storage: Storage, link: Link) -> Iterator[Storage]:
    """Stores with boards that stand, though nobody is on them."""
    kept = replace(storage, link=link)
    assert rebuild(kept, CAMPAIGN, TODAY)
    yield kept


def everything(link: Link) -> dict[str, object]:
    """All that the boards hold in Redis but what says when something was done."""
    found: dict[str, object] = {}
    for key in sorted(link.call("KEYS", "board:*")):
        kind = link.call("TYPE", key)
        if kind == b"zset":
            found[key.decode()] = link.call("ZRANGE", key, 0, -1, "WITHSCORES")
        elif kind == b"hash":
            flat = link.call("HGETALL", key)
            pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
            found[key.decode()] = dict(pairs)
    return found


def test_a_person_stands_by_right_answers_and_of_equals_by_who_was_first(boarded: Storage) -> None:
    play(boarded, "late", 3, at=AT + timedelta(seconds=5))
    play(boarded, "early", 3, at=AT)
    play(boarded, "best", 2)
    play(boarded, "best", 4, at=AT + timedelta(hours=1))
    assert shown(boarded) == [
        (person(boarded, "best"), 6),
        (person(boarded, "early"), 3),
        (person(boarded, "late"), 3),
    ]


def test_a_round_without_a_right_answer_costs_nobody_a_place(boarded: Storage) -> None:
    play(boarded, "one", 3, at=AT)
    play(boarded, "two", 3, at=AT + timedelta(minutes=1))
    play(boarded, "one", 0, at=AT + timedelta(minutes=2))
    assert [key for key, _ in shown(boarded)] == [person(boarded, "one"), person(boarded, "two")]
    rebuild(boarded, CAMPAIGN, TODAY)
    assert [key for key, _ in shown(boarded)] == [person(boarded, "one"), person(boarded, "two")]


def test_ten_lines_are_shown_and_the_own_place_always(boarded: Storage) -> None:
    for n in range(12):
        play(boarded, f"user-{n}", 12 - n, total=12, at=AT + timedelta(seconds=n))
    board = look(boarded, key=person(boarded, "user-11"))
    assert (len(board.lines), board.size) == (10, 12)
    assert board.mine is not None
    assert (board.mine.place, board.mine.score) == (12, 1)
    assert look(boarded, key=person(boarded, "nobody")).mine is None


def test_the_board_of_the_day_holds_the_day(boarded: Storage, link: Link) -> None:
    play(boarded, "one", 3, at=AT)
    play(boarded, "two", 1, at=AT + timedelta(days=1))
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert shown(boarded, period=DAY) == [(person(boarded, "one"), 3)]
    assert shown(boarded, period=tomorrow) == [(person(boarded, "two"), 1)]
    assert link.call("TTL", f"board:{CAMPAIGN}:person:{DAY}") > 0
    assert link.call("TTL", f"board:{CAMPAIGN}:person:all") == -1


def test_what_does_not_count_stands_on_no_board(boarded: Storage) -> None:
    unit = a_unit(boarded)
    for n in range(5):
        join(boarded, f"user-{n}", unit)
        play(boarded, f"user-{n}", 5, counts=False)
    assert shown(boarded) == []
    assert shown(boarded, "unit") == []


def test_who_wishes_no_place_has_none_and_may_come_back(boarded: Storage) -> None:
    play(boarded, "shy", 3)
    with boarded.transaction(CAMPAIGN) as stores:
        stores.players.show_on_boards("shy", False, AT)
    assert shown(boarded) == shown(boarded, period=DAY) == []
    play(boarded, "shy", 2)
    rebuild(boarded, CAMPAIGN, TODAY)
    assert shown(boarded) == []
    with boarded.transaction(CAMPAIGN) as stores:
        stores.players.show_on_boards("shy", True, AT)
    settle(boarded, CAMPAIGN, TODAY)
    assert shown(boarded) == shown(boarded, period=DAY) == [(person(boarded, "shy"), 5)]


def test_a_unit_stands_by_participation_and_right_answers_not_by_size(boarded: Storage) -> None:
    small, big = a_unit(boarded, "白石小学", headcount=5), a_unit(boarded, "红山集团", headcount=100)
    Keeper(boarded, CAMPAIGN).compare(TODAY)
    for n in range(20):
        join(boarded, f"big-{n}", big)
        play(boarded, f"big-{n}", 5)
    for n in range(5):
        join(boarded, f"small-{n}", small)
        play(boarded, f"small-{n}", 4)
    assert shown(boarded, "unit") == [(str(small), 8000), (str(big), 2000)]
    assert shown(boarded, "unit", DAY) == shown(boarded, "unit")


def test_a_unit_of_fewer_than_five_people_has_no_place(boarded: Storage) -> None:
    unit = a_unit(boarded, headcount=5)
    Keeper(boarded, CAMPAIGN).compare(TODAY)
    for n in range(4):
        join(boarded, f"user-{n}", unit)
        play(boarded, f"user-{n}", 5)
        play(boarded, f"user-{n}", 5)
    assert shown(boarded, "unit") == []
    join(boarded, "user-4", unit)
    play(boarded, "user-4", 5)
    assert shown(boarded, "unit") == [(str(unit), 10000)]


def test_a_unit_without_a_headcount_stands_behind_those_with_one(boarded: Storage) -> None:
    told, untold = a_unit(boarded, "白石小学", headcount=50), a_unit(boarded, "红山村委会", "村级")
    Keeper(boarded, CAMPAIGN).compare(TODAY)
    for unit, name in ((told, "told"), (untold, "untold")):
        for n in range(5):
            join(boarded, f"{name}-{n}", unit)
            play(boarded, f"{name}-{n}", 5)
    lines = look(boarded, "unit").lines
    assert [(line.key, line.score, line.headed) for line in lines] == [
        (str(told), 1000, True),
        (str(untold), 10000, False),
    ]


def test_a_region_needs_ten_people(boarded: Storage) -> None:
    for n in range(10):
        assert shown(boarded, "region") == []
        join(boarded, f"user-{n}", None, "白石县")
        play(boarded, f"user-{n}", 3, total=4)
    assert shown(boarded, "region") == [("白石县", 7500)]


def test_redis_emptied_gets_the_same_boards_back(boarded: Storage, link: Link) -> None:
    units = [a_unit(boarded, "白石小学", headcount=8), a_unit(boarded, "红山村委会", "村级")]
    for n in range(25):
        join(boarded, f"user-{n}", units[n % 2], "青泉市" if n % 2 == 0 else "村级")
    Keeper(boarded, CAMPAIGN).compare(TODAY)
    for n in range(60):
        play(boarded, f"user-{n % 25}", n % 6, at=AT + timedelta(minutes=n))
    before = everything(link)
    assert len(before) > 10
    link.call("FLUSHALL")
    with boarded.transaction(CAMPAIGN) as stores:
        assert stores.boards.look("person", "all", "") is None
    Keeper(boarded, CAMPAIGN).tend(TODAY)
    assert everything(link) == before


def test_a_rebuild_in_slices_gives_the_same(boarded: Storage, link: Link) -> None:
    for n in range(40):
        play(boarded, f"user-{n}", n % 6, at=AT + timedelta(minutes=n))
    before = everything(link)
    link.call("DEL", f"board:{CAMPAIGN}:person:all")
    rebuild(boarded, CAMPAIGN, TODAY, few=10)
    assert everything(link) == before


class Interrupted(Link):
    """A way to Redis on which something happens just before the new board takes its place."""

    def __init__(self, url: str, meanwhile: Callable[[], None]) -> None:
        super().__init__(url)
        self._meanwhile = meanwhile

    def run(self, script: Script, keys: Sequence[str], *values: object) -> object:
        if "RENAME" in script.text:
            self._meanwhile()
        return super().run(script, keys, *values)


def test_a_round_that_ends_during_a_rebuild_is_counted_once(
    boarded: Storage, link: Link, redis_server: EmbeddedRedis
) -> None:
    unit = a_unit(boarded, headcount=5)
    for n in range(5):
        join(boarded, f"user-{n}", unit)
        play(boarded, f"user-{n}", 2)
    other = Interrupted(redis_server.url, lambda: play(boarded, "user-0", 3))
    rebuild(replace(boarded, link=other), CAMPAIGN, TODAY)
    other.close()
    during = everything(link)
    assert shown(boarded)[0] == (person(boarded, "user-0"), 8)
    rebuild(boarded, CAMPAIGN, TODAY)
    assert everything(link) == during


def test_while_somebody_counts_every_round_is_marked_with_all_it_counts_for(boarded: Storage) -> None:
    boards, unit = Boards(boarded.link, CAMPAIGN), a_unit(boarded)
    join(boarded, "one", unit)
    boards.claim("another")
    play(boarded, "one", 3)
    boards.release("another")
    play(boarded, "two", 3)
    marked = {f"person:{person(boarded, 'one')}", f"day:{DAY}", f"unit:{unit}", "region:青泉市"}
    assert set(boards.take_todo(10)) == marked


def test_a_turn_that_is_undone_reaches_no_board(boarded: Storage) -> None:
    with boarded.transaction(CAMPAIGN) as stores:
        stores.attempts.add("one", "d", kind="round", answers=[{"right": True}], began=AT, at=AT, day=TODAY)
        stores.undo()
    assert shown(boarded) == []


def test_the_same_round_again_is_counted_once(boarded: Storage) -> None:
    for _ in range(2):
        with boarded.transaction(CAMPAIGN) as stores:
            stores.attempts.add(
                "one", "d", kind="round", answers=[{"right": True}], began=AT, at=AT, day=TODAY
            )
    assert shown(boarded) == [(person(boarded, "one"), 1)]


def test_redis_that_fails_after_the_commit_is_no_fault_for_the_person(
    storage: Storage, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(storage, link=Link("unix:///nowhere/redis.sock"))
    kept = replace(storage, link=link)
    rebuild(kept, CAMPAIGN, TODAY)
    with caplog.at_level(logging.ERROR):
        play(broken, "one", 3)
    assert len([line for line in caplog.messages if "missed a commit" in line]) == 1
    assert person(storage, "one") not in caplog.text
    assert shown(kept) == []
    keeper = Keeper(kept, CAMPAIGN)
    keeper.compare(TODAY)
    assert shown(kept) == []
    keeper.compare(TODAY)
    assert shown(kept) == [(person(kept, "one"), 3)]


def test_a_round_that_was_lost_before_midnight_is_found_after_it(storage: Storage, link: Link) -> None:
    kept = replace(storage, link=link)
    rebuild(kept, CAMPAIGN, TODAY)
    play(storage, "late", 3)  # committed, and then its process died
    keeper = Keeper(kept, CAMPAIGN)
    for _ in range(2):
        keeper.compare(TODAY + timedelta(days=1))
    assert shown(kept) == [(person(kept, "late"), 3)]
    link.call("ZADD", f"board:{CAMPAIGN}:person:all", 1, "stray")
    for _ in range(3):
        keeper.compare(TODAY + timedelta(days=1))
    assert look(kept).size == 2  # nothing is missing any more, so nothing is made anew


def test_the_same_difference_must_show_twice_before_all_is_made_anew(boarded: Storage, link: Link) -> None:
    play(boarded, "one", 3)
    link.call("ZADD", f"board:{CAMPAIGN}:person:all", 1, "stray")
    keeper = Keeper(boarded, CAMPAIGN)
    for _ in range(3):
        keeper.compare(TODAY)
    assert look(boarded).size == 2  # nothing was missing, so nothing was made anew


def test_nobody_waits_where_another_process_counts(boarded: Storage) -> None:
    boards = Boards(boarded.link, CAMPAIGN)
    assert boards.claim("another")
    assert not rebuild(boarded, CAMPAIGN, TODAY)
    boards.release("ours")
    assert not boards.claim("a third")
    boards.release("another")
    assert rebuild(boarded, CAMPAIGN, TODAY)


def test_what_could_not_be_counted_stays_marked(boarded: Storage) -> None:
    boards = Boards(boarded.link, CAMPAIGN)
    boards.recount_later({"day:no-day"})
    with pytest.raises(ValueError, match="no-day"):
        settle(boarded, CAMPAIGN, TODAY)
    assert boards.take_todo(10) == ["day:no-day"]
    assert boards.claim("free again")


def test_without_redis_rounds_are_kept_and_there_is_no_board(storage: Storage) -> None:
    play(storage, "one", 3)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.boards.look("person", "all", "") is None
        assert stores.attempts.totals("one") == (1, 5, 3)
    Keeper(storage, CAMPAIGN).tend(TODAY)
    Keeper(storage, CAMPAIGN).compare(TODAY)


def test_what_the_end_of_a_round_looks_up_is_found_by_the_person(sqlite_storage: Storage, link: Link) -> None:
    storage = replace(sqlite_storage, link=link)
    join(storage, "one", a_unit(storage))
    asked: list[tuple[str, object]] = []

    def hear(_connection: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if sql.lstrip().startswith("SELECT") and "FROM attempt" in sql:
            asked.append((sql, values))

    event.listen(storage.case.engine, "before_cursor_execute", hear)
    play(storage, "one", 3)
    with storage.transaction(CAMPAIGN) as stores:
        stores.attempts.ended_on("one", TODAY, ("round", "daily"))
    event.remove(storage.case.engine, "before_cursor_execute", hear)
    assert len(asked) >= 3
    with storage.case.engine.connect() as connection:
        for sql, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            assert any("person=?" in row[3] or "origin=?" in row[3] for row in plan), (sql, plan)
