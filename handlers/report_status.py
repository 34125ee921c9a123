"""What became of a report: by query code from anywhere, by its own WeChat without; and what its reporter adds."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bot.context import Context
from bot.dialogue import ask
from bot.errors import Invalid
from bot.message import Ask, Reader, Reply, Said
from bot.readers import any_text
from bot.routes import Dialogue, Route
from rules import codes
from rules.dates import moment
from rules.emergency import FOOTER
from rules.masking import mask_text
from rules.packet import mail_about, online_text, script
from rules.report_states import Known, State, may, phrase, shown

if TYPE_CHECKING:
    from store.reports import ReportView

ASK_CODE = "请发查询码，16位，比如 K7QM-2XHD-9RTW-4VNB。"
ASK_CODE_NONE = f"用这个微信没有查到您报的事。\n{ASK_CODE}"
NOT_FOUND = "没有查到。请核对查询码，字母里没有 O 和 I，数字里没有 0 和 1。"
TOO_OFTEN = "您查得有点快，请过{minutes}分钟再查。\n有危险先拨 119、120、110。"
NONE_YET = "用这个微信还没有报过隐患，或者您已删除了联系。有查询码，直接发来就能查。"
BY_CODE, DONE = "用查询码查", "看完了"
MORE, STILL_THERE, OBJECT, WITHDRAW, IN_SCOPE = "补充", "还在", "异议", "撤回举报", "还是安全问题"
SURE_WITHDRAW, KEEP = "撤回", "不撤回"
SCRIPT_WORD, ONLINE_WORD = "12350怎么说", "小程序怎么填"
MOST_TRIES = 10
NO_CHOICE = "请回复选项的编号，或点一个选项。查别的事，发查询码就行。"
_HOUR = 3600.0
_LISTED = 4
_OBJECTIONABLE = {State.NOT_TRUE, State.CANNOT_VERIFY, State.RECTIFIED}
_WRONG, _LIMITED = "wrong", "limited"


def status(ctx: Context) -> Dialogue:
    """Tell what became of a report, and take what its reporter wants to do."""
    return (yield from _about(ctx, ""))


def more(ctx: Context) -> Dialogue:
    """Add something to a report."""
    return (yield from _about(ctx, MORE))


def still_there(ctx: Context) -> Dialogue:
    """Say that a hazard is still there."""
    return (yield from _about(ctx, STILL_THERE))


def object_(ctx: Context) -> Dialogue:
    """Say that one sees a conclusion otherwise."""
    return (yield from _about(ctx, OBJECT))


def withdraw(ctx: Context) -> Dialogue:
    """Take a report back."""
    return (yield from _about(ctx, WITHDRAW))


def say_to_12350(ctx: Context) -> Reply:
    """The words to read out to 12350, from the newest own report."""
    view = next(iter(_own(ctx)), None)
    if view is None or State(view.state) is State.WITHDRAWN:
        return Reply(NONE_YET, choices=("举报", "查进展"))
    case = ctx.stores.reports.case(view.id, ctx.zone)
    return Reply(f"拨 12350，照着念：\n{script(case, named=_is_named(ctx, view))}")


def say_online(ctx: Context) -> Reply:
    """The text for the ministry's mini-program, from the newest own report."""
    view = next(iter(_own(ctx)), None)
    if view is None or State(view.state) is State.WITHDRAWN:
        return Reply(NONE_YET, choices=("举报", "查进展"))
    return Reply(online_text(ctx.stores.reports.case(view.id, ctx.zone)))


# -- which report --------------------------------------------------------------------------------------------


def _about(ctx: Context, doing: str) -> Dialogue:
    """Find the report that is meant, then do with it what is wanted."""
    if doing and not ctx.keep("has_own", lambda: bool(_own(ctx))):
        return Reply(NONE_YET, choices=("举报", "查进展"))
    number = yield from _which(ctx)
    asked = 0
    while True:
        view = ctx.stores.reports.by_number(number) if number not in (_WRONG, _LIMITED) else None
        if view is None:
            choices = ("求助电话",) if number == _LIMITED else ("查进展", "求助电话")
            return Reply(_refusal(ctx, number), choices=choices)
        if doing:
            return (yield from _do(ctx, view, doing))
        key = f"do-{asked}" if asked else "do"
        said = yield from ask(key, _told(ctx, view), choices=_doings(ctx, view), reader=_another_code())
        code = codes.find_sure(said)
        number, doing, asked = (_found(ctx, code), "", asked + 1) if code else (number, said, asked)


def _another_code() -> Reader[str]:
    """Beside the choices: the code of another report."""

    def read(said: Sequence[Said]) -> str:
        if codes.find_sure(said[-1].text) is None:
            raise Invalid(NO_CHOICE)
        return said[-1].text

    return Reader(read, input="choice")


def _found(ctx: Context, typed: str) -> str:
    """The number of a typed code's report, looked up once."""
    found: str = ctx.keep(f"found.{crc32(typed.encode())}", lambda: _look_up(ctx, codes.find(typed) or typed))
    return found


def _which(ctx: Context) -> Generator[Ask, Any, str]:
    """The number of the report: by the code in the first words, one's only report, a choice, or a code asked for."""
    asked: str = ctx.keep("asked", lambda: _look_up(ctx, codes.find(str(ctx.keep("words", str)))))
    if asked:
        return asked
    own: list[str] = ctx.keep("own", lambda: [view.number for view in _own(ctx)[:_LISTED]])
    if len(own) == 1:
        return own[0]
    if own:
        number = yield from ask("which", _listing(ctx, own), choices=(*own, BY_CODE))
        if number != BY_CODE:
            return number
    typed = yield from ask("code", ASK_CODE if own else ASK_CODE_NONE, reader=any_text())
    return _found(ctx, typed)


def _look_up(ctx: Context, code: str | None) -> str:
    """The number of a code's report; wrong and unknown codes look alike, and too many of them stop it."""
    if not code:
        return ""
    tries = _recent_tries(ctx)
    if len(tries) >= MOST_TRIES:
        return _LIMITED
    view = ctx.stores.reports.by_code(code)
    if view is None:
        ctx.memory["code_tries"] = [*tries, ctx.now.timestamp()]
    return view.number if view else _WRONG


def _recent_tries(ctx: Context) -> list[float]:
    now = ctx.now.timestamp()
    return [at for at in ctx.memory.get("code_tries", ()) if 0 <= now - at < _HOUR]


def _refusal(ctx: Context, found: str) -> str:
    tries = _recent_tries(ctx)
    if found != _LIMITED or not tries:
        return NOT_FOUND
    wait = int((tries[0] + _HOUR - ctx.now.timestamp()) // 60) + 1
    return TOO_OFTEN.format(minutes=max(wait, 1))


def _own(ctx: Context) -> tuple[ReportView, ...]:
    return ctx.stores.reports.of(ctx.stores.links.tokens_of(ctx.user))


def _is_own(ctx: Context, view: ReportView) -> bool:
    return view.link in ctx.stores.links.tokens_of(ctx.user)


def _is_named(ctx: Context, view: ReportView) -> bool:
    """Is the name of one's newest report still kept? Consent is taken back for all reports at once."""
    return view.facts.reachable == "named" and ctx.stores.links.named(ctx.user) > 0


def _listing(ctx: Context, numbers: list[str]) -> str:
    """One's own reports, one line each; only on one's own phone."""
    views = [view for view in _own(ctx) if view.number in numbers]
    lines = [f"{view.number} {phrase(view.state)}，{view.facts.what[:10] or '内容已删除'}" for view in views]
    return "您报过的：\n" + "\n".join(lines) + "\n看哪一件？"


# -- what is said of it, and done with it --------------------------------------------------------------------


def _told(ctx: Context, view: ReportView) -> str:
    known = Known(
        state=view.state,
        number=view.number,
        at=_moment(ctx, view.state_at),
        by=view.body,
        told=view.told,
        result=view.result,
        referred=view.referred,
    )
    return f"编号 {view.number}，{_moment(ctx, view.created_at)}反映。\n{shown(known)}"


def _moment(ctx: Context, at: datetime) -> str:
    return moment(at.astimezone(ctx.zone))


def _doings(ctx: Context, view: ReportView) -> tuple[str, ...]:
    """What can be done with a report in its present state, the likeliest first."""
    state = State(view.state)
    if view.ended and state is not State.CLOSED:
        return (DONE,)
    reopen = IN_SCOPE if state is State.OUT_OF_SCOPE else STILL_THERE
    doings = [
        reopen if may(state, State.REOPENED) else "",
        OBJECT if state in _OBJECTIONABLE else "",
        MORE,
        DONE,
        WITHDRAW if may(state, State.WITHDRAWN) and _is_own(ctx, view) else "",
    ]
    return tuple(doing for doing in doings if doing)


def _do(ctx: Context, view: ReportView, doing: str) -> Dialogue:
    if doing == MORE:
        return (yield from _add(ctx, view))
    if doing == OBJECT:
        return (yield from _object(ctx, view))
    if doing == WITHDRAW:
        return (yield from _withdraw(ctx, view))
    if doing in (STILL_THERE, IN_SCOPE):
        return _reopen(ctx, view)
    return Reply("好的。有新进展随时回复“查进展”。", choices=("举报", "答题"))


def _add(ctx: Context, view: ReportView) -> Dialogue:
    if view.ended:
        return Reply("这件事已经结束，不能补充了。还有隐患，请重新举报。", choices=("举报",))
    text = yield from ask("more", "请写下要补充的，比如几号楼、几层。", tail=FOOTER, reader=any_text())
    ctx.stores.reports.addition(view.id, _masked(ctx, view, text), ctx.now)
    _tell_office(ctx, view, "补充")
    return Reply("补充的记下了，和原来的内容放在一起。", choices=("查进展",))


def _object(ctx: Context, view: ReportView) -> Dialogue:
    if State(view.state) not in _OBJECTIONABLE:
        return Reply("这件事还没有结论。有要说的，可以补充。", choices=(MORE, "查进展"))
    text = yield from ask("object", "您觉得哪里和实际不一样？写下来，我们转给主管部门。", reader=any_text())
    ctx.stores.reports.objection(view.id, _masked(ctx, view, text), ctx.now)
    _tell_office(ctx, view, "不同意见")
    return Reply("您的不同意见记下了，我们转给主管部门。收到结论10日内提出的，可以请他们复查。")


def _masked(ctx: Context, view: ReportView, text: str) -> str:
    """A text without what points at whoever reported, their own name and number included where they left them."""
    left = None
    if view.facts.reachable == "named":
        why = "遮住本人补充里的姓名和电话"
        left = ctx.stores.links.consented_contact(view.link, who="bot", reason=why, at=ctx.now)
    return mask_text(text, known=(left.name, left.phone) if left else ())


def _withdraw(ctx: Context, view: ReportView) -> Dialogue:
    if not _is_own(ctx, view):
        return Reply("只能用原来的微信撤回。")
    if State(view.state) is not State.WITHDRAWN and not may(view.state, State.WITHDRAWN):
        return Reply("这件事已经有结论，不能撤回了。", choices=("查进展",))
    text = f"要撤回 {view.number} 吗？没有转交的内容会删除，找不回。已转交的材料撤不回来，里面没有您的身份。"
    if (yield from ask("sure", text, choices=(SURE_WITHDRAW, KEEP))) == KEEP:
        return Reply("好的，没有撤回。", choices=("查进展",))
    ctx.stores.links.release(view.link)
    ctx.stores.reports.withdraw(view.id, ctx.now)
    _tell_office(ctx, view, "撤回")
    return Reply("已撤回。没有转交的内容已删除；已转交的材料里本来就没有您的身份。")


def _reopen(ctx: Context, view: ReportView) -> Reply:
    if ctx.stores.reports.still_there(view.id, ctx.now):
        _tell_office(ctx, view, "“还在”")
        return Reply("记下了，我们再次核对。想更快，现在就拨 12350。", choices=("补充", "12350怎么说"))
    return Reply("这件事还在办，没有结束。有要说的，可以补充。", choices=(MORE, "查进展"))


def _tell_office(ctx: Context, view: ReportView, news: str) -> None:
    """Have the office told once that something is new, and nothing of what."""
    if ctx.campaign.email:
        key = f"report:{view.number}:{ctx.draft_id}"
        ctx.stores.outbox.add(key, ctx.campaign.email, *mail_about(view.number, news))


ROUTES = (
    Route(
        "report_status",
        status,
        ("查进展", "我的举报", "我的", "查询", "查询码", "举报进展"),
        "看您反映的事办到哪一步",
        "report_status",
        "报隐患",
        "查进展",
    ),
    Route("report_more", more, (MORE, "补充举报"), "给举报补充内容"),
    Route("report_withdraw", withdraw, (WITHDRAW,), "撤回您的举报"),
    Route("report_still_there", still_there, (STILL_THERE, "隐患还在", IN_SCOPE), ""),
    Route("report_object", object_, (OBJECT, "提出异议"), ""),
    Route("report_script", say_to_12350, (SCRIPT_WORD, "照着念"), "拨 12350 时照着念的话"),
    Route("report_online", say_online, (ONLINE_WORD, "小程序文字"), ""),
)
