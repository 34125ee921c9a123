"""``draw verify``: whether a published draw is right; needs no database and no settings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from content.prizes import drand_time
from rules import draw_file
from rules.draw_file import BadFile, Published
from rules.numbers import whole
from rules.prize_draw import BadValue, ranking, read_value

_BEIJING = ZoneInfo("Asia/Shanghai")  # the file tells no zone, and whoever checks it lives by this one
STATES = {  # of a prize, in the words of staff and public
    "won": "待领",
    "claimed": "已领",
    "lapsed": "过期，抽给下一位",
    "gone": "已退出，抽给下一位",
    "void": "已取消，抽给下一位",
}


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--value", default="", help="您自己查到的公开数值，和文件里的比。")
@click.option("--digest", default="", help="开奖前公布的指纹，和文件里的比。")
def verify_command(file: Path, value: str, digest: str) -> None:
    """核对公布的文件：名单、指纹、公开数值、中奖的票，逐一重算。"""
    try:
        draw = draw_file.read(file.read_text(encoding="utf-8"))
        own = read_value(draw.sheet.kind, value) if value else ""
    except (BadFile, BadValue, UnicodeDecodeError) as problem:
        text = "这个文件不是文字文件。" if isinstance(problem, UnicodeDecodeError) else str(problem)
        raise click.ClickException(text) from None
    found = [*draw.faults(), *_own_faults(draw, own, digest.strip().lower())]
    _say(draw, own)
    if found:
        click.echo("\n".join(f"不对：{fault}" for fault in found))
        click.echo(f"结论：不对，共{len(found)}处。")
        raise SystemExit(1)
    click.echo(_verdict(draw, own, digest))


def _own_faults(draw: Published, own: str, digest: str) -> list[str]:
    """What contradicts what somebody has looked up, or the time of a drand round."""
    sheet, found = draw.sheet, []
    if own and sheet.value and own != sheet.value:
        found.append(f"您查到的公开数值是 {own}，文件里写的是 {sheet.value}。")
    if digest and digest != sheet.digest:
        found.append(f"开奖前公布的指纹是 {digest}，文件里写的是 {sheet.digest}。名单被换过。")
    number = whole(draw.ref, 10)  # of a round of drand
    if sheet.kind == "drand" and (number is None or drand_time(number) != draw.value_due):
        found.append(f"drand 第{draw.ref}轮公布的时间不是 {_beijing(draw.value_due, seconds=True)}。")
    return found


def _beijing(when: datetime, seconds: bool = False) -> str:
    """2020年7月1日 09:00（北京时间）; a time of no year that a calendar has stays as it was written."""
    try:
        local = when.astimezone(_BEIJING)
    except OverflowError:
        return when.isoformat()
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {clock}（北京时间）"


def _say(draw: Published, own: str) -> None:
    sheet = draw.sheet
    click.echo(f"抽奖：{draw.name}（{draw.campaign}）")
    click.echo(f"名单：{len(sheet.tickets)}张票，指纹 {sheet.digest}")
    click.echo(f"封存：{_beijing(draw.committed_at)}；公开数值：{draw.source}")
    click.echo(f"数值：{sheet.value or '还没有公布'}")
    for won in sheet.winners:
        click.echo(f"第{won.rank}名：{won.ticket}  {won.title}  {STATES.get(won.state, won.state)}")
    voided = sum(1 for won in sheet.winners if won.state == "void")
    if voided:
        click.echo(f"其中{voided}份中了以后被主办单位取消，抽给了后面的名次；为什么，请问主办单位。")
    if own and not sheet.value:
        click.echo("按您查到的数值，名次应该是：")
        for rank, one in enumerate(ranking(sheet.tickets, own)[: len(sheet.places)], start=1):
            click.echo(f"第{rank}名：{one}  {sheet.places[rank - 1]}")


def _verdict(draw: Published, own: str, digest: str) -> str:
    """What is right, and what only the reader can still check."""
    if not draw.sheet.value:
        return "结论：名单和指纹对得上，还没有抽。请记下指纹，开奖以后再核对。"
    left = [] if own else [f"公开数值和{draw.source}的公告是不是一样"]
    left += [] if digest else ["指纹和开奖前公布的是不是一样"]
    more = f"请再自己看一看：{'；'.join(left)}。" if left else ""
    return f"结论：全部正确。名单、指纹、名次和奖品都是按规则算出来的。{more}"
