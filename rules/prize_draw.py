"""A draw that anybody can check: a sealed list of tickets first, a public value after, the lowest hashes win.

- ticket: sha256 of the draw's salt and the keyed hash of a person, so that it tells nobody who it is
- digest: sha256 of the sorted tickets, one a line, without a line end after the last
- rank: the order of sha256(value | ticket), the lowest first
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

_TICKET = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"\d+")
SSQ_REDS, SSQ_HIGHEST_RED, SSQ_HIGHEST_BLUE = 6, 33, 16
#: What a public value is called.
SOURCES = {"drand": "drand 公开随机数", "ssq": "中国福利彩票双色球", "fc3d": "中国福利彩票3D"}


class BadValue(ValueError):
    """What was entered can't be the public value; the text says why."""


def ticket(salt: bytes, person: str) -> str:
    """The ticket of a person; without the salt nobody can make it."""
    return _sha256(salt.hex() + "|" + person)


def sealed(tickets: Iterable[str]) -> tuple[str, ...]:
    """The list as it is published: each ticket once, sorted."""
    return tuple(sorted(set(tickets)))


def digest(tickets: Sequence[str]) -> str:
    """What is published before the value is known; a list with one ticket more or less has another."""
    return _sha256("\n".join(tickets))


def ranking(tickets: Iterable[str], value: str) -> list[str]:
    """All tickets in the order in which prizes go to them."""
    return sorted(tickets, key=lambda one: (_sha256(f"{value}|{one}"), one))


def source_name(kind: str, ref: str) -> str:
    """drand 公开随机数第123轮, 中国福利彩票双色球第2027061期."""
    return f"{SOURCES[kind]}第{ref}{'轮' if kind == 'drand' else '期'}"


def read_value(kind: str, text: str) -> str:
    """The public value in the one form that is hashed; refuses with ``BadValue``."""
    return _READERS[kind](unicodedata.normalize("NFKC", text).strip())


def _drand(text: str) -> str:
    plain = text.lower().removeprefix("0x")
    if not _TICKET.fullmatch(plain):
        raise BadValue("drand 的随机数（randomness）是64位十六进制数，请照抄。")
    return plain


def _ssq(text: str) -> str:
    """03 07 12 19 25 31 + 09: the reds sorted, as the order of the balls isn't always told."""
    numbers = [int(part) for part in _numbers(text, 2)]
    if len(numbers) != SSQ_REDS + 1:
        raise BadValue("双色球要6个红球和1个蓝球，比如 03 07 12 19 25 31 + 09。")
    *reds, blue = numbers
    if len(set(reds)) != SSQ_REDS or not all(1 <= red <= SSQ_HIGHEST_RED for red in reds):
        raise BadValue("双色球的6个红球在1到33之间，各不相同，请再核对。")
    if not 1 <= blue <= SSQ_HIGHEST_BLUE:
        raise BadValue("双色球的蓝球在1到16之间，请再核对。")
    return " ".join(f"{red:02}" for red in sorted(reds)) + f" + {blue:02}"


def _fc3d(text: str) -> str:
    found = "".join(_DIGITS.findall(text))
    if len(found) != 3 or not re.fullmatch(r"[\d\s,，、-]+", text):
        raise BadValue("福彩3D是3个数字，按百位、十位、个位的次序，比如 3 0 7。")
    return found


def _numbers(text: str, width: int) -> list[str]:
    """The numbers of a text; written without gaps they have ``width`` digits each."""
    if not re.fullmatch(r"[\d\s,，、+|:\-]+", text):
        raise BadValue("只写号码，用空格隔开，比如 03 07 12 19 25 31 + 09。")
    found = _DIGITS.findall(text)
    if any(len(part) > width for part in found):
        joined = "".join(found)
        return [joined[start : start + width] for start in range(0, len(joined), width)]
    return found


_READERS: Mapping[str, Callable[[str], str]] = {"drand": _drand, "ssq": _ssq, "fc3d": _fc3d}


@dataclass(frozen=True, slots=True)
class Won:
    """One prize as it is published: whose ticket, at which rank, and what became of it."""

    rank: int
    ticket: str
    title: str
    state: str  # won claimed lapsed gone void


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draw as it is published."""

    kind: str
    places: tuple[str, ...]  # the title of each prize, by rank
    tickets: tuple[str, ...]
    digest: str
    value: str
    winners: tuple[Won, ...]


#: States in which a prize goes on to the next rank, and all there are.
PASSED_ON = ("lapsed", "gone", "void")
STATES = ("won", "claimed", *PASSED_ON)


def faults(sheet: Sheet) -> list[str]:
    """Whatever in a published draw doesn't follow from its list and its value; empty where all is right."""
    return [*_list_faults(sheet), *(_result_faults(sheet) if sheet.value else _early_faults(sheet))]


def _list_faults(sheet: Sheet) -> list[str]:
    found = []
    if any(not _TICKET.fullmatch(one) for one in sheet.tickets):
        found.append("名单里有不是64位十六进制数的票号。")
    if len(set(sheet.tickets)) != len(sheet.tickets):
        found.append("名单里有重复的票号。")
    if list(sheet.tickets) != sorted(sheet.tickets):
        found.append("名单没有按顺序排列。")
    if digest(sheet.tickets) != sheet.digest:
        found.append(f"名单的指纹算出来是 {digest(sheet.tickets)}，文件里写的是 {sheet.digest}。")
    return found


def _early_faults(sheet: Sheet) -> list[str]:
    return ["还没有公开数值，却已经有了中奖的票。"] if sheet.winners else []


def _result_faults(sheet: Sheet) -> list[str]:
    try:
        value = read_value(sheet.kind, sheet.value)
    except BadValue as problem:
        return [f"公开数值不对：{problem}"]
    if value != sheet.value:
        return [f"公开数值应写成 {value}，文件里写的是 {sheet.value}。"]
    order = ranking(sheet.tickets, value)
    unknown = [
        f"第{won.rank}名的状态写的是“{won.state}”，没有这种状态。"
        for won in sheet.winners
        if won.state not in STATES
    ]
    return [*unknown, *_order_faults(sheet.winners, order), *_title_faults(sheet, len(order))]


def _order_faults(winners: Sequence[Won], order: Sequence[str]) -> list[str]:
    """Winners must be the first ranks, none left out."""
    found = []
    for place, won in enumerate(winners, start=1):
        if won.rank != place:
            found.append(f"中奖名单的第{place}行写的名次是{won.rank}。")
        elif place > len(order) or order[place - 1] != won.ticket:
            found.append(
                f"第{place}名应该是 {order[place - 1] if place <= len(order) else '没有'}，写的是 {won.ticket}。"
            )
    return found


def _title_faults(sheet: Sheet, entrants: int) -> list[str]:
    """The first ranks get the prizes in order; what passes on goes to the next, under the same title."""
    first, later = sheet.winners[: len(sheet.places)], sheet.winners[len(sheet.places) :]
    found = []
    if len(first) != min(len(sheet.places), entrants):
        found.append(f"应该有{min(len(sheet.places), entrants)}张票中奖，写了{len(first)}张。")
    found += [
        f"第{won.rank}名应该得{title}，写的是{won.title}。"
        for won, title in zip(first, sheet.places, strict=False)
        if won.title != title
    ]
    free = [won.title for won in sheet.winners if won.state in PASSED_ON]
    for won in later:
        if won.title not in free:
            found.append(f"第{won.rank}名得{won.title}，可是没有空出来的{won.title}。")
        else:
            free.remove(won.title)
    if free and len(sheet.winners) < entrants:
        found.append(f"空出来的{'、'.join(free)}没有抽给下一位。")
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
