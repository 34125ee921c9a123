"""How the work stands in SQL, for whoever watches: what became of deliveries, what waits and since when, who ticks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from store.claims import FAILED, PENDING, SENDING
from store.identity.tables import Forgetting, Word
from store.identity.words import NOBODY
from store.liaisons import ACTIVE
from store.photos import WANTED
from store.reminder_values import HELD, NOWHERE, PLANNED, SENT, SKIPPED, UNKNOWN
from store.tables import Liaison, Outgoing, Reminder, ReportPhoto, Tick

if TYPE_CHECKING:
    from store.stores import Storage


_AT_WORK = timedelta(minutes=10)  # a process begins some job every few seconds


@dataclass(frozen=True, slots=True)
class Queue:
    """What could be done by now and is not."""

    due: int = 0
    age: float = 0.0  # seconds, of the oldest


@dataclass(frozen=True, slots=True)
class JobTick:
    """One job of the scheduler, in whichever process."""

    period: int  # seconds
    began: datetime
    ended: datetime | None  # the last good end


@dataclass
class Standing:
    """How the work stands, as far as one database tells it."""

    deliveries: Counter[tuple[str, str]] = field(default_factory=Counter)  # reminders by channel and state
    outboxes: Counter[tuple[str, str]] = field(default_factory=Counter)  # mails and words by state
    queues: dict[str, Queue] = field(default_factory=dict)
    jobs: dict[str, JobTick] = field(default_factory=dict)


class Watch:
    """Looks at the work of one campaign; changes nothing. Each database is looked at in a transaction of its own."""

    def __init__(self, storage: Storage, campaign: str) -> None:
        self._storage = storage
        self._campaign = campaign
        self._clock = storage.clock  # machine time

    def case(self, now: datetime, not_after: datetime | None, mails: bool = True) -> Standing:
        """What the case database tells. ``now`` is campaign time; only reminders count as waiting that lose their
        sense by ``not_after``, and none where it is None; mails only where there is a way to send them."""
        standing = Standing()
        with self._storage.case.session(reads=True) as session:
            standing.deliveries.update(self._deliveries(session))
            standing.outboxes.update(self._states(session, "mails", Outgoing))
            standing.jobs.update(self._ticks(session))
            standing.queues["reminders"] = self._reminders(session, now, not_after)
            standing.queues["photos"] = self._photos(session)
            if mails:
                standing.queues["mails"] = self._pending(
                    session, Outgoing, Outgoing.campaign == self._campaign
                )
        return standing

    def identity(self) -> Standing:
        """What the identity database tells, of all campaigns together."""
        standing = Standing()
        with self._storage.identity.session(reads=True) as session:
            standing.outboxes.update(self._states(session, "words", Word))
            standing.queues["words"] = self._pending(session, Word)
            wishes = (Forgetting.done_at.is_(None), Forgetting.next_attempt_at <= self._clock())
            standing.queues["wishes"] = self._queue(session, Forgetting.next_attempt_at, *wishes)
        return standing

    def late_mails(self, session: Session, by: timedelta) -> tuple[int, ...]:
        """Mails to the office that should have gone out so long ago."""
        return _late(session, Outgoing, self._clock() - by, Outgoing.campaign == self._campaign)

    def late_words(self, by: timedelta) -> tuple[int, ...]:
        """Words to reporters and winners that should have."""
        with self._storage.identity.session(reads=True) as session:
            return _late(session, Word, self._clock() - by)

    def held(self, session: Session, now: datetime) -> tuple[int, ...]:
        """Reminders that a fault of the account keeps from being sent; ``now`` is campaign time."""
        waits = (Reminder.state == PENDING, Reminder.reason.startswith(HELD), Reminder.not_after > now)
        found = select(Reminder.id).where(Reminder.campaign == self._campaign, *waits)
        return tuple(session.scalars(found.order_by(Reminder.id)))

    def unreachable(
        self, session: Session, now: datetime, settled: Collection[tuple[str, str, int]]
    ) -> tuple[int, ...]:
        """Reminders that had nowhere to go, and of what is not settled: somebody may still call.

        ``now`` is campaign time.
        """
        what = (Reminder.obligation, Reminder.occurrence, Reminder.unit_id)
        open_still = (*_no_way(self._campaign), Reminder.not_after > now)
        rows = session.execute(select(Reminder.id, *what).where(*open_still).order_by(Reminder.id))
        return tuple(number for number, *subject in rows if tuple(subject) not in settled)

    def undelivered(self, within: timedelta) -> Counter[tuple[str, str]]:
        """What ended lately without having been brought for sure: reminders and mails, by state.

        A reminder that had nowhere to go counts as one that failed.
        """
        since = self._clock() - within
        reminder = (
            Reminder.campaign == self._campaign,
            Reminder.next_attempt_at.is_(None),  # else it is tried again
            Reminder.updated_at >= since,
        )
        ended = or_(Outgoing.updated_at >= since, Outgoing.next_attempt_at >= since)
        with self._storage.case.session(reads=True) as session:
            found = _ended(session, "reminders", Reminder, *reminder)
            nowhere = session.scalar(select(func.count()).where(*_no_way(self._campaign), *reminder)) or 0
            found += Counter({("reminders", FAILED): nowhere})  # and nothing where there is none
            return found + _ended(session, "mails", Outgoing, Outgoing.campaign == self._campaign, ended)

    def untold(self, within: timedelta) -> Counter[tuple[str, str]]:
        """The same of word to reporters and winners who are still there; a word's last try is when it was due last."""
        there = (Word.next_attempt_at >= self._clock() - within, Word.reason != NOBODY)
        with self._storage.identity.session(reads=True) as session:
            return _ended(session, "words", Word, *there)

    def _deliveries(self, session: Session) -> Mapping[tuple[str, str], int]:
        columns = (Reminder.channel, Reminder.state)
        found = select(*columns, func.count()).where(Reminder.campaign == self._campaign).group_by(*columns)
        return {(channel, state): count for channel, state, count in session.execute(found)}

    def _states(self, session: Session, name: str, table: Any) -> Mapping[tuple[str, str], int]:
        found = select(table.state, func.count()).group_by(table.state)
        if "campaign" in table.__table__.columns:
            found = found.where(table.campaign == self._campaign)
        return {(name, state): count for state, count in session.execute(found)}

    def _ticks(self, session: Session) -> Iterator[tuple[str, JobTick]]:
        """The jobs of the processes that are at work; one that only a former process had is no job any more."""
        mine = Tick.campaign == self._campaign
        newest = session.scalar(select(func.max(Tick.started_at)).where(mine))
        if newest is None:
            return
        at_work = select(Tick.owner).where(mine, Tick.started_at >= newest - _AT_WORK)
        known = select(Tick.name).where(mine, Tick.owner.in_(at_work))
        lasts = (func.max(Tick.period), func.max(Tick.started_at), func.max(Tick.ended_at))
        found = select(Tick.name, *lasts).where(mine, Tick.name.in_(known)).group_by(Tick.name)
        yield from ((row[0], JobTick(*row[1:])) for row in session.execute(found).all())

    def _reminders(self, session: Session, now: datetime, not_after: datetime | None) -> Queue:
        """Planned ones by campaign time, begun ones by machine time; the older of both."""
        if not_after is None:
            return Queue()
        mine = (Reminder.campaign == self._campaign, Reminder.not_after <= not_after)
        machine = self._clock()
        planned = self._queue(
            session, Reminder.send_at, *mine, Reminder.state == PLANNED, Reminder.send_at <= now, now=now
        )
        waits = and_(Reminder.state.in_((PENDING, UNKNOWN)), Reminder.next_attempt_at <= machine)
        begun = self._queue(session, Reminder.next_attempt_at, *mine, waits)
        held = (*mine, Reminder.state == SENDING, Reminder.lease_until <= machine)
        stuck = self._queue(session, Reminder.lease_until, *held)
        return _together(planned, begun, stuck)

    def _photos(self, session: Session) -> Queue:
        """Photos that nobody is fetching; ``updated_at`` is the last try."""
        free = or_(ReportPhoto.lease_until.is_(None), ReportPhoto.lease_until <= self._clock())
        wanted = (ReportPhoto.campaign == self._campaign, ReportPhoto.state == WANTED, free)
        return self._queue(session, ReportPhoto.updated_at, *wanted)

    def _pending(self, session: Session, table: Any, *only: ColumnElement[bool]) -> Queue:
        due = (table.state == PENDING, table.next_attempt_at <= self._clock(), *only)
        return self._queue(session, table.next_attempt_at, *due)

    def _queue(
        self, session: Session, column: Any, *conditions: ColumnElement[bool], now: datetime | None = None
    ) -> Queue:
        count, oldest = session.execute(select(func.count(), func.min(column)).where(*conditions)).one()
        return Queue(count, max(0.0, ((now or self._clock()) - oldest).total_seconds())) if count else Queue()


def _no_way(campaign: str) -> tuple[ColumnElement[bool], ...]:
    """Reminders that had nowhere to go, for people who still answer for a unit that nobody else can tell."""
    what = (Reminder.obligation, Reminder.occurrence, Reminder.lead, Reminder.due, Reminder.unit_id)
    told = select(*what).where(
        Reminder.campaign == campaign, Reminder.state.in_((PLANNED, PENDING, SENDING, *SENT))
    )
    person = literal("liaison:") + cast(Liaison.id, String)
    active = select(person).where(Liaison.campaign == campaign, Liaison.state.in_(ACTIVE))
    return (
        Reminder.campaign == campaign,
        Reminder.state == SKIPPED,
        Reminder.reason.in_(NOWHERE),
        or_(Reminder.recipient.not_like("liaison:%"), Reminder.recipient.in_(active)),
        tuple_(*what).not_in(told),
    )


def _together(*queues: Queue) -> Queue:
    return Queue(sum(queue.due for queue in queues), max(queue.age for queue in queues))


def _ended(session: Session, name: str, table: Any, *only: ColumnElement[bool]) -> Counter[tuple[str, str]]:
    """How many ended as failed, and how many nobody knows of."""
    found = select(table.state, func.count()).where(table.state.in_((FAILED, UNKNOWN)), *only)
    rows = session.execute(found.group_by(table.state))
    return Counter({(name, state): count for state, count in rows})


def _late(session: Session, table: Any, until: datetime, *only: ColumnElement[bool]) -> tuple[int, ...]:
    """Rows that should have been sent by then, or whose lease had run out by then."""
    waits = and_(table.state == PENDING, table.next_attempt_at <= until)
    stuck = and_(table.state == SENDING, table.lease_until <= until)
    return tuple(session.scalars(select(table.id).where(or_(waits, stuck), *only).order_by(table.id)))
