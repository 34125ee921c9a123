"""Looks after the boards, and after rounds that are too much alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from content.models import Campaign
from scheduler.runner import Job
from store.standing import Keeper
from store.stores import Storage

FIRST_LOOK = timedelta(days=1)  # back, after a start
OVERLAP = timedelta(minutes=2)  # rounds are committed a little after their end


def board_jobs(storage: Storage, campaign: Campaign, now: Callable[[], datetime]) -> tuple[Job, ...]:
    """All of them; ``now`` is campaign time."""
    zone, keeper = ZoneInfo(campaign.zone), Keeper(storage, campaign.id)

    def today() -> date:
        return now().astimezone(zone).date()

    return (
        Job("boards", 20.0, lambda: keeper.tend(today())),
        Job("boards-audit", 300.0, lambda: keeper.compare(today())),
        Job("lookalikes", 60.0, Lookalikes(storage, campaign.id, now)),
    )


@dataclass
class Lookalikes:
    """Flags rounds that many accounts ended alike in one second, each stretch of time once and a little more.

    It is looked for without holding up anybody who plays; only what is found is written.
    """

    storage: Storage
    campaign: str
    now: Callable[[], datetime]
    _seen: datetime | None = None

    def __call__(self) -> int:
        now = self.now()
        since = now - FIRST_LOOK if self._seen is None else min(self._seen, now) - OVERLAP
        with self.storage.looking(self.campaign) as stores:
            found = stores.flags.suspects(since, now)
        marked = 0
        if found:
            with self.storage.transaction(self.campaign) as stores:
                marked = stores.flags.mark(found)
        self._seen = now
        return marked
