"""A push is run once, and one person's messages one after the other."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store import turn
from store.counts import BOUNDS
from store.embedded import EmbeddedRedis
from store.redis_link import Link, ResponseError, Script, Unavailable, _Wire
from store.sealing import Sealing
from store.turn import DemoClock, Turns, Unanswered, _heard
from wechat.codec import WINDOW_S

SEALING = Sealing("key of the tests")
USER = "oTurn00000000000000000000001"


@pytest.fixture
def turns(link: Link) -> Turns:
    return Turns(link, SEALING, "ningxia-2020")


def counting(record: dict[str, Any], _offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
    count = record.get("count", 0) + 1
    return {"count": count}, {"text": f"第{count}次"}, "quiz"


def test_a_repeat_gets_the_same_reply_and_does_not_run_again(turns: Turns) -> None:
    first = turns.once("push-1", USER, "text", counting)
    again = turns.once("push-1", USER, "text", counting)
    assert first == again == {"text": "第1次"}
    assert turns.look(USER)[0] == {"count": 1}


def test_a_push_is_known_for_as_long_as_its_signature_is_believed(turns: Turns, link: Link) -> None:
    turns.once("push-1", USER, "text", counting)
    assert link.call("TTL", "push:push-1") > 2 * WINDOW_S, "it may have come early, and be sent again late"


def test_what_a_push_has_waited_before_counts_as_time_to_answer(turns: Turns, link: Link) -> None:
    turns.once("push-1", USER, "text", counting, came=time.perf_counter() - 1.5)
    link.call("PING")  # what was posted is there
    assert 1.5e6 < turns.counts.read().seconds["text"] < 2.5e6
    assert sum(turns.counts.read().times["text"][BOUNDS.index(2.0) :]) == 1


def test_the_next_push_finds_the_record_of_the_last(turns: Turns) -> None:
    turns.once("push-1", USER, "text", counting)
    assert turns.once("push-2", USER, "text", counting) == {"text": "第2次"}


def test_a_repeat_during_the_first_run_waits_for_its_reply(turns: Turns, redis_server: EmbeddedRedis) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(record: dict[str, Any], offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        started.set()
        assert go_on.wait(5)
        return counting(record, offset)

    other = Turns(Link(redis_server.url), SEALING, "ningxia-2020")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(turns.once, "push-1", USER, "text", slow)
        assert started.wait(5)
        second = pool.submit(other.once, "push-1", USER, "text", counting)
        go_on.set()
        assert first.result() == second.result() == {"text": "第1次"}
    assert turns.look(USER)[0] == {"count": 1}


def test_one_persons_messages_are_answered_one_after_the_other(
    redis_server: EmbeddedRedis, link: Link
) -> None:
    def one(number: int) -> dict[str, Any]:
        mine = Turns(Link(redis_server.url), SEALING, "ningxia-2020")

        def slowly(record: dict[str, Any], offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
            kept = counting(record, offset)
            time.sleep(0.01)
            return kept

        return mine.once(f"push-{number}", USER, "text", slowly)

    with ThreadPoolExecutor(8) as pool:
        replies = [reply["text"] for reply in pool.map(one, range(8))]
    assert sorted(replies) == sorted(f"第{n}次" for n in range(1, 9))


def test_a_turn_that_failed_leaves_the_push_free(turns: Turns) -> None:
    def broken(_record: dict[str, Any], _offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        turns.once("push-1", USER, "text", broken)
    assert turns.once("push-1", USER, "text", counting) == {"text": "第1次"}


def test_a_dead_workers_push_is_left_unanswered_until_its_claim_ends(
    turns: Turns, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "WAIT_S", 0.1)
    link.call("SET", "push:push-1", "W", "PX", 60_000)
    with pytest.raises(Unanswered):
        turns.once("push-1", USER, "text", counting)
    link.call("DEL", "push:push-1")
    assert turns.once("push-1", USER, "text", counting) == {"text": "第1次"}


def test_a_turn_that_outlived_its_lock_keeps_nothing(turns: Turns, link: Link) -> None:
    def outlived(record: dict[str, Any], offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        for key in link.call("KEYS", "lock:*"):
            link.call("DEL", key)
        return counting(record, offset)

    turns.once("push-1", USER, "text", outlived)
    assert turns.look(USER)[0] == {}


def test_neither_person_nor_words_can_be_read_in_redis(turns: Turns, link: Link) -> None:
    turns.once("push-1", USER, "text", lambda *_: ({"said": "仓库里住人"}, {"text": "已收到您说的"}, ""))
    seen = b""
    for key in link.call("KEYS", "*"):
        kind = link.call("TYPE", key)
        value = link.call("GET", key) if kind == b"string" else b""
        seen += key + (value or b"")
    assert USER.encode() not in seen
    assert "仓库".encode() not in seen
    assert "已收到".encode() not in seen


def test_forgetting_removes_the_record(turns: Turns) -> None:
    turns.once("push-1", USER, "text", counting)
    turns.forget(USER)
    assert turns.look(USER)[0] == {}


def test_what_is_left_of_a_record_takes_its_place_but_not_during_a_turn(turns: Turns) -> None:
    turns.once("push-1", USER, "text", counting)
    turns.forget(USER, lambda record: {**record, "left": True})
    assert turns.look(USER)[0]["left"]

    def forgotten_meanwhile(
        record: dict[str, Any], offset: float
    ) -> tuple[dict[str, Any], dict[str, Any], str]:
        with pytest.raises(Unavailable):
            turns.forget(USER)
        return counting(record, offset)

    turns.once("push-2", USER, "text", forgotten_meanwhile)


def test_a_message_takes_two_trips_and_waits_for_one(
    turns: Turns, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns.once("push-0", USER, "text", counting)
    sent: list[int] = []
    send = _Wire.send
    monkeypatch.setattr(
        _Wire, "send", lambda wire, commands: (sent.append(len(commands)), send(wire, commands))[1]
    )
    turns.once("push-1", USER, "text", counting)
    assert sent == [4, 1]


def test_a_push_that_waits_for_its_person_leaves_no_claim(turns: Turns, link: Link) -> None:
    def meanwhile(record: dict[str, Any], offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        with pytest.raises(Unanswered), pytest.MonkeyPatch.context() as patch:
            patch.setattr("store.turn.WAIT_S", 0.05)
            turns.once("push-2", USER, "text", counting)
        assert link.call("EXISTS", "push:push-2") == 0
        return counting(record, offset)

    turns.once("push-1", USER, "text", meanwhile)
    assert turns.once("push-2", USER, "text", counting) == {"text": "第2次"}


def test_an_error_in_the_middle_leaves_the_answers_in_their_order(link: Link) -> None:
    link.call("SET", "text", "not a list")
    with pytest.raises(ResponseError):
        link.many(("PING",), ("LPUSH", "text", "x"), ("ECHO", "late"))
    assert link.many(("ECHO", "a"), ("ECHO", "b")) == [b"a", b"b"]


def test_what_was_posted_and_failed_is_told_in_the_log(
    turns: Turns, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    link.post(Script("return redis.error_reply('OOM no room')"), ((), ()), heard=_heard)
    assert link.call("ECHO", "next") == b"next"
    assert "did not keep a turn: OOM" in caplog.text


def test_a_redis_that_forgot_its_scripts_still_keeps_the_turn(turns: Turns, link: Link) -> None:
    def forgetful(record: dict[str, Any], offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        link.call("SCRIPT", "FLUSH")
        return counting(record, offset)

    turns.once("push-1", USER, "text", forgetful)
    assert turns.once("push-2", USER, "text", counting) == {"text": "第2次"}


def test_the_first_turn_after_a_start_is_kept_at_once(
    turns: Turns, link: Link, redis_server: EmbeddedRedis
) -> None:
    link.call("SCRIPT", "FLUSH")
    turns.once("push-1", USER, "text", counting)
    other = Turns(Link(redis_server.url), SEALING, "ningxia-2020")
    assert other.once("push-2", USER, "text", counting) == {"text": "第2次"}


def test_a_redis_that_is_lost_after_the_answer_is_told_in_the_log(
    turns: Turns, link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    turns.once("push-1", USER, "text", counting)
    link._own.wire.close()
    turns.once("push-2", USER, "text", counting)
    assert "before it said" in caplog.text


def test_without_redis_the_turn_says_so() -> None:
    turns = Turns(Link("unix:///nowhere/redis.sock"), SEALING, "ningxia-2020")
    with pytest.raises(Unavailable):
        turns.once("push-1", USER, "text", counting)


def test_the_demo_clock_is_the_same_for_every_process(redis_server: EmbeddedRedis, link: Link) -> None:
    clock = DemoClock(link, "ningxia-2020")
    clock.start(-100.0)
    DemoClock(Link(redis_server.url), "ningxia-2020").start(-500.0)
    assert clock.offset() == -100.0
    clock.move(60.5)
    turns = Turns(link, SEALING, "ningxia-2020")
    seen: list[float] = []
    turns.once("push-1", USER, "text", lambda record, offset: (seen.append(offset) or record, {}, ""))
    assert seen == [60.5]


def test_what_was_kept_long_enough_goes_without_the_persons_doing(turns: Turns, link: Link) -> None:
    turns.once("push-1", USER, "text", lambda *_: ({"drafts": ["old"], "memory": 1}, {}, ""))
    turns.once("push-2", "oOther", "text", lambda *_: ({"drafts": []}, {}, ""))
    link.call("PING")  # what was posted is there
    assert turns.tidy(lambda record: {**record, "drafts": []} if record["drafts"] else None) == 1
    assert turns.look(USER)[0] == {"drafts": [], "memory": 1}
    assert turns.once("push-3", USER, "text", counting) == {"text": "第1次"}


def test_a_connection_that_is_lost_again_and_again_is_opened_anew_each_time(link: Link) -> None:
    for _ in range(150):
        link.call("PING")
        link._own.wire.close()
    assert link.call("ECHO", "there") == b"there"
