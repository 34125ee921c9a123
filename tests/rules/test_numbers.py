from __future__ import annotations

import pytest

from rules.numbers import LARGEST, whole


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("17", 17), ("９９", 99), ("007", 7), (str(LARGEST), LARGEST)]
)
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", ["", "²", "①", "-1", "1.5", " 1", "1_0", "x", str(LARGEST + 1), "9" * 5000])
def test_what_is_none_is_nothing(text: str) -> None:
    assert whole(text) is None


def test_fewer_digits_can_be_asked_for() -> None:
    assert (whole("999", 3), whole("1000", 3)) == (999, None)
