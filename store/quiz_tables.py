"""The tables of the quiz, in the case database: what was played, by whom and for whom, and what was drawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables import Base, InCampaign


class Attempt(InCampaign, Base):
    """One finished round of the quiz."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("campaign", "origin"),
        Index(
            "ix_attempt_person", "campaign", "person", "day"
        ),  # or SQLite looks through all rounds of the day
        Index("ix_attempt_day", "campaign", "day"),
        Index("ix_attempt_ended", "campaign", "ended_at"),
        Index("ix_attempt_region", "campaign", "region"),
        Index("ix_attempt_unit", "campaign", "unit_id"),
    )

    origin: Mapped[str] = mapped_column(String(64))  # keyed hash of person and draft
    person: Mapped[str] = mapped_column(String(32))  # keyed hash, purpose "quiz"
    kind: Mapped[str] = mapped_column(
        String(20)
    )  # round daily practice level exam rumours contest notebook hunt
    stage: Mapped[str] = mapped_column(
        String(60), default=""
    )  # the level, topic, contest or scene that was played
    score: Mapped[int]
    total: Mapped[int]
    stars: Mapped[int] = mapped_column(default=0)  # of a level: 0 is not passed
    clocked: Mapped[bool] = mapped_column(default=False)  # an exam against the clock
    counts: Mapped[bool] = mapped_column(default=True)  # for boards and draws
    flags: Mapped[list[Any]] = mapped_column(default=list)  # why the organiser should look at it
    unit_id: Mapped[int | None]  # the player's unit and region when it ended
    region: Mapped[str] = mapped_column(String(60), default="")
    day: Mapped[date]  # campaign date of its end
    answers: Mapped[list[Any]]  # question, given, right, at, seconds
    pattern: Mapped[str] = mapped_column(String(32), default="")  # the same for the same answers to the same
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class QuestionWords(InCampaign, Base):
    """The words of a question that a round may have picked, as they were when it did."""

    __tablename__ = "question_words"
    __table_args__ = (UniqueConstraint("campaign", "digest"),)

    digest: Mapped[str] = mapped_column(String(16))
    words: Mapped[list[Any]]  # id, type, stem, options, answer, why, source
    left_on: Mapped[date | None]  # since when it stands in the bank no more


class Player(InCampaign, Base):
    """Under which name a person plays, and for which unit and region."""

    __tablename__ = "player"
    __table_args__ = (UniqueConstraint("campaign", "person"),)

    person: Mapped[str] = mapped_column(String(32))  # keyed hash, purpose "quiz"
    name: Mapped[str] = mapped_column(String(20), default="")  # chosen; empty: masked on boards
    hidden: Mapped[bool] = mapped_column(default=False)  # the name, by staff
    seen: Mapped[bool] = mapped_column(default=False)  # this name, by staff: before that nobody else sees it
    listed: Mapped[bool] = mapped_column(default=True)  # wishes to stand on boards
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    region: Mapped[str] = mapped_column(String(60), default="")
    joined_at: Mapped[datetime | None]  # the unit; it may be changed once in ten days
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Wrong(InCampaign, Base):
    """A question in somebody's notebook: it comes back after 1, 3 and 7 days until right twice in a row."""

    __tablename__ = "wrong"
    __table_args__ = (
        UniqueConstraint("campaign", "person", "question"),
        Index("ix_wrong_due", "campaign", "person", "due"),
    )

    person: Mapped[str] = mapped_column(String(32))  # keyed hash, purpose "quiz"
    question: Mapped[str] = mapped_column(String(60))
    step: Mapped[int] = mapped_column(default=0)  # which of the waits comes next
    rights: Mapped[int] = mapped_column(default=0)  # in a row
    due: Mapped[date]  # campaign date from which it is asked again
    updated_at: Mapped[datetime]


class Draw(InCampaign, Base):
    """A prize draw that anybody can check: entrants sealed by a digest first, chance from outside after."""

    __tablename__ = "draw"
    __table_args__ = (UniqueConstraint("campaign", "name"),)

    name: Mapped[str] = mapped_column(String(60))
    rules: Mapped[dict[str, Any]]  # the campaign's, as they stood at the commit
    source: Mapped[str] = mapped_column(String(200))  # the public value that was named beforehand
    tickets: Mapped[list[Any]]  # sorted
    digest: Mapped[str] = mapped_column(String(64))  # sha256 of the sorted tickets
    value: Mapped[str] = mapped_column(Text, default="")  # the public value, once it is known
    state: Mapped[str] = mapped_column(String(20))  # committed drawn
    committed_at: Mapped[datetime]
    value_due: Mapped[datetime]  # before this time nobody can know the public value
    drawn_at: Mapped[datetime | None]


class Prize(InCampaign, Base):
    """One prize of a draw and whose ticket won it; an unclaimed one is drawn again as a new row."""

    __tablename__ = "prize"
    __table_args__ = (UniqueConstraint("draw_id", "ticket"), Index("ix_prize_person", "campaign", "person"))

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    rank: Mapped[int]  # of the ticket by the public value, from 1
    ticket: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(32))  # keyed hash, purpose "quiz"
    title: Mapped[str] = mapped_column(String(60))
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(
        String(20)
    )  # won claimed lapsed, gone: its person had left before, void: called off
    told_at: Mapped[datetime | None]
    claim_until: Mapped[datetime]
    claimed_at: Mapped[datetime | None]


class BoardMark(InCampaign, Base):
    """What of the boards a correction has touched, until it is counted anew."""

    __tablename__ = "board_mark"

    item: Mapped[str] = mapped_column(String(80))  # person:… unit:… region:… day:…


class Audit(InCampaign, Base):
    """What staff did: only ever appended."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_what", "campaign", "what"),)

    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(40))  # draw.commit draw.value prize.claim prize.void name.hide …
    detail: Mapped[dict[str, Any]]
