"""The codes that people read, type and say: the query code of a report and its public number."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs, without 0, O, 1 and I
LENGTH, GROUPS = 16, 4
_BITS = 5
_SIGN = f"[{ALPHABET}]"
_CODE = re.compile(rf"(?<![A-Z0-9]){_SIGN}{{4}}(?:[\s\-—–_·.]*{_SIGN}{{4}}){{3}}(?![A-Z0-9])")
_DASH = re.compile("[-—–]")
_NUMBER = re.compile(r"(?<!\d)(\d{4})\s*[-—–]\s*(\d{3,6})(?!\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒―−ー", "-"))


def code_from(digest: bytes) -> str:
    """The code that the first 80 bits of a digest make: the same digest, the same code."""
    if len(digest) < LENGTH * _BITS // 8:
        raise ValueError("a code needs 80 bits")
    value = int.from_bytes(digest[: LENGTH * _BITS // 8], "big")
    return "".join(ALPHABET[value >> _BITS * place & 31] for place in reversed(range(LENGTH)))


def grouped(code: str) -> str:
    """The code as people see it, in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised(typed: str) -> str | None:
    """The code that a person typed: blanks, dashes, small and full-width letters don't matter."""
    plain = "".join(sign for sign in _plain(typed) if sign.isalnum())
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def find(text: str) -> str | None:
    """The code within a sentence, such as 查询 K7QM-2XHD-9RTW-4VNB."""
    found = _CODE.search(_plain(text))
    return normalised(found.group()) if found else None


def find_sure(text: str) -> str | None:
    """The code within a sentence where nothing else can be meant: it has a digit, or dashes between its groups."""
    found = _CODE.search(_plain(text))
    if found is None:
        return None
    code = normalised(found.group())
    spelt = code is not None and (not code.isalpha() or len(_DASH.findall(found.group())) == GROUPS - 1)
    return code if spelt else None


def without_code(text: str) -> str:
    """A sentence without the code in it, for whoever judges what it says: signs drawn by lot say nothing."""
    return _CODE.sub(" ", _plain(text)) if find_sure(text) else text


def public_no(day: date, place: int) -> str:
    """The number to speak of a report on the phone: the day, and its place in that day."""
    return f"{day:%m%d}-{place:03d}"


def find_public_no(text: str) -> str | None:
    """The public number within a sentence."""
    found = _NUMBER.search(_plain(text))
    return f"{found.group(1)}-{found.group(2)}" if found else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DASHES).upper()
