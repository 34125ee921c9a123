"""Telephone numbers as people type them."""

from __future__ import annotations

import pytest

from bot.errors import Invalid
from handlers.phones import mobile_in, telephone_in


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "+86 138 1234 5678",
        "8613812345678",
        "我的手机13812345678",
    ],
)
def test_a_mobile_number_is_read_as_people_type_it(typed: str) -> None:
    assert mobile_in(typed) == "13812345678"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1381234567", "手机号是11位数字，刚才是10位，再发一次就行。"),
        ("１３８１２３４５６７", "手机号是11位数字，刚才是10位，再发一次就行。"),
        ("138123456789", "手机号是11位数字，刚才是12位，再发一次就行。"),
        ("1381234567a", "手机号是11位数字，刚才有别的字，再发一次就行。"),
        ("没有", "手机号是11位数字，刚才有别的字，再发一次就行。"),
        ("22812345678", "这个号码不像手机号，请核对一下，再发一次就行。"),
    ],
)
def test_a_wrong_mobile_number_is_told_what_is_missing(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        mobile_in(typed)


@pytest.mark.parametrize(
    "typed", ["0951-8622127", "68727809", "0951 8622127转801", "13812345678", "（0951）8622127"]
)
def test_an_office_number_may_have_area_code_and_extension(typed: str) -> None:
    assert telephone_in(typed)


@pytest.mark.parametrize("typed", ["没有", "123", "name@126.com", "0951-86221270951-8622127", "abc8622127"])
def test_a_wrong_office_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        telephone_in(typed)
