"""The tables of the identity database. Nothing here says what was reported; nothing there says by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.tables import NAMES, Utc


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Link(Base):
    """The link between one reporter and one report: committed before the report, swept if none follows."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64))
    person: Mapped[str | None] = mapped_column(String(32), index=True)  # keyed hash, purpose "reporter"
    openid: Mapped[str | None] = mapped_column(Text)  # sealed, to send word of the report
    name: Mapped[str | None] = mapped_column(Text)  # sealed
    phone: Mapped[str | None] = mapped_column(Text)  # sealed
    consents: Mapped[list[Any]]  # purpose, recipient, text, version, at, withdrawn
    settled: Mapped[bool] = mapped_column(default=False)  # the report is known to be there
    created_at: Mapped[datetime]


class Look(Base):
    """Who looked at a reporter's name and number, and why; stays when the link is gone."""

    __tablename__ = "look"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), index=True)
    who: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Word(Base):
    """A message to a reporter, whose text never names the matter, or to somebody whose ticket has won."""

    __tablename__ = "word"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    link_id: Mapped[int | None]  # a reporter, or
    entrant_id: Mapped[int | None]  # a winner
    text: Mapped[str] = mapped_column(Text)  # sealed
    state: Mapped[str] = mapped_column(String(20))  # pending sending accepted failed unknown
    owner: Mapped[str | None] = mapped_column(String(60))
    claim_no: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    first_attempt_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]


class Forgetting(Base):
    """A wish to be forgotten, written down first and retried until every store, file and key is done."""

    __tablename__ = "forgetting"

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str | None] = mapped_column(Text)  # sealed; emptied when all is done
    person: Mapped[str] = mapped_column(String(32), index=True)  # keyed hash, purpose "forget"
    scope: Mapped[str] = mapped_column(
        String(20)
    )  # all, or unfollow: the liaison entry stays without the OpenID
    asked_at: Mapped[datetime]  # campaign time
    written_at: Mapped[datetime]  # the same on machine time; the wish concerns what is older
    done: Mapped[list[Any]]  # names of the steps that are done
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")


class Entrant(Base):
    """Somebody who wished to take part in a campaign's prize draws, so that a winner can be told."""

    __tablename__ = "entrant"
    __table_args__ = (UniqueConstraint("campaign", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign: Mapped[str] = mapped_column(String(60))
    person: Mapped[str] = mapped_column(String(32), index=True)  # keyed hash, purpose "quiz"
    openid: Mapped[str] = mapped_column(Text)  # sealed, to tell the winner
    consent: Mapped[dict[str, Any]] = mapped_column(default=dict)  # text, version, at
    created_at: Mapped[datetime]


class KeyMark(Base):
    """Under which IDENTITY_KEY the database is filled; see store/key_marks.py."""

    __tablename__ = "key_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))  # keyed hash of nothing in particular
