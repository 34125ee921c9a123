"""When exams against the clock end that have begun: kept in Redis beside the drafts, which can't be searched.

An end is added as the exam begins, without SQL, and is gone once a job has closed the exam or found it closed; what it
says of whose exam it is, is sealed. Where Redis loses it, the next message of the person closes the exam.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.redis_link import RedisError, Unavailable
from store.sealing import Unreadable

if TYPE_CHECKING:
    from store.stores import Storage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class End:
    """An exam whose time is over."""

    key: str
    user: str
    draft: str


class ExamEnds:
    """The ends of one campaign's exams; times are campaign time, as the exam's own."""

    def __init__(self, storage: Storage, campaign: str) -> None:
        self._link = storage.link
        self._sealing = storage.sealing
        self._ends = f"exam-ends:{campaign}"
        self._whose = f"exam-ends:{campaign}:whose"

    def add(self, user: str, draft: str, ends: datetime) -> None:
        """Note when an exam ends; that this can't be kept now is no reason not to begin it."""
        if self._link is None:
            return
        key = self._sealing.hash("exam-end", f"{user}\0{draft}")
        whose = self._sealing.seal(json.dumps({"user": user, "draft": draft}).encode())
        try:
            self._link.many(
                ("HSET", self._whose, key, whose), ("ZADD", self._ends, repr(ends.timestamp()), key)
            )
        except (Unavailable, RedisError) as lost:
            log.error("the end of an exam is not noted (%s)", type(lost).__name__)

    def due(self, now: datetime, most: int) -> Sequence[End]:
        """Exams whose time is over, the longest first; they stay until they are done."""
        if self._link is None:
            return ()
        keys = self._link.call("ZRANGEBYSCORE", self._ends, "-inf", f"({now.timestamp()!r}", "LIMIT", 0, most)
        return [end for key in keys if (end := self._read(key.decode())) is not None]

    def done(self, key: str) -> None:
        """Let go of one that is closed."""
        if self._link is not None:
            self._link.many(("ZREM", self._ends, key), ("HDEL", self._whose, key))

    def later(self, key: str, when: datetime) -> None:
        """Look at one again then."""
        if self._link is not None:
            self._link.call("ZADD", self._ends, "XX", repr(when.timestamp()), key)

    def _read(self, key: str) -> End | None:
        sealed = self._link.call("HGET", self._whose, key) if self._link is not None else None
        try:
            return End(key, **json.loads(self._sealing.open(sealed or b"")))
        except (Unreadable, ValueError):
            self.done(key)
            return None
