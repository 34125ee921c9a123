"""Which texts hold which features, and how far each feature speaks for them; packed, as every process keeps it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping
from itertools import accumulate

SMOOTH = 50.0  # how many features of everybody's talk stand beside those of a text
UNITS = 32  # parts of one in which a byte tells how far a feature speaks for a text
_MOST = 255

#: Features with how often they are said; the first letter of a feature names its kind.
Told = Mapping[str, float]


class Postings:
    """For each feature the texts that hold it, and how much more likely it is there than anywhere.

    Query likelihood with Dirichlet smoothing: what is left of it is one small number a feature and text.
    """

    def __init__(self, told: Iterable[Told]) -> None:
        self._numbers: dict[str, int] = {}
        self.lengths: list[dict[str, float]] = []  # of each text, how many features of each kind it holds
        packed = [self._packed(one) for one in told]
        self.size = len(packed)
        held = [0] * len(self._numbers)
        anywhere = [0.0] * len(self._numbers)
        for names, counts in packed:
            for name, count in zip(names, counts, strict=True):
                held[name] += 1
                anywhere[name] += count
        self._ends = array("I", accumulate(held, initial=0))
        self._places = array("H", bytes(2 * self._ends[-1]))
        self._speaks = bytes(self._filled(packed, self._against(anywhere)))
        self._rare = [math.log(max(1, self.size) / (some or 0.5)) for some in range(self.size + 1)]

    def of(self, name: str) -> tuple[array[int], bytes]:
        """The texts that hold a feature, and how far it speaks for each, in ``UNITS``."""
        number = self._numbers.get(name)
        if number is None:
            return self._places[:0], b""
        start, end = self._ends[number], self._ends[number + 1]
        return self._places[start:end], self._speaks[start:end]

    def rarity(self, name: str) -> float:
        """How few texts hold a feature."""
        number = self._numbers.get(name)
        return self._rare[0 if number is None else self._ends[number + 1] - self._ends[number]]

    def _packed(self, told: Told) -> tuple[array[int], array[float]]:
        numbers, lengths = self._numbers, dict[str, float]()
        for name, count in told.items():
            lengths[name[0]] = lengths.get(name[0], 0.0) + count
        self.lengths.append(lengths)
        names = array("I", (numbers.setdefault(name, len(numbers)) for name in told))
        return names, array("f", told.values())

    def _against(self, anywhere: list[float]) -> list[float]:
        """For each feature what its count in a text is measured by: how usual it is."""
        total: dict[str, float] = {}
        for lengths in self.lengths:
            for kind, length in lengths.items():
                total[kind] = total.get(kind, 0.0) + length
        return [SMOOTH * count / total[name[0]] for name, count in zip(self._numbers, anywhere, strict=True)]

    def _filled(self, packed: list[tuple[array[int], array[float]]], usual: list[float]) -> bytearray:
        """Put each text to the features it holds; tells how far they speak for it."""
        free = self._ends[:]
        speaks = bytearray(self._ends[-1])
        for place, (names, counts) in enumerate(packed):
            for name, count in zip(names, counts, strict=True):
                at = free[name]
                free[name] += 1
                self._places[at] = place
                speaks[at] = min(_MOST, round(UNITS * math.log(1 + count / usual[name])))
        return speaks
