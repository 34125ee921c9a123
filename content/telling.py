"""A campaign told to people, point by point: for the terminal, and as the lines that an organiser confirms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from content.models import (
    Activity,
    Campaign,
    Contest,
    FormField,
    Item,
    Lead,
    Obligation,
    Period,
    PrizeDraw,
    StatisticsTable,
    TableRow,
)
from content.occurrences import occurrences

ASSUMED = "（推定）"
FIELD_KINDS = {
    "name": "姓名", "text": "文字", "unit": "单位", "mobile": "手机", "phone": "电话",
    "email": "邮箱", "digits": "数字", "gender": "性别", "address": "地址",
}  # fmt: skip
BLANK_KINDS = {"number": "数字", "text": "文字", "yes_no": "是或否"}
_SOURCES = {"drand": "drand 随机数", "ssq": "双色球", "fc3d": "福彩3D"}
_WEEK = "一二三四五六日"
_NONE = "通知没有写"


@dataclass(frozen=True)
class Point:
    """One thing that a campaign says; ``id`` finds it again in another year."""

    section: str
    id: str
    what: str
    text: str
    detail: Sequence[str] = ()
    quote: str = ""


def points(campaign: Campaign) -> Iterator[Point]:
    """All that the campaign holds, in the order in which one would read it."""
    yield from _notice(campaign)
    yield from _times(campaign)
    yield from map(_activity, campaign.activities)
    yield from map(_obligation, campaign.obligations) if campaign.obligations else [_NOTHING]
    yield _slogans(campaign)
    yield from _forms(campaign)
    yield from _reach(campaign)
    yield from map(_contest, campaign.quiz.contests)
    yield from _quiz(campaign)
    yield from map(_draw, campaign.prizes)
    yield from _ours(campaign)


_NOTHING = Point("报送", "obligations", "要报送的材料", "通知没有要求报送")


def full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"


def span(period: Period) -> str:
    """A period as people read it."""
    return f"{full_day(period.start)}到{full_day(period.end)}{ASSUMED if period.assumed else ''}"


def due_days(obligation: Obligation) -> str:
    """Every due date of an obligation, each marked if it is assumed."""
    days = [full_day(one.due) + (ASSUMED if one.assumed else "") for one in occurrences(obligation)]
    return "、".join(days) or "没有截止日"


def item_line(item: Item) -> str:
    """What to hand in, with its limits."""
    limits = [item.text] if item.text else []
    limits += [f"至少{item.at_least}份"] if item.at_least > 1 else []
    limits += [f"最多{item.max_characters}字"] if item.max_characters else []
    limits += [f"格式{'、'.join(item.formats)}"] if item.formats else []
    if item.min_width and item.min_height:
        limits.append(f"{'' if item.exact_size else '不低于'}{item.min_width}×{item.min_height}像素")
    limits += [f"统计表 {item.table}"] if item.table else []
    return item.name + (f"（{'；'.join(limits)}）" if limits else "")


def _notice(campaign: Campaign) -> Iterator[Point]:
    notice = campaign.notice
    yield Point("通知", "name", "活动名称", campaign.name)
    yield Point("通知", "title", "通知标题", notice.title)
    yield Point("通知", "number", "文号", notice.number or _NONE)
    yield Point("通知", "issued", "发文日期", full_day(notice.issued) if notice.issued else _NONE)
    yield Point("通知", "issuers", "发文单位", "、".join(notice.issuers))
    yield Point("通知", "audience", "发给", notice.audience)
    yield Point("通知", "edition", "第几个安全生产月", f"第{notice.edition}个" if notice.edition else _NONE)
    for n, annex in enumerate(campaign.missing, start=1):
        yield Point("通知", f"missing:{n}", "没有拿到的附件", annex)


def _times(campaign: Campaign) -> Iterator[Point]:
    yield Point("主题和时间", "theme", "主题", campaign.theme.text, quote=campaign.theme.quote)
    yield Point("主题和时间", "month", "安全生产月", span(campaign.month), quote=campaign.month.quote)
    running = campaign.programme
    if running is None:
        yield Point("主题和时间", "programme", "月后继续的活动", _NONE)
        return
    name = running.local_name or running.name
    detail = [running.text, *([f"依据：“{running.quote}”"] if running.quote else [])]
    yield Point("主题和时间", "programme", name, span(running.period), detail, running.period.quote)


def _activity(one: Activity) -> Point:
    when = full_day(one.on) + (ASSUMED if one.assumed else "") if one.on else ""
    when = when or (span(one.period) if one.period else "没有写日期")
    detail = [one.text]
    detail += [f"地点：{one.where}"] if one.where else []
    detail += [f"负责：{one.responsible}"] if one.responsible else []
    return Point("活动", f"activity:{one.id}", one.title, when, detail, one.quote)


def _obligation(one: Obligation) -> Point:
    detail = [f"材料：{item_line(item)}" for item in one.items]
    detail += [
        f"报到：{one.where or _NONE}",
        f"提醒：{'联络员' if one.to == 'liaison' else '单位'}，写作“{one.name}”",
    ]
    detail += [f"只限：{'、'.join(one.groups)}"] if one.groups else []
    return Point("报送", f"obligation:{one.id}", one.title, due_days(one), detail, one.quote)


def _slogans(campaign: Campaign) -> Point:
    slogans = campaign.slogans
    whose = "通知附的" if slogans.own else "通知没有附，用的是全国标语"
    lines = [f"{n}. {text}" for n, text in enumerate(slogans.items, start=1)]
    return Point("标语", "slogans", slogans.title, f"{len(lines)}条，{whose}", lines)


def _forms(campaign: Campaign) -> Iterator[Point]:
    form = campaign.liaison_form
    told = "表是我们拟的" if form.ours else ("必填项是我们定的" if form.required_is_ours else "照通知的表")
    fields = [_field(field) for field in form.fields]
    yield Point("联络员表", "liaison_form", form.title, f"{len(fields)}项，{told}", fields, form.quote)
    for table in campaign.tables:
        rows = [line for row in _rows(table) for line in row]
        blanks = sum(len(row.blanks) for group in table.groups for row in group.rows)
        yield Point("统计表", f"table:{table.id}", table.title, f"{table.annex}，{blanks}个填空", rows)


def _field(field: FormField) -> str:
    return f"{field.label}（{FIELD_KINDS[field.kind]}{'，必填' if field.required else ''}）"


def _rows(table: StatisticsTable) -> Iterator[list[str]]:
    if table.head:
        yield [f"表头：{'、'.join(table.head)}"]
    for group in table.groups:
        yield [f"〔{group.title}〕"]
        yield from (_row(row) for row in group.rows)


def _row(row: TableRow) -> list[str]:
    text = row.text
    for blank in row.blanks:
        told = blank.measure or BLANK_KINDS[blank.kind]
        text = text.replace(f"{{{blank.id}}}", f"＿＿{blank.label}：{told}＿＿")
    needed = [f"  要求：{row.requirement}"] if row.requirement else []
    return [row.title + ("（填空是我们拟的）" if row.ours else ""), *needed, f"  填写：{text}"]


def _reach(campaign: Campaign) -> Iterator[Point]:
    for line in campaign.hotlines:
        shown = "" if line.confirmed else "（没有核实，不显示）"
        yield Point(
            "电话",
            f"hotline:{line.number}",
            line.number,
            f"{line.purpose}{shown}，来源：{line.source}",
            quote=line.quote,
        )
    for n, contact in enumerate(campaign.contacts, start=1):
        told = [contact.phone, contact.email, f"传真{contact.fax}" if contact.fax else None]
        text = " ".join(part for part in told if part)
        yield Point("联系人", f"contact:{n}", contact.name or "联系人", text, quote=contact.quote)
    if not campaign.contacts:
        yield Point("联系人", "contacts", "联系人", _NONE)
    for account in campaign.accounts:
        key = f"account:{account.platform}:{account.name}"
        yield Point("账号", key, account.platform, account.name, quote=account.quote)


def _contest(one: Contest) -> Point:
    days = span(one.period) if one.period else "一直可以答"
    ours = f"在这里答，一轮{one.count}题，{days}" if one.topics else "不在这里办"
    detail = [f"题目：{'、'.join(one.topics)}"] if one.topics else []
    detail += [f"叫法：{'、'.join(one.names)}", *([f"别处的：{one.elsewhere}"] if one.elsewhere else [])]
    return Point("竞赛", f"contest:{one.id}", one.title, ours, detail, one.quote)


def _quiz(campaign: Campaign) -> Iterator[Point]:
    """What is set of the quiz; nothing of what is not."""
    quiz = campaign.quiz
    if quiz.rounds_a_day:
        yield Point(
            "答题", "rounds_a_day", "每天最多开始几轮", f"{quiz.rounds_a_day}轮，练习、每日一答和找隐患不算"
        )
    if quiz.levels_from:
        each = "，以后每天开一关" if quiz.levels_daily else ""
        yield Point("答题", "levels_from", "闯关从哪天开", f"{full_day(quiz.levels_from)}{each}")
    if quiz.boards:
        yield Point("答题", "boards", "排行榜的日期", span(quiz.boards), quote=quiz.boards.quote)


def _draw(draw: PrizeDraw) -> Point:
    """A prize draw in full: whoever answers for it reads this."""
    needs, source = draw.needs, draw.source
    asked = {"闯关": needs.levels, "考试分数": needs.exam, "答题天数": needs.days, "轮数": needs.rounds}
    known = f"{full_day(source.known_on)} {source.known_at:%H:%M}"
    detail = [
        f"奖品：{'，'.join(f'{kind.title}{kind.count}份' for kind in draw.prizes)}",
        f"条件：{'，'.join(f'{name}至少{least}' for name, least in asked.items() if least)}",
        f"公开数值：{_SOURCES[source.kind]}第{source.ref}{'轮' if source.kind == 'drand' else '期'}，{known}",
        f"领奖：{draw.claim_days}天内，{draw.claim_where}；名单公布在{draw.published}",
    ]
    days = f"{full_day(draw.period.start)}到{full_day(draw.period.end)}"
    return Point("抽奖", f"draw:{draw.id}", draw.name, days, detail, draw.quote)


def _ours(campaign: Campaign) -> Iterator[Point]:
    lines = [f"{n}. {line.label} → {line.word}" for n, line in enumerate(campaign.welcome.lines, start=1)]
    text = f"{campaign.welcome.audience}，第三栏菜单“{campaign.welcome.third_menu}”"
    yield Point("我们定的", "welcome", "欢迎词", text, lines)
    policy = campaign.reminders
    times = f"{policy.at:%H:%M}发，最早{policy.earliest:%H:%M}，最晚{policy.latest:%H:%M}"
    yield Point("我们定的", "reminders", "提醒", f"{times}；{'、'.join(map(_lead, policy.leads))}")
    yield Point("我们定的", "region", "地区", f"{campaign.region}（{campaign.zone}）")
    yield Point("我们定的", "organiser", "主办单位", campaign.organiser)
    yield Point("我们定的", "reports_to", "举报转交给", campaign.reports_to)
    yield Point("我们定的", "keep_days", "资料保存", f"活动结束后{campaign.keep_days}天")
    yield Point("我们定的", "begins", "开始的一天", full_day(campaign.begins))


def _lead(lead: Lead) -> str:
    if lead.working_days_after:
        return f"过后第{lead.working_days_after}个工作日"
    return f"提前{lead.days_before}天" if lead.days_before else "当天"
