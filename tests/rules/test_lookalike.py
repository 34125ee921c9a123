"""Rounds that are too much alike."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from rules.lookalike import Ended, alike, crowds, in_step, moments, pattern, together, well

AT = datetime(2020, 6, 16, 1, 0, tzinfo=UTC)
SAID: list[dict[str, Any]] = [{"question": f"q{n}", "given": "甲"} for n in range(5)]


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


def stepped(person: int, *seconds: float, jitter: float = 0.0, chance: random.Random | None = None) -> Ended:
    """A round with answers so long after the beginning."""
    shake = (chance or random.Random(person)).uniform
    said = tuple(AT + timedelta(seconds=at + shake(0, jitter)) for at in seconds)
    return Ended(person, f"p{person}", said[-1], said)


@pytest.mark.parametrize("jitter", [0.0, 0.9])
def test_answers_at_the_same_moments_from_five_accounts_are_in_step(jitter: float) -> None:
    farm = [stepped(n, 11, 18, 34, 43, 56, jitter=jitter) for n in range(5)]
    other = stepped(9, 11, 18, 30, 43, 56.2)
    assert in_step([*farm, other]) == {0, 1, 2, 3, 4}
    assert in_step(farm[:4]) == frozenset()


def test_few_answers_at_the_same_moments_are_no_step() -> None:
    assert in_step([stepped(n, 11, 18, 34, 43) for n in range(9)]) == frozenset()


def a_class(number: int, questions: int, median: float = 9.0) -> list[Ended]:
    """Forty-five who begin within three seconds, each at their own pace."""
    chance, rounds = random.Random(number), []
    for n in range(45):
        at, said = chance.uniform(0, 3), []
        for _ in range(questions):
            at += 2 + chance.lognormvariate(0, 0.5) * (median - 2)
            said.append(at)
        rounds.append(stepped(n, *said))
    return rounds


def test_a_class_that_begins_together_is_not_in_step() -> None:
    assert [number for number in range(300) if in_step(a_class(number, 5))] == []


def on_days(days: int, ends: dict[int, list[float]]) -> list[Ended]:
    """A question of the day on so many days, ended by each so long after nine."""
    return [
        Ended(
            100 * day + person,
            f"p{person}",
            AT + timedelta(days=day, seconds=at[day]),
            game=("daily", str(day)),
        )
        for person, at in ends.items()
        for day in range(days)
    ]


def last_day(rounds: list[Ended]) -> set[int]:
    newest = max(one.at for one in rounds).date()
    return {one.id for one in rounds if one.at.date() == newest}


def test_the_same_accounts_in_one_second_four_times_running_are_found_with_all_four() -> None:
    farm = {n: [7.1 + day + n / 10 for day in range(4)] for n in range(6)}
    rounds = on_days(4, farm)
    assert together(rounds, last_day(rounds)) == {one.id for one in rounds}
    early = on_days(3, farm)
    assert together(early, last_day(early)) == frozenset()


def test_who_was_with_them_only_once_is_not_found_with_them() -> None:
    rounds = on_days(4, {**{n: [7.0] * 4 for n in range(5)}, 9: [33.0, 21.0, 46.0, 7.2]})
    assert together(rounds, last_day(rounds)) == {one.id for one in rounds if one.person != "p9"}


def test_a_class_that_begins_together_every_day_is_not_together() -> None:
    for number in range(60):
        days = [a_class(1000 * number + day, 1) for day in range(6)]
        ends = {n: [(day[n].at - AT).total_seconds() for day in days] for n in range(45)}
        rounds = on_days(6, ends)
        assert together(rounds, {one.id for one in rounds}) == frozenset()


def test_a_crowd_out_of_nowhere_is_found() -> None:
    farm = ended(*[n / 50 for n in range(40)])
    passers = [Ended(100 + n, f"q{n}", AT + timedelta(seconds=3 * n - 30)) for n in range(20)]
    assert crowds([*farm, *passers]) >= set(range(40))
    assert crowds(farm[:19]) == frozenset()


def test_a_hall_that_begins_together_is_no_crowd() -> None:
    chance = random.Random(7)
    hall = ended(*sorted(5 + 20 * chance.betavariate(2, 3) for _ in range(400)), people=400)
    assert max(sum(0 <= (b.at - a.at).total_seconds() < 1 for b in hall) for a in hall) >= 20
    assert crowds(hall) == frozenset()
    for number in range(100):
        assert crowds(a_class(number, 1)) == frozenset()


def test_what_was_said_in_one_message_is_one_moment() -> None:
    said = [
        {"at": AT.isoformat()},
        {"at": AT.isoformat()},
        {"at": (AT + timedelta(seconds=4)).isoformat()},
        {},
    ]
    assert [b - a for a, b in pairwise(moments(said))] == [timedelta(seconds=4)]


def test_only_what_went_well_is_worth_a_look() -> None:
    assert well(4, 5) and well(1, 1) and not well(3, 5) and not well(0, 0)


def test_an_answer_of_several_parts_is_one_answer() -> None:
    several = [*SAID[:4], {"question": "q4", "given": ["甲", "丙"]}]
    assert pattern("round", several) not in ("", pattern("round", SAID))
