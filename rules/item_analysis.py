"""How good the questions are: how many get each right, whether those who know more do, and what the others choose.

Everybody is asked other questions, so people are told apart by how far they are above what others reach on the very
questions that they were asked, the question at hand left out (the rest score).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from statistics import median

from content.bank import Question

LEAST = 30  # first tries below which a facility says nothing
LEAST_TOLD = 100  # below which neither discrimination nor a neglected option is found fault with
LEAST_RANKED = 10  # people without whom no discrimination is told
LEAST_OTHERS = 4  # other questions that tell how much somebody knows
GROUP = 0.27  # of the people: the top and the bottom ones that are compared
ABOVE_GUESSING, EASY, LOW, DEAD = 0.1, 0.95, 0.1, 0.02

#: Why a question is looked at again, and what staff read.
HARD, TOO_EASY, UNCLEAR, NEGLECTED = "hard", "easy", "unclear", "dead"
REASONS: Mapping[str, str] = {
    HARD: "对的人和瞎猜差不多，看看答案有没有写错",
    TOO_EASY: "差不多人人都对，可以换一道难些的",
    UNCLEAR: "会的人和不会的人答得差不多，看看题意清不清楚",
    NEGLECTED: "有的错误选项几乎没人选，可以换一个",
}


@dataclass(frozen=True, slots=True)
class Try:
    """One answer of one person to one question."""

    person: str
    question: str
    given: tuple[str, ...]  # the texts of the options
    right: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Share:
    """One option and how many chose it; of an order, how many put it in a wrong place."""

    text: str
    right: bool
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Item:
    """What first tries tell of one question."""

    question: Question
    n: int
    facility: float  # share of right answers
    discrimination: (
        float | None
    )  # p of the top group minus p of the bottom one; none where too few can be ranked
    ranked: int  # how many people that rests on
    seconds: float | None  # the median
    options: tuple[Share, ...]
    again: tuple[str, ...]  # keys of ``REASONS``


def first_tries(newest_first: Iterable[Try]) -> list[Try]:
    """Of each person and question the earliest."""
    found: dict[tuple[str, str], Try] = {}
    for one in newest_first:
        found[one.person, one.question] = one
    return list(found.values())


def analyse(questions: Mapping[str, Question], tries: Iterable[Try]) -> list[Item]:
    """Every question that was tried, those to look at again first; answers to an older wording are left out."""
    by_question: dict[str, list[Try]] = {}
    for one in tries:
        question = questions.get(one.question)
        if question is not None and set(one.given) <= set(question.options):
            by_question.setdefault(one.question, []).append(one)
    rest = _Rest(by_question)
    items = [_item(questions[name], some, rest) for name, some in by_question.items()]
    return sorted(items, key=lambda item: (not item.again, item.question.id))


def guess_rate(question: Question) -> float:
    """How many would get it right who know nothing."""
    count = len(question.options)
    if question.type == "multiple":
        return 1 / ((1 << count) - count - 1)  # any two options or more
    return 1 / factorial(count) if question.type == "order" else 1 / count


class _Rest:
    """How far each person is above the others on all questions but one."""

    def __init__(self, by_question: Mapping[str, Sequence[Try]]) -> None:
        self._facility = {name: _facility(some) for name, some in by_question.items()}
        self._above: dict[str, float] = {}
        self._count: dict[str, int] = {}
        for one in (one for some in by_question.values() for one in some):
            self._above[one.person] = self._above.get(one.person, 0.0) + self._lead(one)
            self._count[one.person] = self._count.get(one.person, 0) + 1

    def score(self, one: Try) -> float | None:
        """The rest score behind one try; none where the person was asked too little else."""
        others = self._count[one.person] - 1
        if others < LEAST_OTHERS:
            return None
        return round((self._above[one.person] - self._lead(one)) / others, 9)

    def _lead(self, one: Try) -> float:
        return float(one.right) - self._facility[one.question]


def _item(question: Question, tries: Sequence[Try], rest: _Rest) -> Item:
    scored = [(score, one.right) for one in tries if (score := rest.score(one)) is not None]
    discrimination = _discrimination(scored) if len(scored) >= LEAST_RANKED else None
    facility, options = _facility(tries), _options(question, tries)
    times = [one.seconds for one in tries if one.seconds >= 0]
    again = _again(
        question, len(tries), facility, discrimination if len(scored) >= LEAST_TOLD else None, options
    )
    seconds = median(times) if times else None
    return Item(question, len(tries), facility, discrimination, len(scored), seconds, options, again)


def _facility(tries: Sequence[Try]) -> float:
    return sum(one.right for one in tries) / len(tries)


def _discrimination(scored: Sequence[tuple[float, bool]]) -> float:
    """How many more of the best get it right than of the worst."""
    size = max(1, round(GROUP * len(scored)))
    worst = sorted(scored, key=lambda pair: pair[0])
    return _share_right(worst[::-1], size) - _share_right(worst, size)


def _share_right(ordered: Sequence[tuple[float, bool]], size: int) -> float:
    """The share of right answers of the first ones; of those equal to the last of them, each counts for a part."""
    edge = ordered[size - 1][0]
    sure = [right for score, right in ordered[:size] if score != edge]
    equal = [right for score, right in ordered if score == edge]
    return (sum(sure) + (size - len(sure)) * sum(equal) / len(equal)) / size


def _options(question: Question, tries: Sequence[Try]) -> tuple[Share, ...]:
    counts = dict.fromkeys(question.options, 0)
    for one in tries:
        for place, text in enumerate(one.given):
            counts[text] += question.type != "order" or text != question.answer[place]
    right = () if question.type == "order" else question.answer
    return tuple(Share(text, text in right, count, count / len(tries)) for text, count in counts.items())


def _again(
    question: Question, n: int, facility: float, discrimination: float | None, options: Sequence[Share]
) -> tuple[str, ...]:
    """Why staff should look at a question again; nothing as long as too few have tried it."""
    dead = question.type != "order" and any(one.share < DEAD for one in options if not one.right)
    found = {
        HARD: n >= LEAST and facility < guess_rate(question) + ABOVE_GUESSING,
        TOO_EASY: n >= LEAST and facility > EASY,
        UNCLEAR: discrimination is not None and discrimination < LOW,
        NEGLECTED: n >= LEAST_TOLD and dead,
    }
    return tuple(reason for reason, holds in found.items() if holds)
