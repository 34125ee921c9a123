"""The emergency card and the numbers to call; never refused, never counted, needs nothing but the campaign."""

from __future__ import annotations

import re

from content.models import Campaign, Hotline

NATIONAL = ("119", "120", "110", "122")
REPORT_LINE = "12350"
GO_ON = "继续"
DOUBT = "正在发生就马上拨 119、120、110。\n您说的情况，现在正在发生吗？"
NOW, NOT_NOW, UNSURE = "正在发生", "没有", "不确定"
DOUBT_CHOICES = (NOW, NOT_NOW, UNSURE)
PIT = "没有防护不要下去救人，等专业救援。"  # confirmed as CSP-011
FOOTER = "有危险先拨 119、120、110，举报也可拨 12350。"

_HEAD = (
    "马上拨 119、120 或 110，先离开危险处。\n"
    "119 火灾、爆炸、泄漏、坍塌、被困\n"
    "120 受伤、中毒\n"
    "110 治安，或拿不准\n"
    "122 交通事故"
)
_SAY = "接通后说：在哪里，出了什么事，有没有人受伤被困，您的电话。"
_UNATTENDED = "这里没有人实时值守，不能代替报警。"
_AFTER = f"安全后回复“{GO_ON}”，我们帮您整理给 12350 的材料。"
_AFTER_SHORT = f"安全后回复“{GO_ON}”。"
_FIRE_HAZARDS = "96119"
#: Somebody is down where the air may kill: wells, cellars, sewers, biogas pits, tanks.
_DOWN_THERE = re.compile(
    r"井[里内下底]|[掉落跌摔下进困晕倒][^，。！]{0,4}井|窨井|地窖|窖[里内底]|坑[里内底]|下水道|化粪池|沼气|污水[池井]|"
    r"[池罐舱][里内底]|有限空间|密闭空间"
)


def card(campaign: Campaign, place: str = "", words: str = "") -> str:
    """The whole card, with the campaign's own confirmed numbers and, where known, the place to read out.

    ``words`` are what was said of the danger: where somebody is down in a pit, nobody is to follow.
    """
    own = _own_lines(campaign)
    first, *others = [*_HEAD.split("\n"), *_emergency_lines(campaign)]
    head = "\n".join([first, *([PIT] if _DOWN_THERE.search(words) else []), *others])
    say = f"{_SAY}\n您的位置，念给接线员：{place}。" if place else _SAY
    tail = [*own, _UNATTENDED, _AFTER_SHORT if own else _AFTER]
    return "\n\n".join((head, say, "\n".join(tail)))


def card_line(campaign: Campaign) -> str:
    """The card in one line, for a dialogue that has shown it in full."""
    numbers = ["119", "120", "110", *(line.number for line in _own(campaign) if line.emergency)]
    return f"正在发生危险，请先离开，马上拨 {'、'.join(numbers)}。"


def hotlines(campaign: Campaign) -> str:
    """Every number to call, for whoever asks for one."""
    lines = [
        "正在发生危险：119 火警救援，120 急救，110 报警，122 交通事故",
        "安全生产举报：12350，外省拨打先加区号",
    ]
    return "\n".join(lines + [f"{line.number} {line.purpose}" for line in _own(campaign)])


def numbers(campaign: Campaign) -> frozenset[str]:
    """All numbers that a text of ours may hold as a hotline."""
    return frozenset((*NATIONAL, REPORT_LINE, *(line.number for line in _own(campaign))))


def _own(campaign: Campaign) -> tuple[Hotline, ...]:
    """The campaign's numbers beyond the national ones, where they are known to be in service."""
    known = {*NATIONAL, REPORT_LINE}
    return tuple(line for line in campaign.hotlines if line.confirmed and line.number not in known)


def _emergency_lines(campaign: Campaign) -> list[str]:
    return [f"{line.number} {line.purpose}" for line in _own(campaign) if line.emergency]


def _own_lines(campaign: Campaign) -> list[str]:
    own = [line for line in _own(campaign) if not line.emergency]
    if any(line.number == _FIRE_HAZARDS for line in own):
        return ["没着火的消防隐患打 96119，其他隐患打 12350。"]
    return [f"{line.purpose}打 {line.number}，其他隐患打 12350。" for line in own[:1]]
