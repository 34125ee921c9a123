"""By when something has to happen with a report: our own goals, and the times that rules for the authorities state.

Each says what it rests on. What is not stated anywhere, or differs from place to place, is called so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rules import working_days
from rules.report_states import State

_OPENS, _CLOSES = time(8, 30), time(18, 0)  # our working hours
_SCREEN = timedelta(hours=4)
_OURS = "我们定的时限"
_FIRE_RULE = "消防隐患核查时限，见过两地公布的做法，请向当地消防核实"
_VERIFY_RULE = "2012年举报奖励办法的60天（可延长30天）；现行办法未核实，请向受理部门核实"
_REVIEW_RULE = "应急〔2023〕106号：提出异议后30日内复查"
_S = State
#: A way out that is closed, or a system that is switched off: to be looked at within a day.
_URGENT_FIRE = re.compile(
    r"(安全出口|疏散|逃生|消防通道|消防车道|生命通道).{0,8}(堵|锁|封|占|关|打不开|堆)"
    r"|(堵|锁|封|占|堆).{0,8}(安全出口|疏散|逃生|消防通道|消防车道|生命通道)"
    r"|(消防|喷淋|烟感|报警|消火栓).{0,6}(关停|停用|关闭|关了|断电|没水)"
)
_AT_THE_AUTHORITY = (_S.REFERRED, _S.ACKNOWLEDGED, _S.VERIFYING)


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit."""

    what: str
    due: datetime
    basis: str

    def overdue(self, now: datetime) -> bool:
        """Has it passed?"""
        return now > self.due


@dataclass(frozen=True, slots=True)
class Times:
    """What the limits of a report are counted from, in the campaign's zone."""

    state: str
    at: datetime  # of the state
    referred: datetime | None
    acknowledged: datetime | None
    sector: str
    what: str


def clocks(times: Times) -> tuple[Clock, ...]:
    """The limits that run now, the nearest first."""
    running = [*_with_us(times), *_with_them(times), *_under_review(times)]
    return tuple(sorted(running, key=lambda clock: clock.due))


def working_hours_after(start: datetime, span: timedelta) -> datetime:
    """The moment when so many working hours have passed."""
    moment = start
    while True:
        opens, closes = _hours(moment)
        begin = max(moment, opens)
        if working_days.is_working_day(moment.date()) and begin < closes:
            if span <= closes - begin:
                return begin + span
            span -= closes - begin
        moment = datetime.combine(moment.date() + timedelta(days=1), _OPENS, moment.tzinfo)


def _hours(moment: datetime) -> tuple[datetime, datetime]:
    day, zone = moment.date(), moment.tzinfo
    return datetime.combine(day, _OPENS, zone), datetime.combine(day, _CLOSES, zone)


def _with_us(times: Times) -> list[Clock]:
    state = State(times.state)
    if state in (_S.SUBMITTED, _S.SCREENING, _S.REOPENED):
        return [Clock("核对", working_hours_after(times.at, _SCREEN), f"{_OURS}：4个工作小时")]
    if state is _S.NEED_INFO:
        due = times.at + timedelta(days=7)
        return [Clock("等补充", due, f"{_OURS}：7天后按现有内容往下走")]
    return []


def _with_them(times: Times) -> list[Clock]:
    state, referred = State(times.state), times.referred
    if state not in _AT_THE_AUTHORITY or referred is None:
        return []
    running = [_fire(times, referred)] if times.sector == "fire" else []
    if state is _S.REFERRED:
        running.append(Clock("对方确认接收", _working(referred, 3), f"{_OURS}：3个工作日没有回音就催问"))
        running.append(Clock("上报联系人", _working(referred, 7), f"{_OURS}：7个工作日没有回音"))
    elif times.sector != "fire" and times.acknowledged is not None:
        running.append(Clock("核查办结", times.acknowledged + timedelta(days=60), _VERIFY_RULE))
    return running


def _fire(times: Times, referred: datetime) -> Clock:
    if _URGENT_FIRE.search(times.what):
        return Clock("消防核查", referred + timedelta(hours=24), f"{_FIRE_RULE}：24小时")
    return Clock("消防核查", _working(referred, 3), f"{_FIRE_RULE}：3个工作日")


def _under_review(times: Times) -> list[Clock]:
    state = State(times.state)
    if state is _S.REVIEW:
        return [Clock("复查", times.at + timedelta(days=30), _REVIEW_RULE)]
    return []


def _working(start: datetime, days: int) -> datetime:
    """The end of the n-th working day after a day."""
    return datetime.combine(working_days.after(start.date(), days), _CLOSES, start.tzinfo)
