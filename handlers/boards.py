"""The boards: people, units and regions, today and in all; under which name one stands there, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.context import Context
from bot.dialogue import ask
from bot.errors import Refused
from bot.message import Reader, Reply, Said
from bot.routes import Dialogue, Route
from rules import dates, names
from rules.units import headcount_note

if TYPE_CHECKING:
    from store.boards import Board, Line
    from store.players import PlayerView

PEOPLE, UNITS, REGIONS = "个人榜", "单位榜", "地区榜"
TODAY = "今天"
WAIT = "排行榜正在整理，过几分钟再看。您的成绩都存着。"
NO_REGIONS = "本届活动没有分地区，所以没有地区榜。个人榜和单位榜都有。"
SEEN_FIRST = "名字先由工作人员看过再显示。"
LEAVE, NO_NAME = "不改了", "不用名字"
_WIDEST = 14  # characters of a name in a line of a phone
_PERIOD = "all"


def people(ctx: Context) -> Reply:
    """Who has the most right answers in the campaign."""
    return _people(ctx, _PERIOD)


def people_today(ctx: Context) -> Reply:
    """Who has the most right answers today."""
    return _people(ctx, _today(ctx))


def units(ctx: Context) -> Reply:
    """Which units take part most and best: in the campaign, or today where that is asked."""
    return _units(ctx, _period_meant(ctx))


def units_today(ctx: Context) -> Reply:
    """The same of today."""
    return _units(ctx, _today(ctx))


def regions(ctx: Context) -> Reply:
    """Which regions take part most and best: in the campaign, or today where that is asked."""
    return _regions(ctx, _period_meant(ctx))


def regions_today(ctx: Context) -> Reply:
    """The same of today."""
    return _regions(ctx, _today(ctx))


def nickname(ctx: Context) -> Dialogue:
    """Choose the name that others see on the boards."""
    now = ctx.keep("now", lambda: [_me(ctx).shown, bool(_me(ctx).name)])
    text = f"榜上现在显示“{now[0]}”，别人看得到。\n想改成什么？{names.SHORTEST}到{names.LONGEST}个字，别写真名、电话和微信号。\n{SEEN_FIRST}"
    choices = (LEAVE, NO_NAME) if now[1] else (LEAVE,)
    said = yield from ask("name", text, choices=choices, reader=player_name())
    if said == LEAVE:
        return Reply(f"好的，还是“{now[0]}”。", choices=("排行榜", "答题"))
    player = ctx.stores.players.rename(ctx.user, "" if said == NO_NAME else said, ctx.now)
    if player.waits:
        text = f"记下了：{player.name}。{SEEN_FIRST}在那以前显示“{player.shown}”。"
        return Reply(text, choices=("排行榜", "答题"))
    return Reply(f"改好了，榜上显示“{player.shown}”。", choices=("排行榜", "答题"))


def off_the_boards(ctx: Context) -> Reply:
    """Stand on no board of people."""
    ctx.stores.players.show_on_boards(ctx.user, False, ctx.now)
    text = "好的，个人榜上不再有您，成绩照样记着。\n您答的题还算在单位的总数里，总数里看不出是谁。"
    return Reply(text, choices=("上榜", "我的成绩"))


def on_the_boards(ctx: Context) -> Reply:
    """Stand on the boards of people again."""
    ctx.stores.players.show_on_boards(ctx.user, True, ctx.now)
    text = f"好的，一分钟内您就在个人榜上，显示“{_me(ctx).shown}”。"
    return Reply(text, choices=("排行榜", "昵称", "不上榜"))


def player_name() -> Reader[str]:
    """A name that may stand on the boards."""

    def read(said: Sequence[Said]) -> str:
        name = names.tidy(said[-1].text)
        fault = names.fault(name)
        if fault:
            raise Refused(fault)
        return name

    return Reader(read)


# -- the boards --------------------------------------------------------------------------------------------------


def _people(ctx: Context, period: str) -> Reply:
    me = _me(ctx)
    board = ctx.stores.boards.look("person", period, me.person)
    if board is None:
        return _wait()
    shown = ctx.stores.players.known([line.key for line in board.lines])
    lines = _lines(board, lambda line: f"{shown[line.key].shown} {line.score}题")
    if board.mine is not None:
        own = f"您在第{board.mine.place}名，对了{board.mine.score}题。同分的，先答完的在前。"
        waits = f"“{me.name}”要等工作人员看过再显示。" if me.waits else ""
        own += f"\n您显示为“{me.shown}”。{waits}改名回复“昵称”，不想上榜回复“不上榜”。"
    elif not me.listed:
        own = "您选了不上榜，想参加回复“上榜”。"
    else:
        own = "您还没有名次，答完一轮就有；要先由工作人员看的，看过才排。"
    return _drawn(ctx, PEOPLE, period, lines, own)


def _units(ctx: Context, period: str) -> Reply:
    mine = _me(ctx).unit_id
    board = ctx.stores.boards.look("unit", period, str(mine or 0))
    if board is None:
        return _wait()
    known = ctx.stores.units.names(int(line.key) for line in board.lines)
    lines = _lines(board, lambda line: f"{_short(known.get(int(line.key), '已不在名单'))} {_points(line)}分")
    own = "您还没有加入单位，回复“加入单位”。" if mine is None else _own(board, "您的单位")
    return _drawn(ctx, UNITS, period, lines, f"{own}\n{_how(board, '单位', 5)}")


def _regions(ctx: Context, period: str) -> Reply:
    if not ctx.stores.players.regions():
        return Reply(NO_REGIONS, choices=(PEOPLE, UNITS, "答题"))
    mine = _me(ctx).region
    board = ctx.stores.boards.look("region", period, mine)
    if board is None:
        return _wait()
    lines = _lines(board, lambda line: f"{_short(line.key)} {_points(line)}分")
    own = _own(board, f"您的地区{mine}") if mine else "您还没有地区，加入单位就有，或回复“选地区”。"
    return _drawn(ctx, REGIONS, period, lines, f"{own}\n{_how(board, '地区', 10)}")


def _drawn(ctx: Context, title: str, period: str, lines: list[str], own: str) -> Reply:
    when = "全程" if period == _PERIOD else f"{TODAY}（{dates.day(ctx.local.date())}）"
    body = "\n".join(lines) if lines else "还没有人上榜。"
    other = f"{TODAY}{title}" if period == _PERIOD else title
    kinds = (PEOPLE, UNITS, *((REGIONS,) if ctx.stores.players.regions() else ()))
    choices = (other, *(kind for kind in kinds if kind != title), "答题")
    return Reply(f"{title}，{when}\n{body}\n\n{own}", choices=choices)


def _lines(board: Board, told: Callable[[Line], str]) -> list[str]:
    mine = board.mine.key if board.mine else None
    return [f"第{line.place}名 {told(line)}{'，您' if line.key == mine else ''}" for line in board.lines]


def _own(board: Board, whose: str) -> str:
    if board.mine is None:
        return f"{whose}还没有名次。"
    return f"{whose}排第{board.mine.place}名，{_points(board.mine)}分。"


def _how(board: Board, what: str, least: int) -> str:
    """By what units and regions are ranked."""
    note = headcount_note(what) if board.mixed else ""
    return f"得分是参与率乘答对率，满{least}人参加才排名。{note}"


def _points(line: Line) -> str:
    return f"{line.score / 100:.1f}".removesuffix(".0")


def _short(name: str) -> str:
    return name if len(name) <= _WIDEST else f"{name[: _WIDEST - 1]}…"


def _wait() -> Reply:
    return Reply(WAIT, choices=("我的成绩", "答题"))


def _me(ctx: Context) -> PlayerView:
    return ctx.stores.players.of(ctx.user)


def _period_meant(ctx: Context) -> str:
    """Today where the words say so, else the whole campaign."""
    return _today(ctx) if any(word in ctx.message.text for word in (TODAY, "今日")) else _PERIOD


def _today(ctx: Context) -> str:
    return ctx.local.date().isoformat()


ROUTES = (
    Route(
        "ranking", people, ("排行榜", "排名", PEOPLE, "榜单"), "看自己第几名", "ranking", "学安全", "排行榜"
    ),
    Route(
        "ranking_units",
        units,
        (UNITS, "单位排名", "单位排行榜"),
        "看单位的名次",
        hints=("单位", "企业", "公司", "厂", "我们厂"),
        refines=("ranking",),
    ),
    Route("ranking_units_today", units_today, (f"{TODAY}{UNITS}",), ""),
    Route(
        "ranking_regions",
        regions,
        (REGIONS, "地区排名", "地区排行榜"),
        "",
        hints=("地区", "各县", "各市", "各区", "哪个区", "哪个县", "哪个市", "区排", "县排", "市排"),
        refines=("ranking",),
    ),
    Route("ranking_regions_today", regions_today, (f"{TODAY}{REGIONS}",), ""),
    # after the units and the regions, whose hints come first: 今天单位排名
    Route(
        "ranking_today",
        people_today,
        (f"{TODAY}{PEOPLE}", "今天的排行榜", "今日榜"),
        "",
        hints=("今天", "今日"),
        refines=("ranking",),
    ),
    Route(
        "nickname",
        nickname,
        ("昵称", "改名", "改昵称", "我的昵称"),
        "榜上叫什么名字",
        dropped="好的，名字没有改。",
        hints=("昵称", "改名", "改个名", "换个名", "名字", "叫什么"),
        refines=("ranking",),
    ),
    Route(
        "unlisted",
        off_the_boards,
        ("不上榜", "退出排行榜", "下榜"),
        "不在个人榜上显示",
        hints=("不上榜", "不想上榜", "别上榜", "退出排行", "别把我", "不要显示"),
        refines=("ranking",),
    ),
    Route(
        "listed",
        on_the_boards,
        ("上榜", "参加排行榜"),
        "",
        hints=("重新上榜", "我要上榜", "我想上榜"),
        refines=("ranking",),
    ),
)
