"""How many customer-service messages the account may send to whom, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any, Literal

Trigger = Literal["message", "tap"]
ALLOWANCE: dict[Trigger, tuple[int, float]] = {"message": (5, 48 * 3600.0), "tap": (3, 60.0)}


@dataclass(frozen=True)
class Grant:
    """What one thing a person did allows: a number of messages until a moment."""

    began: float
    until: float
    left: int


class Windows:
    """The grants of each person; a message and a tap (click, follow, scan) count apart."""

    def __init__(self) -> None:
        self._grants: dict[tuple[str, Trigger], Grant] = {}
        self._lock = Lock()

    def open(self, openid: str, trigger: Trigger, now: float) -> None:
        """Give a person's trigger its full allowance, from now on."""
        count, seconds = ALLOWANCE[trigger]
        with self._lock:
            self._grants[openid, trigger] = Grant(now, now + seconds, count)

    def close(self, openid: str) -> None:
        """Take all grants back, as unfollowing does."""
        with self._lock:
            for trigger in ALLOWANCE:
                self._grants.pop((openid, trigger), None)

    def spend(self, openid: str, now: float) -> Literal["spent", "closed", "used up"]:
        """Take one message from the grant that ends first, or say why there is none."""
        with self._lock:
            running = self._running(openid, now)
            for key, grant in sorted(running, key=lambda item: item[1].until):
                if grant.left:
                    self._grants[key] = replace(grant, left=grant.left - 1)
                    return "spent"
            return "used up" if running else "closed"

    def left(self, openid: str, now: float) -> int:
        """Count how many messages may still be sent."""
        with self._lock:
            return sum(grant.left for _, grant in self._running(openid, now))

    def is_open(self, openid: str, now: float) -> bool:
        """Say whether any grant is running, used up or not."""
        with self._lock:
            return bool(self._running(openid, now))

    def last_trigger(self, openid: str) -> float:
        """Tell when the person last did something that opened a window."""
        with self._lock:
            return max((grant.began for key, grant in self._grants.items() if key[0] == openid), default=0.0)

    def _running(self, openid: str, now: float) -> list[tuple[tuple[str, Trigger], Grant]]:
        keys: Iterable[tuple[str, Trigger]] = ((openid, trigger) for trigger in ALLOWANCE)
        return [
            (key, self._grants[key]) for key in keys if key in self._grants and now <= self._grants[key].until
        ]

    def as_json(self) -> list[list[Any]]:
        """Write the grants down as plain lists."""
        with self._lock:
            return [[openid, trigger, asdict(grant)] for (openid, trigger), grant in self._grants.items()]

    @classmethod
    def from_json(cls, entries: list[list[Any]]) -> Windows:
        """Read grants that were written down."""
        windows = cls()
        windows._grants = {(openid, trigger): Grant(**grant) for openid, trigger, grant in entries}
        return windows
