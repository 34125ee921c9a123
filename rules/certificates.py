"""Which certificates a person has, and what stands on them; what stands on a poster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from content.models import Campaign
from rules.codes import code_from, grouped
from rules.levels import LEVELS, MOST_STARS

PASS_PERCENT = 80
NAMELESS = "这位朋友"
NUMBER_SIGNS = 12

Of = Literal["exam", "levels"]


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that somebody has: what was passed, how well, and on which campaign day."""

    of: Of
    score: int  # right answers, or stars
    total: int
    day: date
    number: str  # K7QM-2XHD-9RTW

    @property
    def told(self) -> str:
        """安全知识考试，20题答对18题."""
        return f"{_WHAT[self.of]}，{_result(self)}"


_WHAT: dict[Of, str] = {"exam": "安全知识考试", "levels": "安全知识十关"}
_PASSED: dict[Of, str] = {"exam": "通过安全知识考试", "levels": "闯过安全知识十关"}


def passed(score: int, total: int) -> bool:
    """Was an exam passed?"""
    return total > 0 and score * 100 >= total * PASS_PERCENT


def number_from(digest: bytes) -> str:
    """The number that a digest makes: the same digest, the same number."""
    return grouped(code_from(digest)[:NUMBER_SIGNS])


def certificate_words(campaign: Campaign, held: Held, name: str, link: str) -> dict[str, Any]:
    """What stands on a certificate; without a chosen name it is for a friend."""
    levels = held.of == "levels"
    return {
        "kind": "certificate",
        "name": name or NAMELESS,
        "passed": _PASSED[held.of],
        "result": _result(held),
        "done": len(LEVELS) if levels else held.score,
        "total": len(LEVELS) if levels else held.total,
        "day": f"{held.day.year}年{held.day.month}月{held.day.day}日",
        "event": event_of(campaign),
        "theme": campaign.theme.text,
        "organiser": campaign.organiser,
        "number": held.number,
        "link": link,
    }


def poster_words(
    campaign: Campaign, number: int, link: str, cut: Callable[[str], Sequence[str]]
) -> dict[str, Any]:
    """What stands on the poster of a slogan, counted from 1; ``cut`` says where its phrases may be broken."""
    slogan = campaign.slogans.items[number - 1]
    return {
        "kind": "poster",
        "phrases": [list(cut(phrase)) for phrase in slogan.split()],
        "theme": campaign.theme.text,
        "event": event_of(campaign),
        "organiser": campaign.organiser,
        "link": link,
        "number": number,
    }


def event_of(campaign: Campaign) -> str:
    """2020年宁夏“安全生产月”."""
    return f"{campaign.month.start.year}年{campaign.welcome.audience}“安全生产月”"


def _result(held: Held) -> str:
    if held.of == "levels":
        return f"{held.total}颗星得了{held.score}颗"
    return f"{held.total}题答对{held.score}题"


#: The most stars that all levels together can bring.
ALL_STARS = len(LEVELS) * MOST_STARS
