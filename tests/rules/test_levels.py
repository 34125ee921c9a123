"""Ten levels, each opened by the one before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from content.loader import load_questions
from content.models import Quiz
from rules.levels import BY_ID, LEVELS, opened


def test_there_are_ten_levels_and_the_last_is_the_final() -> None:
    assert [level.id for level in LEVELS] == (
        "home school countryside community enterprise fire traffic chemicals law final".split()
    )
    assert (LEVELS[-1].count, LEVELS[-1].passes) == (10, 7)
    assert all((level.count, level.passes) == (5, 3) for level in LEVELS[:-1])


def test_stars_grow_with_what_is_right() -> None:
    assert [BY_ID["home"].stars(right) for right in range(6)] == [0, 0, 0, 1, 2, 3]
    assert [BY_ID["final"].stars(right) for right in range(11)] == [0] * 7 + [1, 2, 2, 3]


FIRST = date(2020, 6, 1)
ALL_PASSED = {level.id: 1 for level in LEVELS}


def test_each_level_is_opened_by_the_one_before() -> None:
    assert opened({}, Quiz(), FIRST) == 1
    assert opened({"home": 1}, Quiz(), FIRST) == 2
    assert opened({"home": 3, "countryside": 2}, Quiz(), FIRST) == 2
    assert opened({level.id: 1 for level in LEVELS[:-1]}, Quiz(), FIRST) == 10
    assert opened(ALL_PASSED, Quiz(), FIRST) == 10


@pytest.mark.parametrize(("day", "levels"), [(-1, 0), (0, 1), (1, 2), (8, 9), (9, 10), (30, 10)])
def test_where_the_campaign_says_so_each_opens_a_day_after_the_one_before(day: int, levels: int) -> None:
    quiz = Quiz(levels_from=FIRST, levels_daily=True)
    assert opened(ALL_PASSED, quiz, FIRST + timedelta(days=day)) == levels
    assert opened({}, quiz, FIRST + timedelta(days=day)) == min(1, levels)


def test_where_only_a_first_day_is_set_all_open_from_it() -> None:
    quiz = Quiz(levels_from=FIRST)
    assert [opened(ALL_PASSED, quiz, FIRST + timedelta(days=day)) for day in (-1, 0)] == [0, 10]


def test_every_topic_of_the_bank_belongs_to_a_level_and_every_level_can_be_drawn_anew() -> None:
    scored = load_questions().scored
    named = {topic for level in LEVELS for topic in level.topics}
    assert set(scored) <= named
    for level in LEVELS[:-1]:
        assert sum(len(scored.get(topic, ())) for topic in level.topics) >= 2 * level.count, level.id
