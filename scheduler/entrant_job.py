"""Deletes who took part in prize draws, a while after nobody can claim anything any more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.models import Campaign
from rules.prizes import ENTRANTS_KEPT_DAYS
from scheduler.runner import Job
from store.stores import Storage

log = logging.getLogger(__name__)


def entrant_job(storage: Storage, campaigns: Iterable[Campaign], now: Callable[[], datetime]) -> Job:
    """The job for all campaigns whose entrants one database holds; ``now`` is campaign time."""
    known = tuple(campaigns)
    return Job("entrants", 3600.0, lambda: sum(delete_entrants(storage, one, now()) for one in known))


def delete_entrants(storage: Storage, campaign: Campaign, now: datetime) -> int:
    """Delete a campaign's entrants once their time is over; how many went."""
    with storage.transaction(campaign.id) as stores:
        end = stores.draws.claims_end(campaign.prizes, campaign.zone) or _last_midnight(campaign)
        if now < end + timedelta(days=ENTRANTS_KEPT_DAYS):
            return 0
        entrants = stores.entrants
    gone = 0
    while some := entrants.expire():
        gone += some
    if gone:
        log.info("%d entrants of %s deleted", gone, campaign.id)
    return gone


def _last_midnight(campaign: Campaign) -> datetime:
    """The end of the campaign, for entrants whose draw is no longer stated."""
    return datetime.combine(campaign.ends + timedelta(days=1), time(), ZoneInfo(campaign.zone))
