"""What the bank that comes with the product must be as a whole: large, mixed, and read again not long ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from content.bank import KIND_NAMES, Chapter, Kind

LEAST = 600  # questions
LEAST_OF_A_TOPIC = 15
MOST_OF_A_TOPIC = 0.2  # of the bank
LEAST_OF_A_KIND: Mapping[Kind, float] = {"multiple": 0.08, "order": 0.03}
REVIEWED_SINCE = date(2026, 11, 1)


def balance_faults(chapters: Sequence[Chapter]) -> list[str]:
    """Where the bank leans; an organiser's own chapters don't count."""
    bundled = [chapter for chapter in chapters if not chapter.own]
    return [*_size(bundled), *_topics(bundled), *_kinds(bundled), *_reviews(bundled)]


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


def _total(chapters: Sequence[Chapter]) -> int:
    return sum(len(chapter.questions) for chapter in chapters)
