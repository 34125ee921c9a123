"""``reports``: what was reported, without by whom; every look and every step needs a reason."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from cli.desk import Desk, at_desk, cell, office, print_json, print_table
from content.loader import load
from rules.clocks import Clock, Times, clocks
from rules.codes import find_public_no
from rules.dates import moment
from rules.likeness import likely_same
from rules.packet import packet
from rules.report_states import NEWS, RESULTS, IllegalStep, State, Step, following, phrase
from rules.sectors import NAMES
from store.identity.links import Links
from store.reports import Changed, Entry, ReportView
from store.stores import Stores

#: What is never set from here: states before a report is filed, and what only its reporter can do.
_NOT_OURS = {
    State.DRAFT,
    State.EMERGENCY,
    State.CLOSED_EMERGENCY,
    State.DELETED,
    State.SUBMITTED,
    State.WITHDRAWN,
}
_HEAD = ("编号", "状态", "收到", "正在发生", "类别", "已转交", "最近的期限", "已超期", "像是同一处")
_STATES = [state.value for state in State]
_SETTABLE = [state.value for state in State if state not in _NOT_OURS]


@click.group("reports")
def reports_group() -> None:
    """隐患举报；从不显示举报人。"""


def _me() -> str:
    """Who runs the command, as far as the machine knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without users
        return "unknown"


def _who_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--who", default=_me, metavar="姓名", help="谁在操作，默认是当前用户。")(command)


def _reason_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--reason", required=True, metavar="理由", help="为什么；会记下来。")(command)


@reports_group.command("list")
@click.option("--state", type=click.Choice(_STATES), default=None, help="只列出这个状态的。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.pass_context
def list_command(context: click.Context, state: str | None, as_json: bool) -> None:
    """列出举报：编号、状态、时间、类别、期限、哪几件像是同一处；不含内容，也不合并。"""
    with at_desk(context) as (desk, stores):
        zone, now = _zone(desk), desk.now()
        views = stores.reports.listed()
        like = likely_same({view.number: view.facts for view in views if not view.ended})
        rows = [
            _line(view, zone, now, like.get(view.number, ())) for view in views if state in (None, view.state)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(_HEAD, [tuple(row.values()) for row in rows])


@reports_group.command("show")
@click.argument("number")
@_reason_option
@_who_option
@click.pass_context
def show_command(context: click.Context, number: str, reason: str, who: str) -> None:
    """看一件举报的内容和经过；谁看的、为什么，都会记下来。"""
    with at_desk(context) as (desk, stores):
        view = _looked(stores, desk, number, reason, who)
        zone, now = _zone(desk), desk.now()
        case = stores.reports.case(view.id, zone)
        entries = stores.reports.history(view.id)
    click.echo(packet(case))
    click.echo(f"\n状态：{phrase(view.state)}（{view.state}，第{view.version}版）")
    for clock in _clocks(view, zone):
        click.echo(f"{_dated(clock, zone, now)}。依据：{clock.basis}")
    click.echo(f"下一步可以是：{'、'.join(following(view.state)) or '没有了'}")
    for entry in entries:
        click.echo(_entry(entry, zone))


@reports_group.command("packet")
@click.argument("number")
@_reason_option
@_who_option
@click.pass_context
def packet_command(context: click.Context, number: str, reason: str, who: str) -> None:
    """输出转交材料的文字和照片的位置。"""
    with at_desk(context) as (desk, stores):
        view = _looked(stores, desk, number, reason, who)
        case = stores.reports.case(view.id, _zone(desk))
        stores.reports.note_packet(view.id, office(who), reason, desk.now())
    click.echo(packet(case))
    for photo in case.photos:
        click.echo(str(desk.storage.photos / photo.file))


@reports_group.command("set-state")
@click.argument("number")
@click.argument("state", type=click.Choice(_SETTABLE))
@_reason_option
@click.option("--by", "body", default="", metavar="部门", help="转给了哪个部门，或哪个部门告诉我们的。")
@click.option("--tell", default="", metavar="文字", help="给举报人看的一句：方式、编号、缺什么、结论。")
@click.option("--result", type=click.Choice(RESULTS), default=None, help="办结的结果。")
@click.option("--with", "second", default="", metavar="姓名", help="隐藏要两个人决定：另一个人。")
@_who_option
@click.pass_context
def set_state_command(
    context: click.Context,
    number: str,
    state: str,
    reason: str,
    body: str,
    tell: str,
    result: str | None,
    second: str,
    who: str,
) -> None:
    """改状态，并让愿意联系的举报人知道有新进展。"""
    taken = Step(State(state), body, reason, result or "", (who, second))
    with at_desk(context) as (desk, stores):
        old = _found(stores, number)
        try:
            view = stores.reports.set_state(
                old.id,
                taken,
                who=office(f"{who}、{second}" if second else who),
                at=desk.now(),
                told=tell,
                version=old.version,
            )
        except (IllegalStep, Changed) as problem:
            raise click.ClickException(str(problem)) from None
    told = _tell_reporter(desk, view)
    click.echo(f"{view.number}：{old.state} → {view.state}。" + ("会告诉举报人有新进展。" if told else ""))


@reports_group.command("contact")
@click.argument("number")
@_reason_option
@_who_option
@click.pass_context
def contact_command(context: click.Context, number: str, reason: str, who: str) -> None:
    """看举报人同意交给主管部门的姓名和电话；没有同意就看不到，每次都会记下来。"""
    with at_desk(context) as (desk, stores):
        view = _looked(stores, desk, number, reason, who)
    contact = Links(desk.storage).consented_contact(view.link, who=office(who), reason=reason, at=desk.now())
    if contact is None:
        raise click.ClickException("举报人没有同意提供姓名和电话。")
    click.echo(f"只能交给：{contact.recipient}\n姓名：{contact.name}\n电话：{contact.phone}")


def _tell_reporter(desk: Desk, view: ReportView) -> bool:
    """After the step is committed: word that there is news, never of what."""
    return Links(desk.storage).words.add(
        view.link,
        f"{view.link}:{view.version}",
        text=f"{NEWS}\n回复“查进展”也能看。",
        number=view.number,
        phrase=phrase(view.state),
    )


def _found(stores: Stores, number: str) -> ReportView:
    view = stores.reports.by_number(find_public_no(number) or number)
    if view is None:
        raise click.ClickException(f"没有编号是 {cell(number)} 的举报。")
    return view


def _looked(stores: Stores, desk: Desk, number: str, reason: str, who: str) -> ReportView:
    found = _found(stores, number)
    try:
        stores.reports.look(found.number, office(who), reason, desk.now())
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    return found


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(load(desk.campaign).zone)


def _line(view: ReportView, zone: ZoneInfo, now: datetime, like: tuple[str, ...]) -> dict[str, object]:
    running = _clocks(view, zone)
    return {
        "number": view.number,
        "state": view.state,
        "received": f"{view.created_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "urgent": view.facts.urgent,
        "sector": NAMES.get(view.facts.sector, view.facts.sector),
        "referred": "是" if view.referred else "否",
        "due": _dated(running[0], zone, now) if running else "",
        "overdue": "、".join(clock.what for clock in running if clock.overdue(now)),
        "like": "、".join(like),
    }


def _clocks(view: ReportView, zone: ZoneInfo) -> tuple[Clock, ...]:
    def local(at: datetime | None) -> datetime | None:
        return at.astimezone(zone) if at else None

    return clocks(
        Times(
            view.state,
            view.state_at.astimezone(zone),
            local(view.referred_at),
            local(view.acknowledged_at),
            view.facts.sector,
            view.facts.what,
        )
    )


def _dated(clock: Clock, zone: ZoneInfo, now: datetime) -> str:
    late = "，已超期" if clock.overdue(now) else ""
    return f"{clock.what}：{clock.due.astimezone(zone):%Y-%m-%d %H:%M}{late}"


def _entry(entry: Entry, zone: ZoneInfo) -> str:
    """One line of the history."""
    step = f"{entry.old} → {entry.new}" if entry.new else ""
    parts = (
        moment(entry.at.astimezone(zone)),
        entry.kind,
        entry.who,
        step,
        entry.body,
        entry.reason,
        entry.text,
    )
    return "  ".join(cell(part) for part in parts if part)
