"""What the campaign is, in the words of its notice: theme, dates, activities, who issued it, whom to follow."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.context import Context
from bot.message import Reply
from bot.routes import Route
from content.models import Activity, Period

_WEEK = "一二三四五六日"
_DATE = re.compile(r"(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})")
_SHOWN = 5


def campaign(ctx: Context) -> Reply:
    """The part of the notice that is asked for, else all of it in short."""
    text = ctx.message.text
    try:
        day = _day(ctx, text)
    except ValueError:
        return Reply("没有这一天，请再看一下日期，比如“6月16日”。", choices=("全部活动",))
    if day is not None:
        return on_day(ctx, day)
    for words, tell in (*_PARTS, (_running(ctx), programme)):
        if any(word in text for word in words):
            return tell(ctx)
    return overview(ctx)


def _running(ctx: Context) -> tuple[str, ...]:
    """What the part after the month is called here, also in short: 宁夏行, 许明寺行."""
    running = ctx.campaign.programme
    names = [name for name in (running.local_name, running.name) if name] if running else []
    return tuple(names) + tuple(name.removeprefix("安全生产") for name in names)


def overview(ctx: Context) -> Reply:
    """Theme, dates and who issued the notice."""
    notice, month = ctx.campaign.notice, ctx.campaign.month
    lines = [f"主题：{ctx.campaign.theme.text}", f"时间：{_span(month)}"]
    if ctx.campaign.programme:
        programme = ctx.campaign.programme
        lines.append(f"{programme.local_name or programme.name}：{_span(programme.period)}")
    lines.append(f"发通知的：{'、'.join(notice.issuers)}")
    return Reply("\n".join(lines), choices=("今天有什么活动", "全部活动", "关注哪些号", "通知"))


def theme(ctx: Context) -> Reply:
    return Reply(f"今年主题：{ctx.campaign.theme.text}。", choices=("全部活动", "标语"))


def all_activities(ctx: Context) -> Reply:
    """Every activity of the notice, one line each."""
    lines = [f"{n}. {_titled(one)}" for n, one in enumerate(ctx.campaign.activities, start=1)]
    return Reply("\n".join(lines) + "\n\n想看哪一项，回复它的名字。" if lines else "本届通知没有列出活动。")


def today(ctx: Context) -> Reply:
    return on_day(ctx, ctx.local.date())


def on_day(ctx: Context, day: date) -> Reply:
    """What happens on one day; where nothing is dated to it, what runs on that day and what comes next."""
    dated = [one for one in ctx.campaign.activities if one.on == day]
    if dated:
        return Reply("\n\n".join(f"{_spoken(day)}：{one.title}\n{one.text}" for one in dated[:3]))
    running = [
        one for one in ctx.campaign.activities if one.period and one.period.start <= day <= one.period.end
    ]
    month = ctx.campaign.month
    parts = [f"{_spoken(day)}，通知没有单独安排活动。"]
    if running:
        parts.append("这段时间在进行：\n" + "\n".join(one.title for one in running[:_SHOWN]))
    elif month.start <= day <= month.end:
        parts.append(f"安全生产月在进行：{_span(month)}。")
    upcoming = sorted(
        (one for one in ctx.campaign.activities if one.on and one.on > day), key=lambda one: one.on or day
    )
    if upcoming and upcoming[0].on:
        parts.append(f"接下来：{_spoken(upcoming[0].on)}，{upcoming[0].title}。")
    return Reply("\n".join(parts), choices=("全部活动", "主题"))


def programme(ctx: Context) -> Reply:
    """What runs on after the month."""
    running = ctx.campaign.programme
    if running is None:
        return Reply("本届通知只有安全生产月，没有后续的行动。", choices=("全部活动",))
    return Reply(f"{running.local_name or running.name}：{_span(running.period)}\n{running.text}")


def accounts(ctx: Context) -> Reply:
    """Where the organiser publishes."""
    lines = [f"{one.platform}：{one.name}" for one in ctx.campaign.accounts]
    return Reply(
        "通知里提到的账号和平台：\n" + "\n".join(lines) if lines else "本届通知没有列出要关注的账号。"
    )


def notice(ctx: Context) -> Reply:
    """The document itself."""
    paper = ctx.campaign.notice
    lines = [paper.title, f"发文：{'、'.join(paper.issuers)}"]
    lines += [f"文号：{paper.number}"] if paper.number else []
    lines += [f"日期：{paper.issued.year}年{_spoken(paper.issued)}"] if paper.issued else []
    return Reply("\n".join(lines), choices=("全部活动", "截止日"))


def one_activity(ctx: Context) -> Reply | None:
    """After the list an activity's name, or its number, tells about it."""
    text = ctx.message.text.strip()
    activities = ctx.campaign.activities
    if text.isdigit() and 1 <= int(text) <= len(activities):
        return _told(activities[int(text) - 1])
    found = [one for one in activities if len(text) >= 2 and text in one.title]
    return _told(found[0]) if found else None


def consultation_day(ctx: Context) -> Reply:
    found = [one for one in ctx.campaign.activities if "咨询日" in one.title]
    return _told(found[0]) if found else all_activities(ctx)


def _told(one: Activity) -> Reply:
    when = f"\n时间：{_spoken(one.on)}" if one.on else (f"\n时间：{_span(one.period)}" if one.period else "")
    who = f"\n负责：{one.responsible}" if one.responsible else ""
    where = f"\n地点：{one.where}" if one.where else ""
    return Reply(f"{one.title}{when}{where}\n{one.text}{who}")


def _titled(one: Activity) -> str:
    return f"{one.title}（{_spoken(one.on)}）" if one.on else one.title


def _spoken(day: date) -> str:
    return f"{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"


def _span(period: Period) -> str:
    end = f"{period.end.month}月{period.end.day}日" + ("（结束日推定）" if period.assumed else "")
    return f"{period.start.year}年{period.start.month}月{period.start.day}日到{end}"


def _day(ctx: Context, text: str) -> date | None:
    """The day that a message speaks of, in the campaign's year; raises ``ValueError`` for one that is not there."""
    if "今天" in text or "今日" in text:
        return ctx.local.date()
    if "明天" in text:
        return ctx.local.date() + timedelta(days=1)
    found = _DATE.search(text)
    if not found:
        return None
    return date(ctx.campaign.month.start.year, int(found.group(1)), int(found.group(2)))


_PARTS = (
    (("主题",), theme),
    (("万里行", "专题行", "区域行", "后续"), programme),
    (("咨询日",), consultation_day),
    (("公众号", "微博", "抖音", "关注", "账号", "网站"), accounts),
    (("谁发", "文号", "通知", "文件"), notice),
    (("全部活动", "有哪些活动", "什么活动", "活动安排"), all_activities),
)

ROUTES = (
    Route(
        "campaign",
        campaign,
        (
            "活动",
            "今年的活动",
            "安全生产月",
            "安全月",
            "主题",
            "全部活动",
            "今天有什么活动",
            "关注哪些号",
            "通知",
            "看活动",
        ),
        "主题、日期、活动和通知",
        "campaign",
        "联络员",
        "今年的活动",
        again=one_activity,
    ),
)
