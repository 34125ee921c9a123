"""Rounds that staff should look at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fairness import EVEN, FAST, MANY, Pace, flags, paces_told, unread

HUMAN = [Pace(60, seconds) for seconds in (9.0, 12.5, 7.1, 21.0, 14.2)]


def test_a_round_as_people_play_it_has_no_flag() -> None:
    assert flags(HUMAN, 0) == []
    assert flags(HUMAN, 8) == []


def test_the_floor_grows_with_the_length_of_the_question() -> None:
    assert not Pace(60, 3.2).too_fast
    assert Pace(60, 3.1).too_fast
    assert not Pace(10, 3.1).too_fast


def test_one_quick_answer_is_luck_and_two_are_a_flag() -> None:
    assert flags([*HUMAN[:4], Pace(60, 0.5)], 0) == []
    assert flags([*HUMAN[:3], Pace(60, 0.5), Pace(60, 1.0)], 0) == [FAST]


def test_of_a_round_of_one_question_one_is_enough() -> None:
    assert flags([Pace(60, 0.5)], 0) == [FAST]


def test_answers_at_equal_intervals_are_a_flag_however_slow() -> None:
    assert flags([Pace(60, seconds) for seconds in (30.0, 30.1, 30.05, 30.2, 30.3)], 0) == [EVEN]
    assert flags([Pace(60, seconds) for seconds in (30.0, 30.1, 30.05, 30.2, 30.5)], 0) == []
    assert flags([Pace(60, 30.0)] * 4, 0) == []


def test_the_tenth_round_of_a_day_and_later_ones_are_a_flag() -> None:
    assert flags(HUMAN, 9) == [MANY]
    assert flags(HUMAN, 30) == [MANY]


def test_a_clock_that_was_put_back_is_no_fault_of_the_person() -> None:
    assert flags([Pace(60, -3600.0), *HUMAN[1:4], Pace(60, 1.0)], 0) == []


@given(st.lists(st.floats(20, 1e6), min_size=1, max_size=20))
def test_slowness_is_never_a_flag(seconds: list[float]) -> None:
    assert FAST not in flags([Pace(80, one) for one in seconds], 0)


def test_an_exam_nobody_answered_has_no_flag() -> None:
    assert flags([], 0) == []


@pytest.mark.parametrize("count", [5, 20])
def test_a_script_of_seven_seconds_is_found(count: int) -> None:
    assert flags([Pace(70, 0.35)] * count, 0) == [FAST, EVEN]


def test_of_a_round_that_was_given_up_one_quick_answer_is_still_luck() -> None:
    assert flags([Pace(60, 0.5)], 0, asked=5) == []
    assert flags([Pace(60, 0.5)] * 2, 0, asked=5) == [FAST]


def test_what_there_was_time_to_read_need_not_be_read_again() -> None:
    assert (unread(100, 0), unread(100, 2), unread(100, 60), unread(100, -5)) == (100, 50, 0, 100)


def test_staff_sees_each_time_of_a_few_answers_and_three_of_many() -> None:
    assert paces_told([3.14, 2, 11.96]) == "3.1、2.0、12.0"
    assert paces_told([9, 1, *[4.2] * 6]) == "最快1.0，中间4.2，最慢9.0"
    assert paces_told([]) == "没有记"
