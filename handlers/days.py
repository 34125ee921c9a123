"""Days and numbers as people say them: 6月16, 六月十六号, 下周四, 第五条."""

from __future__ import annotations

import re
from datetime import date, timedelta

_ONES = "零一二三四五六七八九"
_NUMERAL = re.compile(
    r"[一二三四五六七八九十]{1,3}(?=[月日号])|(?<=月)[一二三四五六七八九十]{1,3}|(?<=第)[一二三四五六七八九十]{1,3}"
)
_FULL = re.compile(r"(?<!\d)(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*(\d{1,2})(?![\d个条项])")
_DAY_ALONE = re.compile(r"(?<![\d月])(\d{1,2})\s*[日号]")
_WEEKDAY = re.compile(r"(下下|下|上|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_WEEK = re.compile(r"(下|这|本)个?(?:周|星期|礼拜)(末)?|周(末)")
_NAMED = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "昨天": -1, "今天": 0, "今日": 0, "今晚": 0}
_WEEKS = {"下下": 2, "下": 1, "上": -1}

Days = tuple[date, date]


def numeral(text: str) -> int | None:
    """17 and 十七, from one to ninety-nine where it is written in words."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _ONES.index(text) if len(text) == 1 and text in _ONES else None
    if len(tens) > 1 or len(ones) > 1 or tens not in _ONES or ones not in _ONES:
        return None
    return (_ONES.index(tens) if tens else 1) * 10 + (_ONES.index(ones) if ones else 0)


def in_digits(text: str) -> str:
    """The same text with the numerals of dates and items as digits: 六月十六号 as 6月16号."""
    return _NUMERAL.sub(lambda found: str(numeral(found.group()) or found.group()), text)


def days_in(text: str, today: date, month: date) -> Days | None:
    """The first and the last day that a text speaks of, or nothing; ``ValueError`` for a day that does not exist.

    ``month`` is any day of the campaign's month: the year of 6月16日, and the month of 16号.
    """
    plain = in_digits(text)
    day = _dated(plain, month) or _named(text, today) or _weekday(text, today)
    if day is not None:
        return day, day
    return _week(text, today)


def _dated(text: str, month: date) -> date | None:
    full = _FULL.search(text)
    if full:
        year = int(full.group(1)) if full.group(1) else month.year
        return date(year, int(full.group(2)), int(full.group(3)))
    alone = _DAY_ALONE.search(text)
    return month.replace(day=int(alone.group(1))) if alone else None


def _named(text: str, today: date) -> date | None:
    ahead = next((days for word, days in _NAMED.items() if word in text), None)
    return None if ahead is None else today + timedelta(days=ahead)


def _weekday(text: str, today: date) -> date | None:
    """下周四; 周四 alone is the next one, today included."""
    found = _WEEKDAY.search(text)
    if not found:
        return None
    which, name = found.groups()
    day = _monday(today) + timedelta(days="一二三四五六日".index(name.replace("天", "日")))
    if which is None and day < today:
        return day + timedelta(days=7)
    return day + timedelta(days=7 * _WEEKS.get(which, 0))


def _week(text: str, today: date) -> Days | None:
    found = _WEEK.search(text)
    if not found:
        return None
    monday = _monday(today) + timedelta(days=7 * _WEEKS.get(found.group(1), 0))
    weekend = found.group(2) or found.group(3)
    return monday + timedelta(days=5 if weekend else 0), monday + timedelta(days=6)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
