"""A reply of the bot as the parts of one screen: question, answers, card, code. Pure, and without HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from bot.message import ORDER, SEVERAL, Reply
from bot.readers import DONE, GIVE_UP, SKIP, UNKNOWN
from rules.emergency import FOOTER
from web.marks import LETTERS
from web.playing import (
    CHAT_ONLY,
    Level,
    Rank,
    Told,
    Verdict,
    is_calm,
    levels_of,
    mistakes_left,
    ranks_of,
    take_kind,
    take_verdict,
    told_of,
)

LONG_HEADING = 40  # a first sentence longer than this is text, unless it asks something
SHORT_WORD = 4  # beside a field, a choice this short is a word of the reader
WORDS = (SKIP, DONE, UNKNOWN)
MARKED = (SEVERAL, ORDER)  # answered by ticks or steps

_CODE = re.compile(r"查询码(?:是|[：:])?\s*([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})(?![\w-])")
_CARD_BEGINS = re.compile(r"马上拨|正在发生就马上拨|正在发生危险，请先离开|有危险先")
_CARD = (
    "马上拨",
    "正在发生危险，请先离开",
)  # what tells a card where the reply does not say that it holds one
_CARD_GOES_ON = re.compile(r"接通后|这里没有人|没着火|您的位置|没有防护|安全后")
_CALL = re.compile(r"(\d{3,5}) (\S.*)")
_PROGRESS = re.compile(r"第\s*(\d+)\s*([题项])，共\s*(\d+)\s*\2[。，]?\s*")
_CARE = "站在安全处"
_COUNTED, _STOPPED = "找完了", "错了"
_SENT = re.compile(r"收到第(\d+)张")
_FACT = re.compile(r"([^：。，？！“”\s\d]{2,8})：(.+)")
_DATE = re.compile(r"\d{1,2}月\d{1,2}日")
_SCRIPT = ("“您好，我反映", "您好，我反映")

Kind = Literal["text", "facts", "dates", "script", "ranks"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines that are drawn alike; facts and dates are pairs, elsewhere the first of a pair is empty."""

    kind: Kind
    rows: tuple[tuple[str, str], ...]
    ranks: tuple[Rank, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """The emergency card: numbers that dial, each with what it is for, and what else it says."""

    calls: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer; ``mark`` is its letter, if it has one."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that one screen shows."""

    heading: str = ""
    key: str = ""  # of the open question
    input: str = ""
    step: int = 0
    lettered: bool = False
    page: str = ""
    card: Card | None = None
    verdict: Verdict | None = None
    remark: tuple[str, ...] = ()  # why the last answer was not taken
    lead: tuple[str, ...] = ()  # what is said before the question
    progress: tuple[int, str, int] | None = None  # which one, 题 or 项, of how many
    body: tuple[Part, ...] = ()
    code: str = ""
    care: str = ""  # how to take a photo without coming to harm
    sent: int = 0  # photos that were taken so far
    choices: tuple[Choice, ...] = ()
    words: tuple[str, ...] = ()  # of the reader: 跳过, 完成
    kind: str = ""  # how a question of the quiz wants to be answered
    until: str = ""  # when its time ends
    calm: bool = False  # nobody is in danger here
    levels: tuple[Level, ...] = ()
    scene: str = ""  # the picture that is looked at
    found: tuple[str, ...] = ()  # and what was found in it
    told: tuple[Told, ...] = ()  # what became of the last tap
    mistakes_left: int = 0

    @property
    def can_go_back(self) -> bool:
        return bool(self.key) and self.step > 1 and not self.lettered

    @property
    def asks_in_words(self) -> bool:
        """Is there a field to write in?"""
        return bool(self.key) and self.input not in ("choice", "photos", "", *MARKED)


def screen_of(reply: Reply, before: str = "", danger: bool = False) -> Screen:
    """Lay a reply out; ``before`` is what was said above it in the turn that led here."""
    above, card_above = _take_card(_paragraphs(before), danger)
    levels = levels_of(reply)
    tail = "" if levels or reply.scene or reply.until else reply.tail  # drawn, and not said
    own, card = _take_card(_paragraphs(f"{reply.text}\n\n{tail}"), reply.danger)
    verdict, own = take_verdict(own)
    screen = Screen(
        key=reply.asks,
        input=reply.input,
        step=reply.step,
        lettered=reply.lettered,
        page=reply.page,
        card=card_above or card,
        verdict=verdict,
        remark=tuple(line for lines in above for line in lines),
        until=reply.until,
        calm=is_calm(reply),
        levels=levels,
        scene=reply.scene,
        found=reply.found,
    )
    if reply.scene:
        return _with_answers(_with_hunt(screen, own), reply)
    return _with_answers(_with_text(screen, own), reply)


def _paragraphs(text: str) -> list[list[str]]:
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    split = [[line.strip() for line in block.splitlines() if line.strip()] for block in blocks]
    split = [[line for line in lines if line not in CHAT_ONLY] for lines in split]
    return [
        lines for lines in split if lines and lines != [FOOTER]
    ]  # the strip at the foot of a page says it


def _take_card(paragraphs: list[list[str]], danger: bool) -> tuple[list[list[str]], Card | None]:
    """The paragraphs after the emergency card, and the card."""
    if not paragraphs or not (danger or paragraphs[0][0].startswith(_CARD)):
        return paragraphs, None
    end = 1 if _CARD_BEGINS.match(paragraphs[0][0]) else 0
    while 0 < end < len(paragraphs) and any(map(_CARD_GOES_ON.match, paragraphs[end])):
        end += 1
    lines = [line for lines in paragraphs[:end] for line in lines]
    calls = tuple((found[1], found[2]) for line in lines if (found := _CALL.fullmatch(line)))
    rest = tuple(line for line in lines if not _CALL.fullmatch(line))
    return paragraphs[end:], Card(calls, rest) if lines else None


def _with_text(screen: Screen, paragraphs: list[list[str]]) -> Screen:
    """Put heading, lead and body into a screen."""
    if screen.key and paragraphs and (sent := _SENT.match(paragraphs[0][0])):
        screen = replace(screen, sent=int(sent[1]))
        paragraphs = paragraphs[1:]
    if not paragraphs:
        return screen
    at = _question_at(paragraphs) if screen.key else 0
    lead = [line for lines in paragraphs[:at] for line in lines]
    asked, progress = _take_progress(list(paragraphs[at]))
    if screen.key and _asks_below(asked):
        lead.append(asked.pop(0))
    heading, first = _heading(asked)
    heading, kind = take_kind(heading)
    care = next((line for line in first if line.startswith(_CARE)), "")
    first = [line for line in first if line != care]
    code, lines = _take_code([first, *paragraphs[at + 1 :]])
    body = tuple(part for block in lines for part in _parts(block))
    return replace(
        screen,
        heading=heading,
        lead=tuple(lead),
        progress=progress,
        care=care,
        code=code,
        body=body,
        kind=kind,
    )


def _with_hunt(screen: Screen, paragraphs: list[list[str]]) -> Screen:
    """A picture says by itself what was found in it, and why: of the words, only the question and the last tap are left."""
    asked = [lines for lines in paragraphs if "？" in lines[0] or lines[0].startswith(_COUNTED)]
    lines = asked[-1] if asked else [""]
    notes = (line for one in paragraphs for line in one if line.startswith(_STOPPED))
    return replace(
        screen,
        heading=_heading(lines)[0],
        lead=tuple(notes),
        told=told_of(paragraphs),
        mistakes_left=mistakes_left("".join(lines)),
        body=tuple(_parts(_heading(lines)[1])) if not screen.key else (),
    )


def _question_at(paragraphs: list[list[str]]) -> int:
    """Which paragraph asks: the last that counts or has a question mark at its beginning, else the first."""
    asking = [
        n for n, lines in enumerate(paragraphs) if _PROGRESS.match(lines[0]) or "？" in "".join(lines[:2])
    ]
    return asking[-1] if asking else 0


def _asks_below(lines: list[str]) -> bool:
    """Does the second line ask, and the first only lead to it? A summary, whose lines are people's words, ends in ：."""
    return len(lines) > 1 and "？" not in lines[0] and not lines[0].endswith("：") and "？" in lines[1]


def _take_progress(lines: list[str]) -> tuple[list[str], tuple[int, str, int] | None]:
    found = _PROGRESS.match(lines[0])
    if not found:
        return lines, None
    rest = lines[0][found.end() :]
    left = [rest, *lines[1:]] if rest else lines[1:]
    return left or [""], (int(found[1]), found[2], int(found[3]))


def _heading(lines: list[str]) -> tuple[str, list[str]]:
    """The question or first sentence, and what is left of its paragraph."""
    line, rest = lines[0], lines[1:]
    if "？" in line:
        head, mark, tail = line.rpartition("？")
        return head + mark, [tail, *rest] if tail else rest
    head, _, tail = line.partition("。")
    if len(head) > LONG_HEADING:
        return "", lines
    return head, [tail, *rest] if tail else rest


def _take_code(paragraphs: list[list[str]]) -> tuple[str, list[list[str]]]:
    """The query code, and the paragraphs without its line."""
    text = "\n".join(line for lines in paragraphs for line in lines)
    found = _CODE.search(text)
    if not found:
        return "", paragraphs
    left = [
        [_CODE.sub("", line).strip("。，, ") if _CODE.search(line) else line for line in p]
        for p in paragraphs
    ]
    return found[1], [[line for line in lines if line] for lines in left]


def _parts(lines: list[str]) -> Iterator[Part]:
    """The lines of one paragraph, those that are alike together."""
    spoken = next((n for n, line in enumerate(lines) if line.startswith(_SCRIPT)), None)
    if spoken is not None:
        yield from _parts(lines[:spoken])
        yield Part("script", tuple(("", line) for line in lines[spoken:]))
        return
    ranks = ranks_of(lines)
    facts = sum(1 for line in lines if _FACT.fullmatch(line))
    dates = any(_DATE.match(line) for line in lines)
    if ranks:
        yield Part("ranks", (), ranks)
    elif dates and len(lines) > 1:
        yield from _dates(lines)
    elif facts > 1:
        for is_fact, group in groupby(lines, lambda line: bool(_FACT.fullmatch(line))):
            alike = list(group)
            yield Part("facts", tuple(map(_pair, alike))) if is_fact else _text(alike)
    elif lines:
        yield _text(lines)


def _text(lines: list[str]) -> Part:
    return Part("text", tuple(("", line) for line in lines))


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition("：")
    return name, value


def _dates(lines: list[str]) -> Iterator[Part]:
    """Lines that begin with a date, each with what follows it up to the next sentence."""
    first = next(n for n, line in enumerate(lines) if _DATE.match(line))
    last = next((n for n, line in enumerate(lines) if n > first and line.endswith("。")), len(lines))
    rows: list[tuple[str, str]] = []
    for line in lines[first:last]:
        if _DATE.match(line):
            rows.append(_pair(line))
        else:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]}\n{line}".strip())
    if lines[:first]:
        yield _text(lines[:first])
    yield Part("dates", tuple(rows))
    if lines[last:]:
        yield from _parts(lines[last:])


def _with_answers(screen: Screen, reply: Reply) -> Screen:
    """Put the choices into a screen, and the words of the reader apart from them."""
    beside_field = bool(reply.asks) and reply.input not in ("choice", "")
    is_word = GIVE_UP.__eq__ if reply.input in MARKED else _is_word
    words = tuple(one for one in reply.choices if beside_field and is_word(one))
    left = [one for one in reply.choices if one not in words]
    marks = LETTERS if reply.lettered else ""
    choices = tuple(Choice(text, marks[n : n + 1]) for n, text in enumerate(left))
    return replace(screen, choices=choices, words=words)


def _is_word(choice: str) -> bool:
    return choice in WORDS or len(choice) <= SHORT_WORD
