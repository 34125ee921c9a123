"""A session on the phone page: what it holds can't be read in Redis, and ends with it."""

from __future__ import annotations

from store.redis_link import Link
from store.sealing import Sealing
from store.tokens import ASIDE_S, Sessions

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
