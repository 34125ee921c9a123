"""What the campaign is, in the words of its notice: theme, dates, activities, who issued it, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.context import Context
from bot.message import Reply
from bot.routes import Route
from content.models import Campaign, Contact
from handlers.activities import (
    REST,
    all_activities,
    by_name,
    by_number,
    by_text,
    consultation_day,
    name_of,
    on_bare_days,
    on_days_in,
    rest,
    span,
)
from rules import dates

#: What there is on a day, without any word that says of what: 下周四有什么, 6月16日有啥活动.
_ON_A_DAY = (
    r"(今天|今日|今晚|明天|明日|大?后天|昨天|(下下|下|上|这|本)?个?(周|星期|礼拜)[一二三四五六日天末]|(下|这|本)个?(周|星期|礼拜)|"
    r"[\d一二三四五六七八九十]{1,3}([月./-][\d一二三四五六七八九十]{1,3}[日号]?|[日号]))"
    r"[都还]?(有什么|有啥|有哪些|有没有|有)(活动|安排)?[吗呢]?"
)
AREA_CODE = "通知没有写区号，用手机拨要先加区号。"

_Tell = Callable[[Context], Reply]


def campaign(ctx: Context) -> Reply:
    """The part of the notice that is asked for, else all of it in short."""
    return _asked_for(ctx) or overview(ctx)


def again(ctx: Context) -> Reply | None:
    """After an answer a bare number, day or name is about the activities."""
    text = ctx.message.text
    return by_number(ctx, text) or on_bare_days(ctx, text) or by_name(ctx, text)


def overview(ctx: Context) -> Reply:
    """Theme, dates and who issued the notice."""
    edition = ctx.campaign.notice.edition
    which = f"第{edition}个全国“安全生产月”" if edition else "安全生产月"
    lines = [
        f"主题：{ctx.campaign.theme.text}",
        f"{which}：{span(ctx, ctx.campaign.month)}",
        *_running(ctx),
        f"发通知的单位：{'、'.join(ctx.campaign.notice.issuers)}",
    ]
    accounts = ("关注哪些号",) if ctx.campaign.accounts else ()
    return Reply("\n".join(lines), choices=("今天有什么活动", "全部活动", *accounts, "通知"))


def theme(ctx: Context) -> Reply:
    return Reply(f"今年主题：{ctx.campaign.theme.text}。", choices=("全部活动", "标语"))


def days(ctx: Context) -> Reply:
    """When it begins and ends."""
    lines = [f"安全生产月：{span(ctx, ctx.campaign.month)}", *_running(ctx)]
    return Reply("\n".join(lines), choices=("今天有什么活动", "全部活动"))


def programme(ctx: Context) -> Reply:
    """What runs on after the month, under its name here and with the notice's words on its dates."""
    running = ctx.campaign.programme
    if running is None:
        month = span(ctx, ctx.campaign.month)
        return Reply(f"通知没有安排月后继续的活动。活动时间：{month}。", choices=("全部活动",))
    name = running.local_name
    head = f"{running.name}，这里叫{name}" if name and name != running.name else running.name
    lines = [head, f"时间：{span(ctx, running.period)}"]
    if running.period.assumed:
        lines.append(
            f"通知原文：{running.period.quote}。" if running.period.quote else "通知没有写起止日期。"
        )
    return Reply("\n".join([*lines, running.text]), choices=("今天有什么活动", "全部活动"))


def accounts(ctx: Context) -> Reply:
    """Where the organiser publishes; that we are asked to follow is said only where the notice does."""
    named = ctx.campaign.accounts
    if not named:
        return Reply("通知没有写要关注的账号。", choices=("全部活动", "通知"))
    asked = any("请" in one.quote and "关注" in one.quote for one in named)
    head = "通知请各单位关注：" if asked else "通知没有说要关注哪些号，文中提到的有："
    return Reply("\n".join([head, *(f"{one.platform}：{one.name}" for one in named)]), choices=("全部活动",))


def notice(ctx: Context) -> Reply:
    """The document itself, and what it does not state."""
    paper = ctx.campaign.notice
    issued = f"{paper.issued.year}年{dates.day(paper.issued)}" if paper.issued else "通知上没有写"
    lines = [
        paper.title,
        f"发文：{'、'.join(paper.issuers)}",
        f"文号：{paper.number or '通知上没有写'}",
        f"日期：{issued}",
        f"发给：{paper.audience}",
    ]
    return Reply("\n".join(lines), choices=("全部活动", *(("截止日",) if ctx.campaign.obligations else ())))


def contact(ctx: Context) -> Reply:
    """Who answers for the organiser, as the notice names them."""
    lines = [line for one in ctx.campaign.contacts for line in _reached(one)]
    wanted = next((label for label in ("邮箱", "传真") if label in ctx.message.text), "")
    missing = f"通知没有公布{wanted}。" if wanted and not _holds("\n".join(lines), (f"{wanted}：",)) else ""
    if not lines:
        return Reply(missing + no_contact(ctx.campaign), choices=("举报", "求助电话"))
    return Reply("\n".join([f"{missing}通知里公布的联系方式：", *lines]), choices=("通知",))


def no_contact(campaign: Campaign) -> str:
    """That the notice names nobody, and where to turn instead."""
    return f"本届通知没有公布咨询电话。隐患请拨 12350；别的事可以问{campaign.organiser}。"


def needs_area_code(phone: str) -> bool:
    """Has the notice left out the area code, without which a mobile phone gets no connection?"""
    return phone.isdecimal() and len(phone) <= 8 and not phone.startswith("0")


def _asked_for(ctx: Context) -> Reply | None:
    text = ctx.message.text
    dated = on_days_in(ctx, text)
    if dated is not None:
        return dated
    described = by_text(ctx, text)
    for words, tell in _parts(ctx):
        if any(word in text for word in words) and not (tell is theme and described):
            return tell(ctx)
    last = next((tell for words, tell in _LAST if _holds(text, words)), None)
    return by_name(ctx, text) or described or (last(ctx) if last else None)


def _parts(ctx: Context) -> Iterator[tuple[tuple[str, ...], _Tell]]:
    """What may be asked for by words, the part after the month also by its name here: 宁夏行, 许明寺行."""
    running = ctx.campaign.programme
    names = {running.name, name_of(running)} if running else set()
    yield tuple(one.name for one in ctx.campaign.accounts), accounts
    yield from _PARTS
    yield tuple(name.removeprefix("安全生产") for name in names), programme


def _running(ctx: Context) -> list[str]:
    running = ctx.campaign.programme
    return [f"{name_of(running)}：{span(ctx, running.period)}"] if running else []


def _reached(one: Contact) -> list[str]:
    told = (("联系人", one.name), ("电话", one.phone), ("传真", one.fax), ("邮箱", one.email))
    lines = [f"{label}：{value}" for label, value in told if value]
    if one.phone and needs_area_code(one.phone):
        lines.append(AREA_CODE)
    return lines


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


_PARTS: tuple[tuple[tuple[str, ...], _Tell], ...] = (
    ((REST,), rest),
    (("全部活动", "活动安排"), all_activities),
    (("主题",), theme),
    (("万里行", "后续", "月后"), programme),
    (("咨询日",), consultation_day),
    (("公众号", "微博", "抖音", "关注", "账号", "网站", "哪些号"), accounts),
    (("联系", "邮箱", "传真"), contact),
    (("谁发", "文号", "通知", "文件", "主办", "谁组织", "哪个单位"), notice),
)
_LAST: tuple[tuple[tuple[str, ...], _Tell], ...] = (
    (("有哪些活动", "什么活动", "哪些活动"), all_activities),
    (("什么时候", "哪天", "几号", "几月", "时间", "开始", "结束", "多久"), days),
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
            REST,
            "今天有什么活动",
            "关注哪些号",
            "通知",
            "看活动",
            "看活动安排",
            "咨询日",
            "万里行",
            "什么时候开始",
            "谁发的通知",
            "联系人",
            "联系方式",
            "邮箱",
            "邮箱是多少",
            "传真",
        ),
        "主题、日期、活动和通知",
        "campaign",
        "联络员",
        "今年的活动",
        again=again,
        certain=_ON_A_DAY,
    ),
)
