"""What moves from one year to another, and what stays as it is."""

from __future__ import annotations

from datetime import date

import pytest

from content.years import Move

TO_2027 = Move(2020, 7, 19)
TO_2021 = Move(2020, 1, 19)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("宁夏 2020", "宁夏 2027"),
        ("2020年全区“安全生产月”", "2027年全区“安全生产月”"),
        ("第19个全国“安全生产月”", "第26个全国“安全生产月”"),
        ("第十九个全国“安全生产月”", "第二十六个全国“安全生产月”"),
        ("到2021年3月为止", "到2028年3月为止"),
        ("6月16日（周二）", "6月16日（周三）"),
        ("安委办〔2020〕4号", "安委办〔2020〕4号"),
        ("《安全生产法》（2021年修正）", "《安全生产法》（2021年修正）"),
        ("三年行动（2020—2022年）", "三年行动（2020—2022年）"),
        ("2020年至2022年", "2020年至2022年"),
        ("第九届美术摄影大赛", "第九届美术摄影大赛"),
        ("分辨率1920×1080", "分辨率1920×1080"),
        ("拨打 12350", "拨打 12350"),
    ],
)
def test_a_text_counts_on_only_what_counts_the_years(text: str, moved: str) -> None:
    assert TO_2027.text(text) == moved


def test_a_day_keeps_month_and_day() -> None:
    assert TO_2027.day(date(2020, 7, 10)) == date(2027, 7, 10)


@pytest.mark.parametrize(
    ("year", "day"), [(2021, date(2021, 2, 28)), (2024, date(2024, 2, 29)), (2027, date(2027, 2, 28))]
)
def test_the_29th_of_february_is_the_last_of_february(year: int, day: date) -> None:
    assert Move(2020, year - 2020).day(date(2020, 2, 29)) == day


def weekly(start: str, end: str) -> dict[str, object]:
    return {"kind": "weekly", "weekday": "thu", "period": {"start": start, "end": end}}


def test_a_whole_month_of_thursdays_stays_a_whole_month() -> None:
    assert TO_2027.value(weekly("2020-06-01", "2020-06-30")) == weekly("2027-06-01", "2027-06-30")


@pytest.mark.parametrize(
    ("move", "start", "end"), [(TO_2021, "2021-06-03", "2021-06-24"), (TO_2027, "2027-06-03", "2027-06-24")]
)
def test_from_the_first_to_the_fourth_thursday_stays_so(move: Move, start: str, end: str) -> None:
    assert move.value(weekly("2020-06-04", "2020-06-25")) == weekly(start, end)


def test_a_fifth_weekday_that_a_month_lacks_becomes_its_fourth() -> None:
    moved = TO_2021.value(weekly("2020-10-01", "2020-10-29"))
    assert moved == weekly("2021-10-01", "2021-10-28")


def test_quotes_ids_and_numbers_to_call_are_never_moved() -> None:
    kept = {"quote": "2020年6月", "id": "month-2020", "phone": "2020-1", "number": "深安办〔2020〕79号"}
    assert TO_2027.value(kept) == kept
