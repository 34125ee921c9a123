"""The states of a hazard report: what may follow what, who may say so, and what its reporter reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Setter = Literal["ours", "authority", "reporter"]


class State(StrEnum):
    DRAFT = "draft"
    EMERGENCY = "emergency"
    CLOSED_EMERGENCY = "closed_emergency"
    DELETED = "deleted"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    NEED_INFO = "need_info"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"
    READY = "ready"
    SELF_REPORTED = "self_reported"
    REFERRED = "referred"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    VERIFYING = "verifying"
    VERIFIED_TRUE = "verified_true"
    PARTLY = "partly"
    NOT_TRUE = "not_true"
    CANNOT_VERIFY = "cannot_verify"
    RECTIFIED = "rectified"
    PENALISED = "penalised"
    REVIEW = "review"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"


_S = State
_RESULTS = frozenset({_S.VERIFIED_TRUE, _S.PARTLY, _S.NOT_TRUE, _S.CANNOT_VERIFY})
_NEXT: dict[State, frozenset[State]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.EMERGENCY, _S.DELETED}),
    _S.EMERGENCY: frozenset({_S.DRAFT, _S.CLOSED_EMERGENCY}),
    _S.CLOSED_EMERGENCY: frozenset(),
    _S.DELETED: frozenset(),
    _S.SUBMITTED: frozenset({_S.SCREENING, _S.WITHDRAWN}),
    _S.SCREENING: frozenset({_S.NEED_INFO, _S.DUPLICATE, _S.OUT_OF_SCOPE, _S.READY, _S.HIDDEN, _S.WITHDRAWN}),
    _S.NEED_INFO: frozenset({_S.SCREENING, _S.READY, _S.WITHDRAWN}),
    _S.DUPLICATE: frozenset({_S.CLOSED, _S.REOPENED, _S.WITHDRAWN}),
    _S.OUT_OF_SCOPE: frozenset({_S.CLOSED, _S.REOPENED, _S.WITHDRAWN}),
    _S.READY: frozenset({_S.REFERRED, _S.SELF_REPORTED, _S.WITHDRAWN}),
    _S.SELF_REPORTED: frozenset({_S.REFERRED, _S.CLOSED, _S.WITHDRAWN}),
    _S.REFERRED: frozenset({_S.ACKNOWLEDGED, _S.RETURNED, _S.WITHDRAWN}),
    _S.RETURNED: frozenset({_S.REFERRED, _S.WITHDRAWN}),
    _S.ACKNOWLEDGED: frozenset({_S.VERIFYING, _S.REFUSED, _S.WITHDRAWN}),
    _S.REFUSED: frozenset({_S.CLOSED, _S.REFERRED}),
    _S.VERIFYING: _RESULTS | {_S.WITHDRAWN},
    _S.VERIFIED_TRUE: frozenset({_S.RECTIFIED, _S.PENALISED}),
    _S.PARTLY: frozenset({_S.RECTIFIED, _S.PENALISED}),
    _S.NOT_TRUE: frozenset({_S.REVIEW, _S.CLOSED}),
    _S.CANNOT_VERIFY: frozenset({_S.REVIEW, _S.CLOSED}),
    _S.RECTIFIED: frozenset({_S.CLOSED, _S.REVIEW, _S.REOPENED}),
    _S.PENALISED: frozenset({_S.RECTIFIED, _S.CLOSED, _S.REOPENED}),
    _S.REVIEW: _RESULTS | {_S.RECTIFIED, _S.PENALISED},
    _S.CLOSED: frozenset({_S.REOPENED}),
    _S.REOPENED: frozenset({_S.SCREENING, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset(),
    _S.HIDDEN: frozenset({_S.SCREENING}),
}
_AUTHORITY = _RESULTS | {
    _S.RETURNED,
    _S.ACKNOWLEDGED,
    _S.REFUSED,
    _S.VERIFYING,
    _S.RECTIFIED,
    _S.PENALISED,
    _S.REVIEW,
}
_REPORTER = frozenset({_S.DRAFT, _S.DELETED, _S.SELF_REPORTED, _S.WITHDRAWN, _S.REOPENED})
_OUR_RESULTS = ("已消除", "重复", "转其他渠道", "撤回")
_THEIR_RESULTS = ("已整改", "已处罚", "不属实", "无法核实")
RESULTS = _OUR_RESULTS + _THEIR_RESULTS
ENDED = frozenset({_S.CLOSED, _S.WITHDRAWN})
NEWS = "您关注的事有新进展，点开就能看到详情。"  # safe on a lock screen
NOT_REFERRED = "尚未转交，请同时拨打 12350。"


class IllegalStep(Exception):
    """A report can't go from the one state to the other, or not on this say-so."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a report and what it rests on."""

    new: State
    by: str = ""  # the body that the report went to, or that told us
    reason: str = ""  # for the record
    result: str = ""  # how it ended, for ``closed``
    people: tuple[str, ...] = ()  # who decided


def step(old: str, new: str) -> State:
    """The new state, or ``IllegalStep``."""
    try:
        before, after = State(old), State(new)
    except ValueError:
        raise IllegalStep(f"没有这个状态：{old} 或 {new}") from None
    if after not in _NEXT[before]:
        allowed = "、".join(following(before)) or "没有了"
        raise IllegalStep(f"{before} 之后不能是 {after}；可以是：{allowed}")
    return after


def following(state: str) -> tuple[str, ...]:
    """The states that may come next, in the order of the list."""
    allowed = _NEXT[State(state)]
    return tuple(one.value for one in State if one in allowed)


def check(old: str, taken: Step) -> State:
    """The new state, if the step is allowed and rests on what it needs."""
    new = step(old, taken.new)
    if not taken.reason.strip():
        raise IllegalStep("请写明理由")
    if (new in _AUTHORITY or new is State.REFERRED) and not taken.by.strip():
        raise IllegalStep(f"{new} 要写明是哪个部门")
    if new is State.CLOSED and taken.result not in RESULTS:
        raise IllegalStep(f"办结要写结果：{'、'.join(RESULTS)}")
    if new is State.HIDDEN and len({name.strip() for name in taken.people if name.strip()}) < 2:
        raise IllegalStep("隐藏要两个人决定")
    return new


def who_sets(state: str) -> Setter:
    """On whose word a state rests: ours, the reporter's, or only the authority's."""
    known = State(state)
    if known in _AUTHORITY:
        return "authority"
    return "reporter" if known in _REPORTER else "ours"


def may(state: str, new: State) -> bool:
    """May this come next?"""
    return new in _NEXT[State(state)]


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to say of a report's present state; ``told`` is what the last step gave for its reporter."""

    state: str
    number: str
    at: str = ""  # when the state was set, as people read it
    by: str = ""
    told: str = ""
    result: str = ""
    referred: bool = False  # a transfer is on record


def shown(known: Known) -> str:
    """What the reporter reads; until a transfer is on record it says so and names 12350."""
    text = _text(known)
    pending = not known.referred and State(known.state) not in ENDED | {_S.OUT_OF_SCOPE, _S.DUPLICATE}
    return f"{text}\n{NOT_REFERRED}" if pending else text


def phrase(state: str) -> str:
    """The state in five characters at most, as a template's field takes it."""
    return _PHRASES[State(state)]


_PHRASES = {
    _S.DRAFT: "草稿",
    _S.EMERGENCY: "请先求助",
    _S.CLOSED_EMERGENCY: "已结束",
    _S.DELETED: "已删除",
    _S.SUBMITTED: "已收到",
    _S.SCREENING: "核对中",
    _S.NEED_INFO: "待补充",
    _S.DUPLICATE: "已并入",
    _S.OUT_OF_SCOPE: "另找渠道",
    _S.READY: "已整理",
    _S.SELF_REPORTED: "自行反映",
    _S.REFERRED: "已转交",
    _S.RETURNED: "改转中",
    _S.ACKNOWLEDGED: "已接收",
    _S.REFUSED: "有答复",
    _S.VERIFYING: "核查中",
    _S.VERIFIED_TRUE: "有结论",
    _S.PARTLY: "有结论",
    _S.NOT_TRUE: "有结论",
    _S.CANNOT_VERIFY: "有结论",
    _S.RECTIFIED: "已整改",
    _S.PENALISED: "已处理",
    _S.REVIEW: "复查中",
    _S.CLOSED: "已办结",
    _S.REOPENED: "再次核查",
    _S.WITHDRAWN: "已撤回",
    _S.HIDDEN: "核对中",
}
_OURS = {
    _S.DRAFT: "草稿，72小时后自动删除。",
    _S.EMERGENCY: "请先拨打 119、120、110。",
    _S.CLOSED_EMERGENCY: "这次求助已结束。",
    _S.DELETED: "草稿已删除。",
    _S.SUBMITTED: "已收到您反映的情况。",
    _S.SCREENING: "我们正在核对信息。",
    _S.HIDDEN: "我们正在核对信息。",
    _S.DUPLICATE: "这处已有人反映，您补充的内容已并入，进展照样告诉您。",
    _S.READY: "已整理好，等待转交。",
    _S.SELF_REPORTED: "您选择自行拨打 12350 或提交。",
    _S.REOPENED: "您说隐患还在，我们再次核对。",
    _S.WITHDRAWN: "已撤回。没有转交的内容已删除；已转交的材料里本来就没有您的身份。",
}
_THEIRS = {
    _S.RETURNED: "退回，{told}，我们改转别的部门",
    _S.ACKNOWLEDGED: "已受理，编号{told}",
    _S.REFUSED: "不予受理，理由是{told}",
    _S.VERIFYING: "正在核查，{told}",
    _S.VERIFIED_TRUE: "属实，正在整改，{told}",
    _S.PARTLY: "部分属实，正在整改，{told}",
    _S.NOT_TRUE: "{told}",
    _S.CANNOT_VERIFY: "无法核实，{told}",
    _S.RECTIFIED: "已整改，{told}",
    _S.PENALISED: "已依法处理，{told}",
    _S.REVIEW: "正在复查，{told}",
}
_BARE = {_S.NOT_TRUE: "现场未发现所述情况", _S.ACKNOWLEDGED: "已受理", _S.REFUSED: "不予受理"}
_OBJECT = {_S.NOT_TRUE, _S.CANNOT_VERIFY}


def _text(known: Known) -> str:
    state = State(known.state)
    if state in _THEIRS:
        return _theirs(state, known)
    if state is State.NEED_INFO:
        missing = known.told or "请补充更具体的地点或情况"
        return f"还差一项：{missing}。\n回复“补充”就能写；7天内没有补充，我们就按现有内容往下走。"
    if state is State.OUT_OF_SCOPE:
        return f"这件事不在安全生产范围内，可以找{known.told or '12345'}。觉得不对，回复“还是安全问题”。"
    if state is State.REFERRED:
        way = f"，方式：{known.told}" if known.told else ""
        return f"{known.at}已转交{known.by}{way}。材料里没有您的身份。"
    if state is State.CLOSED:
        return _closed(known)
    return _OURS[state]


def _theirs(state: State, known: Known) -> str:
    """What an authority did is quoted, never said by us."""
    said = _THEIRS[state].format(told=known.told) if known.told else ""
    said = said or _BARE.get(state, "") or _THEIRS[state].replace("，{told}", "")
    text = f"{known.by or '主管部门'}告诉我们：{said}。"
    if state in _OBJECT:
        text += "有不同意见，10日内可以提出，回复“异议”。"
    return text + ("\n您看还在吗？还在就回复“还在”。" if state is State.RECTIFIED else "")


def _closed(known: Known) -> str:
    if known.result in _THEIR_RESULTS:
        return f"已办结。{known.by or '主管部门'}告诉我们：{known.result}。隐患还在，就回复“还在”。"
    return f"已办结，结果：{known.result or '转其他渠道'}。隐患还在，就回复“还在”。"
