"""The values of the reminder store: states, reasons, and what goes in and comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

PLANNED, PENDING, SENDING = "planned", "pending", "sending"
ACCEPTED, DELIVERED, UNKNOWN = "accepted", "delivered", "unknown"
FAILED, SKIPPED, SUPERSEDED = "failed", "skipped", "superseded"
STATES = (PLANNED, PENDING, SENDING, ACCEPTED, DELIVERED, UNKNOWN, FAILED, SKIPPED, SUPERSEDED)
SENT = (ACCEPTED, DELIVERED, UNKNOWN)

# why a row was laid aside
FILED, PAUSED, GONE, DROPPED = "filed", "paused", "recipient gone", "not in the campaign"
EXPIRED, MOVED, OVERTAKEN, SHORTER = "too late", "date moved", "overtaken", "shorter lead sent"
NO_ADDRESS, NO_CHANNEL, SEEN = "no address", "no channel", "seen"
NOWHERE = (NO_ADDRESS, NO_CHANNEL)  # nobody can be written to, or not with what is set up
#: These may end; what was never attempted is then planned again.
PASSING = (FILED, PAUSED, GONE, DROPPED, EXPIRED, MOVED, OVERTAKEN)

HELD = "held"  # begins the reason why something waits: until a fault of the account is mended

LOST, REFUSED = "lost", "refused"  # outcomes of tries that are no kind of ChannelError

SlotKey = tuple[str, str, str, date]  # obligation, occurrence, lead, due
Key = tuple[str, str, str, date, str]  # the same and the recipient


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder as the planner wants it."""

    obligation: str
    occurrence: str
    due: date
    recipient: str
    lead: str
    unit_id: int
    send_at: datetime  # campaign time
    not_after: datetime  # campaign time
    has_address: bool = field(default=False, compare=False)  # of the recipient, now; no part of the row

    @property
    def slot(self) -> SlotKey:
        return self.obligation, self.occurrence, self.lead, self.due

    @property
    def key(self) -> Key:
        return *self.slot, self.recipient


@dataclass(frozen=True, slots=True)
class ReminderView:
    """A reminder as the desk and the person may see it."""

    id: int
    obligation: str
    occurrence: str
    recipient: str
    lead: str
    unit_id: int
    due: date
    send_at: datetime
    not_after: datetime
    state: str
    reason: str
    channel: str
    first_attempt_at: datetime | None
    seen_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt by one channel; ``outcome`` is accepted, the kind of a ChannelError, lost or refused."""

    channel: str
    started_at: datetime
    outcome: str
    code: str = ""
    detail: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row as it stood when it was claimed, and the proof of holding it."""

    id: int
    owner: str
    claim_no: int
    obligation: str
    occurrence: str
    recipient: str
    lead: str
    unit_id: int
    due: date
    send_at: datetime
    not_after: datetime
    client_msg_id: str
    first_attempt_at: datetime | None  # an attempt since then may have been received
    started_at: datetime | None  # an attempt was cut off: nobody wrote down how it ended
    channel: str  # of the last attempt
    again: bool
    seen: bool
    reason: str  # why it waited, if that was no matter of time
    tries: tuple[Try, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a receipt has told about a reminder."""

    reminder_id: int
    recipient: str
    delivered: bool
    blocked: bool = False  # the person refuses all messages of the account

    @property
    def liaison_id(self) -> int | None:
        """Whom it concerns, where that is a person."""
        kind, _, number = self.recipient.partition(":")
        return int(number) if kind == "liaison" else None
