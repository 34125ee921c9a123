"""The bundled bank as a whole."""

from __future__ import annotations

from datetime import date
from itertools import count as counting
from pathlib import Path

import pytest

from content.balance import balance_faults, likeness, the_odd, the_refusing
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
REFUSING = ("可以放", "随便放", "不得放", "常常放")
ODD = ("可以放", "可以晒", "先问人", "可以用")
NUMBERS = counting()


def a_fact() -> str:
    """A fact that no other question rests on."""
    thousand, number = divmod(next(NUMBERS), 1000)
    return f"T{chr(65 + thousand // 26 % 26)}{chr(65 + thousand % 26)}-{number:03}"


def a_question(topic: str, number: int, kind: str, reviewed: date) -> Question:
    options, answer = SHAPES[kind]
    return Question.model_validate(
        {
            "id": f"{topic}-{number}", "topic": topic, "type": kind, "stem": "题", "options": options,
            "answer": answer, "why": "因", "source": "源", "fact": a_fact(), "reviewed": reviewed,
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


def of_a_shape(options: tuple[str, ...], right: int, count: int) -> Chapter:
    """Questions with these options; the one that stands out, the third, is the answer of so many."""
    chapter = a_chapter("shape", count)
    shaped = [
        question.model_copy(update={"options": options, "answer": (options[2 if number < right else 0],)})
        for number, question in enumerate(chapter.questions)
    ]
    return chapter.model_copy(update={"questions": tuple(shaped)})


@pytest.mark.parametrize(
    ("options", "refusing", "odd"),
    [
        (REFUSING, "不得放", None),
        (ODD, None, "先问人"),
        (("可以放", "不可以放", "可以晒", "可以用"), "不可以放", "不可以放"),
        (("可以放", "不可以放", "不，先问人", "可以用"), None, None),
        (("这里禁止放", "可以放", "没收", "别处放"), "这里禁止放", None),
        (("不放", "不晒", "可以用"), None, None),
    ],
)
def test_what_stands_out_among_options(
    options: tuple[str, ...], refusing: str | None, odd: str | None
) -> None:
    question = a_question("t", 1, "single", date(2026, 11, 1)).model_copy(update={"options": options})
    assert (the_refusing(question), the_odd(question)) == (refusing, odd)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (REFUSING, "只有一个选项说“不”的单选题有20道，其中10道正是与众不同的那个对，占50%，最多占45%"),
        (ODD, "三个选项开头一样的单选题有20道，其中10道正是与众不同的那个对，占50%，最多占45%"),
    ],
)
def test_a_shape_that_tells_the_answer_is_told(options: tuple[str, ...], expected: str) -> None:
    assert balance_faults([*a_bank(multiple=9, order=4), of_a_shape(options, 10, 20)]) == [expected]


@pytest.mark.parametrize(("right", "count"), [(9, 20), (19, 19)])
@pytest.mark.parametrize("options", [REFUSING, ODD])
def test_a_shape_may_tell_a_little_or_be_rare(options: tuple[str, ...], right: int, count: int) -> None:
    assert balance_faults([*a_bank(multiple=9, order=4), of_a_shape(options, right, count)]) == []


@pytest.mark.parametrize(
    ("stem", "on_the_same", "told"),
    [
        ("厨房里发现着火，应当怎么做？", True, True),
        ("厨房里发现着火，应当怎么做？", False, False),
        ("邻居想借手机打119，给不给？", True, False),
    ],
)
def test_two_questions_on_one_side_of_a_fact_are_told(stem: str, on_the_same: bool, told: bool) -> None:
    first, second, *rest = a_chapter("t", 20).questions
    first = first.model_copy(update={"stem": "屋里发现着火，应当怎么办？"})
    second = second.model_copy(update={"stem": stem, "fact": first.fact if on_the_same else second.fact})
    chapter = Chapter(topic="t", title="题", questions=(first, second, *rest))
    expected = f"题目 t-0 和 t-1 都依据 {first.fact}，问的差不多，请换一面来问"
    assert balance_faults([*a_bank(multiple=9, order=4), chapter]) == [expected] * told


def test_likeness_is_measured_by_the_shorter_with_its_answer() -> None:
    whole, part, other = (
        a_question("t", number, "single", date(2026, 11, 1)).model_copy(update={"stem": stem})
        for number, stem in enumerate(("天上下雨地上滑", "地上滑", "开车"))
    )
    assert likeness(whole, part) == likeness(part, whole) == 1
    assert likeness(whole, other) == 0
