"""Telephone numbers as people type them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from bot.errors import Invalid
from bot.message import Reader, Said

_REGION = "CN"
_LENGTH = 11
_IN_A_SENTENCE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_POSSIBLE = (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile() -> Reader[str]:
    """A Chinese mobile number, as eleven digits."""
    return Reader(lambda said: mobile_in(_last(said)), input="mobile")


def telephone() -> Reader[str]:
    """A telephone number of any kind, with area code and extension or without."""
    return Reader(lambda said: telephone_in(_last(said)), input="text")


def mobile_in(text: str) -> str:
    """The mobile number in a text, or ``Invalid``."""
    plain = re.sub(r"[\s\-—–.()]", "", unicodedata.normalize("NFKC", text))
    within = _IN_A_SENTENCE.findall(plain)
    digits = within[0] if len(within) == 1 else _without_country(plain)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid(f"手机号是{_LENGTH}位数字，刚才有别的字，再发一次就行。")
    if len(digits) != _LENGTH:
        raise Invalid(f"手机号是{_LENGTH}位数字，刚才是{len(digits)}位，再发一次就行。")
    number = phonenumbers.parse(digits, _REGION)
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        raise Invalid("这个号码不像手机号，请核对一下，再发一次就行。")
    return digits


def telephone_in(text: str) -> str:
    """The telephone number that a text is, or ``Invalid``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(re.sub(r"(转|分机)", " ext. ", plain), _REGION)
    except NumberParseException:
        number = None
    possible = number is not None and phonenumbers.is_possible_number_with_reason(number) in _POSSIBLE
    if not possible or re.search(r"[^\d\s+()\-—转分机ext.,#]", plain):
        raise Invalid("电话写数字就行，可以带区号和分机，再发一次就行。")
    return plain


def _without_country(plain: str) -> str:
    for prefix in ("+86", "0086", "86"):
        if plain.startswith(prefix) and len(plain) > _LENGTH:
            return plain.removeprefix(prefix)
    return plain


def _last(said: Sequence[Said]) -> str:
    if not said[-1].text.strip():
        raise Invalid("请用文字回答。")
    return said[-1].text
