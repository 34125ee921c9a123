import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import codes


def test_the_alphabet_has_no_signs_that_look_alike() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("01OI") & set(codes.ALPHABET)


@given(st.binary(min_size=10, max_size=32))
def test_a_code_survives_being_shown_and_typed(digest: bytes) -> None:
    code = codes.code_from(digest)
    shown = codes.grouped(code)
    assert [len(group) for group in shown.split("-")] == [4, 4, 4, 4]
    assert codes.normalised(shown.lower()) == code
    assert codes.find(f"查询 {shown}，谢谢") == code
    assert codes.find(code) == code


def test_different_digests_give_different_codes() -> None:
    made = {codes.code_from(hashlib.sha256(str(n).encode()).digest()) for n in range(5000)}
    assert len(made) == 5000


def test_all_eighty_bits_count() -> None:
    first = codes.code_from(bytes(10))
    assert all(codes.code_from((1 << bit).to_bytes(10, "big")) != first for bit in range(80))


@pytest.mark.parametrize(
    "typed",
    [
        "K7QM-2XHD-9RTW-4VNB",
        "k7qm2xhd9rtw4vnb",
        "Ｋ７ＱＭ－２ＸＨＤ－９ＲＴＷ－４ＶＮＢ",
        " K7QM 2XHD 9RTW 4VNB ",
        "K7QM—2XHD—9RTW—4VNB",
    ],
)
def test_how_people_type_a_code(typed: str) -> None:
    assert codes.normalised(typed) == "K7QM2XHD9RTW4VNB"
    assert codes.find(f"查询{typed}") == "K7QM2XHD9RTW4VNB"


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-2XHD-9RTW-4VN0", "K7QM2XHD9RTW4VNBK", "我的"])
def test_what_is_no_code(typed: str) -> None:
    assert codes.normalised(typed) is None
    assert codes.find(typed) is None


@pytest.mark.parametrize("typed", ["NJYL-DRVX-TALS-YWGD", "查 njyl—drvx—tals—ywgd", "S75LXSV6ZFP8FVXZ"])
def test_a_code_of_letters_alone_is_known_by_its_dashes(typed: str) -> None:
    assert codes.find_sure(typed) == codes.find(typed)
    assert codes.find_sure(typed)
    assert codes.without_code(f"救命{typed}").strip() in ("救命", "救命查")


@pytest.mark.parametrize("typed", ["help help help help", "HAHAHAHAHAHAHAHA", "救命"])
def test_four_words_of_four_letters_are_no_code(typed: str) -> None:
    assert codes.find_sure(typed) is None
    assert codes.without_code(typed) == typed


def test_the_public_number_says_day_and_place() -> None:
    assert codes.public_no(date(2020, 6, 16), 31) == "0616-031"
    assert codes.public_no(date(2020, 6, 16), 1234) == "0616-1234"
    assert codes.find_public_no("看 0616－031 这件") == "0616-031"
