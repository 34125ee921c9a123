"""Filing: how it is done, that it has been done, and how to be reminded of it."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.context import Context
from bot.dialogue import ask
from bot.language.normalise import normalise
from bot.message import Ask, Reply
from bot.readers import mail
from bot.routes import Dialogue, Route
from content.models import Blank, Campaign
from content.occurrences import occurrences
from handlers.deadlines import (
    NOT_REGISTERED,
    SOON,
    Task,
    by_when,
    concerns,
    items_in_full,
    my_tasks,
    nothing_to_file,
    open_tasks,
    tasks_ahead,
    when,
)
from handlers.liaison_form import mask_email
from rules import dates
from rules.units import SELF_REPORTED, WITHDRAWN, LiaisonView

if TYPE_CHECKING:
    from store.participation import Numbers

BY_MAIL, PAUSE, LEAVE = "改发邮件", "暂停三天", "不改了"
NONE_OF_THEM, OTHERS = "都不是", "看其他的"
ALL_FILED = "都报齐了，谢谢您。"
PAUSED_DAYS = 3
_SHOWN = 4  # so many open tasks are offered to choose from
_FILED = re.compile(
    r"已经?(上报|报送|提交|报|交|发)|(上报|报送|提交|报|交|发)(送|上去|过去|出去)?(了|过了|完|好|齐)"
)
#: It is asked where to, not how or when.
_WHERE = re.compile(r"邮箱|邮件|电邮|地址|[发报交寄送]给谁|([到去往给]|[发报交寄送])(哪[里儿个些]?|什么地方)")
SUMMARY = "总结"
#: 月总结怎么写, and no more than that; by when it is due asks for the dates.
_SUMMARY_HOW = (
    "(?:我们)?(?:本?单位)?的?(?:安全生产月|安全月|安全生产|活动|阶段性|月度?|工作)*的?总结(?:报告|材料)?"
    "(?:应该|要|该)?(?:怎么|咋|如何)?(?:写|弄)?(?:些?什么|哪些)?(?:内容|格式|模板|要求)?[吗呢啊]?"
)
_ASKED = re.compile(r"吗|没|怎么|什么|如何|哪|几|要|[?？]")


def file(ctx: Context) -> Dialogue:
    """Say how to file; somebody who says that it has been done is asked which."""
    words = _words(ctx)
    if "撤回" in words:
        return take_back(ctx)
    if says_filed(words):
        return (yield from filed(ctx))
    plain = normalise(words)
    return (
        where_to_file(ctx) if _WHERE.search(plain) else how_to_file(ctx, SUMMARY if SUMMARY in plain else "")
    )


def where_to_file(ctx: Context) -> Reply:
    """Where to send it, before anything else, and what comes next."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    entries = ctx.stores.liaisons.of(ctx.user)
    tasks = my_tasks(ctx, entries) if entries else _anybodys_tasks(ctx)
    first = tasks[0].obligation if tasks else ctx.campaign.obligations[-1]
    lines = [f"{_where(ctx.campaign, first.where)}这里还不能上传。"]
    if tasks:
        lines.append(f"先要报的是：{tasks[0].name}，{when(tasks[0], ctx.local.date())}。")
    return Reply("\n".join(lines), choices=("报送", "全部截止日"))


def how_to_file(ctx: Context, named: str = "") -> Reply:
    """What is due, or what is named of all that will be, where to send it, and what to say afterwards."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    entries = ctx.stores.liaisons.of(ctx.user)
    tasks = my_tasks(ctx, entries) if entries else _anybodys_tasks(ctx)
    if not tasks:
        return Reply(ALL_FILED, choices=("全部截止日",))
    first = min(tasks, key=lambda task: bool(named) and not _has(task, named))
    others, several = [task for task in tasks if task is not first], len({task.unit for task in tasks}) > 1
    told = _told(ctx, first, named=several, now=first is tasks[0])
    text = "\n".join([*told, *_also(ctx, others)])
    if not entries:
        return Reply(text, choices=("登记", "全部截止日"))
    return Reply(f"{text}\n发完回复“已报送”。", choices=("已报送", "截止日"))


def filed(ctx: Context) -> Dialogue:
    """Keep a liaison's word that something has been filed."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    entries = ctx.stores.liaisons.of(ctx.user)
    if not entries:
        return Reply(f"{NOT_REGISTERED}登记以后，您说的“已报送”才记得上。", choices=("登记", "全部截止日"))
    offered = ctx.keep("offered", lambda: _offered(ctx, entries))
    if not offered:
        return Reply(ALL_FILED, choices=("全部截止日",))
    task = yield from _ask_which(ctx, offered)
    if task is None:
        return Reply("好的，没有记。", choices=("截止日", "报送"))
    obligation, occurrence, unit_id, name = task
    for entry in entries:
        if entry.unit_id == unit_id:
            ctx.stores.filings.report(obligation, occurrence, unit_id, entry.id, ctx.now)
    return _noted(ctx, name, (obligation, occurrence, unit_id))


def take_back(ctx: Context) -> Reply:
    """Undo the last 已报送 of a liaison, and no more than the last."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    ids = [entry.id for entry in ctx.stores.liaisons.of(ctx.user)]
    last = ctx.stores.filings.last_by(ids)
    if last is None:
        return Reply("没有可以撤回的报送。", choices=("截止日",))
    name = _name_of(ctx, last.obligation, last.occurrence)
    if last.state == WITHDRAWN:
        return Reply(f"{name}已经撤回了。", choices=("截止日",))
    if not ctx.stores.filings.withdraw(last.id):
        office = f"，请打 {ctx.campaign.phone}" if ctx.campaign.phone else "，请找办公室"
        return Reply(f"{name}办公室已经看过，这里不能撤回。有问题{office}。")
    return Reply(f"撤回了：{name}。这一项照旧提醒您，报完回复“已报送”。", choices=("截止日",))


def seen(ctx: Context) -> Reply:
    """Take 收到 for what it says: the reminder was seen, nothing is filed yet."""
    entries = ctx.stores.liaisons.of(ctx.user)
    if not entries:
        return Reply("好的，有事直接说。")
    shown = [one for entry in entries for one in ctx.stores.reminders.mark_seen(entry.id, ctx.now)]
    reminded = {(one.obligation, one.occurrence) for one in shown}
    tasks = my_tasks(ctx, entries)
    if not tasks:
        return Reply(f"好的，知道您看到了。{ALL_FILED}")
    today = ctx.local.date()
    task = next((one for one in tasks if one.key[:2] in reminded), tasks[0])
    by = "尽快补报" if task.due < today else f"在{by_when(task, today)}报"
    return Reply(f"好的，知道您看到了。{task.name}请{by}，报完回复“已报送”。")


def quieten(ctx: Context) -> Dialogue:
    """Change how reminders come; that they come is the unit's duty and not for the liaison to end."""
    if "恢复" in _words(ctx):
        return resume(ctx)
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx, "，我们也不发报送提醒")
    entries = ctx.stores.liaisons.of(ctx.user)
    if not entries:
        return Reply("您没有登记联络员，我们不给您发提醒。", choices=("登记", "截止日"))
    text = "按时报送是单位的事，提醒不能全关，可以换个方式："
    ways = (BY_MAIL, PAUSE, LEAVE) if ctx.stores.sends_mail else (PAUSE, LEAVE)
    by_mail = BY_MAIL in ways and BY_MAIL in _words(ctx)
    way = BY_MAIL if by_mail else (yield from ask("way", text, choices=ways))
    if way == LEAVE:
        return Reply("好的，提醒照旧。")
    if way == PAUSE:
        return _pause(ctx, entries)
    address = ""
    if not all(ctx.keep("mails", lambda: [bool(entry.email) for entry in entries])):
        address = yield from ask("mail", "发到哪个邮箱？", reader=mail())
    return _remind_by_mail(ctx, entries, address)


def resume(ctx: Context) -> Reply:
    """Let reminders come as at first."""
    entries = ctx.stores.liaisons.of(ctx.user)
    if not entries:
        return Reply(NOT_REGISTERED, choices=("现在登记", "先看全部截止日"))
    ctx.stores.liaisons.returned(ctx.user, ctx.now)
    for entry in entries:
        ctx.stores.liaisons.resume(entry.id)
    return Reply("已恢复提醒，到时在微信提醒您。", choices=("截止日",))


def says_filed(text: str) -> bool:
    """Is it said, not asked, that something has been filed?"""
    plain = normalise(text)
    return bool(_FILED.search(plain)) and not _ASKED.search(plain)


# -- the steps ---------------------------------------------------------------------------------------------------


def _ask_which(ctx: Context, offered: Sequence[list[Any]]) -> Generator[Ask, Any, list[Any] | None]:
    """Which task is meant: the one named in full, the only one that is near, or the one that is chosen."""
    words = normalise(_words(ctx))
    named = [task for task in offered if normalise(task[3]) in words]
    if len(named) == 1:
        return named[0][:4]
    if len(offered) == 1 and offered[0][5]:
        return offered[0][:4]
    first = sorted(offered, key=lambda task: not _touches(words, task[3]))
    for start in range(0, len(first), _SHOWN):
        labels = {task[4]: task for task in first[start : start + _SHOWN]}
        last = NONE_OF_THEM if start + _SHOWN >= len(first) else OTHERS
        label = yield from ask(f"which-{start}", "报了哪一项？", choices=(*labels, last))
        if label in labels:
            return labels[label][:4]
    return None


def _offered(ctx: Context, entries: Sequence[LiaisonView]) -> list[list[Any]]:
    """What may have been filed, nearest to today first, as plain values: key, name, how it is offered, near."""
    today = ctx.local.date()
    tasks = [task for task in my_tasks(ctx, entries) if not _said_already(ctx, task, entries)]
    several = len({task.unit_id for task in tasks}) > 1
    return [
        [
            *task.key,
            task.name,
            f"{task.unit}：{task.name}" if several else task.name,
            task.due <= today + SOON,
        ]
        for task in sorted(tasks, key=lambda task: abs(task.due - today))
    ]


def _said_already(ctx: Context, task: Task, entries: Sequence[LiaisonView]) -> bool:
    mine = {f"liaison:{entry.id}" for entry in entries}
    filings = ctx.stores.filings.of_unit(task.unit_id) if task.said else ()
    return any(one.key == task.key and one.state == SELF_REPORTED and one.by in mine for one in filings)


def _noted(ctx: Context, name: str, key: tuple[str, str, int]) -> Reply:
    if key in ctx.stores.filings.settled():
        return Reply(f"记下了：{name}已报送。这一项不再提醒。\n点错了请回复“撤回”。")
    return Reply(
        f"记下了：{name}已报送。您的登记还没有确认，确认以后这一项才不再提醒。\n点错了请回复“撤回”。",
        choices=("我的登记",),
    )


def _pause(ctx: Context, entries: Sequence[LiaisonView]) -> Reply:
    until = ctx.now + timedelta(days=PAUSED_DAYS)
    for entry in entries:
        ctx.stores.liaisons.pause(entry.id, until)
    today, last = ctx.local.date(), until.astimezone(ctx.zone)
    soon = [task for task in my_tasks(ctx, entries) if today <= task.due <= last.date()]
    warning = f"\n这几天有一项到期：{dates.day(soon[0].due)}，{soon[0].name}。" if soon else ""
    return Reply(
        f"已暂停提醒，到{dates.day(last.date())} {last:%H:%M}。{warning}\n"
        "截止日没有变，随时回复“截止日”查看，“恢复提醒”再开。"
    )


def _remind_by_mail(ctx: Context, entries: Sequence[LiaisonView], address: str) -> Reply:
    """Send reminders to e-mail only, to ``address`` where an entry has none."""
    keys = [field.key for field in ctx.campaign.liaison_form.fields if field.kind == "email"]
    for entry in entries:
        if not entry.email:
            form = {**entry.form, **dict.fromkeys(keys[:1], address)}
            ctx.stores.liaisons.change(entry.id, form, name=entry.name, phone=entry.phone, email=address)
        ctx.stores.liaisons.remind_by_mail(entry.id)
    shown = mask_email(address or entries[0].email)
    return Reply(f"以后提醒只发到邮箱 {shown}。\n截止日没有变，随时回复“截止日”查看，“恢复提醒”再开。")


# -- small things ------------------------------------------------------------------------------------------------


def _told(ctx: Context, task: Task, *, named: bool, now: bool) -> list[str]:
    unit = f"{task.unit}，" if named else ""
    return [
        f"{unit}{'现在' if now else ''}要报：{task.name}",
        when(task, ctx.local.date()),
        items_in_full(task.obligation.items),
        "",
        f"{_where(ctx.campaign, task.obligation.where)}这里还不能上传。",
        *_suggested(ctx, task),
    ]


def _has(task: Task, named: str) -> bool:
    """Is a thing of that name among what a task asks for?"""
    return any(named in item.name for item in task.obligation.items)


def _suggested(ctx: Context, task: Task) -> list[str]:
    """What the unit and its region have played here, for the blanks of a statistics table that may take such a number."""
    tables = [one for one in ctx.campaign.tables if one.id in {item.table for item in task.obligation.items}]
    rows = [row for table in tables for group in table.groups for row in group.rows]
    blanks = [blank for row in rows for blank in row.blanks if blank.suggest]
    contests = dict.fromkeys(blank.contest for blank in blanks)
    told = [
        _numbers_for(ctx, task.unit_id, one, [it for it in blanks if it.contest == one]) for one in contests
    ]
    lines = [line for line, _ in told if line]
    if not lines:
        return []
    several = "\n按统计的范围选一个。" if any(choice for _, choice in told) else ""
    return ["", "\n".join(lines) + f"{several}这是我们自己的数，填多少请您核对。"]


def _numbers_for(
    ctx: Context, unit_id: int, contest: str | None, blanks: Sequence[Blank]
) -> tuple[str, bool]:
    """What may be looked at for some blanks, all of one contest or of the whole quiz; and is there more than one number?"""
    kinds = tuple(dict.fromkeys(blank.suggest for blank in blanks if blank.suggest))
    found = [f"{whose}{_played(numbers, kinds)}" for whose, numbers in _ours(ctx, unit_id, contest)]
    labels = "、".join(f"“{blank.label}”" for blank in blanks)
    title = next((one.title for one in ctx.campaign.quiz.contests if one.id == contest), "")
    what = f"答“{title}”" if title else "答题"
    line = f"统计表里{labels}，可以参考在这里{what}的数：{'；'.join(found)}。" if found else ""
    return line, len(found) > 1


def _ours(ctx: Context, unit_id: int, contest: str | None) -> list[tuple[str, Numbers]]:
    """What was played for a unit, and for the region where it is: an office counts its whole county."""
    unit, counted = ctx.stores.units.get(unit_id), ctx.stores.participation
    found = [("本单位", counted.unit(unit_id, contest))]
    if unit is not None and unit.region:
        found.append((f"本地区（{unit.region}）", counted.region(unit.region, contest)))
    return [(whose, numbers) for whose, numbers in found if numbers.rounds]


def _played(numbers: Numbers, kinds: Sequence[str]) -> str:
    words = {"quiz_rounds": f"{numbers.rounds}人次", "quiz_people": f"{numbers.people}人"}
    return "、".join(words[kind] for kind in kinds)


def _where(campaign: Campaign, where: str | None) -> str:
    """Where to send it, as the notice says; where it says nothing, whom to ask."""
    if where:
        return f"请发到 {where}，写明单位名称。" if where.isascii() else f"请报到{where}，写明单位名称。"
    call = f"请打 {campaign.phone} 问" if campaign.phone else "请问"
    return f"通知没有写报到哪里，{call}{campaign.organiser}。"


def _also(ctx: Context, tasks: Sequence[Task]) -> list[str]:
    """What else is overdue or near, by name."""
    near = ctx.local.date() + SOON
    names = dict.fromkeys(task.name for task in tasks if task.due <= near)
    return [f"还要报：{'；'.join(names)}。日子回复“截止日”看。"] if names else []


def _anybodys_tasks(ctx: Context) -> tuple[Task, ...]:
    """What comes next for a unit that nobody has named."""
    today = ctx.local.date()
    tasks = tasks_ahead(open_tasks(ctx, 0, "", ""), today)
    return tuple(task for task in tasks if task.due >= today and concerns(task.obligation, ""))


def _words(ctx: Context) -> str:
    """With what the dialogue was begun."""
    return str(ctx.keep("words", lambda: ctx.message.text))


def _touches(words: str, name: str) -> bool:
    """Is at least one thing of a task named?"""
    parts = (normalise(part) for part in re.split(r"[、，（）]", name))
    return any(len(part) > 1 and part in words for part in parts)


def _name_of(ctx: Context, obligation: str, occurrence: str) -> str:
    for one in ctx.campaign.obligations:
        if one.id == obligation:
            return next((each.name for each in occurrences(one) if each.key == occurrence), one.title)
    return obligation


ROUTES = (
    Route(
        "filing",
        file,
        ("报送", "现在报送", "怎么报送", "怎么报", "我要报送", "报到哪里", "交到哪里", "发到哪里"),
        "现在要报什么，发到哪里",
        "filing",
        "联络员",
        "现在报送",
        certain=_SUMMARY_HOW,
        files=True,
    ),
    Route("filed", filed, ("已报送", "已上报", "报送了", "报完了"), "报完了，记下来", files=True),
    Route("filing_back", take_back, ("撤回", "撤回报送"), "撤回刚才的“已报送”", files=True),
    Route("filing_seen", seen, ("收到", "已收到", "收到提醒"), "", files=True),
    Route(
        "reminders_quieten",
        quieten,
        ("暂停提醒", "停止提醒", "关闭提醒", "不要提醒", BY_MAIL),
        "换个方式收提醒",
        "stop_reminders",
        files=True,
    ),
    Route("reminders_resume", resume, ("恢复提醒", "打开提醒"), "恢复提醒", files=True),
)
