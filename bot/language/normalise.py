"""Texts made alike, so that they can be compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Half-width, lower case, simplified characters, without blanks, punctuation and emoji."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    return str(_SIMPLIFY.convert(plain))
