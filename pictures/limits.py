"""What keeps the children that open photos and draw pictures from taking the memory of those who answer."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TURN = Path(__file__)  # any file of the program that web and scheduler share


@contextmanager
def one_at_a_time() -> Iterator[int]:
    """Wait until nobody on this machine cleans a photo; gives what a child has to inherit.

    The lock is of the open file and is let go when all have closed it: a child that outlives its parent keeps it.
    """
    turn = os.open(_TURN, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield turn
    finally:
        os.close(turn)


def go_first() -> None:
    """Where memory runs out, this process is ended and not one that answers people."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
