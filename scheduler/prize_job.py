"""Passes on prizes that were not claimed in time, and has whoever wins them told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.models import Campaign
from scheduler.runner import Job
from store.draw_views import DrawView
from store.identity.winners import tell_winners
from store.stores import Storage

log = logging.getLogger(__name__)

WHO = "scheduler"
FROM, TO = time(9), time(20)  # nobody is told at night what they have won
PASSED_ON_FOR = timedelta(days=60)  # after the draw; later it is for the organiser to decide


def prize_job(storage: Storage, campaign: Campaign, now: Callable[[], datetime]) -> Job:
    """The job for the campaign that is on; ``now`` is campaign time."""
    return Job("prizes", 1800.0, lambda: pass_on(storage, campaign, now()))


def pass_on(storage: Storage, campaign: Campaign, now: datetime) -> int:
    """Pass on what can't be claimed any more, by the value that was drawn by; how many prizes lapsed.

    Whoever has won and was not told, because a process died before, is told too. A second time changes nothing.
    """
    if not FROM <= now.astimezone(ZoneInfo(campaign.zone)).time() < TO:
        return 0
    with storage.transaction(campaign.id) as stores:
        names = sorted(stores.draws.sealed_names())
        draws = [draw for name in names if (draw := stores.draws.named(name)) and draw.settled(now)]
    return sum(_pass_on(storage, campaign, draw, now) for draw in draws)


def _pass_on(storage: Storage, campaign: Campaign, draw: DrawView, now: datetime) -> int:
    lapsed = 0
    with storage.transaction(campaign.id) as stores:
        if draw.drawn_at is not None and now < draw.drawn_at + PASSED_ON_FOR:
            entrants = stores.entrants.persons()
            step = {"zone": campaign.zone, "who": WHO}
            lapsed = len(stores.draws.lapse(draw.rules.id, entrants, **step, at=now)[0])
        winners = stores.draws.winners(draw)
    if lapsed:
        log.info("%d prizes of %s were not claimed in time and are passed on", lapsed, draw.rules.id)
    tell_winners(storage, campaign.id, campaign.zone, winners, now)
    return lapsed
