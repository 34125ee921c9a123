"""What the scheduler's work looks like from outside, for ``/metrics`` and for the audit."""

from __future__ import annotations

from datetime import datetime

from content.models import Campaign
from scheduler.planner import horizon
from store.stores import Storage
from store.watch import Standing, Watch


def case_standing(storage: Storage, campaign: Campaign, now: datetime, mails: bool = True) -> Standing:
    """How the case database's work stands; ``now`` is campaign time. Outside the hours for reminders none is due."""
    return Watch(storage, campaign.id).case(now, horizon(campaign, now), mails)


def identity_standing(storage: Storage, campaign: Campaign) -> Standing:
    """The same of the identity database."""
    return Watch(storage, campaign.id).identity()
