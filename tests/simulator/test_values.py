"""The values that the fields of a template take."""

from __future__ import annotations

import pytest

from simulator.values import obeys


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("thing", "长" * 20, True),
        ("thing", "长" * 21, False),
        ("thing", "   ", False),
        ("short_thing", "五个字以内", True),
        ("character_string", "K7QM-2XHD", True),
        ("character_string", "编号1", False),
        ("character_string", "x" * 33, False),
        ("number", "12", True),
        ("number", "十二", False),
        ("letter", "abc", True),
        ("time", "2020年7月10日 09:00", True),
        ("time", "09:00~10:00", True),
        ("time", "2020年7月10日", False),
        ("time", "24:00", False),
        ("date", "2020年7月10日", True),
        ("date", "2020年7月10日 18:00", True),
        ("date", "2020-07-10", False),
        ("date", "2020年13月1日", False),
        ("amount", "¥12.50元", True),
        ("amount", "12345678901", False),
        ("phone_number", "0951-12350", True),
        ("phone_number", "1" * 18, False),
        ("car_number", "宁A12345", True),
        ("name", "王秀兰", True),
        ("name", "长" * 11, False),
        ("name", "Alexander Hamilton", True),
        ("phrase", "已收到", True),
        ("phrase", "已收到了吗您", False),
        ("phrase", "OK", False),
        ("const", "", True),
    ],
)
def test_values(kind: str, value: str, good: bool) -> None:
    assert obeys(kind, value) is good
