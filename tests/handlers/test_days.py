"""Days and numbers as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.days import days_in, numeral

TODAY = date(2020, 6, 10)  # a Wednesday
MONTH = date(2020, 6, 1)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("今天", (6, 10), (6, 10)),
        ("大后天", (6, 13), (6, 13)),
        ("6月16", (6, 16), (6, 16)),
        ("六月三十号", (6, 30), (6, 30)),
        ("十二月二十八日", (12, 28), (12, 28)),
        ("二十号", (6, 20), (6, 20)),
        ("周四", (6, 11), (6, 11)),
        ("周二", (6, 16), (6, 16)),
        ("这周二", (6, 9), (6, 9)),
        ("下周四", (6, 18), (6, 18)),
        ("下下个星期天", (6, 28), (6, 28)),
        ("上周五", (6, 5), (6, 5)),
        ("本周", (6, 8), (6, 14)),
        ("下周末", (6, 20), (6, 21)),
        ("周末", (6, 13), (6, 14)),
    ],
)
def test_days(said: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert days_in(said, TODAY, MONTH) == (date(2020, *first), date(2020, *last))


@pytest.mark.parametrize("said", ["安全生产月", "提出1-2个主打活动", "12350", "0951-8622127", "第五条"])
def test_no_day_is_spoken_of(said: str) -> None:
    assert days_in(said, TODAY, MONTH) is None


def test_a_day_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="day"):
        days_in("2月30日", TODAY, MONTH)


@pytest.mark.parametrize(
    ("text", "number"), [("17", 17), ("十", 10), ("十七", 17), ("二十", 20), ("九十九", 99)]
)
def test_numerals(text: str, number: int) -> None:
    assert numeral(text) == number
    assert numeral("百") is None
