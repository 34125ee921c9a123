"""The days on which an obligation falls due, for each kind of due date."""

from __future__ import annotations

from datetime import date
from typing import Any

from content.models import Obligation
from content.occurrences import Occurrence, occurrences


def times(name: str = "总结", **due: Any) -> tuple[Occurrence, ...]:
    values = {"id": "x", "title": "x", "name": name, "items": [{"id": "a", "name": "a"}], "quote": "x"}
    return occurrences(Obligation.model_validate(values | {"due": due}))


def test_a_fixed_day_falls_due_once() -> None:
    (only,) = times(kind="fixed", on="2020-07-10")
    assert only == Occurrence("x", 1, date(2020, 7, 10), False, "总结", "once")


def test_thursdays_of_june_are_four() -> None:
    june = {"start": "2020-06-01", "end": "2020-06-30"}
    found = times("第{n}周活动资料", kind="weekly", weekday="thu", period=june)
    assert [time.due.day for time in found] == [4, 11, 18, 25]
    assert [time.name for time in found] == [
        "第1周活动资料",
        "第2周活动资料",
        "第3周活动资料",
        "第4周活动资料",
    ]
    assert [time.key for time in found] == ["2020-W23", "2020-W24", "2020-W25", "2020-W26"]


def test_a_week_keeps_its_key_when_the_period_starts_earlier() -> None:
    long = times(kind="weekly", weekday="thu", period={"start": "2020-05-25", "end": "2020-06-30"})
    short = times(kind="weekly", weekday="thu", period={"start": "2020-06-08", "end": "2020-06-30"})
    assert {time.due: time.key for time in short}.items() <= {time.due: time.key for time in long}.items()


def test_both_ends_of_a_period_count() -> None:
    found = times(kind="weekly", weekday="mon", period={"start": "2020-06-01", "end": "2020-06-29"})
    assert [time.due.day for time in found] == [1, 8, 15, 22, 29]


def test_a_month_without_a_day_falls_due_on_its_last_and_is_assumed() -> None:
    found = times("{month}月信息", kind="monthly", first="2020-11-01", last="2021-02-01")
    assert [time.due.isoformat() for time in found] == [
        "2020-11-30",
        "2020-12-31",
        "2021-01-31",
        "2021-02-28",
    ]
    assert [time.key for time in found] == ["2020-11", "2020-12", "2021-01", "2021-02"]
    assert [time.name for time in found] == ["11月信息", "12月信息", "1月信息", "2月信息"]
    assert all(time.assumed for time in found)


def test_a_day_that_a_month_lacks_becomes_its_last() -> None:
    found = times(kind="monthly", first="2020-01-01", last="2020-03-01", day=30, assumed=False)
    assert [time.due.isoformat() for time in found] == ["2020-01-30", "2020-02-29", "2020-03-30"]


def test_what_has_no_day_never_falls_due() -> None:
    assert times(kind="undated") == ()
