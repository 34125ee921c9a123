"""When a step of a draw may be taken, and what it says where not."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from content.models import PrizeDraw
from rules.prize_draw import read_value
from rules.prizes import CORRECTABLE
from store.quiz_tables import Draw


class Refused(Exception):
    """A step that may not be taken now; the text says why."""


def check_sealable(rules: PrizeDraw, zone: str, at: datetime) -> None:
    """A list is sealed after the last day that counts and before anybody can know the value."""
    if at.astimezone(ZoneInfo(zone)).date() <= rules.period.end:
        raise Refused(f"答题算到 {rules.period.end}，过了这一天才能封存名单。")
    if at >= rules.source.due(zone):
        raise Refused("公开数值已经可以查到了，不能再封存名单，请换一个以后的期号或轮次。")


def told_waiting(people: int) -> str:
    """Why a list is not sealed while rounds wait for review."""
    return (
        f"有{people}位参加的人，成绩在等人看，放行以后才够条件；现在封存，他们就不在名单里。"
        "请先在后台的“待看成绩”里看完，或用 --anyway 照样封存。"
    )


def enterable_value(row: Draw, text: str, zone: str, at: datetime) -> str:
    """The value in the one form that is hashed; none too early, and none but the one that was drawn by."""
    value = read_value(PrizeDraw.model_validate(row.rules).source.kind, text)
    if row.value and row.value != value:
        raise Refused(f"已经按 {row.value} 抽过了，不能再改。填错了的，一小时内可以用 draw correct 更正。")
    if at < row.value_due:
        known = row.value_due.astimezone(ZoneInfo(zone))
        raise Refused(f"{row.source}要到 {known:%Y-%m-%d %H:%M} 才公布，现在不能填。")
    return value


def correct_value(row: Draw, text: str, at: datetime) -> str:
    """The value that is to replace a wrong one, in the one form that is hashed; while nobody has been told."""
    if not row.value or row.drawn_at is None:
        raise Refused("还没有抽奖。")
    if at >= row.drawn_at + CORRECTABLE:
        raise Refused("公开数值只能在填好以后一小时内更正，现在不能改了。")
    return read_value(PrizeDraw.model_validate(row.rules).source.kind, text)


def claimable_until(at: datetime, zone: str, rules: PrizeDraw) -> datetime:
    """The midnight after the last day on which a prize that is drawn now can be claimed."""
    after = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=rules.claim_days + 1)
    return datetime.combine(after, time(), ZoneInfo(zone))
