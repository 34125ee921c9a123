"""A bare number that may mean a place among the options or the value in one of them: “2” where C says 2个."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rules.grading import MARKS, without_filler

_DIGITS, _HAN = "123456789", "一二三四五六七八九"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: 汉字 count only where an option begins with them and something is counted: 三年以上, but not 一般事故.
_HAN_FIRST = re.compile(
    rf"(?:每|满|约|至少|不少于|超过)?([{_HAN}两])[个名人位次年月日天岁级类种层步米台套倍小分秒厘元万]"
)


def two_meanings(text: str, options: Sequence[str], several: bool = False) -> str:
    """What to ask where a bare number names one place and is the value in exactly one option elsewhere; else nothing."""
    if text in options:
        return ""
    for number in _numbers(text, several):
        held, place = _held(number, options), int(number) - 1
        if held is not None and held != place:
            other = f"，第{number}项是{MARKS[place]}" if place < len(options) else ""
            return f"请回复字母：“{options[held]}”是{MARKS[held]}{other}。"
    return ""


def _numbers(text: str, several: bool) -> list[str]:
    """The numbers of a text of bare numbers alone; one that says 第2个 names a place and nothing else."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("两", "二")
    if len(plain) > 60 or "第" in plain:
        return []
    for bare in (plain, without_filler(plain)):
        signs = "".join(sign for sign in bare if unicodedata.category(sign)[0] in "LN")
        if signs and (set(signs) <= set(_DIGITS) or set(signs) <= set(_HAN)):
            found = [sign if sign in _DIGITS else _DIGITS[_HAN.index(sign)] for sign in signs]
            return [*found, *re.findall(r"\d{2,}", bare)] if several else found if len(found) == 1 else []
    return []


def _held(number: str, options: Sequence[str]) -> int | None:
    """The one option that begins with a number, or the only one that holds it."""
    values = [_values(option) for option in options]
    first = [n for n, (begins, _) in enumerate(values) if begins == number]
    held = [n for n, (_, all_of_it) in enumerate(values) if number in all_of_it]
    return first[0] if len(first) == 1 else held[0] if len(held) == 1 else None


def _values(option: str) -> tuple[str, list[str]]:
    """The number with which an option begins, and all that it holds."""
    plain = unicodedata.normalize("NFKC", option)
    held, begins = _NUMBER.findall(plain), _NUMBER.match(plain)
    if han := _HAN_FIRST.match(plain):
        number = _DIGITS[_HAN.index(han[1].replace("两", "二"))]
        return number, [number, *held]
    return begins[0] if begins else "", held
