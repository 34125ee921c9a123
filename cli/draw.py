"""``draw``: prizes are drawn in the open: seal the list, publish it, enter the public value, publish the result."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from cli.desk import Desk, at_desk, by_option, cell, office, print_table
from cli.draw_verify import STATES, verify_command
from content.models import Campaign, PrizeDraw
from rules import draw_file
from rules.draw_file import Published
from rules.prize_draw import BadValue, Sheet, Won, read_value, source_name
from rules.prizes import last_day, short, unreached
from store.draw_views import DrawView, PrizeView
from store.draws import CLAIMED, WON, Refused
from store.identity.winners import tell_of_void, tell_winners
from store.stores import Stores

_HEAD = ("名次", "奖品", "票号", "状态", "领奖截止", "本人知道了")
_NONE = "这次活动没有设抽奖。要设，请写在活动的 prizes.yaml 里，或表格的“抽奖”表里。"


@click.group("draw")
def draw_group() -> None:
    """抽奖：先封存名单，再用公开数值来抽，谁都能核对。"""


draw_group.add_command(verify_command)
_again_option = click.option(
    "--again", default="", metavar="数值", help="再写一遍公开数值，给脚本用；不写就当场再问一遍。"
)


@draw_group.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """列出各次抽奖到哪一步了。"""
    with at_desk(context) as (desk, stores):
        campaign = desk.content()
        rows = [_line(stores, campaign, rules, desk.now()) for rules in campaign.prizes]
    if not rows:
        click.echo(_NONE)
        return
    print_table(("编号", "名称", "到哪一步", "票", "公开数值", "公布时间", "奖品", "已领"), rows)


@draw_group.command("commit")
@click.argument("name")
@click.option("--anyway", is_flag=True, help="有人的成绩在等人看，也照样封存；人数会留下记录。")
@by_option
@click.pass_context
def commit_command(context: click.Context, name: str, anyway: bool, by: str) -> None:
    """封存名单：参加了又够条件的人，一人一张票。只能封存一次。"""
    with _step(context) as (desk, stores):
        campaign = desk.content()
        rules = _rules(campaign, name)
        entrants = stores.entrants.persons()
        who, at = office(by), desk.now()
        draw, fresh = stores.draws.commit(rules, entrants, zone=campaign.zone, who=who, at=at, anyway=anyway)
    click.echo("名单已封存。" if fresh else "名单早就封存了，没有改动。")
    click.echo(f"抽奖：{draw.rules.name}\n票：{len(draw.tickets)}张\n指纹：{draw.digest}")
    click.echo(f"公开数值：{draw.source}，{_local(draw.value_due, campaign)} 公布")
    if not draw.drawn:
        click.echo(f"请在那以前公布名单和指纹：python app.py draw publish {draw.rules.id} 文件名.json")


@draw_group.command("value")
@click.argument("name")
@click.argument("value", nargs=-1, required=True)
@_again_option
@by_option
@click.pass_context
def value_command(context: click.Context, name: str, value: tuple[str, ...], again: str, by: str) -> None:
    """填公开数值并抽奖：要填两遍，一小时内可以更正；过了一小时，中奖的人会收到消息。"""
    text = " ".join(value)
    with _step(context) as (desk, stores):
        campaign = desk.content()
        chosen, zone = _id(campaign, name), campaign.zone
        draw, plain = stores.draws.looked_over(chosen, text, zone=zone, at=desk.now())
    if not draw.drawn:
        _confirm(draw, plain, again)
    with _step(context) as (desk, stores):
        entrants, at = stores.entrants.persons(), desk.now()
        draw, fresh = stores.draws.draw(chosen, text, entrants, zone=zone, who=office(by), at=at)
        winners = stores.draws.winners(draw)
    click.echo(f"{'抽好了' if fresh else '早就抽过了，没有改动'}：{draw.source}，{draw.value}。")
    _print(winners, campaign)
    _tell(desk, campaign, winners)
    _say_until(desk, campaign, draw)


@draw_group.command("correct")
@click.argument("name")
@click.argument("value", nargs=-1, required=True)
@click.option("--reason", required=True, metavar="原因", help="为什么，会留下记录。")
@_again_option
@by_option
@click.pass_context
def correct_command(
    context: click.Context, name: str, value: tuple[str, ...], reason: str, again: str, by: str
) -> None:
    """公开数值填错了：一小时内换成对的，原来的结果作废，重新抽。"""
    if not reason.strip():
        raise click.ClickException("请写明原因。")
    text = " ".join(value)
    with _step(context) as (desk, stores):
        campaign = desk.content()
        chosen, zone = _id(campaign, name), campaign.zone
        draw, plain = stores.draws.correctable(chosen, text, at=desk.now())
    if draw.value == plain:
        click.echo(f"填的就是 {plain}，没有改动。")
        return
    click.echo(f"现在填的：{draw.value}。换了以后，原来的{len(draw.rules.places)}份奖品重新抽。")
    _confirm(draw, plain, again)
    step = {"zone": zone, "who": office(by), "reason": cell(reason)}
    with _step(context) as (desk, stores):
        entrants, at = stores.entrants.persons(), desk.now()
        draw, before = stores.draws.correct(chosen, text, entrants, **step, at=at)
        winners = stores.draws.winners(draw)
        for prize in before:  # before it is committed: word of a void prize must not go out, whatever happens
            tell_of_void(desk.storage, campaign.id, zone, prize)
    click.echo(f"更正了，重新抽好了：{draw.source}，{draw.value}。原来的结果都作废。")
    _print(winners, campaign)
    _tell(desk, campaign, winners)
    click.echo(f"公布过结果的，请重新公布：python app.py draw publish {chosen} 文件名.json")


@draw_group.command("winners")
@click.argument("name")
@click.option("--csv", "as_csv", is_flag=True, help="输出 CSV。")
@click.pass_context
def winners_command(context: click.Context, name: str, as_csv: bool) -> None:
    """列出中奖的票；没有人名，也没有微信编号。"""
    with _step(context) as (desk, stores):
        campaign = desk.content()
        draw = stores.draws.named(_id(campaign, name))
        winners = stores.draws.winners(draw) if draw else ()
    if draw is None or not draw.drawn:
        raise click.ClickException("还没有抽奖。")
    _print(winners, campaign, as_csv)
    _say_missing(desk, winners, err=as_csv)


@draw_group.command("lapse")
@click.argument("name")
@by_option
@click.pass_context
def lapse_command(context: click.Context, name: str, by: str) -> None:
    """过期没有领的，按名次抽给下一位。"""
    with _step(context) as (desk, stores):
        campaign, at = desk.content(), desk.now()
        chosen = _id(campaign, name)
        lapsed, new = stores.draws.lapse(
            chosen, stores.entrants.persons(), zone=campaign.zone, who=office(by), at=at
        )
        draw = stores.draws.named(chosen)
        winners = stores.draws.winners(draw) if draw else ()
    if not lapsed:
        click.echo("没有过期未领的奖品，没有改动。")
    else:
        click.echo(f"过期{len(lapsed)}份，抽给了下面的票：")
        _print(new, campaign)
        given = sum(1 for prize in new if prize.state == WON)
        click.echo(f"还有{len(lapsed) - given}份没有人可以给了。" if given < len(lapsed) else "")
    _tell(desk, campaign, winners)


@draw_group.command("void")
@click.argument("name")
@click.argument("ticket")
@click.option("--reason", required=True, metavar="原因", help="为什么，会留下记录；不要写姓名和电话。")
@by_option
@click.pass_context
def void_command(context: click.Context, name: str, ticket: str, reason: str, by: str) -> None:
    """取消一张票中的奖：不够条件、本人不要、作弊；奖品抽给下一位。票号写前8个字符就行。"""
    if not reason.strip():
        raise click.ClickException("请写明原因。")
    with _step(context) as (desk, stores):
        campaign = desk.content()
        chosen, entrants, at = _id(campaign, name), stores.entrants.persons(), desk.now()
        voided, new = stores.draws.void(
            chosen, ticket, entrants, zone=campaign.zone, who=office(by), reason=cell(reason), at=at
        )
        draw = stores.draws.named(chosen)
        winners = stores.draws.winners(draw) if draw else ()
    if new is None:
        click.echo("这张票的奖早就取消了，没有改动。")
        _tell(desk, campaign, winners)  # for the first time may have died before
        return
    click.echo(f"取消了：第{voided.rank}名，{cell(voided.title)}，票号 {short(voided.ticket)}。")
    if any(prize.state == WON for prize in new):
        click.echo("抽给了下面的票：")
        _print(new, campaign)
    else:
        click.echo("没有人可以给了。")
    _tell(desk, campaign, winners)
    click.echo(f"请重新公布结果：python app.py draw publish {chosen} 文件名.json")


@draw_group.command("claim")
@click.argument("code")
@by_option
@click.pass_context
def claim_command(context: click.Context, code: str, by: str) -> None:
    """凭领奖码发奖；发过的会说发过了。"""
    with _step(context) as (desk, stores):
        claimed = stores.draws.claim(code, who=office(by), at=desk.now())
    if claimed is None:
        raise click.ClickException("没有查到。请核对领奖码，字母里没有 O 和 I，数字里没有 0 和 1。")
    prize, fresh = claimed
    told = "可以发奖" if fresh else "这个码已经领过了，没有改动"
    click.echo(f"{told}：{cell(prize.draw)}，{cell(prize.title)}，票号 {prize.ticket[:8]}。")


@draw_group.command("publish")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@by_option
@click.pass_context
def publish_command(context: click.Context, name: str, file: Path, by: str) -> None:
    """写出可以公布的文件：票、指纹、公开数值、中奖的票。"""
    with _step(context) as (desk, stores):
        campaign = desk.content()
        chosen = _id(campaign, name)
        stores.draws.published(
            chosen, office(by)
        )  # first, so that no other step comes between what is read now
        draw = stores.draws.named(chosen)
        assert draw is not None
        text = draw_file.write(published(campaign.id, draw, stores.draws.winners(draw)))
        if file.exists() and file.read_bytes() == text.encode():
            stores.undo()
            click.echo(f"{file} 已经是这样，没有改动。")
            return
        written = file.with_name(f".{file.name}.new")
        written.write_text(text, encoding="utf-8")
    written.replace(file)  # once it is in the audit, and whole or not at all
    click.echo(f"写好了：{file}。请公布在：{cell(draw.rules.published)}")
    click.echo(f"指纹：{draw.digest}")
    if draw.settled_at is not None and not draw.settled(desk.now()):
        click.echo(f"公开数值到 {_local(draw.settled_at, campaign)} 还能更正，过了再公布更稳妥。")


def published(campaign: str, draw: DrawView, winners: Sequence[PrizeView]) -> Published:
    """A draw as it is published."""
    source = draw.rules.source
    sheet = Sheet(
        kind=source.kind,
        places=draw.rules.places,
        tickets=draw.tickets,
        digest=draw.digest,
        value=draw.value,
        winners=tuple(Won(one.rank, one.ticket, one.title, one.state) for one in winners),
    )
    return Published(
        campaign, draw.rules.id, draw.rules.name, source.ref, draw.committed_at, draw.value_due, sheet
    )


@contextmanager
def _step(context: click.Context) -> Iterator[tuple[Desk, Stores]]:
    """One step at the desk; what may not be is said in a sentence, and nothing is changed."""
    try:
        with at_desk(context) as (desk, stores):
            yield desk, stores
    except (Refused, BadValue) as problem:
        raise click.ClickException(str(problem)) from None


def _confirm(draw: DrawView, value: str, again: str) -> None:
    """One wrong digit draws other winners: what will be done is said, and the value is wanted a second time."""
    places, tickets = len(draw.rules.places), len(draw.tickets)
    click.echo(f"{draw.source}：{value}")
    click.echo(
        f"用它从{tickets}张票里抽{places}份奖品。填好一小时以后告诉中奖的人，在那以前还能更正，以后不能。"
    )
    second = again or click.prompt("请对着公告再填一遍", type=str)
    try:
        typed = read_value(draw.rules.source.kind, second)
    except BadValue as problem:
        raise click.ClickException(f"第二遍：{problem}没有抽。") from None
    if typed != value:
        raise click.ClickException(f"两遍不一样：{value}，{typed}。没有抽，请核对以后再填。")


def _say_until(desk: Desk, campaign: Campaign, draw: DrawView) -> None:
    """Until when the value can be corrected."""
    if draw.settled_at is not None and not draw.settled(desk.now()):
        until = _local(draw.settled_at, campaign)
        click.echo(f"{until} 以后才告诉中奖的人。数值填错了，请在那以前更正：")
        click.echo(f'python app.py draw correct {draw.rules.id} "数值" --reason 原因')


def _rules(campaign: Campaign, name: str) -> PrizeDraw:
    """The draw of that id or name, as the campaign has it now."""
    found = next((one for one in campaign.prizes if name in (one.id, one.name)), None)
    if found is None:
        known = "、".join(one.id for one in campaign.prizes)
        raise click.ClickException(f"没有抽奖“{cell(name)}”，现有：{known}" if known else _NONE)
    return found


def _id(campaign: Campaign, name: str) -> str:
    return _rules(campaign, name).id


def _drawn(draw: DrawView, at: datetime) -> str:
    return "已抽" if draw.settled(at) else "已抽，还能更正"


def _line(stores: Stores, campaign: Campaign, rules: PrizeDraw, at: datetime) -> tuple[object, ...]:
    draw = stores.draws.named(rules.id)
    winners = stores.draws.winners(draw) if draw else ()
    step = "还没有封存" if draw is None else _drawn(draw, at) if draw.drawn else "已封存，等公开数值"
    source = rules.source
    return (
        rules.id,
        rules.name,
        step,
        len(draw.tickets) if draw else "",
        draw.source if draw else source_name(source.kind, source.ref),
        _local(draw.value_due if draw else source.due(campaign.zone), campaign),
        len(rules.places),
        sum(1 for prize in winners if prize.state == CLAIMED),
    )


def _print(winners: Sequence[PrizeView], campaign: Campaign, as_csv: bool = False) -> None:
    rows = [
        (
            str(one.rank),
            one.title,
            one.ticket,
            STATES[one.state],
            f"{last_day(one.claim_until.astimezone(ZoneInfo(campaign.zone))):%Y-%m-%d}",
            "是" if one.told else "否",
        )
        for one in winners
    ]
    if not as_csv:
        print_table(_HEAD, rows)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_HEAD)
    writer.writerows([cell(value) for value in row] for row in rows)


def _tell(desk: Desk, campaign: Campaign, winners: Sequence[PrizeView]) -> None:
    """Have winners told who don't know yet, and say of how many we know that no message reaches them."""
    tell_winners(desk.storage, campaign.id, campaign.zone, winners, desk.now())
    _say_missing(desk, winners)


def _say_missing(desk: Desk, winners: Sequence[PrizeView], err: bool = False) -> None:
    missing = len(desk.reach().missing(winners, desk.now()))
    if missing:
        click.echo(unreached(missing), err=err)


def _local(when: datetime, campaign: Campaign) -> str:
    return f"{when.astimezone(ZoneInfo(campaign.zone)):%Y-%m-%d %H:%M}"
