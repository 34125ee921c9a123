"""How often an interface may be called in a day and in a minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from threading import Lock

from simulator.errors import ApiError

BEIJING = timezone(timedelta(hours=8))
CLEARS_A_MONTH = 10
DAILY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
}
MINUTELY = {"/cgi-bin/stable_token": 10_000}


class Limits:
    """Counts calls; ``daily`` and ``minutely`` map a path to its allowance and may be changed by a test."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.daily = dict(DAILY)
        self.minutely = dict(MINUTELY)
        self._now = now
        self._calls: Counter[tuple[str, str]] = Counter()
        self._clears: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, path: str) -> None:
        """Count a call, or refuse it where its allowance is used up."""
        now = self._now().astimezone(BEIJING)
        day, minute = (f"{now:%Y-%m-%d}", path), (f"{now:%Y-%m-%d %H:%M}", path)
        with self._lock:
            if self._calls[day] >= self.daily.get(path, 10**9):
                raise ApiError(45009)
            if self._calls[minute] >= self.minutely.get(path, 10**9):
                raise ApiError(45011)
            self._calls[day] += 1
            self._calls[minute] += 1

    def clear(self) -> None:
        """Set all counts back, as clear_quota does ten times a month."""
        month = f"{self._now().astimezone(BEIJING):%Y-%m}"
        with self._lock:
            if self._clears[month] >= CLEARS_A_MONTH:
                raise ApiError(48006)
            self._clears[month] += 1
            self._calls.clear()
