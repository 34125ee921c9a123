"""Readers: from what was said to a question to the value a handler works with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Invalid, Unfinished
from bot.language.normalise import normalise
from bot.message import Place, Reader, Said

SKIP, DONE = "跳过", "完成"
UNKNOWN = "不知道"
GIVE_UP = "看答案"
LONGEST = 2000
MOST_PHOTOS = 9
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_SENDABLE = re.compile(
    rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII
)  # what channels/mail takes


@dataclass(frozen=True, slots=True)
class Where:
    """A place as a person gave it: words, a point on the map, or both."""

    text: str
    point: Place | None = None


def _text(said: Sequence[Said]) -> str:
    text = said[-1].text.strip()
    if not text:
        raise Invalid("请用文字回答。")
    if len(text) > LONGEST:
        raise Invalid(f"写得有点长，请在{LONGEST}字以内。")
    return text


def _is(word: str, text: str) -> bool:
    return normalise(text) == normalise(word)


def any_text() -> Reader[str]:
    """Any words."""
    return Reader(_text, input="long")


def optional_text(word: str = SKIP) -> Reader[str]:
    """Any words, or the word that leaves the answer empty."""

    def read(said: Sequence[Said]) -> str:
        text = _text(said)
        return "" if _is(word, text) or _is(SKIP, text) else text

    return Reader(read, input="text", buttons=(word,))


def place() -> Reader[Where]:
    """A point sent from the map, or an address in words."""

    def read(said: Sequence[Said]) -> Where:
        point = said[-1].place
        if point is not None:
            return Where(point.label or f"{point.latitude:.5f}, {point.longitude:.5f}", point)
        text = _text(said)
        if len(normalise(text)) < 2:
            raise Invalid("再具体一点，比如哪条路、几号楼，或发一个位置。")
        return Where(text)

    return Reader(read, input="place")


def photos(most: int = MOST_PHOTOS) -> Reader[tuple[str, ...]]:
    """Up to ``most`` photos, one message each, until 完成; 跳过 means none. The value is their tokens."""

    def read(said: Sequence[Said]) -> tuple[str, ...]:
        tokens = tuple(dict.fromkeys(one.media for one in said if one.media))[:most]
        last = said[-1]
        if last.media:
            if len(tokens) >= most:
                return tokens
            raise Unfinished(f"收到第{len(tokens)}张，还可以再发{most - len(tokens)}张，发完回复“{DONE}”。")
        if _is(SKIP, last.text):
            return ()
        if _is(DONE, last.text):
            return tokens
        raise Invalid(f"请发照片，发完回复“{DONE}”；没有请回复“{SKIP}”。")

    return Reader(read, input="photos", buttons=(DONE, SKIP))


def mail() -> Reader[str]:
    """An e-mail address."""

    def read(said: Sequence[Said]) -> str:
        text = _text(said).replace("＠", "@")
        if not _MAIL.fullmatch(text) or len(text) > 200:
            raise Invalid("邮箱要带“@”，比如 name@126.com，再发一次就行。")
        if not _SENDABLE.fullmatch(text):
            raise Invalid("这个邮箱我们发不到，请换一个只有字母和数字的，比如 name@126.com。")
        return text

    return Reader(read, input="email")
