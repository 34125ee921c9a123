"""Dates as people read them: 7月10日（周五），还有9天."""

from __future__ import annotations

from datetime import date, datetime

_WEEKDAYS = "一二三四五六日"
NEAR = 14  # so many days ahead they are counted


def weekday(day: date) -> str:
    """周一 to 周日."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def day(when: date, today: date | None = None) -> str:
    """7月10日（周五）; with its year where that is not this one."""
    year = f"{when.year}年" if today is not None and when.year != today.year else ""
    return f"{year}{when.month}月{when.day}日（{weekday(when)}）"


def moment(when: datetime) -> str:
    """6月19日 14:20, in the zone that the time is given in."""
    return f"{when.month}月{when.day}日 {when:%H:%M}"


def left(due: date, today: date) -> str:
    """还有9天, 明天, 今天, 已过3天."""
    days = (due - today).days
    if days == 0:
        return "今天"
    if days == 1:
        return "明天"
    return f"还有{days}天" if days > 0 else f"已过{-days}天"


def before(due: date, today: date, *, assumed: bool = False) -> str:
    """7月10日（周五）前; a date of our own making carries 推定 instead."""
    return f"{day(due, today)}，推定" if assumed else f"{day(due, today)}前"


def deadline(due: date, today: date, *, assumed: bool = False) -> str:
    """The same with the days that are left, once they are few: 7月10日（周五）前，还有9天."""
    if due < today:
        passed = f"{day(due, today)}，{left(due, today)}"
        return f"{passed}，推定" if assumed else passed
    line = before(due, today, assumed=assumed)
    return f"{line}，{left(due, today)}" if (due - today).days <= NEAR else line
