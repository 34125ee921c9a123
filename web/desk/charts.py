"""Plain bars as SVG, drawn here so that the page needs no script; the table beside them says the same in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEP, TALL, ABOVE, BELOW = 40, 110, 18, 22  # upright bars: from one to the next, the highest, room for words
ROW, NAMES, LONG, AFTER = 30, 124, 136, 52  # lying ones; together as wide as a phone
LONGEST_NAME = 9  # signs


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name and its figure."""

    name: str
    figure: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars and the room that they need."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    upright: bool
    told: str  # for whoever can't see it


def upright(title: str, points: Sequence[tuple[str, int]]) -> Chart:
    """Bars that stand, for days."""
    most = max((value for _, value in points), default=0) or 1
    bars = []
    for n, (name, value) in enumerate(points):
        height = round(TALL * value / most)
        bars.append(Bar(name, str(value), STEP * n + 8, ABOVE + TALL - height, STEP - 16, height))
    return Chart(tuple(bars), max(STEP * len(points), STEP), ABOVE + TALL + BELOW, True, _told(title, points))


def lying(title: str, points: Sequence[tuple[str, int]]) -> Chart:
    """Bars that lie, for what has a long name."""
    most = max((value for _, value in points), default=0) or 1
    bars = [
        Bar(_short(name), str(value), NAMES, ROW * n + 6, round(LONG * value / most), ROW - 12)
        for n, (name, value) in enumerate(points)
    ]
    return Chart(tuple(bars), NAMES + LONG + AFTER, max(ROW * len(points), ROW), False, _told(title, points))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _told(title: str, points: Sequence[tuple[str, int]]) -> str:
    """The figures in words, unless there are so many that the table is the better way."""
    if len(points) > 14:
        return f"{title}，共{len(points)}项，数字见下表"
    return f"{title}：" + "，".join(f"{name} {value}" for name, value in points)
