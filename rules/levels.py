"""The ten levels of 闯关: which topics each draws from, what passes it, how many stars, which one opens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from content.models import Quiz

MOST_STARS = 3


@dataclass(frozen=True, slots=True)
class Level:
    """One level; without topics it draws from all."""

    id: str
    title: str
    topics: tuple[str, ...]
    liked: frozenset[str]  # for whom its questions are first of all
    count: int = 5
    passes: int = 3

    def stars(self, right: int) -> int:
        """None below the mark, one at it, two above it, three for all."""
        if right < self.passes:
            return 0
        if right >= self.count:
            return MOST_STARS
        return 1 if right == self.passes else 2


_ALL = frozenset({"public", "worker", "pupil", "farmer"})
_WORK = frozenset({"public", "worker", "manager"})

LEVELS = (
    Level("home", "居家", ("home", "gas", "electrical"), _ALL),
    Level("school", "校园", ("school",), frozenset({"pupil", "public"})),
    Level("countryside", "乡村", ("rural", "agriculture", "flood-and-weather", "fishery-and-shipping"), _ALL),
    Level("community", "社区", ("hotlines", "special-equipment", "emergency-rescue", "rumours"), _ALL),
    Level(
        "enterprise",
        "企业",
        ("construction", "confined-space", "mine", "occupational-health", "warehouse-logistics"),
        _WORK,
    ),
    Level("fire", "消防", ("fire",), _ALL),
    Level("traffic", "交通", ("traffic",), _ALL),
    Level("chemicals", "危化品", ("hazchem", "hazardous-waste", "pipelines"), _WORK),
    Level("law", "法律", ("law",), _WORK),
    Level("final", "总决赛", (), _ALL, count=10, passes=7),
)
BY_ID: Mapping[str, Level] = {level.id: level for level in LEVELS}


def first_day(place: int, quiz: Quiz) -> date:
    """From which day the level of that place (from 0) can be played, as the campaign sets it."""
    if quiz.levels_from is None:
        return date.min
    return quiz.levels_from + timedelta(days=place if quiz.levels_daily else 0)


def opened(stars: Mapping[str, int], quiz: Quiz, today: date) -> int:
    """How many levels are open: all that were passed one after the other, and the one after them if its day has come."""
    passed = 0
    for level in LEVELS:
        if not stars.get(level.id):
            break
        passed += 1
    dated = sum(first_day(place, quiz) <= today for place in range(len(LEVELS)))
    return min(passed + 1, len(LEVELS), dated)
