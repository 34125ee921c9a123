"""What a text names by a mark, a number or words: a choice, or places among several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue import match_choice
from bot.language.normalise import normalise
from rules.grading import MARKS, all_of_them, judged, lettered, places, worded
from rules.values import two_meanings

_ONE_MARK = {mark: place for place, mark in enumerate(MARKS)}
NUMBER = re.compile(r"[1-9][0-9]?")
_LINE = re.compile(r"\s*[A-Ha-h][\s.、．:：)]+(.{2,})", re.DOTALL)  # a whole line, as it was copied


def named(text: str, choices: Sequence[str], lettered: bool) -> str | None:
    """The choice that a mark or words name."""
    if not choices or text in choices:
        return text if choices else None
    if lettered and (place := _ONE_MARK.get(text, len(choices))) < len(choices):
        return choices[place]  # the usual answer: nothing else has to be looked at
    if lettered:
        plain = normalise(text)
        alike = next((choice for choice in choices if normalise(choice) == plain), None)
        if alike is not None or two_meanings(text, choices):
            return alike
    meant = _letter_in(text) if lettered else _place_of(normalise(text))
    if meant is not None and meant < len(choices):
        return choices[meant]
    line = _LINE.match(text) if lettered else None
    return match_choice(line.group(1) if line else text, tuple(choices))


def is_marked(text: str, choices: Sequence[str]) -> bool:
    """Does a text answer a question of several, well or badly, and mean nothing else?"""
    if lettered(text, choices) or places(text) is not None or all_of_them(text):
        return True
    return worded(normalise(text), [normalise(choice) for choice in choices]) is not None


def answers_a_question(text: str) -> bool:
    """Is a text nothing but marks, a number, or 对 and 错: the answer to some question? 第五条 counts slogans."""
    marked = places(text) is not None or judged(text) is not None or _place_of(normalise(text)) is not None
    return marked and "条" not in text


def _letter_in(text: str) -> int | None:
    """The one place that marks name: b, 2, 选C, 第二个."""
    found = places(text)
    return found[0] if found and len(found) == 1 else None


def _place_of(plain: str) -> int | None:
    """The place that a bare number names: 1, 一, 10, 第2个, 选3."""
    mark = plain.removeprefix("选").removeprefix("第").removesuffix("个").removesuffix("项")
    if NUMBER.fullmatch(mark):
        return int(mark) - 1
    if len(mark) != 1:
        return None
    return "一二三四五六七八九十".index(mark) if mark in "一二三四五六七八九十" else None
