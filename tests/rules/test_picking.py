"""Which questions a round is made of."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.bank import Bank, Question
from content.loader import load_questions
from rules.picking import of_the_day, pick

BANK = load_questions()


def question(number: int, topic: str = "fire", **more: object) -> Question:
    data = {
        "id": f"{topic}-{number}",
        "topic": topic,
        "stem": "怎么做？",
        "options": ["甲", "乙"],
        "answer": "甲",
    }
    known = {"why": "因为。", "source": "《消防法》", "fact": "FIR-001", "reviewed": "2026-11-22"}
    return Question.model_validate({**data, **known, **more})


def test_a_round_has_different_topics() -> None:
    picked = pick(BANK.scored.values(), 5, {}, Random(1))
    assert len({one.topic for one in picked}) == 5


def test_what_was_seen_comes_back_only_after_the_rest_and_the_oldest_first() -> None:
    pool = [question(n) for n in range(6)]
    seen = {"fire-0": 2, "fire-1": 0, "fire-2": 1}
    assert {one.id for one in pick([pool], 3, seen, Random(2))} == {"fire-3", "fire-4", "fire-5"}
    assert {one.id for one in pick([pool], 4, seen, Random(3))} == {"fire-3", "fire-4", "fire-5", "fire-1"}


def test_a_small_topic_is_not_drawn_again_while_another_has_something_new() -> None:
    small, large = [question(0, "tiny")], [question(n) for n in range(9)]
    for chance in range(20):
        picked = pick([small, large], 5, {"tiny-0": 0}, Random(chance))
        assert {one.topic for one in picked} == {"fire"}


def test_questions_for_others_only_fill_up() -> None:
    pool = [question(n, audience="manager" if n % 2 else "public") for n in range(10)]
    assert {one.audience for one in pick([pool], 5, {}, Random(4))} == {"public"}
    assert len(pick([pool], 8, {}, Random(4))) == 8


@given(
    st.lists(st.integers(0, 7), min_size=0, max_size=5), st.integers(0, 30), st.integers(0, 20), st.randoms()
)
def test_a_round_is_as_long_as_wished_or_as_the_bank_and_asks_nothing_twice(
    sizes: list[int], count: int, seen: int, chance: Random
) -> None:
    pools = [[question(n, f"t{place}") for n in range(size)] for place, size in enumerate(sizes)]
    known = {one.id: n for n, one in enumerate([one for pool in pools for one in pool][:seen])}
    picked = pick(pools, count, known, chance)
    assert len({one.id for one in picked}) == len(picked) == min(count, sum(sizes))


FIRST = date(2020, 6, 1)


def asked(bank: Bank, campaign: str, days: int) -> list[str]:
    """What is asked on so many days from the first on."""
    found = (of_the_day(bank, campaign, FIRST, FIRST + timedelta(days=n)) for n in range(days))
    return [one.id for one in found if one]


def test_the_question_of_a_day_is_the_same_for_all_and_another_in_another_campaign() -> None:
    first = asked(BANK, "ningxia-2020", 30)
    assert first == asked(load_questions(), "ningxia-2020", 30)
    assert first != asked(BANK, "gusu-2020", 30)


@pytest.mark.parametrize("campaign", ["ningxia-2020", "gusu-2020", "binhai-2020"])
def test_no_question_of_a_day_comes_twice_in_half_a_year(campaign: str) -> None:
    some = asked(BANK, campaign, 184)
    assert len(set(some)) == 184


def test_once_all_were_asked_they_come_in_the_same_order_again() -> None:
    some = asked(Bank([question(n) for n in range(7)]), "x", 14)
    assert len(set(some[:7])) == 7 and some[7:] == some[:7]


def test_a_day_before_the_first_has_a_question_too() -> None:
    assert of_the_day(BANK, "x", FIRST, FIRST - timedelta(days=3)) is not None


def test_questions_that_join_change_few_days() -> None:
    some = [question(n) for n in range(200)]
    before, after = asked(Bank(some), "x", 30), asked(Bank([*some, *map(question, range(200, 210))]), "x", 30)
    assert len(set(after)) == 30
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 5


def test_the_question_of_a_day_is_reviewed() -> None:
    some = [question(n) for n in range(20)]
    more = [*some, *(question(n, reviewed=None) for n in range(20, 40))]
    assert asked(Bank(some), "x", 30) == asked(Bank(more), "x", 30)
    assert of_the_day(Bank([question(1, reviewed=None)]), "x", FIRST, FIRST) is None
