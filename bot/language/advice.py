"""A question of safety knowledge to the advice that answers it, or to the three nearest questions.

Each advice is taken for a way of talking: all ways of asking for it, its answer and the facts that bear it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from bot.language.advice_words import features, key, plain, telling
from bot.language.classifier import learnt
from bot.language.postings import SMOOTH, UNITS, Postings
from content.facts import Fact, load_facts
from content.loader import load_advice
from content.models import Advice

NEAREST = 3
_ASKED, _ANSWERED, _PROVEN = 1.0, 1.5, 1.0  # how often a way of asking, the answer and its fact count
_ENOUGH = 240  # the weight of a question of seven telling characters; a shorter one is less sure
_LENGTH = 0.6  # how much a long advice loses
_KINDS = {"c": 30, "p": 3, "s": 2}  # characters, pairs of characters, pairs of syllables
_SHARES = {"c": 0.82, "p": 0.11, "s": 0.07}  # of each kind in the weight of an ordinary question

#: What makes us sure of an answer, learnt from ways of asking left out and from questions that no advice answers.
_SURE = {"score": 0.7, "lead": 2.2, "held": 1.7, "alike": 2.7, "long": 3.4}
THRESHOLD = 6.5  # from here on nine answers in ten are right, measured on ways of asking left out
_TWINS = 2  # advice on one fact; more of them share no more than a number to call
_LONG = 12  # telling characters; more make nobody surer
_PAIR = 0.5  # how much a pair counts beside a character when a question is laid beside a way of asking

Ranked = list[tuple[float, int]]  # scores with places in the list of advice, the best first


@dataclass(frozen=True, slots=True)
class Found:
    """What a question led to: an answer where we are sure enough, else only what lies near."""

    answer: Advice | None
    nearest: tuple[Advice, ...]
    confidence: float


class AdviceBase:
    """All advice, ready to be asked.

    Each advice is a way of talking: how likely its words are there, against how likely they are anywhere.
    """

    def __init__(
        self,
        advice: Sequence[Advice],
        facts: Mapping[str, Fact] | None = None,
        sounds: Mapping[int, str] | None = None,
    ) -> None:
        self._advice = tuple(advice)
        self._facts = facts or {}
        self._sounds = sounds or {}  # each character to a sign for its syllable
        self._exact = {key(ask): one for one in reversed(self._advice) for ask in reversed(one.asks)}
        self._bearing = Counter(one.fact for one in self._advice)
        self._speaks = Postings(self._told(one) for one in self._advice)
        self._against = [_against(lengths) for lengths in self._speaks.lengths]
        self._asked = [tuple(map(self._weighed, one.asks)) for one in self._advice]

    def knows(self, text: str) -> bool:
        """Is a text exactly one of the questions?"""
        return key(text) in self._exact

    def ask(self, text: str) -> Found:
        """The advice for a question, if one of them stands out; the nearest in any case."""
        if exact := self._exact.get(key(text)):
            return Found(exact, (exact,), math.inf)
        best = self.ranked(text)
        if not best:
            return Found(None, (), 0.0)
        nearest = tuple(self._advice[place] for _, place in best[:NEAREST])
        sure = self._confidence(plain(text), best)
        return Found(nearest[0] if sure >= THRESHOLD else None, nearest, sure)

    def ranked(self, text: str) -> Ranked:
        """The places of the advice that comes nearest, each with its score, the best first.

        As many as are offered, and further as long as they say the same as the first.
        """
        scores = self._scores(features(text, self._sounds))
        best: Ranked = []
        rival = False
        while scores and len(best) < len(scores) and (len(best) < NEAREST or not rival):
            score = max(scores)
            place = scores.index(score)
            best.append((score, place))
            scores[place] = -math.inf
            rival = rival or not self._same(best[0][1], place)
        return best

    def _scores(self, said: Iterable[str]) -> list[float]:
        """How far each advice speaks like the question; of none if no advice holds any of it."""
        scores = [0] * len(self._advice)
        total, known = 0, False
        for name in said:
            weight = _KINDS[name[0]]
            total += weight
            places, speaks = self._speaks.of(name)
            known = known or bool(speaks)
            for place, speak in zip(places, speaks, strict=True):
                scores[place] += weight * speak
        whole = UNITS * max(_ENOUGH, total)
        if not known:
            return []
        return [score / whole - against for score, against in zip(scores, self._against, strict=True)]

    def _confidence(self, said: str, best: Ranked) -> float:
        """How sure the first is."""
        return sum(_SURE[name] * value for name, value in self._measured(said, best).items())

    def _measured(self, said: str, best: Ranked) -> dict[str, float]:
        """What makes us sure: the score of the first, its lead, and how much of the question it knows."""
        score, place = best[0]
        second = next((other for other, rival in best if not self._same(place, rival)), 0.0)
        signs = {f"c{sign}": self._speaks.rarity(f"c{sign}") for sign in telling(said)}
        return {
            "score": score,
            "lead": score - second,
            "held": self._held(signs, place),
            "alike": self._alike(said, signs, place),
            "long": min(len(signs), _LONG) / _LONG,
        }

    def _same(self, one: int, other: int) -> bool:
        """Do two advice, and no third, rest on one fact? Then neither is wrong where the other is right."""
        fact = self._advice[one].fact
        return one == other or (fact == self._advice[other].fact and self._bearing[fact] == _TWINS)

    def _held(self, signs: Mapping[str, float], place: int) -> float:
        """How much of what the question tells stands in the advice: what is not there may be what was asked."""
        total = sum(signs.values())
        known = sum(weight for name, weight in signs.items() if place in self._speaks.of(name)[0])
        return known / total if total else 0.5

    def _alike(self, said: str, signs: Mapping[str, float], place: int) -> float:
        """How much the question and the nearest way of asking share, of all that is in either."""
        parts = {name[1:]: weight for name, weight in signs.items()}
        parts.update({pair: _PAIR * self._speaks.rarity(f"p{pair}") for pair in map("".join, pairwise(said))})
        mine, best = sum(parts.values()), 0.0
        for ask, weight in self._asked[place]:
            shared = sum(weight for part, weight in parts.items() if part in ask)
            every = mine + weight - shared
            best = max(best, shared / every if every else 0.0)
        return best

    def _weighed(self, ask: str) -> tuple[str, float]:
        """A way of asking in plain words, with the weight of all that it tells."""
        said = plain(ask)
        signs = sum(self._speaks.rarity(f"c{sign}") for sign in telling(said))
        pairs = sum(self._speaks.rarity(f"p{pair}") for pair in set(map("".join, pairwise(said))))
        return said, signs + _PAIR * pairs

    def _told(self, advice: Advice) -> dict[str, float]:
        """All that is said of an advice, each feature with how often."""
        told: dict[str, float] = {}
        for count, texts in (
            (_ASKED, advice.asks),
            (_ANSWERED, (advice.answer,)),
            (_PROVEN, [self._facts[name].text for name in advice.facts if name in self._facts]),
        ):
            for text in texts:
                for name in features(text, self._sounds):
                    told[name] = told.get(name, 0.0) + count
        return told


def _against(lengths: Mapping[str, float]) -> float:
    """What a long advice loses, for holding many features by chance."""
    long = {kind: math.log(1 + lengths.get(kind, 0.0) / SMOOTH) for kind in _KINDS}
    return _LENGTH * sum(_SHARES[kind] * long[kind] for kind in _KINDS)


@cache
def base() -> AdviceBase:
    """The advice of ``content/advice``, read once; called at the start, so that nobody's question waits for it."""
    return AdviceBase(load_advice(), load_facts(), learnt().sounds)
