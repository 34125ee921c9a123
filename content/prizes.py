"""Prize draws as the organiser sets them: who gets a ticket, what is drawn, from which public value, how to claim.

None of the notices of 2020 states any of this, so no campaign of 2020 has a draw.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator, model_validator

from content.base import Id, Model, Period, ShortName, Text

SourceKind = Literal["drand", "ssq", "fc3d"]
#: drand's chain “quicknet”: a round every three seconds, and its time follows from its number.
DRAND_BEGAN = datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
DRAND_PERIOD = timedelta(seconds=3)
_ISSUE = re.compile(r"20\d{5}")


def drand_time(number: int) -> datetime:
    """When a round becomes known."""
    return DRAND_BEGAN + (number - 1) * DRAND_PERIOD


class Needs(Model):
    """What gives a ticket, one a person; all that is stated must be met. Sharing or following is no such thing."""

    levels: Annotated[int, Field(ge=1, le=100)] | None = None  # different levels passed
    exam: Annotated[int, Field(ge=1, le=100)] | None = None  # points of a hundred in one exam
    days: Annotated[int, Field(ge=1, le=366)] | None = None  # different days on which a round was finished
    rounds: Annotated[int, Field(ge=1, le=1000)] | None = None  # finished rounds of any kind

    @model_validator(mode="after")
    def _some(self) -> Needs:
        if not any((self.levels, self.exam, self.days, self.rounds)):
            raise ValueError("闯关数、考试分数、天数、轮数至少写一项")
        return self


class Source(Model):
    """The public value that decides: nobody here controls it, and nobody knows it before ``known_at``."""

    kind: SourceKind
    ref: Text  # the number of the drand round, or of the lottery's issue
    known_on: date
    known_at: time  # in the campaign's zone

    @field_validator("ref")
    @classmethod
    def _numbered(cls, ref: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind == "drand" and not (ref.isdecimal() and len(ref) <= 10 and int(ref)):
            raise ValueError(f"drand 的轮次是一个整数，写的是“{ref}”")
        if kind in ("ssq", "fc3d") and not _ISSUE.fullmatch(ref):
            raise ValueError(f"彩票期号是7位数字，比如 2027061，写的是“{ref}”")
        return ref

    def due(self, zone: str) -> datetime:
        """Before this moment nobody can know the value; of a drand round its number says so."""
        if self.kind == "drand":
            return drand_time(int(self.ref))
        return datetime.combine(self.known_on, self.known_at, ZoneInfo(zone)).astimezone(UTC)


class PrizeKind(Model):
    """One kind of prize and how many there are of it."""

    title: ShortName
    count: Annotated[int, Field(ge=1, le=10_000)]


class PrizeDraw(Model):
    """One draw. The first kinds of prizes go to the first ranks."""

    id: Id
    name: ShortName
    prizes: tuple[PrizeKind, ...] = Field(min_length=1)
    needs: Needs
    period: Period  # what is finished within it counts
    source: Source
    claim_days: Annotated[int, Field(ge=1, le=365)]
    claim_where: Text
    published: Text  # where the sealed list and the result are published
    quote: str = ""  # the notice's own words, if it has any

    @field_validator("prizes")
    @classmethod
    def _titles_unique(cls, prizes: tuple[PrizeKind, ...]) -> tuple[PrizeKind, ...]:
        titles = [prize.title for prize in prizes]
        if len(titles) != len(set(titles)):
            raise ValueError("奖品的名称重复")
        return prizes

    @model_validator(mode="after")
    def _drawn_after(self) -> PrizeDraw:
        if self.source.known_on <= self.period.end:
            raise ValueError(f"公开数值要在截止日 {self.period.end} 之后的一天公布，中间要公布封存的名单")
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """The title of each prize, by rank."""
        return tuple(prize.title for prize in self.prizes for _ in range(prize.count))
