"""The bundled bank as a whole, and the laws it cites."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.balance import balance_faults
from content.bank import TRUE_FALSE, Chapter, Question
from content.check import check_content, faults_by_question
from content.facts import Fact, load_facts
from content.laws import Laws, cited, laws_of
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


def fact(name: str, text: str, source: str, status: str = "verified") -> Fact:
    return Fact(name, "x", text, source, status)


LAWS = laws_of(
    [
        fact("A-1", "x", "《消防法》（2019年修正）第5条"),
        fact("A-2", "x", "《消防法》（2021年修正）第5条；《渔业法》（2025年修订，2026-05-01施行）第2条"),
        fact("A-3", "x", "《未来法》（2030）第1条", "unverified"),
        fact(
            "B-1",
            "《生态环境法典》施行，《固体废物污染环境防治法》《另一部法》同时废止。",
            "《生态环境法典》（2026-08-15施行）第1242条",
        ),
    ]
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("《消防法》（2021年修正）第44条", []),
        ("《消防法》第44条", []),
        ("《没见过的法》（1990）第1条", []),
        ("《未来法》（2020）第1条", []),
        ("《消防法》（2019年修正）第44条", ["《消防法》引的是2019年的，现在是2021年的"]),
        ("《中华人民共和国消防法》（2008年修订）第44条", ["《消防法》引的是2008年的，现在是2021年的"]),
        ("《渔业法》（2013年修正）第2条；《消防法》（2021年修正）第2条", ["《渔业法》引的是2013年的，现在是2025年的"]),
        ("《固体废物污染环境防治法》（2020年修订）第1条", ["《固体废物污染环境防治法》已经废止，现在是《生态环境法典》"]),
        ("《另一部法》第1条", ["《另一部法》已经废止，现在是《生态环境法典》"]),
    ],
)  # fmt: skip
def test_a_law_that_was_replaced_is_told(source: str, expected: list[str]) -> None:
    assert list(LAWS.faults(source)) == expected


def test_the_year_of_a_version_is_the_first_in_its_brackets() -> None:
    source = "《工贸企业有限空间作业安全规定》（应急管理部令第13号，2024-01-01施行）第4条；《刑法》（现行文本）第134条"
    assert list(cited(source)) == [("工贸企业有限空间作业安全规定", 2024)]


def test_no_question_of_the_bank_rests_on_a_replaced_law() -> None:
    laws = laws_of(load_facts().values())
    assert len(laws.newest) > 50
    assert laws.ended_by["固体废物污染环境防治法"] == "生态环境法典"
    assert not [fault for _, fault in faults_by_question(load_chapters(), laws) if "现在是" in fault]


def test_a_question_on_a_replaced_law_is_told() -> None:
    chapter = a_chapter("t", 1)
    old = chapter.questions[0].model_copy(update={"source": "《消防法》（2019年修正）第5条"})
    told = list(faults_by_question([chapter.model_copy(update={"questions": (old,)})], LAWS))
    assert (("t-0",), "题目 t-0：《消防法》引的是2019年的，现在是2021年的") in told
    assert not [fault for _, fault in faults_by_question([chapter], Laws({}, {})) if "现在是" in fault]
