"""What a reminder says: to a liaison in WeChat or by mail, and to a unit by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from channels.base import Notification
from content.models import Campaign, Obligation
from content.occurrences import Occurrence
from rules import working_days

TITLE = "报送提醒"
PAGE = "deadlines"
LONGEST = 20  # characters in a field of a template
_WEEKDAYS = "一二三四五六日"
_CORRECTED = "日期有更改，以这条为准"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reminder is about, as it stands on the day it is sent."""

    campaign: Campaign
    obligation: Obligation
    occurrence: Occurrence
    lead: str
    unit: str
    to_unit: bool
    has_liaison: bool
    today: date
    corrected: bool  # the recipient was told another date before

    @property
    def days(self) -> int:
        return (self.occurrence.due - self.today).days

    @property
    def late(self) -> bool:
        return self.lead.startswith("late")

    @property
    def last_call(self) -> bool:
        """The due day is off, and today is the last day worked before it."""
        due = self.occurrence.due
        return not working_days.is_working_day(due) and working_days.on_or_before(due) == self.today


def notification(subject: Subject, key: str, mail: bool) -> Notification:
    """The reminder in every form that a channel may need."""
    if subject.to_unit:
        text, page = _letter_to_unit(subject), ""
    else:
        text, page = _letter(subject) if mail else _chat(subject), PAGE
    return Notification(
        key=key, title=TITLE, fields=_fields(subject), text=text, subject=_headline(subject), page=page
    )


def hint(subject: Subject) -> str:
    """提示: how many days are left, counted from the day of sending."""
    if subject.corrected:
        return _CORRECTED
    if subject.occurrence.assumed:
        if subject.late or subject.days <= 0:
            return "推定日期到了，点开看看"
        return f"推定日期，还有{subject.days}天，可早报"
    if subject.late:
        return "已过截止日，请尽快补报" if subject.lead == "late+1" else "还没收到，有困难请告诉我们"
    if subject.days <= 0:
        return "今天截止，点开看怎么报"
    if subject.last_call:
        return f"截止日{_weekday(subject.occurrence.due)}放假，请今天报"
    if subject.days == 1:
        return "明天截止，今天报最稳妥"
    more = "点开看怎么报" if subject.days <= 3 else "点开看要交什么"
    return f"还有{subject.days}天，{more}"


def full_day(day: date) -> str:
    """7月10日（周五）"""
    return f"{day.month}月{day.day}日（{_weekday(day)}）"


def _fields(subject: Subject) -> dict[str, str]:
    due = subject.occurrence.due
    return {
        "matter": _cut(subject.occurrence.name),
        "due": f"{due.year}年{due.month}月{due.day}日",
        "unit": _cut(subject.unit),
        "hint": hint(subject),
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _weekday(day: date) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"


def _chat(subject: Subject) -> str:
    lines = (f"{TITLE}：{subject.occurrence.name}", subject.unit, _when(subject) + _where(subject, "发到 "))
    return "\n".join((*lines, "报完回复“已报送”，看到了回复“收到”。"))


def _letter(subject: Subject) -> str:
    lines = (
        "您好。",
        f"{subject.unit}要报：{subject.occurrence.name}。",
        _when(subject) + _where(subject, "发到 "),
        f"报完请在微信里回复“已报送”。{_questions(subject)}",
    )
    return "\n".join(line for line in lines if line)


def _letter_to_unit(subject: Subject) -> str:
    due, where = full_day(subject.occurrence.due), _where(subject, "，发到 ", end="")
    what = _listed(subject.occurrence.name)
    if subject.occurrence.assumed:
        said = f"{subject.unit}要报{what}，推定日期是{due}{where}。推定的日期以办公室通知为准。"
    elif subject.late:
        said = f"按通知，{subject.unit}要在{due}前报{what}，我们还没收到，请尽快补报{where}。"
    else:
        said = f"按通知，{subject.unit}要在{due}前报{what}{where}。{_sooner(subject)}"
    return f"您好。{_correction(subject)}{said}{_no_liaison(subject)}{_questions(subject)}"


def _headline(subject: Subject) -> str:
    due, what = full_day(subject.occurrence.due), subject.occurrence.name
    if subject.to_unit and any(item.form for item in subject.obligation.items):
        what = "联络员"
    if subject.occurrence.assumed:
        return f"请报{what}，推定日期{due}"
    return f"已过截止日，请补报{what}" if subject.late else f"请在{due}前报{what}"


def _when(subject: Subject) -> str:
    """还有2天，5月31日（周日）前报。"""
    due = full_day(subject.occurrence.due)
    if subject.late and not subject.occurrence.assumed:
        asked = "请尽快补报" if subject.lead == "late+1" else "还没收到，有困难请告诉我们"
        return f"{_correction(subject)}已过截止日{due}，{asked}。"
    said = due if subject.days <= 0 else f"{due}前报"
    if subject.occurrence.assumed:
        said = f"{due}，推定，以办公室通知为准"
    return f"{_correction(subject)}{_countdown(subject.days)}{said}。{_sooner(subject)}"


def _countdown(days: int) -> str:
    if days < 0:
        return ""
    return ("今天截止，", "明天截止，")[days] if days < 2 else f"还有{days}天，"


def _sooner(subject: Subject) -> str:
    """Where the due day is off: which day to file on instead."""
    due = subject.occurrence.due
    last = working_days.on_or_before(due)
    if last == due or last < subject.today or subject.occurrence.assumed:
        return ""
    off = f"那天是{_weekday(due)}" if due.weekday() >= 5 else "那天放假"
    return f"{off}，建议{'今天' if last == subject.today else full_day(last)}报。"


def _where(subject: Subject, verb: str, end: str = "。") -> str:
    return f"{verb}{subject.obligation.where}{end}" if subject.obligation.where else ""


def _listed(name: str) -> str:
    """联络员表和活动方案"""
    head, mark, tail = name.rpartition("、")
    return f"{head}和{tail}" if mark else name


def _correction(subject: Subject) -> str:
    return f"{_CORRECTED}。" if subject.corrected else ""


def _no_liaison(subject: Subject) -> str:
    if subject.obligation.to == "unit":
        return ""
    if subject.has_liaison:  # then it can't be reached, or the unit would not be told
        return "登记的联络员现在收不到提醒，请转告本人，或换一位来登记。"
    return "还没有登记联络员，登记后提醒直接发给联络员。"


def _questions(subject: Subject) -> str:
    return f"问题请打 {subject.campaign.phone}。" if subject.campaign.phone else ""
