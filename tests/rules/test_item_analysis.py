"""What first tries tell of a question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from content.bank import Question
from rules.item_analysis import (
    HARD,
    NEGLECTED,
    TOO_EASY,
    UNCLEAR,
    Item,
    Try,
    analyse,
    first_tries,
    guess_rate,
)


def a_question(
    name: str = "q", kind: str = "single", options: Sequence[str] = "甲乙丙丁", answer: Sequence[str] = "甲"
) -> Question:
    data = {
        "id": name,
        "topic": "fire",
        "type": kind,
        "stem": "怎么做？",
        "why": "理由。",
        "source": "《消防法》",
    }
    return Question.model_validate({**data, "options": list(options), "answer": list(answer)})


def a_try(person: int | str, given: str, question: str = "q", right: str = "甲", seconds: float = 5.0) -> Try:
    return Try(str(person), question, tuple(given), given == right, seconds)


OTHERS = [a_question(f"other-{n}") for n in range(5)]
BANK = {question.id: question for question in (a_question(), *OTHERS)}


def others(person: int, rights: int) -> list[Try]:
    """Five answers that tell how much somebody knows."""
    return [a_try(person, "甲" if n < rights else "乙", f"other-{n}") for n in range(5)]


def the_item(tries: list[Try], bank: dict[str, Question] | None = None) -> Item:
    return next(item for item in analyse(bank or BANK, tries) if item.question.id == "q")


def test_of_each_person_and_question_only_the_earliest_try_is_taken() -> None:
    newest_first = [a_try(1, "甲"), a_try(2, "丙"), a_try(1, "乙", "other-0"), a_try(1, "丁")]
    assert {(one.person, one.question, one.given) for one in first_tries(newest_first)} == {
        ("1", "q", ("丁",)), ("2", "q", ("丙",)), ("1", "other-0", ("乙",)),
    }  # fmt: skip


def test_facility_median_and_options_are_counted() -> None:
    item = the_item(
        [
            a_try(1, "甲", seconds=2),
            a_try(2, "甲", seconds=90_000),
            a_try(3, "乙", seconds=6),
            a_try(4, "丙", seconds=4),
        ]
    )
    assert (item.n, item.facility, item.seconds) == (4, 0.5, 5.0)
    assert [(one.text, one.right, one.count, one.share) for one in item.options] == [
        ("甲", True, 2, 0.5), ("乙", False, 1, 0.25), ("丙", False, 1, 0.25), ("丁", False, 0, 0.0),
    ]  # fmt: skip
    assert item.again == ()  # four people prove nothing


def test_a_question_that_only_those_get_right_who_know_more_tells_them_apart() -> None:
    tries = []
    for person in range(20):
        knows = person < 10
        tries += [a_try(person, "甲" if knows else "乙"), *others(person, 5 if knows else 0)]
    item = the_item(tries)
    assert (item.discrimination, item.ranked) == (1.0, 20)
    turned = [a_try(one.person, "乙" if one.right else "甲") if one.question == "q" else one for one in tries]
    assert the_item(turned).discrimination == -1.0


def test_the_question_itself_does_not_tell_who_knows_more() -> None:
    """All are alike in the rest: whoever got this one right must not stand above the others for it."""
    tries = [
        one
        for person in range(40)
        for one in (a_try(person, "甲" if person % 2 else "乙"), *others(person, 3))
    ]
    assert the_item(tries).discrimination == pytest.approx(0.0)


def test_equals_at_the_edge_of_a_group_count_in_part_whatever_their_order() -> None:
    tries = [
        one
        for person in range(11)
        for one in (a_try(person, "甲" if person < 4 else "乙"), *others(person, 3 if person else 5))
    ]
    forth, back = the_item(tries).discrimination, the_item(tries[::-1]).discrimination
    assert forth is not None and forth == pytest.approx(back)
    # the best one and two tenths of 3 in 10 equals against three of these: (1 + 2 * .3) / 3 - 3 * .3 / 3
    assert forth == pytest.approx((1 + 2 * 0.3) / 3 - 0.3)


def test_who_was_asked_little_else_is_not_ranked() -> None:
    tries = [a_try(person, "甲") for person in range(200)]
    item = the_item(tries)
    assert (item.discrimination, item.ranked) == (None, 0)
    assert UNCLEAR not in item.again


def test_people_who_were_asked_harder_questions_are_not_taken_for_worse() -> None:
    """Half met five hard ones, half five easy ones; all know the same, so this question can't tell them apart."""
    bank = {**BANK, **{f"hard-{n}": a_question(f"hard-{n}") for n in range(5)}}
    tries = []
    for person in range(100):
        kind, rights = ("other", 4) if person % 2 else ("hard", 1)
        tries += [
            a_try(person, "甲" if (person % 5 + n) % 5 < rights else "乙", f"{kind}-{n}") for n in range(5)
        ]
        tries.append(a_try(person, "甲" if person % 2 else "乙"))  # right for those who met the easy ones
    assert the_item(tries, bank).discrimination == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    ("right", "people", "expected"),
    [(34, 100, (HARD,)), (35, 100, ()), (95, 100, ()), (96, 100, (TOO_EASY,)), (0, 29, ()), (0, 30, (HARD,))],
)
def test_a_key_that_may_be_wrong_and_a_question_that_is_too_easy_are_found(
    right: int, people: int, expected: tuple[str, ...]
) -> None:
    wrong = "乙丙丁"
    item = the_item(
        [a_try(person, "甲" if person < right else wrong[person % 3]) for person in range(people)]
    )
    assert tuple(one for one in item.again if one != NEGLECTED) == expected


def test_a_question_that_does_not_tell_people_apart_is_found_from_a_hundred_on() -> None:
    def of(people: int) -> Item:
        return the_item([
            one
            for person in range(people)
            for one in (a_try(person, "甲乙丙丁"[person // 6 % 4 if person % 4 else 0]), *others(person, person % 6))
        ])  # fmt: skip

    assert UNCLEAR not in of(99).again
    item = of(240)
    assert item.discrimination is not None and item.discrimination < 0.1
    assert UNCLEAR in item.again


def test_an_option_that_nobody_chooses_is_found_from_a_hundred_on() -> None:
    def of(people: int) -> tuple[str, ...]:
        return the_item([a_try(person, "甲乙丙"[person % 3]) for person in range(people)]).again

    assert NEGLECTED not in of(99)
    assert NEGLECTED in of(102)


def test_of_several_every_chosen_option_counts_and_of_an_order_what_stood_in_a_wrong_place() -> None:
    several = a_question("q", "multiple", "甲乙丙", "甲乙")
    item = the_item(
        [Try("1", "q", ("甲", "乙"), True, 1), Try("2", "q", ("甲", "丙"), False, 1)], {"q": several}
    )
    assert [(one.count, one.right) for one in item.options] == [(2, True), (1, True), (1, False)]
    order = a_question("q", "order", "甲乙丙", "甲乙丙")
    item = the_item([Try("1", "q", ("甲", "丙", "乙"), False, 1)], {"q": order})
    assert [(one.text, one.count) for one in item.options] == [("甲", 0), ("乙", 1), ("丙", 1)]


def test_an_answer_to_an_older_wording_and_an_unknown_question_are_left_out() -> None:
    item = the_item([a_try(1, "甲"), Try("2", "q", ("旧的选项",), True, 1)])
    assert item.n == 1
    assert analyse(BANK, [a_try(1, "甲", "gone")]) == []


def test_guessing_is_harder_where_there_is_more_to_say() -> None:
    assert guess_rate(a_question()) == 0.25
    assert guess_rate(a_question("q", "judge", "对错", "对")) == 0.5
    assert guess_rate(a_question("q", "multiple", "甲乙丙丁", "甲乙")) == pytest.approx(1 / 11)
    assert guess_rate(a_question("q", "order", "甲乙丙", "甲乙丙")) == pytest.approx(1 / 6)


def test_those_to_look_at_again_come_first() -> None:
    bank = {name: a_question(name) for name in ("a", "b")}
    tries = [a_try(person, "甲乙丙丁"[person % 2], "a") for person in range(40)]
    tries += [a_try(person, "乙", "b") for person in range(40)]
    assert [(item.question.id, bool(item.again)) for item in analyse(bank, tries)] == [
        ("b", True),
        ("a", False),
    ]
