"""``rehearse``: a whole campaign's reminders in a second, without sending or writing anything."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from bot.errors import ContentError, SettingsError
from cli.desk import at_desk, print_table
from content.loader import load
from content.models import Campaign
from rules import working_days
from scheduler.planner import Recipient, Slot, calendar, horizon, plan, rank, recipients_of
from scheduler.wording import full_day

MADE_UP = (
    Recipient("liaison:1", 1, "", frozenset({"liaison"}), "template"),
    Recipient("unit:1", 1, "", frozenset({"unit"}), "mail"),
)
_CHANNELS = {"template": "微信", "mail": "邮件", "none": "送不到"}
_TO = {"liaison": "联络员", "unit": "单位"}
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder of a rehearsal; the fields are those of ``--json``."""

    campaign: str
    obligation: str
    due: date
    lead: str
    send_at: datetime
    to: str
    channel: str


def rehearse_lines(
    campaign: Campaign, recipients: Collection[Recipient], start: date, end: date
) -> list[Line]:
    """Play the days from ``start`` to ``end``: what would go out if nobody filed anything."""
    channels = {recipient.key: recipient.channel for recipient in recipients}
    sent: dict[tuple[str, str, date, str], int] = {}  # the shortest lead that has gone out
    lines: list[Line] = []
    slots = calendar(campaign)
    for now in _moments(campaign, slots, start, end):
        limit = horizon(campaign, now)
        for due in plan(slots, recipients, (), now, now + timedelta(seconds=1)):
            key = (due.obligation, due.occurrence, due.due, due.recipient)
            if limit is None or due.not_after > limit or sent.get(key, -1000) >= rank(due.lead):
                continue
            sent[key] = rank(due.lead)
            channel = channels[due.recipient]
            lines.append(Line(campaign.id, due.obligation, due.due, due.lead, now, due.recipient, channel))
    return lines


def _moments(campaign: Campaign, slots: Collection[Slot], start: date, end: date) -> list[datetime]:
    """Every moment at which something begins, and each morning in case the first day finds something begun."""
    zone, policy = ZoneInfo(campaign.zone), campaign.reminders
    begun = {slot.send_at for slot in slots if start <= slot.send_at.date() <= end}
    hour = policy.at if policy.earliest <= policy.at < policy.latest else policy.earliest
    first = [start + timedelta(days=n) for n in range(14)]  # no run of days off is longer
    opening = next((day for day in first if working_days.is_working_day(day)), start)
    mornings = {datetime.combine(day, hour, zone) for day in (start, opening) if day <= end}
    return sorted(begun | mornings)


@click.command("rehearse")
@click.option(
    "--campaign", "campaign_id", required=True, metavar="活动", help="活动的编号，比如 ningxia-2020。"
)
@click.option("--from", "start", type=_DAY, metavar="日期", help="从哪一天排起，默认是通知的日期。")
@click.option("--to", "end", type=_DAY, metavar="日期", help="排到哪一天，默认到活动结束后15天。")
@click.option("--json", "as_json", is_flag=True, help="一行一个 JSON 对象。")
@click.pass_context
def rehearse_command(
    context: click.Context, campaign_id: str, start: datetime | None, end: datetime | None, as_json: bool
) -> None:
    """排演一届活动的全部提醒，不发送，也不写入。"""
    try:
        campaign = load(campaign_id)
    except ContentError as problem:
        raise click.ClickException(str(problem)) from None
    first = start.date() if start else campaign.begins
    last = end.date() if end else campaign.ends + timedelta(days=15)
    if last < first:
        raise click.ClickException(f"结束日期 {last} 早于开始日期 {first}。")
    recipients, names = _recipients(context, campaign_id)
    lines = rehearse_lines(campaign, recipients, first, last)
    for warning in working_days.warnings([line.due for line in lines], first):
        click.echo(warning, err=True)
    _print_json(lines) if as_json else _print(campaign, lines, names)


def _recipients(context: click.Context, campaign_id: str) -> tuple[Collection[Recipient], Mapping[str, str]]:
    """Those who are registered and how they are called, or one made-up unit with its liaison."""
    try:
        with at_desk(context) as (desk, _), desk.storage.transaction(campaign_id) as stores:
            units, liaisons = stores.units.all(), stores.liaisons.active()
    except (click.ClickException, SettingsError):  # nothing has been set up here yet
        units, liaisons = (), ()
    if units:
        names = {f"unit:{unit.id}": unit.name for unit in units}
        names |= {f"liaison:{entry.id}": f"{entry.unit}联络员{entry.id}" for entry in liaisons}
        return recipients_of(units, liaisons), names
    click.echo("还没有登记单位和联络员，下面按一个示例单位排演。", err=True)
    return MADE_UP, {}


def _print_json(lines: Collection[Line]) -> None:
    for line in lines:
        told = asdict(line) | {"due": line.due.isoformat(), "send_at": line.send_at.isoformat()}
        click.echo(json.dumps(told, ensure_ascii=False))


def _print(campaign: Campaign, lines: Collection[Line], names: Mapping[str, str]) -> None:
    occurrences = {
        (slot.occurrence.obligation, slot.occurrence.due): slot.occurrence for slot in calendar(campaign)
    }
    rows = []
    for line in lines:
        occurrence = occurrences[line.obligation, line.due]
        due = full_day(line.due) + ("，推定" if occurrence.assumed else "")
        kind, _, number = line.to.partition(":")
        to = names.get(line.to, f"{_TO[kind]}{number}")
        rows.append(
            (_time(line.send_at), to, _CHANNELS[line.channel], occurrence.name, due, _lead(line.lead))
        )
    print_table(("提醒时间", "发给", "渠道", "报送事项", "截止", "提前"), rows)
    click.echo(f"共{len(rows)}条。")


def _time(moment: datetime) -> str:
    return f"{moment.year}年{full_day(moment.date())}{moment:%H:%M}"


def _lead(lead: str) -> str:
    if lead == "T-0":
        return "截止当天"
    return f"截止后第{rank(lead)}个工作日" if lead.startswith("late") else f"提前{-rank(lead)}天"
