"""What each chapter of the bank must be by itself: of a known sector if it is of a trade, and scored enough or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from content.bank import Bank, Chapter, Question

LEAST_SCORED = 15  # questions of a topic that count: with fewer, the same ones come in every round
#: Chapters on what concerns everybody, whatever their trade, or a matter that none of the sectors takes in.
FOR_ALL = frozenset(
    {
        "agriculture", "confined-space", "emergency-rescue", "first-aid", "flood-and-weather", "home", "hotlines", "law",
        "occupational-health", "rumours", "rural", "school", "self-rescue", "signs",
    }
)  # fmt: skip


def unknown_sectors(chapters: Sequence[Chapter], sectors: Collection[str]) -> Iterator[tuple[str, str]]:
    """The sectors that nobody knows, each with its question."""
    known = (None, *sectors)
    for chapter in chapters:
        if chapter.sector not in known:
            yield chapter.questions[0].id, f"“{chapter.title}”：没有“{chapter.sector}”这个行业"
        for question in chapter.questions:
            if question.sector not in (*known, chapter.sector):
                yield question.id, f"题目 {question.id}：没有“{question.sector}”这个行业"


def topic_faults(chapters: Sequence[Chapter], unproved: Collection[str]) -> Iterator[str]:
    """What is missing in the chapters of the bundled bank; an organiser's own may be as they like."""
    bundled = [chapter for chapter in chapters if not chapter.own]
    for chapter in bundled:
        if chapter.topic not in FOR_ALL and not any(question.sector for question in chapter.questions):
            yield f"“{chapter.title}”没有写行业，请写上 sector"
    scored = Bank(_questions(bundled), unproved=unproved).scored
    for chapter in bundled:
        count = len(scored.get(chapter.topic, ()))
        if 0 < count < LEAST_SCORED:
            yield f"“{chapter.title}”只有{count}道计分的题，要么至少{LEAST_SCORED}道，要么一道也没有"


def _questions(chapters: Sequence[Chapter]) -> Iterator[Question]:
    return (question for chapter in chapters for question in chapter.questions)
