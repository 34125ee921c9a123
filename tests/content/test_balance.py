"""The bundled bank as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.balance import balance_faults
from content.bank import TRUE_FALSE, Chapter, Question
from content.check import check_content
from content.loader import load_chapters

THREE = ("甲", "乙", "丙")
SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "single": (THREE, ("甲",)),
    "multiple": (THREE, ("甲", "乙")),
    "judge": (TRUE_FALSE, ("对",)),
    "order": (THREE, ("乙", "甲", "丙")),
}


def a_question(topic: str, number: int, kind: str, reviewed: date) -> Question:
    options, answer = SHAPES[kind]
    return Question.model_validate(
        {
            "id": f"{topic}-{number}", "topic": topic, "type": kind, "stem": "题", "options": options,
            "answer": answer, "why": "因", "source": "源", "fact": "FIR-001", "reviewed": reviewed,
        }
    )  # fmt: skip


def a_chapter(
    topic: str,
    count: int,
    *,
    multiple: int = 0,
    order: int = 0,
    own: bool = False,
    reviewed: date = date(2026, 11, 1),
) -> Chapter:
    kinds = ["multiple"] * multiple + ["order"] * order
    kinds += ["single"] * (count - len(kinds))
    some = tuple(a_question(topic, number, kind, reviewed) for number, kind in enumerate(kinds))
    return Chapter(topic=topic, title=topic.upper(), own=own, questions=some)


def a_bank(*, multiple: int = 8, order: int = 3) -> list[Chapter]:
    """Six chapters of a hundred: just what is asked for."""
    return [a_chapter(f"t{number}", 100, multiple=multiple, order=order) for number in range(6)]


def test_a_bank_that_is_just_as_it_must_be_has_no_fault() -> None:
    assert balance_faults(a_bank()) == []


def test_the_bundled_bank_is_well_balanced() -> None:
    assert balance_faults(load_chapters()) == []


@pytest.mark.parametrize(
    ("chapters", "expected"),
    [
        ([*a_bank()[:5], a_chapter("t5", 99, multiple=8, order=3)], ["题库有599道题，至少要600道"]),
        (a_bank(multiple=7), ["多选题有42道，占7.0%，至少要占8%"]),
        (a_bank(order=2), ["排序题有12道，占2.0%，至少要占3%"]),
        ([*a_bank(), a_chapter("small", 14, multiple=2, order=1)], ["“SMALL”只有14道题，至少要15道"]),
        ([*a_bank(), a_chapter("big", 151, multiple=20, order=9)], ["“BIG”有151道题，占20.1%，最多占20%"]),
        ([*a_bank(), a_chapter("old", 15, multiple=2, order=1, reviewed=date(2026, 10, 31))],
         [f"题目 old-{n}：2026-10-31 复核的，请在 2026-11-01 以后再复核一次" for n in range(15)]),
    ],
)  # fmt: skip
def test_a_bank_that_leans_is_told(chapters: list[Chapter], expected: list[str]) -> None:
    assert balance_faults(chapters) == expected


def test_a_chapter_may_be_a_fifth_of_the_bank() -> None:
    assert balance_faults([*a_bank(), a_chapter("big", 150, multiple=20, order=9)]) == []


def test_the_organisers_own_chapters_do_not_count() -> None:
    own = a_chapter("own", 3, own=True, reviewed=date(2020, 1, 1))
    assert balance_faults([*a_bank(), own]) == []


def test_only_the_bundled_bank_is_asked_for_balance(tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    assert not [fault for fault in check_content(questions=tmp_path / "questions") if "题库有" in fault]
