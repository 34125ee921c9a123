"""What a screen of the quiz shows besides its words: the verdict, the levels, what a tap found, the time left. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bot import SEE
from bot.message import Reply

CHAT_ONLY = (  # a page has buttons
    "答案回复字母就行。",
    "请回复字母，可以几个一起，比如“AC”。",
    "也可以直接说名称。",
)

_CALM = re.compile(r"scene|how|level|early|topic-\d+|look-\d+")  # questions of the quiz before its questions

_VERDICT = re.compile(r"(答对了|没答对|正确答案是)")
_RIGHT_ONE = re.compile(r"正确答案是[:：]?\s*(.+?)。?$")
_STEPS = "先后是："
_ASIDE = ("少选了", "多选了")
_SOURCE = "依据："
_KIND = re.compile(r"（((?:多选|排序)，[^（）]*)）")
_LEVEL = re.compile(r"(.+)，(还没过|一星|两星|三星)")
_LOCKED = re.compile(r"还没开：([^。]+)。")
_STARS = ("还没过", "一星", "两星", "三星")
_PLACE = re.compile(r"第(\d+)名 (.+) ([\d.]+[题分])(，您)?")
_FOUND = "找到了："
_HARMLESS = re.compile(r"“[^”]+”没有问题。")
_LEFT = re.compile(r"还能错(\d+)次")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the answer before."""

    right: bool
    title: str
    answer: str  # the right one, where another was chosen
    steps: tuple[str, ...]  # of an order: all in the right one
    notes: tuple[str, ...]  # what was missing and what too much
    why: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the map; ``choice`` is what playing it says, nothing where it is locked."""

    number: int
    title: str
    state: str
    stars: int
    choice: str
    next: bool = False


@dataclass(frozen=True, slots=True)
class Rank:
    """One line of a board."""

    place: int
    name: str
    score: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one thing that was pointed at."""

    right: bool
    text: str


def is_calm(reply: Reply) -> bool:
    """Does somebody play here, so that nobody needs the emergency numbers at the foot?"""
    return reply.lettered or bool(_CALM.fullmatch(reply.asks)) or reply.choices == (SEE,)


def take_verdict(paragraphs: list[list[str]]) -> tuple[Verdict | None, list[list[str]]]:
    """What became of the last answer, and the paragraphs after it."""
    if not paragraphs or not _VERDICT.match(paragraphs[0][0]):
        return None, paragraphs
    first, *rest = paragraphs[0]
    right = first.startswith("答对了")
    answer = _RIGHT_ONE.search(first)
    steps = _after(rest, _STEPS).rstrip("。")
    verdict = Verdict(
        right,
        title="答对了" if right else "没答对",
        answer=answer[1] if answer and not right else "",
        steps=tuple(steps.split("；")) if steps else (),
        notes=tuple(line for line in rest if line.startswith(_ASIDE)),
        why=tuple(line for line in rest if not line.startswith((_STEPS, _SOURCE, *_ASIDE))),
        source=_after(rest, _SOURCE),
    )
    return verdict, paragraphs[1:]


def _after(lines: list[str], head: str) -> str:
    return next((line.removeprefix(head) for line in lines if line.startswith(head)), "")


def take_kind(heading: str) -> tuple[str, str]:
    """The stem of a question, and how it wants to be answered: 多选，选全才得分."""
    found = _KIND.match(heading)
    if not found:
        return heading, ""
    kind = "排序，按先后排好" if found[1].startswith("排序") else found[1]
    return heading[found.end() :], kind


def levels_of(reply: Reply) -> tuple[Level, ...]:
    """The map of levels, where a reply asks which one; nothing elsewhere."""
    found = [_LEVEL.fullmatch(choice) for choice in reply.choices]
    if not reply.asks or not found or not all(found):
        return ()
    rows = [(one[1], one[2], one[0]) for one in found if one]
    locked = _LOCKED.search(reply.tail)
    rows += [(title, "还没开", "") for title in locked[1].split("、")] if locked else []
    first = next((n for n, row in enumerate(rows) if row[1] == _STARS[0]), None)
    return tuple(
        Level(n + 1, title, state, _STARS.index(state) if choice else 0, choice, n == first)
        for n, (title, state, choice) in enumerate(rows)
    )


def ranks_of(lines: list[str]) -> tuple[Rank, ...]:
    """The lines of a board; nothing where they are anything else."""
    found = [_PLACE.fullmatch(line) for line in lines]
    if not all(found):
        return ()
    return tuple(Rank(int(one[1]), one[2], one[3], bool(one[4])) for one in found if one)


def told_of(paragraphs: list[list[str]]) -> tuple[Told, ...]:
    """What became of the things that were pointed at last."""
    told = []
    for first, *_ in paragraphs:
        if first.startswith(_FOUND):
            told.append(Told(True, first))
        elif _HARMLESS.fullmatch(first):
            told.append(Told(False, first))
    return tuple(told)


def mistakes_left(text: str) -> int:
    """How many more wrong taps there may be."""
    found = _LEFT.search(text)
    return int(found[1]) if found else 0


def seconds_left(until: str, now: datetime) -> int:
    """Whole seconds until the end, none after it."""
    left = datetime.fromisoformat(until) - now
    return max(int(left / timedelta(seconds=1)), 0)


def time_left(until: str, now: datetime) -> str:
    """The time that is left, in words."""
    minutes, seconds = divmod(seconds_left(until, now), 60)
    left = f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
    return f"还剩 {left}，到 {datetime.fromisoformat(until):%H:%M} 为止"


def runs_on(until: str, now: datetime) -> str:
    """That the clock does not wait for whoever has left."""
    ends = datetime.fromisoformat(until)
    return f"时间还在走，{ends:%H:%M} 结束。" if now <= ends else "时间到了，答过的都算。"
