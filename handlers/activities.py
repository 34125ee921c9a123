"""The activities of the notice: all of them, those of a day, one by its number or name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.context import Context
from bot.language.normalise import normalise
from bot.message import Reply
from content.models import Activity, Period, Programme
from content.occurrences import occurrences
from handlers.days import Days, days_in, in_digits, numeral
from rules import dates

REST = "其余活动"
_PAGE = 5
_GENERIC = re.compile(
    r"安全生产月|安全生产|安全月|安全|活动|宣传|线上|网上|有什么|有哪些|是什么|什么时候|参加"
)
_NUMBER = re.compile(r"第?(\d{1,2})[个项号条]?")
_ABOUT_A_DAY = re.compile(
    r"[那呢吗有没什么的是活动安排年月日号个上下这本周星期礼拜一二三四五六七八九十天末今明后大昨\d]*"
)
_QUOTED = re.compile(r"“(.+?)”")
_ENOUGH = 3  # so many characters in common with a title name it
_LONG = 4  # so many in one piece with a description


def all_activities(ctx: Context) -> Reply:
    """The first activities of the notice, one line each, to choose from by number."""
    activities = ctx.campaign.activities
    if not activities:
        return Reply("通知没有列出活动。", choices=("主题", "通知"))
    more = len(activities) - _PAGE
    rest = f"\n后面还有{more}项，回复“{REST}”。" if more > 0 else ""
    return Reply(
        f"通知里的活动，共{len(activities)}项：\n{_lines(ctx, 0, _PAGE)}\n\n想看哪一项，回复编号。{rest}"
    )


def rest(ctx: Context) -> Reply:
    """The activities that the first list left out."""
    count = len(ctx.campaign.activities)
    if count <= _PAGE:
        return all_activities(ctx)
    return Reply(f"后面的活动：\n{_lines(ctx, _PAGE, count)}\n\n想看哪一项，回复编号。")


def on_days_in(ctx: Context, text: str) -> Reply | None:
    """What the notice has for the day or the week that a text speaks of."""
    try:
        days = days_in(text, ctx.local.date(), ctx.campaign.month.start)
    except ValueError:
        return Reply("没有这一天，请再看一下日期，比如“6月16日”。", choices=("全部活动",))
    return between(ctx, *days) if days else None


def on_bare_days(ctx: Context, text: str) -> Reply | None:
    """The same where the text speaks of nothing else: 那明天呢, 6月17."""
    return on_days_in(ctx, text) if _ABOUT_A_DAY.fullmatch(normalise(text)) else None


def between(ctx: Context, first: date, last: date) -> Reply:
    """What is dated to these days, and what units must file by then; where nothing is, what goes on and comes next."""
    dated = [one for one in ctx.campaign.activities if one.on and first <= one.on <= last]
    due = _due(ctx, (first, last))
    if len(dated) == 1:
        only = told(ctx, dated[0])
        return replace(only, text="\n".join([only.text, *due]))
    if dated:
        lines = [f"{_day(one)}：{one.title}" for one in sorted(dated, key=lambda one: one.on or first)]
        return Reply("\n".join([*lines, *due]), choices=("全部活动", "主题"))
    today = ctx.local.date()
    when = f"{dates.day(first, today)}，通知没有写这天的活动。"
    if first != last:
        when = f"{dates.day(first, today)}到{dates.day(last, today)}，通知没有写这几天的活动。"
    lines = [when, *due, *_going_on(ctx, (first, last)), *_next(ctx, last)]
    return Reply("\n".join(lines), choices=("全部活动", *(("截止日",) if due else ("主题",))))


def _due(ctx: Context, days: Days) -> list[str]:
    """What units must have filed by one of these days."""
    all_due = (one for each in ctx.campaign.obligations for one in occurrences(each))
    names = [
        f"{one.name}（推定）" if one.assumed else one.name for one in all_due if days[0] <= one.due <= days[1]
    ]
    return [f"各单位报送截止：{'；'.join(names)}。"] if names else []


def consultation_day(ctx: Context) -> Reply:
    """The consultation day, and what else the notice has on it."""
    found = [one for one in ctx.campaign.activities if "咨询日" in one.title]
    return told(ctx, found[0], found[1:]) if found else all_activities(ctx)


def by_number(ctx: Context, text: str) -> Reply | None:
    """The activity of that number in the list."""
    plain = normalise(text)
    found = _NUMBER.fullmatch(in_digits(plain))
    number = int(found.group(1)) if found else numeral(plain) or 0
    activities = ctx.campaign.activities
    return told(ctx, activities[number - 1]) if 1 <= number <= len(activities) else None


def by_name(ctx: Context, text: str) -> Reply | None:
    """The activity whose title a text names, in full or in part; of several alike the shortest title."""
    wanted = _essence(text)
    if len(wanted) < 2:
        return None
    likeness = {one.id: _likeness(wanted, one.title) for one in ctx.campaign.activities}
    found = [one for one in ctx.campaign.activities if likeness[one.id] >= min(len(wanted), _ENOUGH)]
    best = max(found, key=lambda one: (likeness[one.id], -len(one.title)), default=None)
    return told(ctx, best) if best else None


def by_text(ctx: Context, text: str) -> Reply | None:
    """The activity whose description holds a longer piece of the text: 美术摄影大赛, 主题征文."""
    wanted = _essence(text)
    shared = {one.id: _shared(wanted, normalise(one.text)) for one in ctx.campaign.activities}
    best = max(ctx.campaign.activities, key=lambda one: shared[one.id], default=None)
    return told(ctx, best) if best and shared[best.id] >= _LONG else None


def told(ctx: Context, one: Activity, besides: list[Activity] | None = None) -> Reply:
    """All that is known of one activity."""
    day = f"{one.on.month}月{one.on.day}日，" if one.on else ""
    when = _day(one) if one.on else span(ctx, one.period) if one.period else ""
    lines = [
        one.title,
        f"时间：{when}" if when else "时间：通知没有写具体日期",
        f"地点：{one.where}" if one.where else "",
        one.text.removeprefix(day),
        f"负责：{one.responsible}" if one.responsible else "",
        *(f"还有：{other.title}" for other in besides or ()),
    ]
    return Reply("\n".join(line for line in lines if line), choices=("全部活动",))


def span(ctx: Context, period: Period) -> str:
    """From when to when; an end of our own making carries 推定, and so does a period without the notice's words."""
    today = ctx.local.date()
    ours = ("，结束日推定" if period.quote else "，起止日推定") if period.assumed else ""
    return f"{dates.day(period.start, today)}到{dates.day(period.end, today)}{ours}"


def name_of(programme: Programme) -> str:
    """What the part after the month is called here."""
    return programme.local_name or programme.name


def _lines(ctx: Context, start: int, end: int) -> str:
    listed = list(enumerate(ctx.campaign.activities, start=1))[start:end]
    return "\n".join(f"{n} {one.title}" + (f"，{_day(one)}" if one.on else "") for n, one in listed)


def _day(one: Activity) -> str:
    assert one.on is not None
    return dates.day(one.on) + ("，推定" if one.assumed else "")


def _going_on(ctx: Context, days: Days) -> list[str]:
    """Where those days stand in the campaign, and what runs through them."""
    first, last = days
    month, running = ctx.campaign.month, ctx.campaign.programme
    if last < month.start:
        return [f"安全生产月{dates.day(month.start)}开始。"]
    if first <= month.end:
        return [f"安全生产月：{span(ctx, month)}。", *_without_day(ctx, days)]
    after = f"{name_of(running)}：{span(ctx, running.period)}。" if running else ""
    return [f"安全生产月到{dates.day(month.end)}为止。", *([after] if after else [])]


def _without_day(ctx: Context, days: Days) -> list[str]:
    """What the notice dates to no single day: what runs through those days, and how much more there is."""
    activities = ctx.campaign.activities
    through = [one.title for one in activities if one.period and _meet(one.period, days)]
    free = [one for one in activities if not (one.on or one.period)]
    lines = [f"这段时间还有：{'、'.join(through)}。"] if through else []
    return lines + ([f"没写日期的活动有{len(free)}项，回复“全部活动”看。"] if free else [])


def _meet(period: Period, days: Days) -> bool:
    return period.start <= days[1] and days[0] <= period.end


def _next(ctx: Context, day: date) -> list[str]:
    ahead = [one for one in ctx.campaign.activities if one.on and one.on > day]
    first = min(ahead, key=lambda one: one.on or day, default=None)
    return [f"接下来：{_day(first)}，{first.title}。"] if first else []


def _essence(text: str) -> str:
    """What sets one title apart from the others."""
    return _GENERIC.sub("", normalise(text))


def _likeness(text: str, title: str) -> int:
    """How many characters of a text stand in a title, in one piece or, where the title holds them all, apart."""
    plain = _essence(title)
    names = [name for name in map(normalise, _QUOTED.findall(title)) if name in text]
    if names or set(text) <= set(plain):
        return max(len(text), _ENOUGH)
    return _shared(text, plain)


def _shared(text: str, within: str) -> int:
    """How long the longest piece of a text is that stands in another."""
    pieces = (text[start:end] for start in range(len(text)) for end in range(start + 1, len(text) + 1))
    return max((len(piece) for piece in pieces if piece in within), default=0)
