"""Readers: from what was said to a question to the value a handler works with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Invalid, Refused, Unfinished
from bot.language.normalise import normalise
from bot.message import Place, Reader, Said

SKIP, DONE = "跳过", "完成"
UNKNOWN = "不知道"
GIVE_UP = "看答案"
LONGEST = 2000
MOST_PHOTOS = 9
_NUMBERS = "123456789一二三四五六七八九"
_TAKE_OUT = re.compile(rf"删(?:除|掉|了|去)?第?([{_NUMBERS}])张(?:照片|图片)?")
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
    """Up to ``most`` photos, one message each, until 完成; 删第2张 takes one out, 跳过 sends no more. The value is their tokens."""

    def read(said: Sequence[Said]) -> tuple[str, ...]:
        tokens, last = sent_photos(said, most), said[-1]
        if last.media:
            if len(tokens) >= most:
                return tokens
            n, wrong = len(tokens), f"发错了回复“删第{len(tokens)}张”"
            raise Unfinished(f"收到第{n}张，还可以再发{most - n}张，发完回复“{DONE}”，{wrong}。")
        if (number := _taken_out(last)) is not None:
            return _without(number, sent_photos(said[:-1], most), tokens)
        if _is(DONE, last.text) or _is(SKIP, last.text):  # who skips has sent none, or has no more
            return tokens
        raise Invalid(f"请发照片，发完回复“{DONE}”；没有请回复“{SKIP}”。")

    return Reader(read, input="photos", buttons=(DONE, SKIP))


def sent_photos(said: Sequence[Said], most: int = MOST_PHOTOS) -> tuple[str, ...]:
    """The photos that stand so far in answer to a question for them."""
    tokens: list[str] = []
    for one in said:
        number = _taken_out(one)
        if number is not None:
            del tokens[number - 1 : number]
        elif one.media and one.media not in tokens and len(tokens) < most:
            tokens.append(one.media)
    return tuple(tokens)


def _taken_out(said: Said) -> int | None:
    """Which photo is to be taken out: 删第2张."""
    found = None if said.media else _TAKE_OUT.fullmatch(normalise(said.text))
    return _NUMBERS.index(found[1]) % MOST_PHOTOS + 1 if found else None


def _without(number: int, before: tuple[str, ...], left: tuple[str, ...]) -> tuple[str, ...]:
    """Nothing is decided by taking a photo out: the question stays open."""
    if number > len(before):
        raise Refused(f"没有第{number}张，现在有{len(before)}张。")
    rest = f"还有{len(left)}张，发完回复“{DONE}”。" if left else f"现在没有照片，可以再发，或回复“{SKIP}”。"
    raise Unfinished(f"第{number}张删掉了，{rest}")


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
