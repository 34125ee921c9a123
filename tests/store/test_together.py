"""Pushes that are there at the same time share their trips to Redis, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from store import turn
from store.embedded import EmbeddedRedis
from store.redis_link import Link, Unavailable, _Wire
from store.sealing import Sealing
from store.turn import Ask, Plain, Turns, Unanswered

SEALING = Sealing("key of the tests")
Told = tuple[dict[str, Any], dict[str, Any], str]


@pytest.fixture
def turns(link: Link) -> Turns:
    return Turns(link, SEALING, "ningxia-2020")


def counting(record: dict[str, Any], _offset: float) -> Told:
    count = record.get("count", 0) + 1
    return {"count": count}, {"text": f"第{count}次"}, "quiz"


def broken(_record: dict[str, Any], _offset: float) -> Told:
    raise ValueError("broken")


def ask(push: str, user: str, work: Any = counting) -> Ask:
    return Ask(push, user, "text", work)


def texts(told: Iterator[tuple[int, Plain | Exception]]) -> list[str]:
    """The replies in the order of the pushes; an exception by its name."""
    found = {n: type(one).__name__ if isinstance(one, Exception) else one["text"] for n, one in told}
    return [found[number] for number in range(len(found))]


def test_many_people_take_two_trips_and_wait_for_one(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    texts(turns.together([ask("warm", "oWarm")]))
    sent, send = [], _Wire.send
    monkeypatch.setattr(_Wire, "send", lambda wire, all_: (sent.append(len(all_)), send(wire, all_))[1])
    assert texts(turns.together([ask(f"push-{n}", f"oUser{n}") for n in range(5)])) == ["第1次"] * 5
    assert sent == [20, 5]
    assert all(turns.look(f"oUser{n}")[0] == {"count": 1} for n in range(5))


def test_each_has_a_record_of_their_own(turns: Turns) -> None:
    turns.once("before", "oB", "text", counting)
    assert texts(turns.together([ask("push-1", "oA"), ask("push-2", "oB")])) == ["第1次", "第2次"]


def test_one_persons_messages_come_one_after_the_other(turns: Turns) -> None:
    asks = [ask("push-1", "oA"), ask("push-2", "oB"), ask("push-3", "oA"), ask("push-4", "oA")]
    assert texts(turns.together(asks)) == ["第1次", "第1次", "第2次", "第3次"]
    assert turns.look("oA")[0] == {"count": 3}


def test_a_repeat_among_them_gets_the_same_reply(turns: Turns) -> None:
    turns.once("push-0", "oA", "text", counting)
    asks = [ask("push-1", "oB"), ask("push-0", "oA"), ask("push-1", "oB")]
    assert texts(turns.together(asks)) == ["第1次", "第1次", "第1次"]
    assert turns.look("oA")[0] == turns.look("oB")[0] == {"count": 1}


def test_a_fault_in_one_is_no_fault_of_the_others_and_leaves_the_push_free(turns: Turns) -> None:
    asks = [ask("push-1", "oA"), ask("push-2", "oB", broken), ask("push-3", "oC")]
    assert texts(turns.together(asks)) == ["第1次", "ValueError", "第1次"]
    assert turns.once("push-2", "oB", "text", counting) == {"text": "第1次"}


def test_who_waits_for_another_worker_holds_up_nobodys_reply(
    turns: Turns, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "WAIT_S", 0.3)
    link.call("SET", "push:push-1", "W", "PX", 60_000)
    link.call("SET", "push:push-3", "W", "PX", 60_000)
    asks = [ask("push-1", "oA"), ask("push-2", "oB"), ask("push-3", "oC")]
    began = time.monotonic()
    told = turns.together(asks)
    assert next(told) == (1, {"text": "第1次"})
    assert time.monotonic() - began < 0.2
    assert [(number, type(one)) for number, one in told] == [(0, Unanswered), (2, Unanswered)]
    assert time.monotonic() - began < 0.6  # the two do not wait one after the other


def test_whose_turn_comes_late_asks_again_before_the_lock_runs_out(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "TOGETHER_S", 0.05)
    monkeypatch.setattr(turn, "LOCK_MS", 400)  # longer than one, shorter than all three

    def slow(record: dict[str, Any], offset: float) -> Told:
        time.sleep(0.15)
        return counting(record, offset)

    asks = [ask(f"push-{n}", f"oUser{n}", slow) for n in range(3)]
    assert texts(turns.together(asks)) == ["第1次"] * 3
    assert all(turns.look(f"oUser{n}")[0] == {"count": 1} for n in range(3))


def test_without_redis_it_says_so_before_anything_is_worked_out(turns: Turns, link: Link) -> None:
    gone = Turns(Link("redis://127.0.0.1:9"), SEALING, "ningxia-2020")
    with pytest.raises(Unavailable):
        list(gone.together([ask("push-1", "oA", broken), ask("push-2", "oB", broken)]))


def test_none_is_none(turns: Turns, redis_server: EmbeddedRedis) -> None:
    assert list(turns.together([])) == []
