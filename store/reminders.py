"""Reminders: schedule, outbox and audit in one row each.

The states of a row:

=============  ==========================================================================================
planned        waits for its campaign time
pending        waits for its next attempt, on machine time; ``reason`` tells of a fault of the account that holds it up
sending        claimed by one process; ``started_at`` tells whether an attempt is under way
accepted       a channel took it
delivered      a receipt, or the person's 收到, confirmed it
unknown        an answer was lost for good; a receipt settles it, and with ``next_attempt_at`` it is sent once more
failed         no channel is left that could bring it
skipped        not sent; ``reason`` says why
superseded     a shorter lead or another date has taken its place
=============  ==========================================================================================

Rows are claimed by one UPDATE with its conditions, which the database checks again where somebody else has just taken one, and
changed only by whoever holds the claim (owner and ``claim_no``). It is the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true, update

from store.database import add_missing
from store.reminder_rows import ATTEMPTED, CLAIM, FUTURE, ReminderRows, claimable
from store.reminder_values import (
    ACCEPTED,
    DELIVERED,
    MOVED,
    NO_ADDRESS,
    PASSING,
    PENDING,
    PLANNED,
    REFUSED,
    SEEN,
    SENDING,
    SENT,
    SKIPPED,
    SUPERSEDED,
    UNKNOWN,
    Claim,
    PlannedReminder,
    ReminderView,
    Settled,
    SlotKey,
    Try,
)
from store.tables import DeliveryTry, Reminder

RECEIPT_WINDOW = timedelta(minutes=10)
_CLOCK_SKEW = timedelta(minutes=1)  # between the platform's clock and ours
_TICK = timedelta(microseconds=1)
_TOGETHER = timedelta(hours=12)  # reminders that one 收到 answers
_OPEN = (SENDING, PENDING, ACCEPTED, UNKNOWN)  # a receipt may still tell something new


class Reminders(ReminderRows):
    """The reminders of one campaign. Times called ``now`` are campaign time; the rest is machine time."""

    # planning

    def ensure(self, wanted: Collection[PlannedReminder]) -> int:
        """Write the rows that are missing, and plan again what lies aside for a reason that has passed."""
        missing = self.missing(wanted)
        self._insert(missing)
        return len(missing) + self._take_up(wanted)

    def missing(self, wanted: Collection[PlannedReminder]) -> tuple[PlannedReminder, ...]:
        """What should have a row and has none."""
        known = {slot: self._recipients(slot) for slot in {reminder.slot for reminder in wanted}}
        return tuple(reminder for reminder in wanted if reminder.recipient not in known[reminder.slot])

    def replan(self, valid: Mapping[SlotKey, tuple[datetime, datetime]]) -> int:
        """Bring what waits in line with the campaign's present dates; what was sent stays; how many changed."""
        changed = 0
        for slot, times in self._waiting():
            now = valid.get(slot)
            if now is None:
                changed += self._change_all(slot, state=SUPERSEDED, reason=MOVED)
            elif now != times:
                changed += self._change_all(slot, send_at=now[0], not_after=now[1])
        return changed

    # sending

    def due(self, now: datetime, not_after: datetime, limit: int, fresh: bool = True) -> tuple[int, ...]:
        """What may be claimed and loses its sense by ``not_after``: begun work first, then by due date."""
        machine = self._clock()
        ripe = claimable(now, machine, machine + FUTURE, fresh)
        found = (
            select(Reminder.id)
            .where(*self._mine(), Reminder.not_after <= not_after, ripe)
            .order_by(case((Reminder.state == PLANNED, 1), else_=0), Reminder.due, Reminder.id)
            .limit(limit)
        )
        return tuple(self._session.scalars(found))

    def claim(self, ids: Sequence[int], owner: str, lease: timedelta, now: datetime) -> tuple[Claim, ...]:
        """Take of these rows, in their order, what waits to be sent and what nobody else was quicker to take."""
        machine = self._clock()
        wanted = {"of": self._campaign, "rows": ids, "now": now, "machine": machine}
        taken = {"later": machine + FUTURE, "holder": owner, "lease": machine + lease}
        rows = {row.id: row for row in self._connection.execute(CLAIM, wanted | taken)}
        return tuple(self._claimed(rows[one]) for one in ids if one in rows)

    def hand_back(self, claim: Claim) -> bool:
        """Let go of a claim under which nothing was begun, so that it is taken up again at once."""
        return self._held(claim, lease_until=self._clock() - _TICK)

    def start(
        self,
        claim: Claim,
        channel: str,
        lease: timedelta,
        openid: str = "",
        *,
        in_doubt_since: datetime,
        again: bool,
    ) -> bool:
        """Write down that an attempt begins now; False if the claim is lost and nothing may be sent."""
        now = self._clock()
        return self._held(
            claim,
            channel=channel,
            person=self._person(openid) if openid else None,
            started_at=now,
            first_attempt_at=in_doubt_since,
            again=again,
            lease_until=now + lease,
        )

    def note(self, claim: Claim, tried: Try, in_doubt_since: datetime | None, **values: Any) -> bool:
        """Write down how an attempt ended and keep the claim; False if it is lost."""
        self._append(claim.id, claim.claim_no, tried)
        return self._held(claim, started_at=None, first_attempt_at=in_doubt_since, **values)

    def accept(self, claim: Claim, tried: Try, in_doubt_since: datetime) -> bool:
        """Write down that a channel took it, and give the row back; False if the claim is lost."""
        done = {"state": ACCEPTED, "reason": "", "next_attempt_at": None, "lease_until": None}
        return self.note(claim, tried, in_doubt_since, **done)

    def finish(
        self, claim: Claim, state: str, *, reason: str = "", next_attempt_at: datetime | None = None
    ) -> bool:
        """Give the row back in its new state; False, and nothing changes, if the claim is lost."""
        return self._held(
            claim,
            state=state,
            reason=reason[:200],
            next_attempt_at=next_attempt_at,
            started_at=None,
            lease_until=None,
        )

    def attempted(self, claim: Claim) -> tuple[tuple[str, date], ...]:
        """Lead and due date of every other reminder of this occurrence that the recipient may have got."""
        wanted = {
            "of": self._campaign,
            "obligation": claim.obligation,
            "occurrence": claim.occurrence,
            "recipient": claim.recipient,
            "row": claim.id,
        }
        return tuple((lead, due) for lead, due in self._connection.execute(ATTEMPTED, wanted))

    # what comes back

    def receipt(self, message_id: str, openid: str, status: str, at: datetime) -> Settled | None:
        """Settle a reminder by the platform's receipt; None if it is about none, or can't be told about which.

        A failed one goes to the next channel at once. Where the person is found to have blocked the account,
        the caller marks the liaison as out of WeChat's reach.
        """
        # the answer to the post may be written down between two looks: so by message once more
        row = self._by_message(message_id) or self._by_person(openid, at) or self._by_message(message_id)
        if row is None:
            return None
        told = status.replace(" ", "").casefold()
        if told != "success":
            return self._refuse(row, message_id, told)
        settled = self._change(
            row.id, Reminder.state.in_(_OPEN), state=DELIVERED, reason="", next_attempt_at=None
        )
        return Settled(row.id, row.recipient, delivered=True) if settled else None

    def mark_seen(self, liaison_id: int, at: datetime) -> tuple[ReminderView, ...]:
        """The person says 收到 to what was sent last: it needs no further channel; what it concerned.

        Of what is in doubt it settles the one thing that it can mean: where something else has surely come, it means that.
        """
        got = self._rows(
            Reminder.recipient == f"liaison:{liaison_id}",
            Reminder.first_attempt_at.is_not(None),
            Reminder.seen_at.is_(None),
            Reminder.state.in_((*SENT, PENDING, SENDING)),
        )
        last = max((row.first_attempt_at for row in got if row.first_attempt_at), default=None)
        if last is None:
            return ()
        rows = [row for row in got if row.first_attempt_at and last - row.first_attempt_at <= _TOGETHER]
        sure = [row for row in rows if row.state in (ACCEPTED, DELIVERED)]
        for row in sure or rows[: len(rows) == 1]:
            self._change(row.id, true(), seen_at=at)
            unsure = Reminder.state.in_((PENDING, UNKNOWN))
            self._change(row.id, unsure, state=DELIVERED, reason=SEEN, next_attempt_at=None)
        return tuple(_view(row) for row in sorted(sure or rows, key=lambda row: (row.due, row.id)))

    # lists

    def sent_to(self, liaison_id: int) -> tuple[ReminderView, ...]:
        """What a liaison has been sent, oldest first."""
        rows = self._rows(Reminder.recipient == f"liaison:{liaison_id}", Reminder.state.in_(SENT))
        return tuple(_view(row) for row in sorted(rows, key=lambda row: (row.updated_at, row.id)))

    def of_unit(self, unit_id: int) -> tuple[ReminderView, ...]:
        """Every reminder about a unit, to whomever, by the time at which it is or was due."""
        rows = self._rows(Reminder.unit_id == unit_id)
        return tuple(_view(row) for row in sorted(rows, key=lambda row: (row.send_at, row.id)))

    def tries_of(self, reminder_id: int) -> tuple[Try, ...]:
        """Every attempt at a reminder, in order."""
        found = select(DeliveryTry).where(
            DeliveryTry.campaign == self._campaign, DeliveryTry.reminder_id == reminder_id
        )
        return tuple(
            Try(row.channel, row.started_at, row.outcome, row.code, row.detail, row.message_id or "")
            for row in self._session.scalars(found.order_by(DeliveryTry.id))
        )

    def counts(self) -> Counter[str]:
        """How many rows are in each state."""
        found = select(Reminder.state, func.count()).where(*self._mine()).group_by(Reminder.state)
        return Counter({row[0]: row[1] for row in self._session.execute(found)})

    def forget(self, liaison_id: int) -> None:
        """Remove what could join a reminder with the person's OpenID."""
        mine = (*self._mine(), Reminder.recipient == f"liaison:{liaison_id}")
        self._session.execute(update(Reminder).where(*mine).values(person=None))

    # audit

    def overdue(self, now: datetime, since: timedelta, not_after: datetime) -> tuple[int, ...]:
        """What should have been begun ``since`` and still waits."""
        planned = and_(Reminder.state == PLANNED, Reminder.send_at <= now - since)
        pending = and_(Reminder.state == PENDING, Reminder.next_attempt_at <= self._clock() - since)
        return self._ids(or_(planned, pending), Reminder.not_after <= not_after)

    def stuck(self, since: timedelta) -> tuple[int, ...]:
        """What is being sent under a lease that ran out."""
        return self._ids(Reminder.state == SENDING, Reminder.lease_until <= self._clock() - since)

    def without_receipt(self, after: timedelta, channel: str = "template") -> tuple[int, ...]:
        """What the platform took within a day and gave no receipt for."""
        now = self._clock()
        between = Reminder.updated_at.between(now - timedelta(days=1), now - after)
        return self._ids(Reminder.state == ACCEPTED, Reminder.channel == channel, between)

    # how it is done

    def _refuse(self, row: Reminder, message_id: str, status: str) -> Settled | None:
        """The platform took it and could not bring it; said twice it changes nothing."""
        sent = next((tried for tried in self.tries_of(row.id) if tried.message_id == message_id), None)
        channel = sent.channel if sent else row.channel
        if any(tried.channel == channel and tried.outcome == REFUSED for tried in self.tries_of(row.id)):
            return None
        now = self._clock()
        waits = {"state": PENDING, "next_attempt_at": now, "first_attempt_at": None, "started_at": None}
        if not self._change(row.id, Reminder.state.in_(_OPEN), **waits):
            return None
        self._append(row.id, row.claim_no, Try(channel, now, REFUSED, code=status))
        return Settled(row.id, row.recipient, delivered=False, blocked=status == "failed:userblock")

    def _claimed(self, row: Any) -> Claim:
        return Claim(
            id=row.id,
            owner=row.owner,
            claim_no=row.claim_no,
            obligation=row.obligation,
            occurrence=row.occurrence,
            recipient=row.recipient,
            lead=row.lead,
            unit_id=row.unit_id,
            due=row.due,
            send_at=row.send_at,
            not_after=row.not_after,
            client_msg_id=row.client_msg_id,
            first_attempt_at=row.first_attempt_at,
            started_at=row.started_at,
            channel=row.channel,
            again=row.again,
            seen=row.seen_at is not None,
            reason=row.reason,
            tries=self.tries_of(row.id) if row.claim_no > 1 else (),
        )

    def _insert(self, reminders: Iterable[PlannedReminder]) -> None:
        # in one order everywhere, or two processes would wait for each other
        rows = [self._new(reminder) for reminder in sorted(reminders, key=lambda reminder: reminder.key)]
        if rows:
            add_missing(self._session, Reminder, rows)

    def _new(self, reminder: PlannedReminder) -> dict[str, Any]:
        now = self._clock()
        key = "/".join((self._campaign, *map(str, reminder.key)))
        values = {field.name: getattr(reminder, field.name) for field in fields(reminder) if field.compare}
        return {
            **values,
            "campaign": self._campaign,
            "state": PLANNED,
            "reason": "",
            "claim_no": 0,
            "again": False,
            "channel": "",
            "client_msg_id": hashlib.sha256(key.encode()).hexdigest()[:32],
            "created_at": now,
            "updated_at": now,
        }

    def _recipients(self, slot: SlotKey) -> frozenset[str]:
        """Whose rows stand under a slot, in whatever state."""
        return frozenset(self._session.scalars(select(Reminder.recipient).where(*self._mine(), *_in(slot))))

    def _take_up(self, wanted: Collection[PlannedReminder]) -> int:
        keys = {(reminder.key, why) for reminder in wanted for why in PASSING}
        keys |= {(reminder.key, NO_ADDRESS) for reminder in wanted if reminder.has_address}
        aside = (
            Reminder.state.in_((SKIPPED, SUPERSEDED)),
            Reminder.reason.in_((*PASSING, NO_ADDRESS)),
            Reminder.first_attempt_at.is_(None),
        )
        slots = [and_(*_in(slot)) for slot in {reminder.slot for reminder in wanted}]
        rows = self._rows(or_(false(), *slots), *aside)
        return sum(
            self._change(row.id, *aside, state=PLANNED, reason="")
            for row in rows
            if ((row.obligation, row.occurrence, row.lead, row.due, row.recipient), row.reason) in keys
        )

    def _waiting(self) -> list[tuple[SlotKey, tuple[datetime, datetime]]]:
        """The slots of all rows that wait for their time, and that time as it was planned."""
        columns = (Reminder.obligation, Reminder.occurrence, Reminder.lead, Reminder.due)
        found = (
            select(*columns, Reminder.send_at, Reminder.not_after)
            .where(*self._mine(), Reminder.state == PLANNED)
            .distinct()
        )
        return [((row[0], row[1], row[2], row[3]), (row[4], row[5])) for row in self._session.execute(found)]

    def _change_all(self, slot: SlotKey, **values: Any) -> int:
        """Change what still waits under a slot."""
        return self._update(*_in(slot), Reminder.state == PLANNED, **values)

    def _by_message(self, message_id: str) -> Reminder | None:
        tried = select(DeliveryTry.reminder_id).where(
            DeliveryTry.campaign == self._campaign, DeliveryTry.message_id == message_id
        )
        return next(iter(self._rows(Reminder.id.in_(tried))), None) if message_id else None

    def _by_person(self, openid: str, at: datetime) -> Reminder | None:
        """The one reminder to this person whose answer is outstanding; of two, neither."""
        rows = self._rows(
            Reminder.person == self._person(openid),
            Reminder.state.in_((SENDING, PENDING, UNKNOWN)),
            Reminder.first_attempt_at.between(at - RECEIPT_WINDOW, at + _CLOCK_SKEW),
        )
        return rows[0] if len(rows) == 1 else None


def _view(row: Reminder) -> ReminderView:
    return ReminderView(**{field.name: getattr(row, field.name) for field in fields(ReminderView)})


def _in(slot: SlotKey) -> tuple[ColumnElement[bool], ...]:
    obligation, occurrence, lead, due = slot
    return (
        Reminder.obligation == obligation,
        Reminder.occurrence == occurrence,
        Reminder.lead == lead,
        Reminder.due == due,
    )
