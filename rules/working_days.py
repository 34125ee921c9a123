"""Which days are worked in mainland China: holidays off, make-up weekends on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import chinese_calendar

GUESSED = "该年放假安排未公布，暂按周一至周五推算"
_DAY = timedelta(days=1)
_ANNOUNCED = 12  # the State Council announces a year's holidays in November of the year before


@cache
def known(year: int) -> bool:
    """Have this year's holidays been announced, as far as our table knows?"""
    try:
        chinese_calendar.is_workday(date(year, 10, 1))
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date) -> bool:
    """Is it worked on this day? A year without table is taken as Monday to Friday."""
    if known(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def on_or_before(day: date) -> date:
    """The day itself if it is worked, else the last working day before it."""
    while not is_working_day(day):
        day -= _DAY
    return day


def after(day: date, n: int) -> date:
    """The n-th working day after a day."""
    while n > 0:
        day += _DAY
        n -= is_working_day(day)
    return day


def warnings(days: Iterable[date], today: date) -> tuple[str, ...]:
    """What to tell whoever checks the content: years that are needed, and from December the next, without table."""
    needed = {day.year for day in days}
    if today.month >= _ANNOUNCED:
        needed.add(today.year + 1)
    return tuple(f"{year}年：{GUESSED}" for year in sorted(needed) if not known(year))
