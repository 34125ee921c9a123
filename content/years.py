"""From one year to another: days keep month and day, weekdays stay weekdays, what counts the years counts on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Not in a document's number 〔2020〕, a span 2020—2022年 or the year of a law's wording.
_YEAR = re.compile(
    r"(?<![〔\[\d])(?<!20\d\d[—–~～至到-])(?<!20\d\d年[—–~～至到-])(20\d\d)(?!\d)"
    r"(?!年?\s*[—–~～至到-]+\s*20\d\d)(?!年?(?:修正|修订|公布|版))(年?)"
)
_EDITION = re.compile(r"第\s*(\d+|[一二三四五六七八九十]+)\s*([个届])")
_WEEKDAY = re.compile(r"(\d{1,2})月(\d{1,2})日（(周|星期)[一二三四五六日天]）")
_DIGITS = "一二三四五六七八九"
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What is never moved: the notice's own words, names by which things are found, numbers to call.
_KEPT = frozenset({"quote", "id", "key", "kind", "zone", "file", "number", "phone", "fax", "email", "table"})


@dataclass(frozen=True)
class Move:
    """From the year of one campaign to that of another."""

    base: int
    years: int
    edition: int | None = None

    def day(self, day: date) -> date:
        """The same month and day; 29 February becomes the last of February where the year has none."""
        try:
            return day.replace(year=day.year + self.years)
        except ValueError:
            return date(day.year + self.years, 2, 28)

    def text(self, text: str) -> str:
        """The text with its year, its edition and the weekdays of its dates moved."""
        text = _YEAR.sub(self._year, text)
        text = _EDITION.sub(self._edition, text)
        return _WEEKDAY.sub(self._weekday, text)

    def value(self, value: Any, name: str = "") -> Any:
        """Plain values, moved; recurrences move by their rule."""
        if isinstance(value, dict):
            if value.get("kind") == "weekly":
                return {**value, "period": self._weekly(value["period"], str(value["weekday"]))}
            return {key: self.value(child, key) for key, child in value.items()}
        if isinstance(value, list):
            return [self.value(child, name) for child in value]
        if not isinstance(value, str) or name in _KEPT:
            return value
        if _DAY.fullmatch(value):
            return self.day(date.fromisoformat(value)).isoformat()
        return self.text(value)

    def _year(self, found: re.Match[str]) -> str:
        year, sign = int(found[1]), found[2]
        following = year == self.base + 1 and sign
        return f"{year + self.years}{sign}" if year == self.base or following else found[0]

    def _edition(self, found: re.Match[str]) -> str:
        if self.edition is None or _number(found[1]) != self.edition:
            return found[0]
        count = self.edition + self.years
        return f"第{count if found[1].isdecimal() else _chinese(count)}{found[2]}"

    def _weekday(self, found: re.Match[str]) -> str:
        try:
            day = date(self.base + self.years, int(found[1]), int(found[2]))
        except ValueError:
            return found[0]
        return f"{found[1]}月{found[2]}日（{found[3]}{'一二三四五六日'[day.weekday()]}）"

    def _weekly(self, period: dict[str, Any], weekday: str) -> dict[str, Any]:
        start, end = (self._bound(date.fromisoformat(period[name]), weekday) for name in ("start", "end"))
        return {**period, "start": start.isoformat(), "end": max(start, end).isoformat()}

    def _bound(self, day: date, weekday: str) -> date:
        """The n-th Thursday stays the n-th Thursday; the first or last of a month stays that."""
        moved = self.day(day)
        if day.day == 1 or (day + timedelta(days=1)).day == 1 or _WEEK[day.weekday()] != weekday:
            return moved
        first = moved.replace(day=1)
        ahead = (day.weekday() - first.weekday()) % 7
        nth = first + timedelta(days=ahead + 7 * ((day.day - 1) // 7))
        return nth if nth.month == first.month else nth - timedelta(days=7)


def _number(text: str) -> int:
    """A number below a hundred in digits or in 汉字; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.find(text) + 1 if len(text) == 1 else 0
    return (_DIGITS.find(tens) + 1 if tens else 1) * 10 + (_DIGITS.find(ones) + 1 if ones else 0)


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else _DIGITS[tens - 1]) + "十"
    return head + (_DIGITS[ones - 1] if ones else "")
