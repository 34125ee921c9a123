"""The tables of the desk: each is shown on a page and goes out as a workbook, the same rows in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from content.bank import KIND_NAMES
from rules import dates
from rules.fairness import paces_told
from rules.item_analysis import REASONS as AGAIN
from rules.item_analysis import Item
from rules.lookalike import REASONS as FLAGS
from rules.names import masked
from rules.prizes import CORRECTABLE, unreached
from rules.sectors import NAMES
from rules.units import headcount_note
from store.boards import ALL, TOP, Board, Line, Of
from store.draw_lines import DrawLine, PrizeLine
from store.participation import Numbers
from store.stores import Stores
from web.desk.desk import Analysis, Desk

Value = str | int | float | date | None
Row = tuple[Value, ...]
MOST_LINES = 1000  # of a board in a workbook
MOST_NAMES, FLAGS_SHOWN, MOST_FLAGS = 200, 50, 20_000
LET_THROUGH, LEFT_OFF = "已放行", "不计入"
BOARDS: Mapping[Of, str] = {"person": "个人", "unit": "单位", "region": "地区"}
_KINDS = {
    "round": "一轮", "daily": "每日一答", "practice": "练习", "level": "闯关", "exam": "考试", "rumours": "辟谣",
    "notebook": "错题本", "hunt": "找隐患", "contest": "竞赛",
}  # fmt: skip
_PRIZES = {
    "won": "等待领取",
    "claimed": "已领取",
    "lapsed": "过期，已抽给下一位",
    "gone": "本人已退出，已抽给下一位",
    "void": "已取消，已抽给下一位",
}


@dataclass(frozen=True, slots=True)
class Table:
    """What stands under which heads, and what must be known to read it."""

    title: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a table is looked at."""

    day: date | None = None  # one day alone
    of: Of = "person"  # of a board
    part: str = ""  # of a name
    whole: bool = False  # every line of a board, as far as a workbook holds them
    page: int = 0  # of what is long, from 1; none is the whole


# -- how many took part -------------------------------------------------------------------------------------------

_NUMBERS = ("人次", "人数", "平均答对%")
_UNSUSPECTED = "人次是答完的轮数，人数是不同的人；等人看的成绩不算在内。"


def days(desk: Desk) -> dict[date, Numbers]:
    """Every day from the first on which somebody played to the last, those without a round too."""
    found = desk.count("days", lambda stores: stores.participation.days())
    if not found:
        return {}
    first, last = min(found), max(found)
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: found.get(day, Numbers()) for day in every}


def days_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    rows = tuple((day, *_numbers(one)) for day, one in reversed(days(desk).items()))
    return Table("按日参与", _UNSUSPECTED, ("日期", *_NUMBERS), rows)


def regions_table(desk: Desk, wanted: Wanted) -> Table:
    """Regions by how many took part."""
    found = desk.count(("regions", wanted.day), lambda stores: stores.participation.regions(wanted.day))
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].rounds, pair[0]))
    about = f"{_period(wanted)}{_UNSUSPECTED}没有地区的人不在表里，地区写在单位名单的“地区”一列。"
    return Table(
        "按地区参与", about, ("地区", *_NUMBERS), tuple((name, *_numbers(one)) for name, one in ordered)
    )


def units_table(desk: Desk, wanted: Wanted) -> Table:
    """Every unit of the organiser and every other that was played for, those without a round too."""

    def look(stores: Stores) -> list[Row]:
        played, units = stores.participation.units(wanted.day), stores.units.all()
        shown = [unit for unit in units if unit.imported or unit.id in played]
        ordered = sorted(shown, key=lambda unit: (-played.get(unit.id, Numbers()).rounds, unit.name))
        return [
            (
                unit.name,
                unit.group,
                unit.region,
                *_numbers(one := played.get(unit.id, Numbers())),
                unit.headcount or None,
                round(100 * one.people / unit.headcount, 1) if unit.headcount else None,
            )
            for unit in ordered
        ]

    rows = desk.count(("units", wanted.day), look)
    about = f"{_period(wanted)}{_UNSUSPECTED}没有加入单位的人不在表里；单位人数没有导入的，没有参与率。"
    return Table("按单位参与", about, ("单位", "分组", "地区", *_NUMBERS, "单位人数", "参与率%"), tuple(rows))


def _numbers(one: Numbers) -> tuple[int, int, int | None]:
    return one.rounds, one.people, one.average if one.total else None


def _period(wanted: Wanted) -> str:
    return f"只看{dates.day(wanted.day)}。" if wanted.day else "整个活动期间。"


# -- questions ----------------------------------------------------------------------------------------------------

ITEM_HEADS = (
    "编号",
    "题目",
    "要再看看",
    "人数",
    "答对%",
    "区分度",
    "比较的人数",
    "中位用时（秒）",
    "题型",
    "行业",
)


def items_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    """Every question that was tried."""
    analysis = desk.analysis()
    return Table("题目分析", basis(analysis), ITEM_HEADS, tuple(map(item_row, analysis.items)))


def again_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    """The questions that staff should look at again."""
    analysis = desk.analysis()
    rows = tuple(item_row(item) for item in analysis.items if item.again)
    return Table("要再看看的题", basis(analysis), ITEM_HEADS, rows)


def options_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    """Every option of every question that was tried."""
    rows = tuple((item.question.id, *row) for item in desk.analysis().items for row in option_rows(item))
    return Table("选项分析", basis(desk.analysis()), ("编号", "选项", "对不对", "人数", "占%"), rows)


def item_row(item: Item) -> Row:
    return (
        item.question.id,
        item.question.stem,
        "；".join(AGAIN[reason] for reason in item.again),
        item.n,
        round(100 * item.facility, 1),
        None if item.discrimination is None else round(item.discrimination, 2),
        item.ranked,
        item.seconds,
        KIND_NAMES[item.question.type],
        NAMES.get(item.question.sector or "", ""),
    )


def option_rows(item: Item) -> list[Row]:
    """Each option and who chose it; of an order, who put it in a wrong place."""
    order = item.question.type == "order"
    return [
        (
            one.text,
            "排错位置的" if order else "对" if one.right else "错",
            one.count,
            round(100 * one.share, 1),
        )
        for one in item.options
    ]


def basis(analysis: Analysis) -> str:
    """What the figures rest on."""
    looked = (
        f"共{analysis.rounds}轮，这里看的是最近{analysis.looked_at}轮"
        if analysis.looked_at < analysis.rounds
        else f"看了全部{analysis.rounds}轮"
    )
    return (
        f"{looked}。每个人每道题只算其中第一次答的；等人看的成绩、错题本、题目改过以前的回答不算。"
        "区分度是会的人（前27%）和不会的人（后27%）答对率的差，按各人答别的题的成绩排，并扣除题目难易；人数太少时不算。"
    )


# -- boards, names, draws, flags ------------------------------------------------------------------------------------


def board_table(desk: Desk, wanted: Wanted) -> Table:
    """The first lines of a board, or all that a workbook holds."""
    with desk.storage.looking(desk.campaign.id) as stores:
        board = look_at(stores, wanted)
        rows = tuple(
            (line.place, name, _score(wanted.of, line)) for line, name in named(stores, wanted.of, board)
        )
    title = f"{BOARDS[wanted.of]}排行榜"
    about = "排行榜还没有整理好，或者没有连上 Redis。"
    if board and not rows:
        about = f"{_period(wanted)}还没有人上榜。"
    elif board:
        most = (
            f"全部{board.size}名" if len(rows) == board.size else f"共{board.size}名，这里是前{len(rows)}名"
        )
        limit = f"，表格最多{MOST_LINES}名" if wanted.whole else ""
        about = f"{_period(wanted)}{most}{limit}。{headcount_note(BOARDS[wanted.of]) if board.mixed else ''}"
    return Table(
        title, about, ("名次", BOARDS[wanted.of], "答对题数" if wanted.of == "person" else "得分"), rows
    )


def look_at(stores: Stores, wanted: Wanted) -> Board | None:
    period = wanted.day.isoformat() if wanted.day else ALL
    return stores.boards.look(wanted.of, period, "", MOST_LINES if wanted.whole else TOP)


def named(stores: Stores, of: Of, board: Board | None) -> list[tuple[Line, str]]:
    """The lines with the names that others see."""
    lines = board.lines if board else ()
    names: dict[str, str] = {}
    if of == "person":
        names = {key: one.shown for key, one in stores.players.known([line.key for line in lines]).items()}
    elif of == "unit":
        found = stores.units.names(int(line.key) for line in lines)
        names = {str(unit): name for unit, name in found.items()}
    return [(line, names.get(line.key, line.key)) for line in lines]


def _score(of: Of, line: Line) -> int | float:
    return line.score if of == "person" else line.score / 100


def names_table(desk: Desk, wanted: Wanted) -> Table:
    """The names that people have chosen."""
    with desk.storage.looking(desk.campaign.id) as stores:
        found = stores.players.named(MOST_NAMES, wanted.part)
    rows = tuple((one.id, one.name, one.state) for one in found)
    return Table(
        "昵称", f"等人看的在前，最多{MOST_NAMES}个；看过才显示在榜上。", ("编号", "昵称", "状态"), rows
    )


def draws_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    """The draws that are sealed, and how far they are."""
    with desk.storage.looking(desk.campaign.id) as stores:
        draws = stores.draw_lines.all()
    rows = tuple(
        (
            one.title,
            _drawn_state(desk, one),
            one.tickets,
            one.digest,
            one.source,
            one.value or None,
            _moment(desk, one.committed_at),
            _moment(desk, one.drawn_at or one.value_due),
        )
        for one in draws
    )
    heads = (
        "抽奖",
        "状态",
        "票数",
        "名单指纹",
        "公开数值来自",
        "公开数值",
        "封存时间",
        "抽出时间，没抽的是最早时间",
    )
    return Table("抽奖", "名单指纹已经公布的，谁都可以核对。", heads, rows)


def _drawn_state(desk: Desk, one: DrawLine) -> str:
    if one.drawn_at is None:
        return "名单已封存"
    return "已抽出" if desk.clock() >= one.drawn_at + CORRECTABLE else "已抽出，数值还能更正"


def prizes_table(desk: Desk, wanted: Wanted) -> Table:  # noqa: ARG001
    """Who has won, as others may know it."""
    with desk.storage.looking(desk.campaign.id) as stores:
        titles = {one.id: one.title for one in stores.draw_lines.all()}
        prizes = stores.draw_lines.prizes()
    missing = _missing(desk, prizes)
    rows = tuple(
        (
            titles.get(one.draw_id, ""),
            one.rank,
            one.title,
            masked(one.person) if one.person else None,
            _PRIZES.get(one.state, one.state),
            "已告诉" if one.told else "发不到" if one.id in missing else "还没有",
            _moment(desk, one.claim_until),
        )
        for one in prizes
    )
    heads = ("抽奖", "名次", "奖品", "中奖的人", "状态", "告诉本人", "领奖截止")
    about = f"中奖的人只显示代号。{unreached(len(missing)) if missing else ''}"
    return Table("中奖情况", about, heads, rows)


def _missing(desk: Desk, prizes: Sequence[PrizeLine]) -> frozenset[int]:
    """The prizes whose winners no message reaches."""
    reach = desk.reach
    if reach is None:
        return frozenset()
    return desk.kept.get(("missing", prizes), lambda: reach.missing(prizes, desk.clock()))


def flags_table(desk: Desk, wanted: Wanted) -> Table:
    """The rounds that somebody should look at, the oldest first, and those that somebody has."""
    limit, skip = (FLAGS_SHOWN, FLAGS_SHOWN * (wanted.page - 1)) if wanted.page else (MOST_FLAGS, 0)
    with desk.storage.looking(desk.campaign.id) as stores:
        found = stores.flags.listed(limit, skip)
        units = stores.units.names({one.unit_id for one in found if one.unit_id is not None})
    rows = tuple(
        (
            one.id,
            "、".join(FLAGS.get(flag, flag) for flag in one.open) or (LEFT_OFF if one.off else LET_THROUGH),
            masked(one.person),
            _KINDS.get(one.kind, one.kind),
            f"{one.score}/{one.total}",
            paces_told(one.seconds),
            units.get(one.unit_id) if one.unit_id is not None else None,
            f"{_moment(desk, one.ended_at)}:{one.ended_at:%S}",
        )
        for one in found
    )
    about = "这些成绩先不计入排行，等人看过。没看过的在前，最早的最先；看过的在后。"
    heads = ("编号", "原因", "玩家", "玩法", "成绩", "每题用时（秒）", "单位", "答完")
    return Table("要看一看的成绩", about, heads, rows)


def _moment(desk: Desk, at: datetime) -> str:
    return dates.moment(at.astimezone(desk.zone))


#: What can be exported, by the name in its address.
TABLES: Mapping[str, Callable[[Desk, Wanted], Table]] = {
    "days": days_table,
    "regions": regions_table,
    "units": units_table,
    "questions": items_table,
    "again": again_table,
    "options": options_table,
    "board": board_table,
    "names": names_table,
    "draws": draws_table,
    "prizes": prizes_table,
    "flags": flags_table,
}
