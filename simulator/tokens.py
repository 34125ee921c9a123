"""Access tokens: how they are got, how long they live, how a call shows one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from threading import Lock

from simulator.errors import ApiError

LIFE, EARLY, OVERLAP = 7200.0, 300.0, 300.0
FORCED_A_DAY, FORCED_APART, DAY = 20, 30.0, 86400.0
_FORM = re.compile(r"[A-Za-z0-9_-]{64,512}")


class Tokens:
    """The tokens of one account; the stable one and the older kind do not disturb each other."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._ends: dict[str, float] = {}
        self._stable = ""
        self._plain = ""
        self._forced: list[float] = []
        self._lock = Lock()

    def stable(self, force: bool = False) -> tuple[str, int]:
        """Give the stable token and its remaining seconds, a new one within five minutes of its end."""
        with self._lock:
            if force:
                self._allow_force()
                self._ends.pop(self._stable, None)
            if self._left(self._stable) < EARLY:
                self._stable = self._new()
            return self._stable, int(self._left(self._stable))

    def plain(self) -> tuple[str, int]:
        """Give a new token of the older kind; the former one works for five minutes more."""
        with self._lock:
            if self._left(self._plain) > OVERLAP:
                self._ends[self._plain] = self._now() + OVERLAP
            self._plain = self._new()
            return self._plain, int(LIFE)

    def check(self, token: str) -> None:
        """Refuse a call whose token is missing, malformed, unknown or expired."""
        if not token:
            raise ApiError(41001)
        if not _FORM.fullmatch(token):
            raise ApiError(40014)
        if token not in self._ends:
            raise ApiError(40001)
        if self._left(token) <= 0:
            raise ApiError(42001)

    def expire(self) -> None:
        """Let every token reach its end, for tests of 42001."""
        with self._lock:
            self._ends = dict.fromkeys(self._ends, self._now())

    def revoke(self) -> None:
        """Forget every token, for tests of 40001."""
        with self._lock:
            self._ends.clear()

    def _allow_force(self) -> None:
        now = self._now()
        self._forced = [at for at in self._forced if now - at < DAY]
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise ApiError(45011)
        if len(self._forced) >= FORCED_A_DAY:
            raise ApiError(45009)
        self._forced.append(now)

    def _left(self, token: str) -> float:
        return self._ends.get(token, 0.0) - self._now()

    def _new(self) -> str:
        token = secrets.token_urlsafe(102)
        self._ends[token] = self._now() + LIFE
        return token
