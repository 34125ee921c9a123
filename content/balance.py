"""What the bundled bank must be as a whole: large, mixed, not to be guessed, and read again not long ago."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from content.bank import KIND_NAMES, Chapter, Kind, Question

LEAST = 600  # questions
LEAST_OF_A_TOPIC = 15
MOST_OF_A_TOPIC = 0.2  # of the bank
LEAST_OF_A_KIND: Mapping[Kind, float] = {"multiple": 0.08, "order": 0.03}
REVIEWED_SINCE = date(2026, 11, 1)
MOST_TOLD = 0.45  # of the questions of one shape: where the option that stands out is the right one
ENOUGH = 20  # below that many of one shape nothing is said of them
ASKED_AGAIN = 0.45  # share of common pairs of characters from which two questions on one fact ask the same
_REFUSES = re.compile(r"^(?:不|别(?![处的人家])|拒绝|无需|无须)|不(?:得|要|能|可|许|准|应)|禁止|严禁")


def balance_faults(chapters: Sequence[Chapter]) -> list[str]:
    """Where the bank leans; an organiser's own chapters don't count."""
    bundled = [chapter for chapter in chapters if not chapter.own]
    return [
        *_size(bundled),
        *_topics(bundled),
        *_kinds(bundled),
        *_reviews(bundled),
        *_tells(bundled),
        *_asked_again(bundled),
    ]


def _size(chapters: Sequence[Chapter]) -> Iterator[str]:
    total = _total(chapters)
    if total < LEAST:
        yield f"题库有{total}道题，至少要{LEAST}道"


def _topics(chapters: Sequence[Chapter]) -> Iterator[str]:
    total = _total(chapters)
    for chapter in chapters:
        count = len(chapter.questions)
        if count < LEAST_OF_A_TOPIC:
            yield f"“{chapter.title}”只有{count}道题，至少要{LEAST_OF_A_TOPIC}道"
        if count > MOST_OF_A_TOPIC * total:
            yield f"“{chapter.title}”有{count}道题，占{count / total:.1%}，最多占{MOST_OF_A_TOPIC:.0%}"


def _kinds(chapters: Sequence[Chapter]) -> Iterator[str]:
    total = _total(chapters)
    kinds = Counter(question.type for chapter in chapters for question in chapter.questions)
    for kind, least in LEAST_OF_A_KIND.items():
        if kinds[kind] < least * total:
            yield f"{KIND_NAMES[kind]}有{kinds[kind]}道，占{kinds[kind] / total:.1%}，至少要占{least:.0%}"


def _reviews(chapters: Sequence[Chapter]) -> Iterator[str]:
    for chapter in chapters:
        for question in chapter.questions:
            if question.reviewed and question.reviewed < REVIEWED_SINCE:
                yield f"题目 {question.id}：{question.reviewed} 复核的，请在 {REVIEWED_SINCE} 以后再复核一次"


def the_refusing(question: Question) -> str | None:
    """The option that refuses, where it is the only one."""
    found = [option for option in question.options if _REFUSES.search(option)]
    return found[0] if len(found) == 1 else None


def the_odd(question: Question) -> str | None:
    """The option that begins otherwise, where the three others begin alike."""
    firsts = Counter(option[0] for option in question.options)
    if sorted(firsts.values()) != [1, 3]:
        return None
    return next(option for option in question.options if firsts[option[0]] == 1)


_SHAPES: Mapping[str, Callable[[Question], str | None]] = {
    "只有一个选项说“不”": the_refusing,
    "三个选项开头一样": the_odd,
}


def _tells(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Shapes from which one could guess without reading."""
    singles = [
        question for chapter in chapters for question in chapter.questions if question.type == "single"
    ]
    for shape, standing_out in _SHAPES.items():
        found = [(question, option) for question in singles if (option := standing_out(question))]
        right = sum(option in question.answer for question, option in found)
        if len(found) >= ENOUGH and right > MOST_TOLD * len(found):
            yield (
                f"{shape}的单选题有{len(found)}道，其中{right}道正是与众不同的那个对，"
                f"占{right / len(found):.0%}，最多占{MOST_TOLD:.0%}"
            )


def _asked_again(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Two questions on one fact that ask the same side of it."""
    by_fact: dict[str, list[Question]] = defaultdict(list)
    for chapter in chapters:
        for question in chapter.questions:
            by_fact[str(question.fact)].append(question)
    for fact, some in by_fact.items():
        for one, other in combinations(some, 2):
            if likeness(one, other) >= ASKED_AGAIN:
                yield f"题目 {one.id} 和 {other.id} 都依据 {fact}，问的差不多，请换一面来问"


def likeness(one: Question, other: Question) -> float:
    """How much of the shorter question's pairs of characters, with its answer, stands in the other."""
    pairs, others = pairs_of(one), pairs_of(other)
    return len(pairs & others) / max(1, min(len(pairs), len(others)))


def pairs_of(question: Question) -> frozenset[str]:
    """The pairs of neighbouring characters of a question and its answer: what two that ask the same have in common."""
    text = "".join(sign for sign in question.stem + "".join(question.answer) if sign.isalnum())
    return frozenset(text[start : start + 2] for start in range(len(text) - 1))


def _total(chapters: Sequence[Chapter]) -> int:
    return sum(len(chapter.questions) for chapter in chapters)
