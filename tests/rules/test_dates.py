"""Dates as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules import dates

TODAY = date(2020, 7, 1)


@pytest.mark.parametrize(
    ("due", "assumed", "words"),
    [
        (date(2020, 7, 10), False, "7月10日（周五）前，还有9天"),
        (date(2020, 7, 2), False, "7月2日（周四）前，明天"),
        (date(2020, 7, 1), False, "7月1日（周三）前，今天"),
        (date(2020, 7, 31), True, "7月31日（周五），推定"),
        (date(2020, 7, 5), True, "7月5日（周日），推定，还有4天"),
        (date(2020, 11, 30), False, "11月30日（周一）前"),
        (date(2020, 6, 28), False, "6月28日（周日），已过3天"),
        (date(2020, 6, 30), True, "6月30日（周二），已过1天，推定"),
    ],
)
def test_a_deadline_has_weekday_and_days_left(due: date, assumed: bool, words: str) -> None:
    assert dates.deadline(due, TODAY, assumed=assumed) == words


def test_another_year_is_named() -> None:
    assert dates.day(date(2021, 1, 4), TODAY) == "2021年1月4日（周一）"
    assert dates.day(date(2021, 1, 4)) == "1月4日（周一）"


def test_a_moment_has_its_minutes() -> None:
    assert dates.moment(datetime(2020, 6, 19, 4, 5, tzinfo=UTC)) == "6月19日 04:05"
