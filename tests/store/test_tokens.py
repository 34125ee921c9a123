"""The access token of all processes; a session on the phone page: what it holds can't be read in Redis, and ends with it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.tokens import ASIDE_S, Sessions, Tokens

SEALING = Sealing("key of the tests")
WORDS = "查询码 K7QM-2XHD-9RTW-4VNB，仓库里设了员工宿舍"


def test_what_is_set_aside_is_sealed_and_lives_ten_minutes(link: Link) -> None:
    sessions = Sessions(link, SEALING)
    sid = sessions.create("oReporter1")
    sessions.set_aside(sid, WORDS)
    assert sessions.aside(sid) == sessions.aside(sid) == WORDS
    assert sessions.get(sid) == "oReporter1"
    asides = link.call("KEYS", "aside:*")
    assert len(asides) == 1
    assert sid.encode() not in asides[0]
    assert b"K7QM" not in link.call("GET", asides[0])
    assert 0 < link.call("TTL", asides[0]) <= ASIDE_S == 600


def test_what_is_set_aside_is_replaced_and_taken_away(link: Link) -> None:
    sessions = Sessions(link, SEALING)
    sid, other = sessions.create("oReporter1"), sessions.create("oReporter2")
    sessions.set_aside(sid, WORDS)
    sessions.set_aside(sid, "第二")
    assert (sessions.aside(sid), sessions.aside(other)) == ("第二", "")
    sessions.set_aside(sid, "")
    assert sessions.aside(sid) == ""


def test_what_is_set_aside_ends_with_its_session(link: Link) -> None:
    sessions = Sessions(link, SEALING)
    left, forgotten = sessions.create("oReporter1"), sessions.create("oReporter2")
    for sid in (left, forgotten):
        sessions.set_aside(sid, WORDS)
    sessions.drop(left)
    sessions.forget("oReporter2")
    assert (sessions.aside(left), sessions.aside(forgotten)) == ("", "")
    assert link.call("KEYS", "aside:*") == []


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis of its own, which the test may kill."""
    server = EmbeddedRedis(tmp_path / "redis")
    server.start()
    yield server
    server.stop()


def test_all_processes_share_one_token(link: Link) -> None:
    one, other = Tokens(link, SEALING, "wx1"), Tokens(link, SEALING, "wx1")
    assert one.get() is None
    one.set("TOKEN-1", 7200)
    assert other.get() == "TOKEN-1"
    other.drop("TOKEN-0")
    assert one.get() == "TOKEN-1"
    other.drop("TOKEN-1")
    assert one.get() is None


def test_the_lock_is_had_by_one(link: Link) -> None:
    one, other = Tokens(link, SEALING, "wx1"), Tokens(link, SEALING, "wx1", iter(range(0, 1000, 6)).__next__)
    with one.lock() as held:
        assert held
        with other.lock() as also:
            assert not also
    with other.lock() as now:
        assert now


def test_a_process_goes_on_with_its_token_when_redis_is_gone(
    mortal: EmbeddedRedis, caplog: pytest.LogCaptureFixture
) -> None:
    time = [100.0]
    tokens = Tokens(Link(mortal.url, 0.5), SEALING, "wx1", lambda: time[0])
    tokens.set("TOKEN-1", 7200)
    mortal.kill()
    with caplog.at_level(logging.DEBUG):
        assert tokens.get() == "TOKEN-1"
        with tokens.lock() as held:
            assert not held
        tokens.set("TOKEN-2", 60)
        assert tokens.get() == "TOKEN-2"
        time[0] += 60
        assert tokens.get() is None
        tokens.set("TOKEN-3", 60)
        tokens.drop("TOKEN-2")
        assert tokens.get() == "TOKEN-3"
        tokens.drop("TOKEN-3")
        assert tokens.get() is None
    assert "TOKEN" not in caplog.text
