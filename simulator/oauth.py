"""Web authorisation: codes that tell the product who opened its page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import Lock

from simulator.errors import ApiError

LIFE = 300.0


class Codes:
    """The codes given out: each names a person once, for five minutes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._given: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()
        self._lock = Lock()

    def give(self, openid: str) -> str:
        """Make a code for a person."""
        code = "0" + secrets.token_hex(15) + "G"
        with self._lock:
            self._given[code] = (openid, self._now() + LIFE)
        return code

    def take(self, code: str) -> str:
        """Tell whose code this is, once."""
        with self._lock:
            if code in self._used:
                raise ApiError(40163)
            if code not in self._given:
                raise ApiError(40029)
            openid, until = self._given.pop(code)
            self._used.add(code)
            if self._now() > until:
                raise ApiError(42003)
            return openid
