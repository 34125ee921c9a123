"""When a wrong answer comes back."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.notebook import Entry, after, enter

TODAY = date(2020, 6, 1)


def days(entry: Entry | None, today: date) -> int:
    assert entry is not None
    return (entry.due - today).days


def test_a_wrong_answer_comes_back_the_next_day_and_is_let_go_after_two_rights() -> None:
    first = enter(TODAY)
    assert days(first, TODAY) == 1
    second = after(first, True, first.due)
    assert second is not None and days(second, first.due) == 3
    assert after(second, True, second.due) is None


def test_a_wrong_one_in_between_comes_back_the_next_day_and_then_waits_longer() -> None:
    entry = after(enter(TODAY), True, TODAY + timedelta(days=1))
    assert entry is not None
    wrong = after(entry, False, entry.due)
    assert wrong is not None and days(wrong, entry.due) == 1
    right = after(wrong, True, wrong.due)
    assert right is not None and days(right, wrong.due) == 7
    assert after(right, True, right.due) is None


def test_a_right_answer_before_its_day_changes_nothing_and_a_wrong_one_does() -> None:
    entry = after(enter(TODAY), True, TODAY + timedelta(days=1))
    assert entry is not None
    early = entry.due - timedelta(days=1)
    assert after(entry, True, early) == entry
    wrong = after(entry, False, early)
    assert wrong is not None and wrong.rights == 0


@given(st.lists(st.booleans(), max_size=40))
def test_only_two_rights_in_a_row_let_go(answers: list[bool]) -> None:
    entry: Entry | None = enter(TODAY)
    row = 0
    for right in answers:
        assert entry is not None
        day = entry.due
        entry = after(entry, right, day)
        row = row + 1 if right else 0
        assert (entry is None) == (row == 2)
        if entry is None:
            return
        assert (entry.due - day).days in (1, 3, 7)
