"""One message's way through Redis: begin and end, two round trips.

*Begin* claims the push, takes the person's lock and reads the person's record, four plain commands in one trip; where
it gets only one of the two it gives it back and looks again. *End* stores record, reply and counts and frees the lock, if
it is still ours; it is sent and not waited for, and since it alone frees the lock, no later message of the person can
overtake it. Pushes that are there at the same time share both trips. A push's key holds the claim's token, then R and the reply. Keys are keyed hashes, values are sealed.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from store.counts import REPEAT, UNANSWERED, Counts, fields
from store.redis_link import Command, Link, RedisError, Script, Unavailable
from store.sealing import Sealing, Unreadable

log = logging.getLogger(__name__)

LOCK_MS = 8_000  # longer than any turn; a dead worker's push is free again before its third delivery
REPLY_S = (
    255  # the platform repeats a push for about 15 seconds; nobody else can while its signature is believed
)
RECORD_S = 40 * 24 * 3600  # longer than the longest draft
WAIT_S = 4.0  # the platform gives up after 5
POLL_S = 0.02
TOGETHER_S = 2.0  # who has not got their turn by then gives up the lock and asks for it again

_END = Script(
    """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'R' .. ARGV[2], 'EX', ARGV[3])
redis.call('SET', KEYS[3], ARGV[4], 'EX', ARGV[5])
redis.call('DEL', KEYS[2])
redis.call('HINCRBY', KEYS[4], ARGV[6], 1)
redis.call('HINCRBY', KEYS[4], ARGV[7], ARGV[8])
return 1
"""
)
_PUT = Script(
    """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""
)
_LOOK = Script("return {redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '0'}")
_FORGET = Script(
    """
if redis.call('EXISTS', KEYS[2]) == 1 or (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1
"""
)
_FREE = Script(
    "for _, key in ipairs(KEYS) do if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end end"
)


class Unanswered(Exception):
    """This delivery gets no answer, because the first is still being worked on and the platform will ask again."""


Plain = dict[str, Any]
#: From the record and the campaign clock's offset to record, reply, and the name of the route that answered.
Work = Callable[[Plain, float], tuple[Plain, Plain, str]]


End = tuple[Sequence[str], Sequence[Any]]  # keys and values of the script that ends a turn


class Ask(NamedTuple):
    """A push that is to be answered."""

    push: str
    user: str
    kind: str
    work: Work
    came: float = 0.0  # of time.perf_counter(), where it has waited since


class Turn(NamedTuple):
    """One that is being answered: its keys (push, lock, record), its token, and since when it has waited."""

    ask: Ask
    keys: tuple[str, str, str]
    token: str
    began: float


class Turns:
    """Answers each push once, and one person's messages one after the other, across all processes."""

    def __init__(self, link: Link, sealing: Sealing, campaign: str) -> None:
        self._link = link
        self._sealing = sealing
        self._campaign = campaign
        self._clock_key = clock_key(campaign)
        self.counts = Counts(link, campaign)

    def once(self, push: str, user: str, kind: str, work: Work, came: float = 0.0) -> Plain:
        """The reply to a push: worked out now, or the one that it already got.

        ``work`` gets the person's record and the campaign clock's offset. Raises ``Unavailable`` without Redis
        and ``Unanswered`` where another delivery is still at work.
        """
        turn = self._turn(Ask(push, user, kind, work, came))
        first, begun = self._begin(turn)
        if not begun:
            self.counts.note(REPEAT)
            return self._open(first)
        reply, end = self._worked(turn, first)
        self._link.post(_END, end, heard=_heard)
        return reply

    def together(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Plain | Exception]]:
        """The replies to several pushes by their number, with two trips for all; exceptions where ``once`` raises them.

        Who can't begin at once (a repeat, a person's second message) is answered after the others.
        """
        if len(asks) < 2:
            yield from ((number, self._alone(ask)) for number, ask in enumerate(asks))
            return
        began = time.monotonic()
        turns = [self._turn(ask) for ask in asks]
        found = self._link.many(*(command for turn in turns for command in self._beginning(turn)))
        replies, ends = {}, []
        for number, turn in enumerate(turns):
            claimed, locked, record, offset = found[4 * number : 4 * number + 4]
            if claimed and locked and time.monotonic() < began + TOGETHER_S:
                replies[number], end = self._tried(turn, (record or b"", offset or b"0"))
                ends += end
            elif claimed or locked:
                self._free(turn)
        if ends:
            self._link.post(_END, *ends, heard=_heard)
        yield from replies.items()
        for number, ask in enumerate(asks):
            if number not in replies:
                yield number, self._alone(ask) if time.monotonic() < began + WAIT_S else Unanswered()

    def _tried(self, turn: Turn, first: tuple[bytes, bytes]) -> tuple[Plain | Exception, list[End]]:
        try:
            reply, end = self._worked(turn, first)
        except Exception as problem:
            return problem, []
        return reply, [end]

    def _alone(self, ask: Ask) -> Plain | Exception:
        try:
            return self.once(*ask)
        except Exception as problem:
            return problem

    def look(self, user: str) -> tuple[Plain, float]:
        """A person's record and the campaign clock's offset, without a turn."""
        sealed, offset = self._link.run(_LOOK, (self._record_key(user), self._clock_key))
        return self._open(sealed), float(offset)

    def last_said(self, user: str) -> datetime | None:
        """When the person last wrote: the customer-service window is open for 48 hours from then."""
        said = self.look(user)[0].get("last_said", 0.0)
        return datetime.fromtimestamp(said, tz=UTC) if said else None

    def forget(self, user: str, left: Callable[[Plain], Plain] = lambda _record: {}) -> None:
        """Put what is ``left`` of a person's record in its place, or remove it; raises ``Unavailable`` during a turn."""
        key = self._record_key(user)
        sealed = self._link.call("GET", key) or b""
        record = left(self._open(sealed))
        keys = (key, f"lock:{self._campaign}:{self._hash(user)}")
        if not self._link.run(_FORGET, keys, sealed, self._seal(record) if record else b"", RECORD_S):
            raise Unavailable

    def visit(self, user: str, change: Callable[[Plain, float], Plain | None]) -> bool:
        """Change a person's record between two of their messages; False where one of them is being answered.

        ``change`` gets the record and the campaign clock's offset, and gives the new record, or nothing to leave it.
        """
        key, offset = self._record_key(user), float(self._link.call("GET", self._clock_key) or 0)
        return self._between(key, lambda record: change(record, offset)) is not None

    def tidy(self, prune: Callable[[Plain], Plain | None]) -> int:
        """Let every record lose what has been kept long enough; how many did. A person who is speaking is left."""
        start, tidied = 0, 0
        while True:
            start, keys = self._link.call("SCAN", start, "MATCH", f"person:{self._campaign}:*", "COUNT", 200)
            tidied += sum(self._tidy_one(key.decode(), prune) for key in keys)
            if int(start) == 0:
                return tidied

    def _tidy_one(self, key: str, prune: Callable[[Plain], Plain | None]) -> bool:
        return bool(self._between(key, prune))

    def _between(self, key: str, change: Callable[[Plain], Plain | None]) -> bool | None:
        """Change a record while its person says nothing; was it changed? None where they are speaking."""
        lock, token = f"lock:{self._campaign}:{key.rpartition(':')[2]}", secrets.token_hex(8)
        if not self._link.call("SET", lock, token, "NX", "PX", LOCK_MS):
            return None
        try:
            kept = change(self._open(self._link.call("GET", key) or b""))
            if kept is None:
                return False
            return bool(self._link.run(_PUT, (key, lock), token, self._seal(kept))) or None
        finally:
            self._link.run(_FREE, (lock, lock), token)

    def _turn(self, ask: Ask) -> Turn:
        name = f"{self._campaign}:{self._hash(ask.user)}"
        keys = (f"push:{ask.push}", f"lock:{name}", f"person:{name}")
        return Turn(ask, keys, os.urandom(8).hex(), ask.came or time.perf_counter())

    def _beginning(self, turn: Turn) -> tuple[Command, ...]:
        """What claims the push, takes the lock, and reads the record and the clock."""
        (push, lock, record), token = turn.keys, turn.token
        return (
            ("SET", push, token, "NX", "PX", LOCK_MS),
            ("SET", lock, token, "NX", "PX", LOCK_MS),
            ("GET", record),
            ("GET", self._clock_key),
        )

    def _begin(self, turn: Turn) -> tuple[Any, bool]:
        """The record and offset with the claim, or the reply that the push already got."""
        until = time.monotonic() + WAIT_S
        while True:
            claimed, locked, *found = self._link.many(*self._beginning(turn))
            if claimed and locked:
                return (found[0] or b"", found[1] or b"0"), True
            if claimed or locked:
                self._free(turn)
            if not claimed and (answered := self._link.call("GET", turn.keys[0]) or b"").startswith(b"R"):
                return answered[1:], False
            if time.monotonic() >= until:
                self.counts.note(UNANSWERED)
                raise Unanswered
            time.sleep(POLL_S)

    def _free(self, turn: Turn) -> None:
        push, lock, _ = turn.keys
        self._link.run(_FREE, (lock, push), turn.token)

    def _worked(self, turn: Turn, first: tuple[bytes, bytes]) -> tuple[Plain, End]:
        """The reply, and what keeps record and reply and frees the lock."""
        try:
            record, reply, route = turn.ask.work(self._open(first[0]), float(first[1]))
        except BaseException:
            self._free(turn)
            raise
        counted = fields(turn.ask.kind, route, time.perf_counter() - turn.began)
        told, left = self._sealing.seal_all(orjson.dumps(reply), orjson.dumps(record))
        values = (turn.token, told, REPLY_S, left, RECORD_S, *counted)
        return reply, ((*turn.keys, self.counts.key), values)

    def _hash(self, user: str) -> str:
        return self._sealing.hash("redis", user)

    def _record_key(self, user: str) -> str:
        return f"person:{self._campaign}:{self._hash(user)}"

    def _seal(self, data: Plain) -> bytes:
        return self._sealing.seal(orjson.dumps(data))

    def _open(self, sealed: bytes) -> Plain:
        if not sealed:
            return {}
        try:
            data: Plain = orjson.loads(self._sealing.open(sealed))
        except (Unreadable, ValueError):
            log.warning("a record can't be read with this key; the person starts anew")
            return {}
        return data


def _heard(kept: Any) -> None:
    if isinstance(kept, RedisError):
        log.error("redis did not keep a turn: %s", str(kept).partition(" ")[0])
    elif kept != 1:
        log.warning("a turn outlived its lock; its record was not kept")


def clock_key(campaign: str) -> str:
    """Where a demo keeps how far campaign time is from machine time."""
    return f"clock:{campaign}"


class DemoClock:
    """Campaign time that a demo may move; kept in Redis, so that every process agrees."""

    def __init__(self, link: Link, campaign: str) -> None:
        self._link = link
        self._key = clock_key(campaign)

    def offset(self) -> float:
        """Seconds from machine time to campaign time."""
        return float(self._link.call("GET", self._key) or 0)

    def move(self, offset: float) -> None:
        self._link.call("SET", self._key, repr(offset))

    def start(self, offset: float) -> None:
        """Set the clock unless an earlier run has set it."""
        self._link.call("SET", self._key, repr(offset), "NX")


__all__ = ["DemoClock", "Turns", "Unanswered", "Unavailable"]
