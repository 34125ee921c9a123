"""How long is waited for a database that hangs, and how soon it is asked again.

One that refuses says so at once. One that hangs (its machine frozen, its disk stalled, its packets dropped) says nothing: then a
turn ends as a fault while the platform still listens, and for a moment nobody waits for it any more, so that those
who don't need it are answered.
"""

from __future__ import annotations

import time

CONNECT_S = 3  # to open a connection
TURN_S = 3.0  # a statement of a turn, for the platform gives up after five seconds
JOB_S = 120.0  # one of a job, a command, or a long look of the desk
LOCK_S = 10.0  # a lock of SQLite, where nobody waits for an answer
AGAIN_S = 5.0  # before a turn asks again what has just not answered


class Patience:
    """What this process knows of one database."""

    def __init__(self) -> None:
        self._hurries = False
        self._again = 0.0  # of time.monotonic()

    def hurry(self) -> None:
        """From now on this process answers people."""
        self._hurries = True

    @property
    def options(self) -> dict[str, str]:
        """Settings of a connection to PostgreSQL: who waits for another's lock is told so, for nothing hangs there."""
        return {"options": f"-c lock_timeout={TURN_S * 800:.0f}"} if self._hurries else {}

    @property
    def lock_s(self) -> float:
        """How long a lock of SQLite is waited for."""
        return TURN_S if self._hurries else LOCK_S

    def seconds(self, at_leisure: bool) -> float:
        """How long an answer is waited for."""
        return TURN_S if self._hurries and not at_leisure else JOB_S

    def is_spent(self, at_leisure: bool) -> bool:
        """Has the database just not answered? Then it is not asked."""
        return not at_leisure and time.monotonic() < self._again

    def in_vain(self, at_leisure: bool) -> None:
        """It was waited for, and no answer came."""
        if self._hurries and not at_leisure:
            self._again = time.monotonic() + AGAIN_S
