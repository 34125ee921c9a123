"""Rounds that are too much alike, as one hand plays them on many accounts; what is found, and what is not: docs/fairness.md."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

#: The flags: the same answers, answers at the same moments, the same accounts again and again, a crowd out of nowhere.
LOOKALIKE, IN_STEP, TOGETHER, CROWD = "lookalike", "in_step", "together", "crowd"
ACROSS = (LOOKALIKE, IN_STEP, TOGETHER, CROWD)
#: What each flag says to staff; the first three are those of a single round.
REASONS = {
    "fast": "答得太快",
    "even": "间隔太均匀",
    "many": "一天太多轮",
    LOOKALIKE: "和别的账号太像",
    IN_STEP: "和别的账号每题同一秒答",
    TOGETHER: "几次都和同几个账号同一秒答完",
    CROWD: "很多账号同一秒答完",
}
LEAST_QUESTIONS = 5  # fewer may well be answered alike by chance
LEAST_ACCOUNTS = 5
WITHIN = timedelta(seconds=1)
TIMES = 4  # so often the same accounts ended together
LEAST_CROWD, AROUND = (
    20,
    timedelta(seconds=30),
)  # so many in a second, and at least half of the minute around it
SHORT = ("daily", "hunt")  # kinds in which everybody gets the same, in one answer or a few


@dataclass(frozen=True, slots=True)
class Ended:
    """When a round ended, and by whom it was played."""

    id: int
    person: str
    at: datetime
    moments: tuple[datetime, ...] = ()  # of its answers
    game: tuple[str, ...] = ()  # what everybody got who played the same


def pattern(kind: str, answers: Iterable[Mapping[str, Any]]) -> str:
    """The same for the same answers to the same questions in whatever order; empty where that proves nothing."""
    said = sorted(json.dumps([one.get("question"), one.get("given")], ensure_ascii=False) for one in answers)
    if kind in SHORT or len(set(said)) < LEAST_QUESTIONS:
        return ""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def moments(answers: Iterable[Mapping[str, Any]]) -> tuple[datetime, ...]:
    """When something was answered; what was said in one message was said once."""
    said = dict.fromkeys(str(one["at"]) for one in answers if "at" in one)
    return tuple(datetime.fromisoformat(one) for one in said)


def well(score: int, total: int) -> bool:
    """Is there something to gain by such a round? Guessing in haste, as a class may do it together, hardly gets there."""
    return total > 0 and score * 5 >= total * 4


def alike(rounds: Iterable[Ended]) -> frozenset[int]:
    """Which rounds of one pattern ended within a second of those of so many other accounts."""
    return frozenset(one.id for company in _companies(rounds) for one in company)


def in_step(rounds: Iterable[Ended]) -> frozenset[int]:
    """Which rounds were answered, question by question, within a second of those of so many other accounts."""
    found: set[int] = set()
    for first, *others in _companies(one for one in rounds if len(one.moments) >= LEAST_QUESTIONS):
        company = [first, *(one for one in others if _in_step(first, one))]
        if _accounts(company) >= LEAST_ACCOUNTS:
            found.update(one.id for one in company)
    return frozenset(found)


def together(rounds: Iterable[Ended], fresh: Collection[int]) -> frozenset[int]:
    """Which rounds were ended within a second by the same accounts the last so many times they played at all.

    Looks only where a ``fresh`` round is among them; a person has one round of a game.
    """
    every = sorted(rounds, key=lambda one: (one.at, one.id))
    games: dict[tuple[str, ...], dict[str, Ended]] = {}
    played: dict[str, list[Ended]] = {}
    for one in every:
        games.setdefault(one.game, {})[one.person] = one
        played.setdefault(one.person, []).append(one)
    found: set[int] = set()
    for game in games.values():
        for company in _companies(game.values()):
            if company[0].id in fresh:
                found.update(one.id for one in _again_and_again(company, games, played))
    return frozenset(found)


def crowds(rounds: Iterable[Ended]) -> frozenset[int]:
    """Which rounds of one game ended with so many others in a second, while hardly anybody did so before and after."""
    every = sorted(rounds, key=lambda one: (one.at, one.id))
    ends = [one.at for one in every]
    found: set[int] = set()
    for company in _companies(every):
        around = bisect_right(ends, company[-1].at + AROUND) - bisect_left(ends, company[0].at - AROUND)
        if _accounts(company) >= LEAST_CROWD and 2 * len(company) >= around:
            found.update(one.id for one in company)
    return frozenset(found)


def _companies(rounds: Iterable[Ended]) -> Iterator[Sequence[Ended]]:
    """Every round with those that ended within a second after it, where they are of so many accounts."""
    ordered = sorted(rounds, key=lambda one: (one.at, one.id))
    last = 0
    for first, one in enumerate(ordered):
        while last < len(ordered) and ordered[last].at - one.at < WITHIN:
            last += 1
        if last - first >= LEAST_ACCOUNTS and _accounts(ordered[first:last]) >= LEAST_ACCOUNTS:
            yield ordered[first:last]


def _again_and_again(
    company: Sequence[Ended],
    games: Mapping[tuple[str, ...], Mapping[str, Ended]],
    played: Mapping[str, Sequence[Ended]],
) -> list[Ended]:
    """The rounds of those of a company who were together the last so many times, or none."""
    first, found = company[0], list(company)
    before = [one for one in played[first.person] if one.at < first.at][:-TIMES:-1]
    if len(before) < TIMES - 1:
        return []
    people = {one.person for one in company}
    for mine in before:
        theirs = [games[mine.game][person] for person in people if person in games[mine.game]]
        near = [one for one in _companies(theirs) if mine in one]
        if not near:
            return []
        best = max(near, key=len)
        people = {one.person for one in best}
        found += best
    return [one for one in found if one.person in people]


def _in_step(one: Ended, other: Ended) -> bool:
    return len(one.moments) == len(other.moments) and all(
        abs(mine - theirs) < WITHIN for mine, theirs in zip(one.moments, other.moments, strict=True)
    )


def _accounts(rounds: Iterable[Ended]) -> int:
    return len({one.person for one in rounds})
