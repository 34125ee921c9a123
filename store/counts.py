"""What all processes count together: one hash in Redis, which a scrape reads from whichever worker it meets.

A message is counted by the script that ends its turn, so it costs no trip; what is rare is counted by ``note``. Nothing
here names a person. An emptied Redis begins again at nought, as a counter may.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from store.redis_link import PROBE, Link, RedisError, Unavailable

log = logging.getLogger(__name__)

#: Upper bounds, in seconds, of the classes of the time to answer; the platform gives up after 5.
BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
#: What ``note`` is told of.
REPEAT, UNANSWERED, REFUSED, ERROR = "repeat", "unanswered", "refused", "error"


@dataclass
class Counted:
    """The counts of one campaign."""

    messages: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # by kind and by the route that answered
    times: dict[str, list[int]] = field(
        default_factory=dict
    )  # by kind: how many in each class, the last has no end
    seconds: Counter[str] = field(default_factory=Counter)  # by kind, in microseconds
    events: Counter[tuple[str, str]] = field(default_factory=Counter)  # what was noted, and its detail
    latest: dict[tuple[str, str], int] = field(default_factory=dict)  # when it was noted last, machine time


def fields(kind: str, route: str, seconds: float) -> tuple[str, str, int]:
    """What one message adds: the field that grows by one, and the field of its time with the microseconds."""
    return f"said:{kind}:{route}:{bisect_left(BOUNDS, seconds)}", f"time:{kind}", round(seconds * 1e6)


class Counts:
    """The counts of one campaign in Redis."""

    def __init__(self, link: Link, campaign: str) -> None:
        self._link = link
        self.key = f"count:{campaign}"
        self._figures = f"figures:{campaign}"

    def said(self, kind: str, seconds: float) -> None:
        """Count a message that took no turn, such as a receipt; never in the way of its answer."""
        one, spent, more = fields(kind, "", seconds)
        self._try(("HINCRBY", self.key, one, 1), ("HINCRBY", self.key, spent, more))

    def note(self, event: str, detail: str = "") -> None:
        """Count something rare, and when it was; never in the way of what is being done."""
        name = f"{event}:{detail}"
        stamp = ("HSET", self.key, f"last:{name}", int(time.time()))
        self._try(("HINCRBY", self.key, f"noted:{name}", 1), stamp)

    def read(self) -> Counted:
        """All counts. Raises ``Unavailable``, also where Redis is there and takes nothing more: then nothing is counted."""
        counted = Counted()
        _, found = self._link.many(PROBE, ("HGETALL", self.key))
        for name, value in _pairs(found):
            what, _, rest = name.decode().partition(":")
            _add(counted, what, rest, int(value))
        return counted

    def keep(self, name: str, figures: Mapping[str, Any]) -> None:
        """Keep what a job has found out, for whoever looks; the job is none the worse if it can't be kept."""
        told = orjson.dumps({**figures, "at": int(time.time())})
        self._try(("HSET", self._figures, name, told))

    def kept(self) -> dict[str, dict[str, Any]]:
        """What the jobs have found out last. Raises ``Unavailable``."""
        return {
            name.decode(): orjson.loads(value)
            for name, value in _pairs(self._link.call("HGETALL", self._figures))
        }

    def _try(self, *commands: tuple[Any, ...]) -> None:
        try:
            self._link.many(*commands)
        except (Unavailable, RedisError) as lost:
            log.debug("not counted: %s", type(lost).__name__)


def _pairs(answer: Any) -> list[tuple[bytes, bytes]]:
    """The fields of a hash, as the older and the newer protocol give them."""
    return (
        list(answer.items())
        if isinstance(answer, dict)
        else list(zip(answer[::2], answer[1::2], strict=True))
    )


def _add(counted: Counted, what: str, rest: str, value: int) -> None:
    """Put one field where it belongs; what an earlier release counted otherwise is passed over."""
    if what == "said":
        kind, _, named = rest.partition(":")
        route, _, place = named.rpartition(":")
        counted.messages[kind, route] += value
        counted.times.setdefault(kind, [0] * (len(BOUNDS) + 1))[int(place)] += value
    elif what == "time":
        counted.seconds[rest] += value
    elif what in ("noted", "last"):
        event, _, detail = rest.partition(":")
        if what == "noted":
            counted.events[event, detail] += value
        else:
            counted.latest[event, detail] = value
