"""Whether a claimed reminder is still right at the moment of sending, read afresh."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from channels.base import Address
from scheduler.planner import Recipient, Slot, of_liaison, of_unit, rank
from scheduler.retries import closed
from store.liaisons import ACTIVE, LiaisonView
from store.reminder_values import (
    DELIVERED,
    DROPPED,
    EXPIRED,
    FAILED,
    FILED,
    GONE,
    MOVED,
    NO_ADDRESS,
    OVERTAKEN,
    PAUSED,
    PLANNED,
    SEEN,
    SHORTER,
    SKIPPED,
    SUPERSEDED,
    UNKNOWN,
    Claim,
)
from store.stores import Stores

log = logging.getLogger(__name__)
MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides about one reminder, as it is now."""

    slot: Slot | None  # None: the campaign no longer has this date
    moved: bool  # but another one for the same occurrence
    overtaken: bool  # a shorter lead has begun
    shorter_sent: bool
    corrected: bool  # the recipient was told another date, and not yet this one
    recipient: Recipient | None  # None: withdrawn, replaced, gone
    address: Address
    unit: str
    has_liaison: bool  # a confirmed one
    filed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a reminder is not sent now."""

    state: str
    reason: str = ""


def standing(
    stores: Stores, slots: Sequence[Slot], claim: Claim, now: datetime, *, mails: bool = True
) -> Standing:
    """Read what the reminder depends on; ``mails``: is there a channel that sends mail?"""
    same = [slot for slot in slots if _same_occurrence(slot, claim)]
    dated = [slot for slot in same if slot.occurrence.due == claim.due]
    attempted = stores.reminders.attempted(claim)
    told_this = any(due == claim.due for _, due in attempted)
    recipient, address, unit = _addressee(stores, claim, mails)
    return Standing(
        slot=next((slot for slot in dated if slot.lead == claim.lead), None),
        moved=bool(same) and not dated,
        overtaken=any(rank(slot.lead) > rank(claim.lead) and slot.send_at <= now for slot in dated),
        shorter_sent=any(rank(lead) > rank(claim.lead) and due == claim.due for lead, due in attempted),
        corrected=bool(attempted) and not told_this,
        recipient=recipient,
        address=address,
        unit=unit,
        has_liaison=_has_liaison(stores, claim),
        filed=_filed(stores, claim),
    )


def verdict(claim: Claim, found: Standing, now: datetime) -> Verdict | None:
    """Why it must not be sent now, if there is a reason."""
    why = _reason_against(claim, found, now)
    if why is None and not (claim.tries or found.address.openid or found.address.email):
        log.warning("reminder %d: no address of %s, unit %d", claim.id, claim.recipient, claim.unit_id)
        why = Verdict(SKIPPED, NO_ADDRESS)
    if why is None:
        return None
    if claim.first_attempt_at is None:
        return why
    if why.state == PLANNED:  # a moved clock takes back no attempt
        return None
    return Verdict(DELIVERED, SEEN) if claim.seen else Verdict(UNKNOWN, why.reason)


def address_of(liaison: LiaisonView) -> Address:
    """Where a liaison is reached: by mail alone where WeChat has refused."""
    return Address(openid=liaison.openid if liaison.in_wechat else "", email=liaison.email)


def _reason_against(claim: Claim, found: Standing, now: datetime) -> Verdict | None:
    if claim.seen:
        return Verdict(SKIPPED, SEEN)
    if found.slot is None:
        return Verdict(SUPERSEDED, MOVED) if found.moved else Verdict(SKIPPED, DROPPED)
    if found.recipient is None or not found.recipient.concerned_by(found.slot.obligation):
        return Verdict(SKIPPED, GONE)
    if found.filed:
        return Verdict(SKIPPED, FILED)
    if found.recipient.paused_at(now):
        return Verdict(SKIPPED, PAUSED)
    if found.shorter_sent:
        return Verdict(SUPERSEDED, SHORTER)
    if found.overtaken:
        return Verdict(SUPERSEDED, OVERTAKEN)
    if now >= found.slot.not_after:
        return Verdict(FAILED if claim.tries or claim.reason else SKIPPED, EXPIRED)
    return Verdict(PLANNED) if now < found.slot.send_at else None


def _same_occurrence(slot: Slot, claim: Claim) -> bool:
    return (slot.occurrence.obligation, slot.occurrence.key) == (claim.obligation, claim.occurrence)


def _addressee(stores: Stores, claim: Claim, mails: bool) -> tuple[Recipient | None, Address, str]:
    kind, _, number = claim.recipient.partition(":")
    if kind == "liaison":
        liaison = stores.liaisons.get(int(number))
        if liaison is None or liaison.state not in ACTIVE:
            return None, Address(), ""
        return of_liaison(liaison), _chosen(liaison, claim, mails), liaison.unit
    unit = stores.units.get(int(number))
    if unit is None:
        return None, Address(), ""
    answered_for = any(entry.answers for entry in stores.liaisons.in_unit(unit.id))
    return of_unit(unit, answered_for), Address(email=unit.mail), unit.name


def _chosen(liaison: LiaisonView, claim: Claim, mails: bool) -> Address:
    """Where a liaison wants to be reached.

    Whoever chose mail hears by WeChat only where mail is refused for good, or can't be sent from here at all.
    """
    address = address_of(liaison)
    first_mail = mails and liaison.by_mail and liaison.email and MAIL not in closed(claim.tries)
    return replace(address, openid="") if first_mail else address


def _has_liaison(stores: Stores, claim: Claim) -> bool:
    """Only the words for a unit ask for it."""
    return claim.recipient.startswith("unit:") and any(
        entry.confirmed for entry in stores.liaisons.in_unit(claim.unit_id)
    )


def _filed(stores: Stores, claim: Claim) -> bool:
    return stores.filings.is_settled((claim.obligation, claim.occurrence, claim.unit_id))
