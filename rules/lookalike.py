"""Rounds that are too much alike: the same answers to the same questions in the same second from many accounts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

LOOKALIKE = "lookalike"  # the flag
#: What each flag says to staff; the first three are those of a single round.
REASONS = {"fast": "答得太快", "even": "间隔太均匀", "many": "一天太多轮", LOOKALIKE: "和别的账号太像"}
LEAST_QUESTIONS = 5  # fewer may well be answered alike by chance
LEAST_ACCOUNTS = 5
WITHIN = timedelta(seconds=1)
_SAME_FOR_ALL = ("daily", "hunt")  # kinds in which everybody gets the same


@dataclass(frozen=True, slots=True)
class Ended:
    """When a round ended, and by whom it was played."""

    id: int
    person: str
    at: datetime


def pattern(kind: str, answers: Iterable[Mapping[str, Any]]) -> str:
    """The same for the same answers to the same questions in whatever order; empty where that proves nothing."""
    said = sorted(json.dumps([one.get("question"), one.get("given")], ensure_ascii=False) for one in answers)
    if kind in _SAME_FOR_ALL or len(set(said)) < LEAST_QUESTIONS:
        return ""
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def alike(rounds: Iterable[Ended]) -> frozenset[int]:
    """Which rounds of one pattern ended within a second of those of so many other accounts."""
    ordered = sorted(rounds, key=lambda one: (one.at, one.id))
    found: set[int] = set()
    first = 0
    for last, one in enumerate(ordered):
        while one.at - ordered[first].at >= WITHIN:
            first += 1
        together = ordered[first : last + 1]
        if len({each.person for each in together}) >= LEAST_ACCOUNTS:
            found.update(each.id for each in together)
    return frozenset(found)
