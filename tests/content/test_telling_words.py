"""Whoever knows nothing must not find the answers of the bundled bank by small words and shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import pytest

from content.bank import Bank, Question
from content.loader import load_questions

ENOUGH = 20  # questions from which a word is looked at
LEAST, MOST = 0.35, 0.65  # share of true statements among those with one word
OFTEN = 30  # options from which a character is looked at
NEVER = 0.05  # share of right ones among the options with one character; a quarter by chance
STANDS_OUT = 0.45  # share of right ones among the options that stand out; a quarter by chance
JOINING = frozenset("或和与及并、")

Told = tuple[str, int, int]  # what tells, in how many right ones it stands, and in how many


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_questions()


def of(bank: Iterable[Question], kind: str) -> list[Question]:
    return [question for question in bank if question.type == kind]


def parts(text: str) -> set[str]:
    """The characters of a text and its pairs of neighbours."""
    return {sign for sign in text if sign.isalpha()} | {
        one + other for one, other in pairwise(text) if one.isalpha() and other.isalpha()
    }


def leaning(judged: Sequence[Question]) -> list[Told]:
    """The words whose statements are mostly right or mostly wrong."""
    every = Counter(part for question in judged for part in parts(question.stem))
    right = Counter(part for one in judged if one.answer == ("对",) for part in parts(one.stem))
    found = [(part, right[part], count) for part, count in every.items() if count >= ENOUGH]
    return sorted(one for one in found if not LEAST <= one[1] / one[2] <= MOST)


def never_right(choices: Sequence[Question]) -> list[Told]:
    """The characters that stand almost in wrong options alone."""
    every = Counter(sign for one in choices for option in one.options for sign in set(option))
    right = Counter(sign for one in choices for sign in set(one.answer[0]))
    found = [(sign, right[sign], count) for sign, count in every.items() if count >= OFTEN]
    return sorted(one for one in found if one[1] < NEVER * one[2])


def the_longest(question: Question) -> str | None:
    return only_one(question, len)


def the_joined(question: Question) -> str | None:
    """The option that alone names two things."""
    return only_one(question, lambda option: int(bool(JOINING & set(option))))


def the_echo(question: Question) -> str | None:
    """The option that has most pairs of characters in common with the stem."""
    asked = set(pairwise(question.stem))
    return only_one(question, lambda option: len(asked & set(pairwise(option))))


def only_one(question: Question, measure: Callable[[str], int]) -> str | None:
    most = max(map(measure, question.options))
    found = [option for option in question.options if measure(option) == most]
    return found[0] if len(found) == 1 else None


def a_judge(stem: str, answer: str) -> Question:
    return Question.model_validate(
        {
            "id": "a", "topic": "t", "stem": stem, "options": ["对", "错"], "answer": answer,
            "why": "因", "source": "源",
        }
    )  # fmt: skip


def a_choice(stem: str, *options: str) -> Question:
    """Its first option is right."""
    return Question.model_validate(
        {
            "id": "a", "topic": "t", "stem": stem, "options": options, "answer": options[0],
            "why": "因", "source": "源",
        }
    )  # fmt: skip


def test_no_word_tells_true_from_false(bank: Bank) -> None:
    assert leaning(of(bank, "judge")) == []


def test_no_character_stands_in_wrong_options_alone(bank: Bank) -> None:
    assert never_right(of(bank, "single")) == []


@pytest.mark.parametrize("standing_out", [the_longest, the_joined, the_echo])
def test_an_option_that_stands_out_is_seldom_the_right_one(
    bank: Bank, standing_out: Callable[[Question], str | None]
) -> None:
    found = [(one, option) for one in of(bank, "single") if (option := standing_out(one))]
    right = sum(option in question.answer for question, option in found)
    assert len(found) >= ENOUGH
    assert right <= STANDS_OUT * len(found)


def judged(right: int, wrong: int) -> list[Question]:
    """So many right and wrong statements with 就, which have no other word in common."""
    answers = ["对"] * right + ["错"] * wrong
    return [a_judge(f"就{chr(ord('一') + place)}", answer) for place, answer in enumerate(answers)]


@pytest.mark.parametrize(
    ("right", "wrong", "told"), [(6, 14, True), (14, 6, True), (7, 13, False), (13, 7, False), (6, 13, False)]
)
def test_a_word_that_tells_is_found(right: int, wrong: int, told: bool) -> None:
    assert leaning(judged(right, wrong)) == [("就", right, right + wrong)] * told


def test_a_character_of_wrong_options_is_found() -> None:
    choices = [a_choice("问", "甲", "只乙", "丙")] * 30
    assert never_right(choices) == [("丙", 0, 30), ("乙", 0, 30), ("只", 0, 30)]
    assert never_right(choices[1:]) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("很长的一个", "短的", "长的"), ("很长的一个", None, None)),
        (("甲和乙", "丙和", "丁"), ("甲和乙", None, None)),
        (("甲或乙", "丙丁戊", "己"), (None, "甲或乙", None)),
        (("报警", "绕开", "离开"), (None, None, "报警")),
    ],
)
def test_what_stands_out(options: tuple[str, ...], expected: tuple[str | None, ...]) -> None:
    question = a_choice("应当怎样报警？", *options)
    assert (the_longest(question), the_joined(question), the_echo(question)) == expected
