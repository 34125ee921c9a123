"""``boards``: the boards of the quiz, the names on them, the rounds to be looked at, and how many took part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import click

from cli.desk import ROW, Desk, at_desk, by_option, cell, office, print_table
from rules import dates
from rules.fairness import paces_told
from rules.lookalike import REASONS
from rules.units import headcount_note
from store.boards import ALL, Board, Of
from store.flags import Flagged
from store.participation import Numbers
from store.redis_link import Unavailable
from store.standing import rebuild
from store.stores import Stores

_OF: Mapping[str, Of] = {"个人": "person", "单位": "unit", "地区": "region"}
PAGE = 50  # flagged rounds shown at once
_NO_REDIS = "没有连上 Redis，排行榜放在那里。请检查 REDIS_URL。"
_NO_REGIONS = "单位名单里没有“地区”，所以没有地区榜。用 units import 导入带“地区”一列的名单就有。"
_reason_option = click.option("--reason", required=True, metavar="原因", help="为什么，会留下记录。")


@click.group("boards")
def boards_group() -> None:
    """答题的排行榜、昵称、要看一看的成绩、参与人次。"""


@boards_group.command("show")
@click.option("--of", "kind", type=click.Choice(list(_OF)), default="个人", help="哪个榜，默认个人。")
@click.option("--today", is_flag=True, help="只看今天的。")
@click.pass_context
def show_command(context: click.Context, kind: str, today: bool) -> None:
    """看排行榜的前十名。"""
    with at_desk(context) as (desk, stores):
        if kind == "地区" and not stores.players.regions():
            raise click.ClickException(_NO_REGIONS)
        board = stores.boards.look(_OF[kind], _today(desk).isoformat() if today else ALL, "")
        if board is None:
            raise click.ClickException("排行榜还没有整理好，或者没有连上 Redis。")
        rows = _rows(stores, _OF[kind], board)
    print_table(("名次", kind, "答对题数" if kind == "个人" else "得分"), rows)
    if board.mixed:
        click.echo(headcount_note(kind))


@boards_group.command("rebuild")
@click.pass_context
def rebuild_command(context: click.Context) -> None:
    """按数据库里的成绩重新整理排行榜。"""
    with at_desk(context) as (desk, _):
        pass
    if desk.storage.link is None:
        raise click.ClickException(_NO_REDIS)
    try:
        done = rebuild(desk.storage, desk.campaign, _today(desk))
    except Unavailable:
        raise click.ClickException(_NO_REDIS) from None
    click.echo("排行榜整理好了。" if done else "另一个程序正在整理，不用再做。")


@boards_group.command("names")
@click.option("--waiting", is_flag=True, help="只列等人看的。")
@click.pass_context
def names_command(context: click.Context, waiting: bool) -> None:
    """列出大家起的昵称，等人看的在前。"""
    with at_desk(context) as (_, stores):
        found = [one for one in stores.players.named() if one.waits or not waiting]
    print_table(("编号", "昵称", "状态"), [(one.id, one.name, one.state) for one in found])


@boards_group.command("approve")
@click.argument("numbers", type=ROW, nargs=-1, required=True, metavar="编号…")
@by_option
@click.pass_context
def approve_command(context: click.Context, numbers: tuple[int, ...], by: str) -> None:
    """昵称看过了，可以显示。编号看 boards names。"""
    with at_desk(context) as (desk, stores):
        names = {one.id: one.name for one in stores.players.named() if one.id in numbers}
        shown = stores.players.approve(names, who=office(by), at=desk.now())
    for one in shown:
        click.echo(f"榜上现在显示“{cell(one.shown)}”。")
    missing = [str(number) for number in numbers if number not in names]
    if missing:
        raise click.ClickException(f"没有编号是 {'、'.join(missing)} 的昵称。")


@boards_group.command("hide")
@click.argument("number", type=ROW)
@click.option("--undo", is_flag=True, help="重新显示。")
@_reason_option
@by_option
@click.pass_context
def hide_command(context: click.Context, number: int, undo: bool, reason: str, by: str) -> None:
    """隐藏不合适的昵称，榜上改为“玩家·”加几个字符。记录里不留昵称，原因里也请不要写。"""
    with at_desk(context) as (desk, stores):
        who, why = office(by), _told(reason)
        player = stores.players.hide(number, not undo, who=who, reason=why, at=desk.now())
    if player is None:
        raise click.ClickException(f"没有编号是 {number} 的昵称。")
    click.echo(f"榜上现在显示“{cell(player.shown)}”。")


@boards_group.command("flags")
@click.option("--page", type=click.IntRange(1), default=1, help=f"第几页，每页{PAGE}个，默认第一页。")
@click.pass_context
def flags_command(context: click.Context, page: int) -> None:
    """列出要看一看的成绩和原因：没看过的在前，最早的最先。"""
    with at_desk(context) as (desk, stores):
        zone, flags = ZoneInfo(desk.content().zone), stores.flags
        rows = [_flagged(one, zone) for one in flags.listed(PAGE, PAGE * (page - 1))]
        waiting, pages = flags.waiting(), max(1, -(-flags.count() // PAGE))
    print_table(("编号", "原因", "成绩", "每题用时（秒）", "排行", "答完"), rows)
    click.echo(f"还有{waiting}个没看。第{page}页，共{pages}页。")


def _flagged(one: Flagged, zone: ZoneInfo) -> tuple[object, ...]:
    decided = "看过，不计入" if one.off else "已放行"
    return (
        one.id,
        "、".join(REASONS.get(flag, flag) for flag in one.open) or decided,
        f"{one.score}/{one.total}",
        paces_told(one.seconds),
        "计入" if one.counts else "不计入",
        f"{dates.moment(one.ended_at.astimezone(zone))}:{one.ended_at:%S}",
    )


@boards_group.command("clear")
@click.argument("numbers", type=ROW, nargs=-1, required=True)
@_reason_option
@by_option
@click.pass_context
def clear_command(context: click.Context, numbers: Sequence[int], reason: str, by: str) -> None:
    """看过了，没有问题，让这些成绩重新计入排行。可以一次写几个编号。"""
    with at_desk(context) as (desk, stores):
        found = _decided(numbers, stores.flags.clear, who=office(by), reason=_told(reason), at=desk.now())
    for number, flagged in found.items():
        after = "的成绩重新计入排行" if flagged.counts else "看过了，这种玩法本来就不上排行榜"
        click.echo(f"编号 {number} {after}。")


@boards_group.command("refuse")
@click.argument("numbers", type=ROW, nargs=-1, required=True)
@_reason_option
@by_option
@click.pass_context
def refuse_command(context: click.Context, numbers: Sequence[int], reason: str, by: str) -> None:
    """看过了，这些成绩不计入排行。可以一次写几个编号；以后查明了，还能用 clear 放行。"""
    with at_desk(context) as (desk, stores):
        found = _decided(numbers, stores.flags.refuse, who=office(by), reason=_told(reason), at=desk.now())
    for number in found:
        click.echo(f"编号 {number} 的成绩不计入排行，不用再看。")


def _decided(
    numbers: Sequence[int], decide: Callable[..., Flagged | None], **how: object
) -> dict[int, Flagged]:
    """What was decided of each round; where one is not there, nothing is decided of any."""
    found = {}
    for number in dict.fromkeys(numbers):
        flagged = decide(number, **how)
        if flagged is None:
            raise click.ClickException(f"没有编号是 {number}、要看一看的成绩。")
        found[number] = flagged
    return found


@boards_group.command("numbers")
@click.pass_context
def numbers_command(context: click.Context) -> None:
    """看各单位、各地区和各项竞赛的人次、人数和平均答对率，填统计表用。"""
    with at_desk(context) as (desk, stores):
        units = stores.participation.units()
        names = stores.units.names(units)
        rows = [_numbers("单位", names.get(unit, str(unit)), one) for unit, one in units.items()]
        rows += [_numbers("地区", name, one) for name, one in stores.participation.regions().items()]
        ours = [one for one in desk.content().quiz.contests if one.topics]
        rows += [_numbers("竞赛", one.title, stores.participation.contest(one.id)) for one in ours]
        rows.append(_numbers("合计", "", stores.participation.whole()))
    print_table(("哪一类", "名称", "人次", "人数", "平均答对%"), rows)


def _rows(stores: Stores, of: Of, board: Board) -> list[tuple[object, ...]]:
    names = _names(stores, of, [line.key for line in board.lines])
    return [
        (
            line.place,
            names.get(line.key, line.key),
            line.score if of == "person" else f"{line.score / 100:.2f}",
        )
        for line in board.lines
    ]


def _names(stores: Stores, of: Of, keys: Sequence[str]) -> dict[str, str]:
    """How people and units are called; regions go by their own name."""
    if of == "person":
        return {key: player.shown for key, player in stores.players.known(keys).items()}
    if of == "unit":
        return {str(unit): name for unit, name in stores.units.names(int(key) for key in keys).items()}
    return {}


def _numbers(kind: str, name: str, one: Numbers) -> tuple[object, ...]:
    return kind, name, one.rounds, one.people, one.average


def _told(reason: str) -> str:
    if not reason.strip():
        raise click.ClickException("请写明原因。")
    return cell(reason)


def _today(desk: Desk) -> date:
    """The campaign's date now."""
    return desk.now().astimezone(ZoneInfo(desk.content().zone)).date()
