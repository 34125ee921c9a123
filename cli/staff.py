"""``staff``: who in the office may open the desk."""

from __future__ import annotations

import unicodedata
from zoneinfo import ZoneInfo

import click

from cli.desk import at_desk, by_option, office, print_table
from rules import dates
from rules.names import tidy
from store.staff import FRESH, StaffView

_LONGEST = 40
_name_argument = click.argument("name", metavar="名字")


@click.group("staff")
def staff_group() -> None:
    """值班台的账号：谁能登录。"""


@staff_group.command("add")
@_name_argument
@by_option
@click.pass_context
def add_command(context: click.Context, name: str, by: str) -> None:
    """开一个账号，口令只显示这一次。"""
    name = _tidy(name)
    with at_desk(context) as (desk, stores):
        password = stores.staff.add(name, who=office(by))
    if password is None:
        raise click.ClickException(f"已经有叫“{name}”的账号。忘了口令请用 staff reset。")
    _tell(name, password, desk.base_url)


@staff_group.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """列出账号，没有口令。"""
    with at_desk(context) as (desk, stores):
        zone, found = ZoneInfo(desk.content().zone), stores.staff.all()
    rows = [
        (one.name, _state(one), dates.moment(one.last_login_at.astimezone(zone)) if one.last_login_at else "")
        for one in found
    ]
    print_table(("名字", "口令", "上次登录"), rows)


@staff_group.command("reset")
@_name_argument
@by_option
@click.pass_context
def reset_command(context: click.Context, name: str, by: str) -> None:
    """换一个新口令，旧的马上不能用，已经登录的也要重新登录。"""
    name = _tidy(name)
    with at_desk(context) as (desk, stores):
        password = stores.staff.reset(name, who=office(by))
    if password is None:
        raise click.ClickException(f"没有叫“{name}”的账号。")
    _tell(name, password, desk.base_url)


@staff_group.command("remove")
@_name_argument
@by_option
@click.pass_context
def remove_command(context: click.Context, name: str, by: str) -> None:
    """删掉一个账号，已经登录的马上退出。"""
    name = _tidy(name)
    with at_desk(context) as (_, stores):
        gone = stores.staff.remove(name, who=office(by))
    if not gone:
        raise click.ClickException(f"没有叫“{name}”的账号。")
    click.echo(f"账号“{name}”删掉了。")


def _tell(name: str, password: str, base_url: str) -> None:
    click.echo(f"账号：{name}")
    click.echo(f"口令：{password}")
    click.echo(f"口令只显示这一次，{FRESH.days}天内有效。请当面或打电话告诉本人，登录以后换成自己的。")
    address = f"{base_url.rstrip('/')}/desk/" if base_url else "BASE_URL 后面加 /desk/"
    click.echo(f"登录的网址：{address}")


def _state(one: StaffView) -> str:
    return "还没换成自己的" if one.must_choose else "自己的"


def _tidy(name: str) -> str:
    """A name that can be typed again: one line, half-width where there is such."""
    plain = tidy(name)
    if not 1 <= len(plain) <= _LONGEST or any(unicodedata.category(sign)[0] == "C" for sign in plain):
        raise click.ClickException(f"名字请写1到{_LONGEST}个字。")
    return plain
