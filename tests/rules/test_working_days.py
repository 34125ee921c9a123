"""Working days of mainland China."""

from __future__ import annotations

from datetime import date

from rules import working_days


def test_a_holiday_on_a_thursday_is_off() -> None:
    assert not working_days.is_working_day(date(2020, 6, 25))
    assert working_days.on_or_before(date(2020, 6, 25)) == date(2020, 6, 24)


def test_a_make_up_sunday_is_worked() -> None:
    assert working_days.is_working_day(date(2020, 6, 28))
    assert working_days.on_or_before(date(2020, 6, 28)) == date(2020, 6, 28)


def test_a_sunday_falls_back_to_friday() -> None:
    assert working_days.on_or_before(date(2020, 5, 31)) == date(2020, 5, 29)


def test_working_days_after_count_past_a_holiday_and_a_make_up_day() -> None:
    # 25–27 June 2020 are off, Sunday 28 June is worked
    assert [working_days.after(date(2020, 6, 24), n) for n in (1, 2)] == [
        date(2020, 6, 28),
        date(2020, 6, 29),
    ]
    assert working_days.after(date(2020, 5, 31), 1) == date(2020, 6, 1)


def test_a_year_without_table_is_monday_to_friday() -> None:
    assert not working_days.known(2099)
    assert working_days.is_working_day(date(2099, 10, 1))  # a Thursday
    assert not working_days.is_working_day(date(2099, 10, 3))


def test_a_needed_year_without_table_is_said() -> None:
    (line,) = working_days.warnings([date(2099, 6, 1), date(2020, 6, 1)], today=date(2020, 6, 1))
    assert line == "2099年：该年放假安排未公布，暂按周一至周五推算"


def test_next_year_is_asked_for_from_december() -> None:
    assert working_days.warnings([], today=date(2098, 11, 30)) == ()
    assert working_days.warnings([], today=date(2098, 12, 1)) == (f"2099年：{working_days.GUESSED}",)
