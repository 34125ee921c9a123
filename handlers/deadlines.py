"""What a unit must file and by when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.context import Context
from bot.language.normalise import normalise
from bot.message import Reply
from bot.routes import Route
from content.models import Item, Monthly, Obligation, Undated
from content.occurrences import Occurrence, occurrences
from rules import dates, working_days
from rules.units import CONFIRMED, REJECTED, SELF_REPORTED, FilingView, Key, LiaisonView

NOT_REGISTERED = "您还没有登记联络员。"
_ASKING = re.compile(
    r"什么时候|什么时间|几月|几号|哪天|哪一天|截止|日期|时间|最晚|之前|前|多久|交|上报|报送|报|要|该|得|的|是|到|吗|呢|我们|本|单位"
)
_NAMES = 2  # so many characters name a thing
_FEW = 3  # so many months are listed one by one
SOON = timedelta(days=dates.NEAR)


@dataclass(frozen=True, slots=True)
class Task:
    """One occurrence that one unit has still to file."""

    obligation: Obligation
    occurrence: Occurrence
    unit_id: int
    unit: str
    said: bool = False  # a liaison has reported it but is not confirmed
    reason: str = ""  # why the office has sent it back

    @property
    def key(self) -> Key:
        return self.occurrence.obligation, self.occurrence.key, self.unit_id

    @property
    def name(self) -> str:
        return self.occurrence.name

    @property
    def due(self) -> date:
        return self.occurrence.due


def my_deadlines(ctx: Context) -> Reply:
    """What the units of a liaison have to file next, what is overdue first."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    entries = ctx.stores.liaisons.of(ctx.user)
    if not entries:
        return _named(ctx) or Reply(NOT_REGISTERED, choices=("现在登记", "先看全部截止日"))
    return Reply("\n\n".join(_of_unit(ctx, entry) for entry in entries), choices=("报送", "全部截止日"))


def all_deadlines(ctx: Context) -> Reply:
    """Every date on which anybody has to file something."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx)
    today = ctx.local.date()
    pairs = _occurrences(ctx.campaign.obligations)
    dated = sorted(line for each in ctx.campaign.obligations for line in _calendar(each, today))
    lines = [line for _, line in dated]
    lines += [f"随时：{each.name}" for each in ctx.campaign.obligations if isinstance(each.due, Undated)]
    text = "\n".join(["全部截止日：", *lines, *_note(one.assumed for _, one in pairs)])
    return Reply(text, choices=("报送",) if ctx.stores.liaisons.of(ctx.user) else ("登记", "报送"))


def _named(ctx: Context) -> Reply | None:
    """The dates of what a question names: 总结什么时候交."""
    wanted = set(_ASKING.sub("", normalise(ctx.message.text)))
    meant = [
        each for each in ctx.campaign.obligations if any(wanted <= set(item.name) for item in each.items)
    ]
    lines = [line for each in meant for _, line in _calendar(each, ctx.local.date())]
    if len(wanted) < _NAMES or not lines:
        return None
    assumed = (one.assumed for each in meant for one in occurrences(each))
    return Reply("\n".join([*lines, *_note(assumed)]), choices=("报送", "全部截止日"))


def nothing_to_file(ctx: Context, also: str = "") -> Reply:
    """Say that the notice asks for nothing, and what can be done instead."""
    return Reply(
        f"{ctx.campaign.welcome.audience}的通知没有要求报送材料{also}。",
        choices=("看活动安排", "答题", "举报隐患"),
    )


def open_tasks(ctx: Context, unit_id: int, unit: str, group: str) -> tuple[Task, ...]:
    """All that a unit has still to file, in the order of its due dates."""
    settled = ctx.stores.filings.settled()
    last = {filing.key: filing for filing in ctx.stores.filings.of_unit(unit_id)}
    tasks = [
        _task(obligation, occurrence, unit_id, unit, last.get((obligation.id, occurrence.key, unit_id)))
        for obligation, occurrence in _occurrences(ctx.campaign.obligations)
        if concerns(obligation, group) and (obligation.id, occurrence.key, unit_id) not in settled
    ]
    return tuple(sorted(tasks, key=lambda task: task.due))


def tasks_ahead(tasks: Iterable[Task], today: date) -> tuple[Task, ...]:
    """What is overdue, and of each obligation what comes next."""
    ahead: list[Task] = []
    seen: set[str] = set()
    for task in tasks:
        if task.due < today:
            ahead.append(task)
        elif task.obligation.id not in seen:
            seen.add(task.obligation.id)
            ahead.append(task)
    return tuple(ahead)


def my_tasks(ctx: Context, entries: Iterable[LiaisonView] | None = None) -> tuple[Task, ...]:
    """The tasks ahead of all units that a person answers for, by due date; each unit counts once."""
    mine = ctx.stores.liaisons.of(ctx.user) if entries is None else entries
    units = {entry.unit_id: (entry.unit, entry.group) for entry in mine}
    today = ctx.local.date()
    tasks = [
        task
        for unit_id, (unit, group) in units.items()
        for task in tasks_ahead(open_tasks(ctx, unit_id, unit, group), today)
    ]
    return tuple(sorted(tasks, key=lambda task: task.due))


def next_task(ctx: Context, unit_id: int, unit: str, group: str) -> Task | None:
    """What a unit has to file next; nothing that is overdue."""
    today = ctx.local.date()
    return next((task for task in open_tasks(ctx, unit_id, unit, group) if task.due >= today), None)


def concerns(obligation: Obligation, group: str) -> bool:
    """Must units of that group file it?"""
    return not obligation.groups or group in obligation.groups


def items_in_short(items: Iterable[Item]) -> str:
    """月总结（1500字以内）、统计表（附件3）、视频、照片."""
    return "、".join(f"{item.name}（{limits}）" if (limits := _limits(item)) else item.name for item in items)


def items_in_full(items: Iterable[Item]) -> str:
    """One line an item, in the words of the campaign."""
    return "\n".join(f"{item.name}：{words}" if (words := _words(item)) else item.name for item in items)


def by_when(task: Task, today: date) -> str:
    """7月10日（周五）前, or with 推定."""
    return dates.before(task.due, today, assumed=task.occurrence.assumed)


def _of_unit(ctx: Context, entry: LiaisonView) -> str:
    today = ctx.local.date()
    tasks = tasks_ahead(open_tasks(ctx, entry.unit_id, entry.unit, entry.group), today)
    if not tasks:
        return f"{entry.unit}：都报齐了，谢谢您。"
    if tasks[0].due > today + SOON and _has_filed(ctx, entry.unit_id):
        return (
            f"{entry.unit}：都报齐了，谢谢您。下一项在{_dated(tasks[0].occurrence, today)}：{tasks[0].name}。"
        )
    lines = [_told(task, today) for task in tasks]
    waiting = "" if entry.state == CONFIRMED else "（登记待确认）"
    head = f"{entry.unit}{waiting}，接下来要报："
    anytime = [each.name for each in ctx.campaign.obligations if _anytime(each, entry.group)]
    lines += [f"随时：{'；'.join(anytime)}"] if anytime else []
    return "\n".join([head, *lines, *_note(task.occurrence.assumed for task in tasks)])


def _told(task: Task, today: date) -> str:
    """A task in two lines: when, and what."""
    by = when(task, today) + ("，请尽快补报" if task.due < today else "")
    items = task.obligation.items
    what = items_in_short(items)
    if len(items) == 1 and items[0].name in task.name:
        what = task.name
    elif _numbered(task.obligation):
        what = f"{task.name}：{what}"
    if task.reason:
        what += f"\n办公室退回：{task.reason}"
    return f"{by}\n{what}" + ("\n您说已报送，登记确认后才算" if task.said else "")


def when(task: Task, today: date) -> str:
    """By when, what is left till then, and whether that day is off."""
    line = dates.deadline(task.due, today, assumed=task.occurrence.assumed)
    off = task.due >= today and not task.occurrence.assumed and not working_days.is_working_day(task.due)
    return f"{line}，当天放假" if off else line


def _calendar(obligation: Obligation, today: date) -> list[tuple[date, str]]:
    """The lines of an obligation, each with the day that it is sorted by; many months are one line."""
    ahead = occurrences(obligation)
    name = f"{{}}{_audience(obligation)}"
    if not _by_month(obligation, ahead):
        return [(one.due, f"{_dated(one, today)}：{name.format(one.name)}") for one in ahead]
    first = next((one for one in ahead if one.due >= today), ahead[-1])
    ours = "，推定" if first.assumed else ""
    days = f"{dates.day(first.due, today)}到{dates.day(ahead[-1].due, today)}，每月一次{ours}"
    return [(first.due, f"{days}：{name.format(obligation.name.replace('{month}月', '每月'))}")]


def _by_month(obligation: Obligation, ahead: Sequence[Occurrence]) -> bool:
    return isinstance(obligation.due, Monthly) and len(ahead) > _FEW


def _has_filed(ctx: Context, unit_id: int) -> bool:
    return any(key[2] == unit_id for key in ctx.stores.filings.settled())


def _task(
    obligation: Obligation, occurrence: Occurrence, unit_id: int, unit: str, last: FilingView | None
) -> Task:
    said = last is not None and last.state == SELF_REPORTED
    reason = last.reason if last is not None and last.state == REJECTED else ""
    return Task(obligation, occurrence, unit_id, unit, said, reason)


def _occurrences(obligations: Iterable[Obligation]) -> list[tuple[Obligation, Occurrence]]:
    return [(obligation, one) for obligation in obligations for one in occurrences(obligation)]


def _anytime(obligation: Obligation, group: str) -> bool:
    return isinstance(obligation.due, Undated) and concerns(obligation, group)


def _numbered(obligation: Obligation) -> bool:
    """Does its name tell one occurrence from the next?"""
    return "{" in obligation.name


def _dated(occurrence: Occurrence, today: date) -> str:
    if occurrence.due < today:
        return f"{dates.day(occurrence.due, today)}，已过"
    return dates.before(occurrence.due, today, assumed=occurrence.assumed)


def _audience(obligation: Obligation) -> str:
    return f"（{'、'.join(obligation.groups)}）" if obligation.groups else ""


def _note(assumed: Iterable[bool]) -> tuple[str, ...]:
    return ("", "推定的日期以办公室通知为准。") if any(assumed) else ()


def _limits(item: Item) -> str:
    """What an item may not exceed or must be, in a few words."""
    if item.text.startswith("附件") and len(item.text) <= 6:
        return item.text
    return "，".join(_bounds(item))


def _words(item: Item) -> str:
    """An item's own words, and its limits where the words do not state them."""
    plain = unicodedata.normalize("NFKC", item.text)
    words = [item.text] if item.text else []
    return "，".join([*words, *(bound for bound in _bounds(item) if bound not in plain)])


def _bounds(item: Item) -> list[str]:
    told = (
        (item.at_least > 1, f"至少{item.at_least}篇"),
        (item.max_characters is not None, f"{item.max_characters}字以内"),
        (bool(item.formats), "、".join(form.upper() for form in item.formats)),
        (item.min_width is not None, f"{item.min_width}×{item.min_height}"),
    )
    return [words for applies, words in told if applies]


ROUTES = (
    Route(
        "deadlines",
        my_deadlines,
        ("截止日", "我的截止日", "查截止日", "截止日期"),
        "本单位接下来要报什么",
        "deadlines",
        "联络员",
        "我的截止日",
        looks=True,
        files=True,
    ),
    Route(
        "all_deadlines",
        all_deadlines,
        ("全部截止日", "先看全部截止日", "报送日历"),
        "所有要报送的日期",
        looks=True,
        files=True,
    ),
)
