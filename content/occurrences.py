"""From what must be filed to the days on which it falls due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.models import Fixed, Monthly, Obligation, Weekly

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Occurrence:
    """One time that an obligation falls due; ``key`` stays the same when others come or go."""

    obligation: str
    n: int
    due: date
    assumed: bool
    name: str
    key: str


def occurrences(obligation: Obligation) -> tuple[Occurrence, ...]:
    """Every day on which the obligation falls due, in order; none if it has no date."""
    return tuple(
        Occurrence(
            obligation=obligation.id,
            n=n,
            due=due,
            assumed=assumed,
            name=short_name(obligation.name, n, due.month),
            key=key,
        )
        for n, (key, due, assumed) in enumerate(_dates(obligation), start=1)
    )


def short_name(name: str, n: int, month: int) -> str:
    """The name with the number of the occurrence and its month in it."""
    return name.replace("{n}", str(n)).replace("{month}", str(month))


def _dates(obligation: Obligation) -> Iterator[tuple[str, date, bool]]:
    due = obligation.due
    if isinstance(due, Fixed):
        yield "once", due.on, due.assumed
    elif isinstance(due, Weekly):
        yield from _weekly(due)
    elif isinstance(due, Monthly):
        yield from _monthly(due)


def _weekly(due: Weekly) -> Iterator[tuple[str, date, bool]]:
    ahead = (_WEEKDAYS.index(due.weekday) - due.period.start.weekday()) % 7
    day = due.period.start + timedelta(days=ahead)
    while day <= due.period.end:
        year, week, _ = day.isocalendar()
        yield f"{year}-W{week:02}", day, due.assumed
        day += timedelta(days=7)


def _monthly(due: Monthly) -> Iterator[tuple[str, date, bool]]:
    year, month = due.first.year, due.first.month
    while (year, month) <= (due.last.year, due.last.month):
        length = monthrange(year, month)[1]
        day = length if due.day == "last" else min(due.day, length)
        yield f"{year}-{month:02}", date(year, month, day), due.assumed
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
