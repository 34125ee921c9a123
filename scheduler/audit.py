"""Compares what should be with what is: what is due and not final, claimed too long, sent and without a receipt,
held up by a fault of the account, or without anybody to send it to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from content.models import Campaign
from scheduler.planner import calendar, horizon, plan, recipients_of
from store.reminder_values import Key, PlannedReminder
from store.stores import Storage, Stores
from store.watch import Watch

log = logging.getLogger(__name__)

LATE = timedelta(minutes=15)
RECEIPT = timedelta(hours=1)
PHOTO = timedelta(hours=1)
_SHOWN = 20  # ids in a line of the log

Keep = Callable[[str, Mapping[str, int]], object]


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
    late_mails: tuple[int, ...] = ()
    late_words: tuple[int, ...] = ()
    late_photos: tuple[int, ...] = ()
    held: tuple[int, ...] = ()  # until somebody has mended the account
    unreachable: tuple[int, ...] = ()  # nobody to send it to: somebody has to call

    def by_name(self) -> dict[str, tuple[int | Key, ...]]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass
class Audit:
    """Says in the log what it finds, each finding once, and hands the figures to ``keep``."""

    storage: Storage
    campaign: Campaign
    now: Callable[[], datetime]
    keep: Keep | None = None
    mails: bool = True  # is there a way to send them?
    _missing: frozenset[Key] = field(default=frozenset(), init=False)
    _told: dict[str, frozenset[int | Key]] = field(default_factory=dict, init=False)

    def __call__(self) -> Findings:
        findings = self._look()
        for what, found in findings.by_name().items():
            self._tell(what, found)
        if self.keep is not None:
            self.keep("audit", {what: len(found) for what, found in findings.by_name().items()})
        return findings

    def _look(self) -> Findings:
        now, watch = self.now(), Watch(self.storage, self.campaign.id)
        with self.storage.transaction(self.campaign.id) as stores:
            expected = wanted(stores, self.campaign, now, now - LATE)
            missing = [reminder.key for reminder in stores.reminders.missing(expected)]
            limit = horizon(self.campaign, now - LATE)
            findings = Findings(
                overdue=stores.reminders.overdue(now, LATE, limit) if limit else (),
                stuck=stores.reminders.stuck(LATE),
                without_receipt=stores.reminders.without_receipt(RECEIPT),
                missing=tuple(key for key in missing if key in self._missing),
                late_mails=watch.late_mails(stores.session, LATE) if self.mails else (),
                late_words=watch.late_words(LATE),
                late_photos=stores.photos.late(PHOTO, self.storage.clock()),
                held=watch.held(stores.session, now),
                unreachable=watch.unreachable(stores.session, now, stores.filings.settled()),
            )
        self._missing = frozenset(missing)
        return findings

    def _tell(self, what: str, found: Collection[int | Key]) -> None:
        """What was told is not told again, unless it was mended meanwhile."""
        fresh = [one for one in found if one not in self._told.get(what, frozenset())]
        self._told[what] = frozenset(found)
        if fresh:
            shown = ", ".join(str(one) if isinstance(one, int) else _key(one) for one in fresh[:_SHOWN])
            log.warning("audit: %d %s: %s", len(fresh), what.replace("_", " "), shown)


def _key(key: Key) -> str:
    return "/".join(map(str, key))
