"""The tables of the case database; each carries its campaign. Times are UTC, dates the campaign's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """An aware time in, an aware UTC time out, on SQLite as on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone can't be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class InCampaign:
    """Every row belongs to one campaign."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign: Mapped[str] = mapped_column(String(60), index=True)


class Unit(InCampaign, Base):
    """A unit that must file; imported by the organiser, or named by a liaison and not yet known."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("campaign", "name"),)

    name: Mapped[str] = mapped_column(String(120))
    group: Mapped[str] = mapped_column("unit_group", String(60), default="")
    contact: Mapped[str] = mapped_column(String(60), default="")
    mail: Mapped[str] = mapped_column(String(200), default="")
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    imported: Mapped[bool] = mapped_column(default=False)
    headcount: Mapped[int] = mapped_column(
        default=0
    )  # its people, for the rate of participation; 0: not known
    region: Mapped[str] = mapped_column(
        String(60), default=""
    )  # where it is; for whom reminders are says the group
    wrong_codes: Mapped[int] = mapped_column(default=0)  # tried on ``wrong_day``, by whomever
    wrong_day: Mapped[date | None]
    created_at: Mapped[datetime]


class Liaison(InCampaign, Base):
    """Who answers for a unit. ``openid`` is empty once the person has left the account, ``person`` once forgotten."""

    __tablename__ = "liaison"
    __table_args__ = (Index("ix_liaison_person", "campaign", "person"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))  # pending confirmed replaced withdrawn
    person: Mapped[str | None] = mapped_column(String(32))  # keyed hash, purpose "liaison"
    openid: Mapped[str | None] = mapped_column(Text)  # sealed
    form: Mapped[str] = mapped_column(Text)  # the liaison form, JSON by field key, sealed
    consent: Mapped[dict[str, Any]]  # text, version, at
    created_at: Mapped[datetime]
    bound_at: Mapped[datetime]  # campaign time; when the OpenID was last entered
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(60), default="")  # code, or who in the office
    ended_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]  # campaign time
    by_mail: Mapped[bool] = mapped_column(default=False)  # reminders go to e-mail only
    unreachable: Mapped[str] = mapped_column(
        String(20), default=""
    )  # unfollowed, blocked: WeChat reaches no more


class Filing(InCampaign, Base):
    """What a unit says it has sent in for one occurrence; ``version`` counts withdrawals and corrections."""

    __tablename__ = "filing"
    __table_args__ = (UniqueConstraint("campaign", "obligation", "occurrence", "unit_id", "version"),)

    obligation: Mapped[str] = mapped_column(String(60))
    occurrence: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))  # self_reported confirmed withdrawn rejected
    by: Mapped[str] = mapped_column("by_whom", String(60))  # liaison:7, office:NAME
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(60), default="")


class Reminder(InCampaign, Base):
    """Schedule, outbox and audit of one reminder in one row."""

    __tablename__ = "reminder"
    __table_args__ = (
        # with the due date: where the office moves it, the reminders of the new date are others
        UniqueConstraint("campaign", "obligation", "occurrence", "recipient", "lead", "due"),
        Index("ix_reminder_due", "campaign", "state", "send_at"),
        Index("ix_reminder_recipient", "campaign", "recipient"),
        Index("ix_reminder_channel", "campaign", "state", "channel"),  # for the figures, read at every scrape
    )

    obligation: Mapped[str] = mapped_column(String(60))
    occurrence: Mapped[str] = mapped_column(String(30))
    recipient: Mapped[str] = mapped_column(String(40))  # liaison:7, unit:12
    lead: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int]
    due: Mapped[date]
    send_at: Mapped[datetime]  # campaign time, as UTC
    not_after: Mapped[datetime]  # campaign time, as UTC
    state: Mapped[str] = mapped_column(String(20))  # the list is in store/reminders.py
    reason: Mapped[str] = mapped_column(String(200), default="")  # of skipped, superseded, failed, unknown
    owner: Mapped[str | None] = mapped_column(String(60))
    claim_no: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # machine time
    started_at: Mapped[datetime | None]  # machine time; set while an attempt is under way
    first_attempt_at: Mapped[datetime | None]  # machine time; of the attempts that may have been received
    next_attempt_at: Mapped[datetime | None]  # machine time; NULL while it waits for its campaign time
    again: Mapped[bool] = mapped_column(default=False)  # sent once more after an answer was lost for good
    channel: Mapped[str] = mapped_column(String(20), default="")  # of the last attempt
    person: Mapped[str | None] = mapped_column(
        String(32)
    )  # keyed hash, purpose "receipt": joins a lost answer
    client_msg_id: Mapped[str] = mapped_column(String(32))
    seen_at: Mapped[datetime | None]  # 收到
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DeliveryTry(InCampaign, Base):
    """One attempt at a delivery; only ever appended."""

    __tablename__ = "delivery_try"
    __table_args__ = (Index("ix_delivery_try_message", "message_id"),)

    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"), index=True)
    claim_no: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))  # accepted, the kind of the error, lost, refused
    code: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")
    message_id: Mapped[str | None] = mapped_column(String(200))  # what a receipt will name


class Staff(InCampaign, Base):
    """Who in the office may open the desk; of the password only a hash is kept."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("campaign", "name"),)

    name: Mapped[str] = mapped_column(String(40))
    password: Mapped[str] = mapped_column(String(200))  # scrypt
    version: Mapped[int] = mapped_column(default=1)  # one more with every new password
    fresh_until: Mapped[datetime | None]  # until then the password that was printed is good for choosing one
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]


class Tick(InCampaign, Base):
    """When each job of the scheduler last began and ended, for ``/readyz`` and the audit."""

    __tablename__ = "tick"
    __table_args__ = (UniqueConstraint("campaign", "name", "owner"),)

    name: Mapped[str] = mapped_column(String(30))
    owner: Mapped[str] = mapped_column(String(60))
    period: Mapped[int]  # seconds
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(300), default="")


class Report(InCampaign, Base):
    """A hazard report without its reporter."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("campaign", "origin"),
        UniqueConstraint("campaign", "public_no"),
        Index("ix_report_code", "code_hash"),
        Index("ix_report_link", "link"),
    )

    origin: Mapped[str] = mapped_column(
        String(64)
    )  # keyed hash of person and draft: filed once whatever is repeated
    link: Mapped[str] = mapped_column(String(64))  # the token that the identity store knows
    public_no: Mapped[str] = mapped_column(String(20))  # 0616-031, to speak of it on the phone
    code_hash: Mapped[str] = mapped_column(String(64))  # of the query code
    source: Mapped[str] = mapped_column(String(20))  # chat, page
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    result: Mapped[str] = mapped_column(String(40), default="")
    urgent: Mapped[str] = mapped_column(String(20))  # 没有, 不确定, 正在发生
    place: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    unit_name: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[str] = mapped_column(Text)
    seen: Mapped[str] = mapped_column(String(40))
    still: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(30))
    sector_offered: Mapped[list[Any]]
    reachable: Mapped[str] = mapped_column(String(20))  # none, chat, named
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ReportPhoto(InCampaign, Base):
    """A photo on its way from WeChat to a cleaned file; without a report until it is submitted."""

    __tablename__ = "report_photo"
    __table_args__ = (UniqueConstraint("token"),)

    token: Mapped[str] = mapped_column(String(64))
    sender: Mapped[str | None] = mapped_column(String(32))  # keyed hash, emptied once a report has it
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    media_id: Mapped[str | None] = mapped_column(String(200))  # emptied once it is fetched
    state: Mapped[str] = mapped_column(String(20))  # wanted kept refused lost removed
    reason: Mapped[str] = mapped_column(String(200), default="")
    file: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(60))
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ReportEvent(InCampaign, Base):
    """The history of a report: states, additions, looks, messages; who, when, why."""

    __tablename__ = "report_event"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))  # state addition objection look packet
    who: Mapped[str] = mapped_column(String(60))
    public: Mapped[bool] = mapped_column(default=False)
    old: Mapped[str] = mapped_column(String(20), default="")
    new: Mapped[str] = mapped_column(String(20), default="")
    body: Mapped[str] = mapped_column(
        String(100), default=""
    )  # the authority that it went to, or that told us
    reason: Mapped[str] = mapped_column(Text, default="")  # for the record
    text: Mapped[str] = mapped_column(Text, default="")  # an addition; what the reporter is told


class Outgoing(InCampaign, Base):
    """A message to the office that must go out once: a new report, a digest."""

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("campaign", "key"),
        Index("ix_outgoing_due", "state", "next_attempt_at"),
    )

    key: Mapped[str] = mapped_column(String(80))  # report:17
    to: Mapped[str] = mapped_column("recipient", String(200))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))  # pending sending accepted failed unknown
    owner: Mapped[str | None] = mapped_column(String(60))
    claim_no: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    first_attempt_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class KeyMark(InCampaign, Base):
    """Under which IDENTITY_KEY the database is filled; see store/key_marks.py."""

    __tablename__ = "key_mark"

    mark: Mapped[str] = mapped_column(String(32))  # keyed hash of nothing in particular
