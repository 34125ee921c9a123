"""Whether two reports may be about the same thing: the same place, or much the same words. Only ever a hint."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.report import Facts

NEAR_M = 100.0
MUCH_THE_SAME, THE_SAME = 0.5, 0.8  # of the pairs of neighbouring signs
_SHORTEST_PLACE, _SHORTEST_WORDS = 4, 6  # signs; less tells nothing
_EARTH_M = 6_371_000.0
_NO_SIGN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a report is compared by, worked out once."""

    place: str
    point: tuple[float, float] | None
    words: str
    pairs: frozenset[str]


def traits(facts: Facts) -> Traits:
    """What a report is compared by."""
    point = None if facts.latitude is None or facts.longitude is None else (facts.latitude, facts.longitude)
    words = _plain(facts.what)
    return Traits(
        _plain(facts.place), point, words, frozenset(words[n : n + 2] for n in range(len(words) - 1))
    )


def same_place(one: Traits, other: Traits) -> bool:
    """The same address, or points within a hundred metres of each other."""
    if one.point and other.point and metres(one.point, other.point) <= NEAR_M:
        return True
    shorter, longer = sorted((one.place, other.place), key=len)
    return len(shorter) >= _SHORTEST_PLACE and shorter in longer


def alike(one: Traits, other: Traits, least: float) -> bool:
    """Do the words agree to such a share?"""
    if min(len(one.words), len(other.words)) < _SHORTEST_WORDS:
        return bool(one.words) and one.words == other.words
    return 2 * len(one.pairs & other.pairs) >= least * (len(one.pairs) + len(other.pairs))


def again(new: Facts, old: Facts) -> bool:
    """Does the same person seem to tell the same thing again?"""
    one, other = traits(new), traits(old)
    return same_place(one, other) and alike(one, other, MUCH_THE_SAME)


def likely_same(reports: Mapping[str, Facts]) -> dict[str, tuple[str, ...]]:
    """By number: the other reports at the same place or in the same words."""
    known = {number: traits(facts) for number, facts in reports.items()}
    return {number: tuple(_like(number, known)) for number in known}


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points are from each other; exact enough for a street."""
    north = math.radians(other[0] - one[0])
    east = math.radians(other[1] - one[1]) * math.cos(math.radians((one[0] + other[0]) / 2))
    return _EARTH_M * math.hypot(north, east)


def _like(number: str, known: Mapping[str, Traits]) -> Iterable[str]:
    mine = known[number]
    for other, theirs in known.items():
        if other != number and (same_place(mine, theirs) or alike(mine, theirs, THE_SAME)):
            yield other


def _plain(text: str) -> str:
    return _NO_SIGN.sub("", unicodedata.normalize("NFKC", text)).lower()
