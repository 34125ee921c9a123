"""``filings``: what the units have filed, and what the office says about it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from bot.language.normalise import normalise
from cli.desk import ROW, Desk, at_desk, by_option, cell, office, print_table
from content.loader import load
from content.models import Campaign
from content.occurrences import Occurrence, occurrences
from rules import dates
from rules.units import FilingView
from store.stores import Stores

_STATES = {"self_reported": "自报已报送", "confirmed": "已确认", "withdrawn": "已撤回", "rejected": "已退回"}


@click.group("filings")
def filings_group() -> None:
    """报送情况。"""


@filings_group.command("list")
@click.option("--open", "only_open", is_flag=True, help="只列出等办公室确认的。")
@click.pass_context
def list_command(context: click.Context, only_open: bool) -> None:
    """列出各单位报送了什么。"""
    with at_desk(context) as (desk, stores):
        campaign = load(desk.campaign)
        filings = [one for one in stores.filings.all() if not only_open or one.state == "self_reported"]
        rows = [
            (
                one.id,
                one.unit,
                _name(campaign, one),
                _STATES[one.state],
                _who(stores, one),
                dates.moment(one.at.astimezone(ZoneInfo(campaign.zone))),
                one.reason,
            )
            for one in filings
        ]
    print_table(("编号", "单位", "报送事项", "状态", "谁说的", "时间", "退回原因"), rows)


@filings_group.command("confirm")
@click.argument("number", type=ROW)
@by_option
@click.pass_context
def confirm_command(context: click.Context, number: int, by: str) -> None:
    """确认办公室收到了。"""
    with at_desk(context) as (desk, stores):
        filing = stores.filings.confirm(number, office(by), desk.now())
    if filing is None:
        raise click.ClickException(f"没有编号是 {number} 的报送，或已经撤回、退回。")
    click.echo(f"已确认：{number}，{cell(filing.unit)}。")


@filings_group.command("reject")
@click.argument("number", type=ROW)
@click.argument("reason")
@by_option
@click.pass_context
def reject_command(context: click.Context, number: int, reason: str, by: str) -> None:
    """退回并写明原因；这一项会继续提醒。"""
    if not reason.strip():
        raise click.ClickException("请写明退回的原因，联络员会看到。")
    with at_desk(context) as (desk, stores):
        filing = stores.filings.reject(number, cell(reason)[:200], office(by), desk.now())
    if filing is None:
        raise click.ClickException(f"没有编号是 {number} 的报送，或已经撤回、退回。")
    click.echo(f"已退回：{number}，{cell(filing.unit)}。")


@filings_group.command("receive")
@click.argument("unit")
@click.argument("obligation")
@click.argument("occurrence", default="")
@by_option
@click.pass_context
def receive_command(context: click.Context, unit: str, obligation: str, occurrence: str, by: str) -> None:
    """办公室收到了材料，不管联络员说没说：单位名称、事项（list 里的名称就行）。"""
    with at_desk(context) as (desk, stores):
        known = stores.units.named(unit)
        if known is None:
            raise click.ClickException(f"没有单位“{unit}”，用 units list 看名单。")
        chosen = _chosen(desk, obligation, occurrence)
        stores.filings.receive(chosen.obligation, chosen.key, known.id, office(by), desk.now())
    click.echo(f"已记下：{cell(known.name)}，{chosen.name}。")


def _chosen(desk: Desk, obligation: str, occurrence: str) -> Occurrence:
    """The occurrence that is meant, by its name as ``list`` shows it, or by the words of the content file."""
    every = [(duty, one) for duty in load(desk.campaign).obligations for one in occurrences(duty)]
    named = [one for _, one in every if normalise(one.name) == normalise(obligation)]
    found = named or [one for duty, one in every if obligation in (duty.id, duty.title)]
    found = [one for one in found if not occurrence or one.key == occurrence]
    if len(found) == 1:
        return found[0]
    lines = [f"  {one.name}，或 {one.obligation} {one.key}" for one in found or [one for _, one in every]]
    raise click.ClickException("\n".join(["请写明是哪一项、哪一期，比如下面的名称：", *lines]))


def _name(campaign: Campaign, filing: FilingView) -> str:
    for duty in campaign.obligations:
        if duty.id == filing.obligation:
            return next((one.name for one in occurrences(duty) if one.key == filing.occurrence), duty.title)
    return filing.obligation


def _who(stores: Stores, filing: FilingView) -> str:
    """联络员7（待确认）, or who in the office."""
    kind, _, name = filing.by.partition(":")
    if kind != "liaison":
        return f"办公室 {name}"
    liaison = stores.liaisons.get(int(name))
    return f"联络员{name}" + ("（待确认）" if liaison is not None and liaison.state == "pending" else "")
