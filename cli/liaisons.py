"""``liaisons``: who answers for the units."""

from __future__ import annotations

import logging

import click

from cli.desk import ROW, Desk, at_desk, by_option, cell, office, print_json, print_table
from handlers.liaison_form import mask_email
from rules.masking import mask_name, mask_phone
from rules.units import LiaisonView

log = logging.getLogger(__name__)
_STATES = {"pending": "待确认", "confirmed": "已确认", "replaced": "已换人", "withdrawn": "已撤销"}


@click.group("liaisons")
def liaisons_group() -> None:
    """联络员。"""


@liaisons_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
@click.option("--full", is_flag=True, help="显示完整的姓名、手机和邮箱，并记入日志。")
@by_option
@click.pass_context
def list_command(context: click.Context, as_json: bool, full: bool, by: str) -> None:
    """列出联络员，姓名和号码默认打码。"""
    with at_desk(context) as (desk, stores):
        entries = stores.liaisons.active()
        rows = [_row(entry, full, desk) for entry in entries]
    if full:
        log.warning("liaisons of %s shown in full: %d entries, by %s", desk.campaign, len(rows), office(by))
    if as_json:
        print_json(rows)
        return
    print_table(
        ("编号", "单位", "状态", "姓名", "手机", "邮箱", "提醒", "接替"),
        (
            (
                row["id"],
                row["unit"],
                _STATES[str(row["state"])],
                row["name"],
                row["phone"],
                row["email"],
                row["reminders"],
                row["replaces"],
            )
            for row in rows
        ),
    )


@liaisons_group.command("confirm")
@click.argument("number", type=ROW)
@by_option
@click.pass_context
def confirm_command(context: click.Context, number: int, by: str) -> None:
    """确认一位联络员；选了“换成我”的，原来的同时停用。"""
    with at_desk(context) as (desk, stores):
        entry = stores.liaisons.confirm(number, office(by), desk.now())
    if entry is None:
        raise click.ClickException(f"没有编号是 {number} 的登记，或已经撤销。")
    click.echo(f"已确认：{number}，{cell(entry.unit)}，{cell(mask_name(entry.name))}。")


@liaisons_group.command("withdraw")
@click.argument("number", type=ROW)
@click.confirmation_option(prompt="登记表会删除，找不回。要撤销吗？")
@click.pass_context
def withdraw_command(context: click.Context, number: int) -> None:
    """撤销一位联络员的登记，并删除登记表。"""
    with at_desk(context) as (desk, stores):
        done = stores.liaisons.withdraw(number, desk.now())
    if not done:
        raise click.ClickException(f"没有编号是 {number} 的登记，或已经撤销。")
    click.echo(f"已撤销：{number}。")


def _row(entry: LiaisonView, full: bool, desk: Desk) -> dict[str, object]:
    """One liaison as the office sees it; never the OpenID."""
    return {
        "id": entry.id,
        "unit": entry.unit,
        "group": entry.group,
        "state": entry.state,
        "name": entry.name if full else mask_name(entry.name),
        "phone": entry.phone if full else mask_phone(entry.phone),
        "email": entry.email if full or not entry.email else mask_email(entry.email),
        "reminders": _reminders(entry, desk),
        "replaces": "、".join(map(str, entry.replaces)),
    }


def _reminders(entry: LiaisonView, desk: Desk) -> str:
    if not entry.reachable:
        return "送不到"
    if entry.paused_until is not None and entry.paused_until > desk.now():
        return "暂停中"
    if not entry.in_wechat:
        return "微信送不到，发邮件"
    return "邮件" if entry.by_mail and entry.email else "微信"
