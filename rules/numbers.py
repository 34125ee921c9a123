"""Numbers that somebody else sent: read without believing that they are any."""

from __future__ import annotations

from typing import Final

MOST_DIGITS: Final = 18  # what any database takes for a number of a row
LARGEST: Final = 10**MOST_DIGITS - 1


def whole(text: str, digits: int = MOST_DIGITS) -> int | None:
    """The whole number that a text is, of so many digits at most, also written １２; nothing where it is none."""
    return int(text) if text.isdecimal() and len(text) <= digits else None
