"""A token store for tests: one process, any number of threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class MemoryTokens:
    """Keeps the token as the store in Redis does."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.RLock()
        self.token = ""
        self.until = 0.0
        self.seconds: list[int] = []

    def get(self) -> str | None:
        return self.token if self.token and self._now() < self.until else None

    def set(self, token: str, seconds: int) -> None:
        self.token, self.until = token, self._now() + seconds
        self.seconds.append(seconds)

    def drop(self, failed: str) -> None:
        if self.token == failed:
            self.token = ""

    @contextmanager
    def lock(self) -> Iterator[bool]:
        with self._lock:
            yield True
