"""Rounds that are too much alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rules.lookalike import Ended, alike, pattern

AT = datetime(2020, 6, 16, 1, 0, tzinfo=UTC)
SAID = [{"question": f"q{n}", "given": "甲"} for n in range(5)]


def ended(*seconds: float, people: int = 99) -> list[Ended]:
    return [Ended(n, f"p{n % people}", AT + timedelta(seconds=at)) for n, at in enumerate(seconds)]


def test_five_accounts_within_a_second_are_alike() -> None:
    assert alike(ended(0, 0.2, 0.4, 0.6, 0.99, 5)) == {0, 1, 2, 3, 4}


def test_a_full_second_apart_is_not_the_same_second() -> None:
    assert alike(ended(0, 0.2, 0.4, 0.6, 1.0)) == frozenset()


def test_the_second_may_begin_anywhere() -> None:
    assert alike(ended(0.7, 0.9, 1.0, 1.3, 1.6)) == {0, 1, 2, 3, 4}


def test_many_rounds_of_few_accounts_are_not_many_accounts() -> None:
    assert alike(ended(*[0.1] * 8, people=4)) == frozenset()


def test_a_pattern_is_of_questions_and_answers_in_any_order() -> None:
    assert pattern("round", SAID) == pattern("exam", reversed(SAID)) != ""
    assert pattern("round", SAID) != pattern("round", [*SAID[:4], {"question": "q4", "given": "乙"}])


def test_few_questions_or_those_that_all_get_prove_nothing() -> None:
    assert pattern("round", SAID[:4]) == pattern("daily", SAID) == pattern("hunt", SAID) == ""


def test_an_answer_of_several_parts_is_one_answer() -> None:
    several = [*SAID[:4], {"question": "q4", "given": ["甲", "丙"]}]
    assert pattern("round", several) not in ("", pattern("round", SAID))
