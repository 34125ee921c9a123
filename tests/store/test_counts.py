"""What all processes count together."""

from __future__ import annotations

import time
from typing import Any

import pytest

from store.counts import BOUNDS, REFUSED, Counts, fields
from store.embedded import EmbeddedRedis
from store.redis_link import Link, Unavailable
from store.sealing import Sealing
from store.turn import Turns, Unanswered

USER = "oCounted00000000000000000001"


@pytest.fixture
def turns(link: Link) -> Turns:
    return Turns(link, Sealing("key of the tests"), "ningxia-2020")


def by(route: str, seconds: float = 0.0) -> Any:
    def work(record: dict[str, Any], _offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
        time.sleep(seconds)
        return record, {}, route

    return work


def test_a_message_is_counted_by_kind_and_by_the_route_that_answered(turns: Turns) -> None:
    turns.once("push-1", USER, "text", by("quiz"))
    turns.once("push-2", USER, "text", by("quiz"))
    turns.once("push-3", USER, "menu", by("report"))
    turns.once("push-4", USER, "follow", by(""))
    counted = turns.counts.read()
    assert counted.messages == {("text", "quiz"): 2, ("menu", "report"): 1, ("follow", ""): 1}


def test_the_time_to_answer_is_sorted_into_classes_and_added_up(turns: Turns) -> None:
    turns.once("push-1", USER, "text", by("quiz", 0.03))
    counted = turns.counts.read()
    assert sum(counted.times["text"]) == 1
    assert counted.times["text"].index(1) >= BOUNDS.index(0.05)
    assert counted.seconds["text"] >= 30_000


@pytest.mark.parametrize(("seconds", "place"), [(0.0, 0), (0.002, 0), (0.0021, 1), (5.0, 10), (5.1, 11)])
def test_a_class_holds_its_upper_bound(seconds: float, place: int) -> None:
    assert fields("text", "quiz", seconds)[0] == f"said:text:quiz:{place}"


def test_a_repeat_is_counted_as_one_and_not_as_a_message(turns: Turns) -> None:
    for _ in range(3):
        turns.once("push-1", USER, "text", by("quiz"))
    counted = turns.counts.read()
    assert (counted.messages.total(), counted.events["repeat", ""]) == (1, 2)


def test_a_delivery_that_gives_up_waiting_is_counted(
    turns: Turns, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.turn.WAIT_S", 0.05)
    link.call("SET", "push:push-1", "W", "PX", 60_000)
    with pytest.raises(Unanswered):
        turns.once("push-1", USER, "text", by("quiz"))
    assert turns.counts.read().events["unanswered", ""] == 1


def test_what_is_noted_bears_its_time(link: Link) -> None:
    counts, before = Counts(link, "ningxia-2020"), int(time.time())
    counts.note(REFUSED, "wrong signature")
    counted = counts.read()
    assert counted.events == {("refused", "wrong signature"): 1}
    assert before <= counted.latest["refused", "wrong signature"] <= time.time()


def test_what_jobs_found_out_is_kept_until_they_look_again(link: Link, redis_server: EmbeddedRedis) -> None:
    counts = Counts(link, "ningxia-2020")
    counts.keep("drafts", {"report": 2})
    counts.keep("drafts", {"report": 1, "quiz": 3})
    found = Counts(Link(redis_server.url), "ningxia-2020").kept()["drafts"]
    assert found.pop("at") <= time.time()
    assert found == {"report": 1, "quiz": 3}


def test_what_an_earlier_release_counted_is_passed_over(link: Link) -> None:
    link.call("HINCRBY", "count:ningxia-2020", "text", 7)
    assert Counts(link, "ningxia-2020").read().messages == {}


def test_without_redis_nothing_is_counted_and_nothing_fails() -> None:
    counts = Counts(Link("unix:///nowhere/redis.sock"), "ningxia-2020")
    counts.note(REFUSED, "wrong signature")
    counts.said("receipt", 0.1)
    counts.keep("drafts", {})
    with pytest.raises(Unavailable):
        counts.read()


def test_each_campaign_is_counted_apart(link: Link, turns: Turns) -> None:
    turns.once("push-1", USER, "text", by("quiz"))
    link.call("PING")
    assert Counts(link, "gusu-2020").read().messages == {}
