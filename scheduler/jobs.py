"""The scheduler's own jobs: plan, send, audit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from channels.base import Channel
from content.models import Campaign
from rules import working_days
from scheduler.dispatcher import LEASE, Dispatcher
from scheduler.planner import AHEAD, calendar, horizon, plan, recipients_of
from scheduler.runner import Job
from store.reminder_values import Key, PlannedReminder
from store.stores import Storage, Stores

log = logging.getLogger(__name__)

LATE = timedelta(minutes=15)
RECEIPT = timedelta(hours=1)
_SHOWN = 20  # ids in a line of the log
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
) -> tuple[Job, ...]:
    """The jobs that bring reminders out; ``now`` is campaign time, which a demo moves and so looks at more often."""
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
        Job("audit", 300.0, Audit(storage, campaign, now)),
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


def wanted(stores: Stores, campaign: Campaign, now: datetime, until: datetime) -> list[PlannedReminder]:
    """What the planner makes of the present units, liaisons and filings."""
    recipients = recipients_of(stores.units.all(), stores.liaisons.active())
    return plan(calendar(campaign), recipients, stores.filings.settled(), now, until)


@dataclass(frozen=True, slots=True)
class Findings:
    """What does not look as it should, by the ids of the rows."""

    overdue: tuple[int, ...] = ()
    stuck: tuple[int, ...] = ()
    without_receipt: tuple[int, ...] = ()
    missing: tuple[Key, ...] = ()  # seen by this audit and the one before, so not just registered


@dataclass
class Audit:
    """Compares what should be with what is, and says it in the log."""

    storage: Storage
    campaign: Campaign
    now: Callable[[], datetime]
    _missing: frozenset[Key] = field(default=frozenset(), init=False)

    def __call__(self) -> Findings:
        now = self.now()
        with self.storage.transaction(self.campaign.id) as stores:
            expected = wanted(stores, self.campaign, now, now - LATE)
            missing = [reminder.key for reminder in stores.reminders.missing(expected)]
            limit = horizon(self.campaign, now - LATE)
            findings = Findings(
                overdue=stores.reminders.overdue(now, LATE, limit) if limit else (),
                stuck=stores.reminders.stuck(LATE),
                without_receipt=stores.reminders.without_receipt(RECEIPT),
                missing=tuple(key for key in missing if key in self._missing),
            )
        self._missing = frozenset(missing)
        self._tell(findings)
        return findings

    def _tell(self, findings: Findings) -> None:
        for what in ("overdue", "stuck", "without_receipt", "missing"):
            found = getattr(findings, what)
            if found:
                shown = ", ".join(str(one) if isinstance(one, int) else _key(one) for one in found[:_SHOWN])
                log.warning("audit: %d %s: %s", len(found), what.replace("_", " "), shown)


def _key(key: Key) -> str:
    return "/".join(map(str, key))


def _say_what_is_guessed(campaign: Campaign) -> None:
    days = [slot.send_at.date() for slot in calendar(campaign)]
    for line in working_days.warnings(days, campaign.begins):
        log.warning("%s", line)
