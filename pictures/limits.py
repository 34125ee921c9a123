"""What keeps the children that open photos and draw pictures from taking the memory of those who answer."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TURN = "cleaning.lock"  # in the folder that web and scheduler share; nobody else may open it, and so hold it
_LOOKED_AGAIN = 0.02  # seconds; short, or whoever has many photos would get every turn


@contextmanager
def one_at_a_time(folder: Path, seconds: float) -> Iterator[int]:
    """Wait until nobody who shares the folder cleans a photo; gives what a child has to inherit.

    The lock is of the open file and is let go when all have closed it: a child that outlives its parent keeps it.
    Where somebody keeps it for too long, ``TimeoutError`` is raised.
    """
    turn = os.open(folder / _TURN, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _lock(turn, time.monotonic() + seconds)
        yield turn
    finally:
        os.close(turn)


def _lock(turn: int, until: float) -> None:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() >= until:
            raise TimeoutError("somebody else cleans a photo, and doesn't end")
        time.sleep(_LOOKED_AGAIN)


def go_first() -> None:
    """Where memory runs out, this process is ended and not one that answers people."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
