"""Who is to be reminded of what and when: data and a time in, reminders out. Nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from content.models import Campaign, Lead, Obligation
from content.occurrences import Occurrence, occurrences
from rules import working_days
from store.filings import Key as Settled
from store.liaisons import LiaisonView
from store.reminder_values import PlannedReminder
from store.units import UnitView

AHEAD = timedelta(hours=48)  # rows are written so long before their time
EVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)  # leaves room for any zone
_LATE_KEEPS = 2  # working days for which the last late reminder keeps its sense


@dataclass(frozen=True, slots=True)
class Recipient:
    """A liaison, or a unit as a whole; ``takes`` says to whom the obligations that it is reminded of are addressed."""

    key: str  # liaison:7, unit:12
    unit_id: int
    group: str
    takes: frozenset[Literal["liaison", "unit"]]
    channel: str  # the first that will be tried: template, mail; none where there is no address
    paused_until: datetime | None = None

    def concerned_by(self, obligation: Obligation) -> bool:
        """Must this recipient be told of this obligation?"""
        return obligation.to in self.takes and (not obligation.groups or self.group in obligation.groups)

    def paused_at(self, moment: datetime) -> bool:
        """Has the person asked for silence at that moment of campaign time?"""
        return self.paused_until is not None and moment < self.paused_until


@dataclass(frozen=True, slots=True)
class Slot:
    """One lead of one occurrence: from when and until when its reminder makes sense."""

    obligation: Obligation
    occurrence: Occurrence
    lead: str
    send_at: datetime
    not_after: datetime


def recipients_of(units: Iterable[UnitView], liaisons: Iterable[LiaisonView]) -> tuple[Recipient, ...]:
    """Every liaison, of everything; every unit, of its own filings, and of all while no liaison can be reached."""
    entries = tuple(liaisons)
    answered_for = {entry.unit_id for entry in entries if entry.answers}
    told = tuple(of_unit(unit, unit.id in answered_for) for unit in units)
    return tuple(of_liaison(entry) for entry in entries) + told


def of_liaison(liaison: LiaisonView) -> Recipient:
    """A liaison as recipient, pending or confirmed."""
    by_mail = liaison.email and (liaison.by_mail or not liaison.in_wechat)
    return Recipient(
        key=f"liaison:{liaison.id}",
        unit_id=liaison.unit_id,
        group=liaison.group,
        takes=frozenset({"liaison", "unit"}),  # whoever has registered has still to send the form in
        channel="mail" if by_mail else "template" if liaison.in_wechat else "none",
        paused_until=liaison.paused_until,
    )


def of_unit(unit: UnitView, answered_for: bool) -> Recipient:
    """A unit as recipient: of the filing that names its liaison, and of all while no liaison can be reached."""
    takes: frozenset[Literal["liaison", "unit"]] = frozenset(
        {"unit"} if answered_for else {"unit", "liaison"}
    )
    return Recipient(f"unit:{unit.id}", unit.id, unit.group, takes, "mail" if unit.mail else "none")


def plan(
    slots: Iterable[Slot],
    recipients: Collection[Recipient],
    settled: Collection[Settled],
    now: datetime,
    until: datetime,
) -> list[PlannedReminder]:
    """The reminders that begin before ``until`` and still make sense at ``now``: of those begun, the nearest."""
    return [
        _planned(slot, recipient)
        for slot in slots
        if slot.send_at < until and slot.not_after > now
        for recipient in recipients
        if recipient.concerned_by(slot.obligation)
        and (slot.occurrence.obligation, slot.occurrence.key, recipient.unit_id) not in settled
        and not recipient.paused_at(max(slot.send_at, now))
    ]


def calendar(campaign: Campaign) -> tuple[Slot, ...]:
    """All slots of a campaign, by due date, the longest lead first."""
    pairs = [(obligation, time) for obligation in campaign.obligations for time in occurrences(obligation)]
    in_order = sorted(pairs, key=lambda pair: pair[1].due)
    return tuple(slot for obligation, time in in_order for slot in _slots(campaign, obligation, time))


def rank(lead: str) -> int:
    """Order leads: a shorter or later one is greater."""
    before, _, number = lead.rpartition("+") if "+" in lead else lead.rpartition("-")
    return int(number) if before == "late" else -int(number)


def horizon(campaign: Campaign, now: datetime) -> datetime | None:
    """What may go out now: reminders that lose their sense by then; None outside the hours for reminders.

    On a working day that is all of them, on a day off those for which no working day is left.
    """
    local = now.astimezone(ZoneInfo(campaign.zone))
    policy = campaign.reminders
    if not policy.earliest <= local.time() < policy.latest:
        return None
    if working_days.is_working_day(local.date()):
        return EVER
    return _moment(campaign, working_days.after(local.date(), 1), policy.earliest)


def _slots(campaign: Campaign, obligation: Obligation, occurrence: Occurrence) -> Iterator[Slot]:
    # of leads that fall on the same day the last, the shortest, stays
    days = {_day(lead, occurrence.due): lead for lead in sorted(campaign.reminders.leads, key=_length)}
    kept = [(day, lead) for day, lead in days.items() if day >= campaign.begins]
    for (day, lead), following in zip(kept, [*kept[1:], None], strict=True):
        yield Slot(
            obligation=obligation,
            occurrence=occurrence,
            lead=lead.name,
            send_at=_moment(campaign, day),
            not_after=_not_after(campaign, occurrence.due, day, lead, following and following[0]),
        )


def _length(lead: Lead) -> int:
    return rank(lead.name)


def _day(lead: Lead, due: date) -> date:
    if lead.days_before is not None:
        return working_days.on_or_before(due - timedelta(days=lead.days_before))
    return working_days.after(due, lead.working_days_after or 1)


def _not_after(campaign: Campaign, due: date, day: date, lead: Lead, following: date | None) -> datetime:
    """The next lead takes over; before it, the due day ends; the last late one is worth a few days."""
    last = due if lead.days_before is not None else working_days.after(day, _LATE_KEEPS)
    end = _moment(campaign, last + timedelta(days=1), time.min)
    return min(end, _moment(campaign, following)) if following else end


def _moment(campaign: Campaign, day: date, at: time | None = None) -> datetime:
    """A time of day in the campaign's zone; the hour of reminders, inside the hours allowed, if none is given."""
    policy = campaign.reminders
    allowed = policy.at if policy.earliest <= policy.at < policy.latest else policy.earliest
    return datetime.combine(day, allowed if at is None else at, ZoneInfo(campaign.zone))


def _planned(slot: Slot, recipient: Recipient) -> PlannedReminder:
    return PlannedReminder(
        obligation=slot.occurrence.obligation,
        occurrence=slot.occurrence.key,
        due=slot.occurrence.due,
        recipient=recipient.key,
        lead=slot.lead,
        unit_id=recipient.unit_id,
        send_at=slot.send_at,
        not_after=slot.not_after,
        has_address=recipient.channel != "none",
    )
