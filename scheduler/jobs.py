"""The scheduler's own jobs: plan, send, audit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from channels.base import Channel
from content.models import Campaign
from rules import working_days
from scheduler.audit import Audit, Keep, wanted
from scheduler.dispatcher import LEASE, Dispatcher
from scheduler.planner import AHEAD, calendar
from scheduler.runner import Job
from store.stores import Storage

log = logging.getLogger(__name__)

_WORKED = 0.8  # of its period a send tick may work, so that ticks don't run into each other


def jobs(
    storage: Storage,
    campaign: Campaign,
    channels: Sequence[Channel],
    now: Callable[[], datetime],
    owner: str,
    *,
    last_said: Callable[[str], datetime | None],
    on_refused: Callable[[int, str], None],
    rate: float = 20.0,
    lease: timedelta = LEASE,
    demo: bool = False,
    keep: Keep | None = None,
) -> tuple[Job, ...]:
    """The jobs that bring reminders out; ``now`` is campaign time, which a demo moves and so looks at more often.

    ``keep`` is told what the audit finds, for those who watch.
    """
    dispatcher = Dispatcher(
        campaign,
        storage,
        channels,
        now,
        owner,
        last_said=last_said,
        on_refused=on_refused,
        rate=rate,
        lease=lease,
    )
    planning, sending = (2.0, 1.0) if demo else (60.0, 5.0)
    _say_what_is_guessed(campaign)
    return (
        Job("plan", planning, lambda: write_plan(storage, campaign, now())),
        Job("send", sending, lambda: dispatcher.tick(sending * _WORKED)),
        Job("audit", 300.0, Audit(storage, campaign, now, keep, mails=_has(channels, "mail"))),
    )


def write_plan(storage: Storage, campaign: Campaign, now: datetime) -> int:
    """Write the rows of the next two days and lay aside what waits for a date that was moved; how many."""
    times = {
        (slot.occurrence.obligation, slot.occurrence.key, slot.lead, slot.occurrence.due): (
            slot.send_at,
            slot.not_after,
        )
        for slot in calendar(campaign)
    }
    with storage.transaction(campaign.id) as stores:
        reminders = wanted(stores, campaign, now, now + AHEAD)
    with storage.transaction(campaign.id) as stores:  # two short ones: SQLite has one lock for writing
        moved = stores.reminders.replan(times)
        written = stores.reminders.ensure(reminders)
    if moved or written:
        log.info("plan: %d reminders written, %d moved", written, moved)
    return written


def _has(channels: Sequence[Channel], name: str) -> bool:
    return any(channel.name == name for channel in channels)


def _say_what_is_guessed(campaign: Campaign) -> None:
    days = [slot.send_at.date() for slot in calendar(campaign)]
    for line in working_days.warnings(days, campaign.begins):
        log.warning("%s", line)
