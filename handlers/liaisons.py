"""Liaisons: who answers for a unit, from the consent to the withdrawal."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.context import Context
from bot.dialogue import ask
from bot.errors import Invalid
from bot.language.normalise import normalise
from bot.message import Ask, Reader, Reply, Said
from bot.readers import SKIP, optional_text
from bot.routes import Dialogue, Route
from content.models import Campaign
from handlers import liaison_form
from handlers.deadlines import nothing_to_file
from handlers.liaison_form import Form, ask_field, fill, one_field, reach_of, told, told_required, with_unit
from handlers.liaison_words import (
    BACK,
    already,
    consent_question,
    consent_record,
    declined,
    how_to_hand_over,
    instead,
    not_registered,
    registered,
    shown,
    waits_for_code,
)
from rules.masking import mask_name
from rules.units import LiaisonView

AGREE, REFUSE = "同意", "不同意"
TAKE_OVER, BOTH, NOT_NOW = "换成我", "两个人都收提醒", "先不登记"
ENTER, CORRECT, DROP = "登记", "改一改", "不登记了"
OTHER_UNIT, NEVER_MIND = "再登记一个单位", "不用了"
NONE_OF_THEM = "都不是，就用我写的"
STILL = "仍要登记"
MOST_UNITS = 20  # that one person answers for
MOST_TRIES, MOST_TRIES_A_DAY = 5, 10
_TRIES = "code_tries"
_WHETHER_REQUIRED = re.compile(
    "(?:登记表)?(?:里面?|上)?的?(?P<what>姓名|性别|职务|办公电话|电话|手机号?码?|传真|qq号?|微信号?|(?:电子)?邮箱|单位(?:名称)?|(?:通信|通讯)?地址)?"
    "(?:哪些|哪几项|什么)?(?:是不是|是否|是|都)?(?:必填|必须填|必须要填|一定要填|非填不可|要填|可以不填|能不填|不填可以|不填行|不填能行)"
    "的?项?(?:[吗么嘛不]|行吗)?"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The unit that a person answers for; without id where nobody has named it before."""

    name: str
    id: int | None = None
    has_code: bool = False


def register(ctx: Context) -> Dialogue:
    """Enter a liaison: consent, unit, form, code, and one look at all of it."""
    ctx.stores.liaisons.returned(ctx.user, ctx.now)
    mine = ctx.keep("mine", lambda: [[entry.unit_id, entry.unit] for entry in _entries(ctx)])
    if mine:
        what = yield from _ask_again([unit for _, unit in mine])
        if what != OTHER_UNIT:
            return instead(what)
    if len(mine) >= MOST_UNITS:
        return too_many_units()
    if not ctx.campaign.obligations and (yield from _ask_whether_needed(ctx.campaign)) != STILL:
        return nothing_to_file(ctx, "，不用登记")
    if (yield from ask("consent", consent_question(ctx.campaign), choices=(AGREE, REFUSE))) == REFUSE:
        return declined(ctx)
    unit = yield from _ask_unit(ctx)
    if unit.id in [unit_id for unit_id, _ in mine]:
        return already(unit.name)
    replaces = yield from _ask_place(ctx, unit)
    if replaces is None:
        return declined(ctx)
    form = yield from fill(ctx.campaign.liaison_form)
    proven = yield from _ask_code(ctx, unit)
    sure = yield from _check(ctx, unit, form)
    if sure is None:
        return declined(ctx)
    return _enter(ctx, unit, sure, replaces, proven)


def hand_over(ctx: Context) -> Dialogue:
    """Let another person take the place: a liaison hears how, anybody else is registered."""
    entries = ctx.keep("giving", lambda: [entry.unit for entry in _entries(ctx)])
    if entries:
        return how_to_hand_over()
    return (yield from register(ctx))


def my_entry(ctx: Context) -> Reply:
    """Show a liaison's own entries, with numbers masked; who has followed again is reached again."""
    back = ctx.stores.liaisons.returned(ctx.user, ctx.now)
    entries = _entries(ctx)
    if not entries:
        return not_registered()
    code = ("单位码",) if any(waits_for_code(ctx, entry) for entry in entries) else ()
    text = "\n\n".join((*((BACK,) if back else ()), *(shown(ctx, entry) for entry in entries)))
    return Reply(text, choices=(*code, "改登记", "换联络员", "撤销登记"))


def change(ctx: Context) -> Dialogue:
    """Change what a liaison has filled in, one field after another."""
    entry = yield from _pick(ctx, "改哪个单位的登记？")
    if entry is None:
        return not_registered()
    form = yield from _correct(ctx, entry.form, f"{entry.unit}：")
    if form is None:
        return Reply("好的，没有改。")
    reach = reach_of(ctx.campaign.liaison_form, form)
    email = reach.email if liaison_form.asks_email(ctx.campaign.liaison_form) else entry.email
    ctx.stores.liaisons.change(entry.id, form, name=reach.name, phone=reach.phone, email=email)
    return Reply("改好了。看登记回复“我的登记”。")


def withdraw(ctx: Context) -> Dialogue:
    """End an entry and delete its form."""
    entry = yield from _pick(ctx, "撤销哪个单位的登记？")
    if entry is None:
        return not_registered()
    alone = len(ctx.stores.liaisons.in_unit(entry.unit_id)) == 1
    warning = "，这个单位就没有联络员了" if ctx.keep(f"alone {entry.id}", lambda: alone) else ""
    text = (
        f"撤销后不再给您发提醒{warning}。您填的登记表会删除，该报的材料不变。\n要撤销{entry.unit}的登记吗？"
    )
    if (yield from ask("sure", text, choices=("撤销", "不撤销"))) == "不撤销":
        return Reply("好的，登记没有变。")
    ctx.stores.liaisons.withdraw(entry.id, ctx.now)
    return Reply(f"已撤销{entry.unit}的登记，登记表已删除。", choices=("登记", "截止日"))


def prove(ctx: Context) -> Dialogue:
    """Confirm a pending entry by the code that the office gave to the unit."""
    waiting = ctx.keep("waiting", lambda: [entry.id for entry in _entries(ctx) if waits_for_code(ctx, entry)])
    if not waiting:
        return Reply("您没有等单位码的登记。", choices=("我的登记", "登记"))
    entry = yield from _pick(ctx, "哪个单位的单位码？", waiting)
    if entry is None:
        return not_registered()
    if not (yield from _ask_code(ctx, Chosen(entry.unit, entry.unit_id, True))):
        return Reply("登记还在，等办公室确认。")
    ctx.stores.liaisons.confirm(entry.id, "code", ctx.now)
    return Reply(f"单位码对了，{entry.unit}的登记已生效。", choices=("截止日", "我的登记"))


# -- the steps of a registration ---------------------------------------------------------------------------------


def _ask_again(units: Sequence[str]) -> Generator[Ask, Any, str]:
    text = f"您已登记为联络员：{'、'.join(units)}。"
    return (yield from ask("again", text, choices=("改登记", "换联络员", OTHER_UNIT, NEVER_MIND)))


def _ask_whether_needed(campaign: Campaign) -> Generator[Ask, Any, str]:
    text = f"{campaign.welcome.audience}的通知没有要求报送材料，登记后也没有提醒。"
    return (yield from ask("needed", text, choices=(NOT_NOW, STILL)))


def _ask_unit(ctx: Context) -> Generator[Ask, Any, Chosen]:
    """Which unit: one of those known, the nearest to what was typed, or a new name."""
    typed = yield from ask("unit", "您是哪个单位的联络员？请写单位全称。", reader=unit_name())
    known = _known(ctx, typed)
    if known is not None:
        return known
    near = ctx.keep(f"near {typed}", lambda: [unit.name for unit in ctx.stores.units.find(typed)])
    if not near:
        return Chosen(typed)
    text = f"没有找到“{typed}”，是不是下面的？"
    name = yield from ask("nearest", text, choices=(*near, NONE_OF_THEM))
    return Chosen(typed) if name == NONE_OF_THEM else _known(ctx, name) or Chosen(name)


def _ask_place(ctx: Context, unit: Chosen) -> Generator[Ask, Any, tuple[int, ...] | None]:
    """Whose place the person takes; nobody's where both stay, None where the person goes."""
    others = ctx.keep(f"others {unit.name}", lambda: _others(ctx, unit))
    if not others:
        return ()
    names = "、".join(name or "一位" for _, name in others)
    text = f"{unit.name}已有联络员{names}。"
    choice = yield from ask("taken", text, choices=(TAKE_OVER, BOTH, NOT_NOW))
    if choice == NOT_NOW:
        return None
    return tuple(number for number, _ in others) if choice == TAKE_OVER else ()


def _ask_code(ctx: Context, unit: Chosen) -> Generator[Ask, Any, bool]:
    """Does the person know the unit's code? Tries are few, and can't be taken back."""
    if unit.id is None or not unit.has_code:
        return False
    text = f"有单位码吗？办公室发给{unit.name}的，填对了登记马上生效。没有请回复“{SKIP}”，等办公室确认。"
    tries = ctx.keep("tries", lambda: _tries_left(ctx, unit.id or 0))
    for n in range(1, tries + 1):
        code = yield from ask(f"code-{n}", text, reader=optional_text(), final=True)
        if not code:
            return False
        if ctx.keep(
            f"code {unit.id} {n}", partial(ctx.stores.units.try_code, unit.id, code, ctx.local.date())
        ):
            return True
        ctx.memory.setdefault(_TRIES, {})[ctx.draft_id] = [ctx.local.date().isoformat(), n]
        text = f"单位码没对上，请核对后再发，或回复“{SKIP}”，等办公室确认。"
    return False


def _check(ctx: Context, unit: Chosen, form: Form) -> Generator[Ask, Any, Form | None]:
    """Show all that was said until it is right; None where the person gives up."""
    n = 0
    while True:
        n += 1
        text = f"请看一遍：\n单位：{unit.name}\n{told(ctx.campaign.liaison_form, form)}"
        sure = yield from ask(f"sure-{n}", text, choices=(ENTER, CORRECT, DROP))
        if sure != CORRECT:
            return form if sure == ENTER else None
        form = yield from _correct_one(ctx, form, n)


def _correct(ctx: Context, form: Form, head: str) -> Generator[Ask, Any, Form | None]:
    """Change fields one after another; None where nothing shall change."""
    n = 0
    while True:
        n += 1
        form = yield from _correct_one(ctx, form, n)
        text = f"{head}\n{told(ctx.campaign.liaison_form, form)}"
        what = yield from ask(f"more-{n}", text, choices=("存好", "再改一项", "不改了"))
        if what != "再改一项":
            return form if what == "存好" else None


def _correct_one(ctx: Context, form: Form, n: int) -> Generator[Ask, Any, Form]:
    sheet = ctx.campaign.liaison_form
    text = f"要改哪一项？写名称就行：{liaison_form.labels(sheet)}。"
    field = yield from ask(f"field-{n}", text, reader=one_field(sheet))
    value = yield from ask_field(field, f"value-{n}")
    return {**form, field.key: "" if value == liaison_form.SKIP_REST else value}


def _enter(ctx: Context, unit: Chosen, form: Form, replaces: tuple[int, ...], proven: bool) -> Reply:
    """Write the entry and say what comes next."""
    known = ctx.stores.units.add_unknown(unit.name, ctx.now) if unit.id is None else None
    sheet = ctx.campaign.liaison_form
    reach = reach_of(sheet, form)
    entry = ctx.stores.liaisons.register(
        known.id if known else unit.id or 0,
        ctx.user,
        with_unit(sheet, form, unit.name),
        name=reach.name,
        phone=reach.phone,
        email=reach.email,
        consent=consent_record(ctx),
        at=ctx.now,
        confirmed_by="code" if proven else "",
        replaces=replaces,
    )
    return registered(ctx, entry)


def required(ctx: Context) -> Reply:
    """Which fields of the form can't be left out, the one that is asked about first."""
    if not ctx.campaign.obligations:
        return nothing_to_file(ctx, "，不用登记")
    found = _WHETHER_REQUIRED.fullmatch(normalise(ctx.message.text))
    return Reply(told_required(ctx.campaign.liaison_form, found["what"] if found else ""), choices=("登记",))


def too_many_units() -> Reply:
    """Nobody files for so many; the office can still enter them."""
    return Reply(
        f"一个人最多登记{MOST_UNITS}个单位。还要再加，请联系主办单位。", choices=("我的登记", "人工")
    )


# -- small things ------------------------------------------------------------------------------------------------


def unit_name() -> Reader[str]:
    """A unit's name in words."""

    def read(said: Sequence[Said]) -> str:
        text = " ".join(said[-1].text.split()).strip("“”\"'，。")
        if len(normalise(text)) < 2 or normalise(text).isdigit():
            raise Invalid("请写单位的全称，和公章上的一样。")
        if len(text) > 60:
            raise Invalid("写得有点长，单位名称请在60字以内。")
        return text

    return Reader(read)


def _pick(
    ctx: Context, question: str, among: Sequence[int] | None = None
) -> Generator[Ask, Any, LiaisonView | None]:
    """One of the person's entries; asked only if there are several."""
    entries = [entry for entry in _entries(ctx) if among is None or entry.id in among]
    offered = ctx.keep("offered", lambda: [[entry.id, entry.unit] for entry in entries])
    if not offered:
        return None
    names = tuple(name for _, name in offered)
    name = (yield from ask("entry", question, choices=names)) if len(names) > 1 else names[0]
    number = offered[names.index(name)][0]
    return next((entry for entry in entries if entry.id == number), None)


def _entries(ctx: Context) -> tuple[LiaisonView, ...]:
    return ctx.stores.liaisons.of(ctx.user)


def _known(ctx: Context, name: str) -> Chosen | None:
    unit = ctx.stores.units.named(name)
    return None if unit is None else Chosen(unit.name, unit.id, unit.has_code)


def _others(ctx: Context, unit: Chosen) -> list[list[Any]]:
    """Who else answers for the unit, by number and masked name."""
    if unit.id is None:
        return []
    mine = {entry.id for entry in _entries(ctx)}
    entries = ctx.stores.liaisons.in_unit(unit.id)
    return [[entry.id, mask_name(entry.name)] for entry in entries if entry.id not in mine]


def _tries_left(ctx: Context, unit_id: int) -> int:
    if ctx.stores.units.code_locked(unit_id, ctx.local.date()):
        return 0
    return min(MOST_TRIES, MOST_TRIES_A_DAY - _tries_before(ctx))


def _tries_before(ctx: Context) -> int:
    """Wrong codes of this person today in other dialogues; those of earlier days are dropped."""
    today = ctx.local.date().isoformat()
    tries = {draft: tried for draft, tried in ctx.memory.get(_TRIES, {}).items() if tried[0] == today}
    ctx.memory[_TRIES] = tries
    return sum(count for draft, (_, count) in tries.items() if draft != ctx.draft_id)


ROUTES = (
    Route(
        "liaison_register",
        register,
        ("登记", "现在登记", "联络员", "我是联络员", "联络员登记", "登记为联络员"),
        "登记为本单位联络员",
        "liaison_register",
        "联络员",
        "登记或更换",
        dropped="没有提交，写的内容已删除。",
        offers_kept=True,
        files=True,
    ),
    Route("liaison_mine", my_entry, ("我的登记", "看我的登记"), "看自己的登记", files=True),
    Route("liaison_change", change, ("改登记", "修改登记"), "改登记的内容", files=True),
    Route(
        "liaison_hand_over", hand_over, ("换联络员", "更换", "更换联络员", "换人"), "换一位联络员", files=True
    ),
    Route("liaison_withdraw", withdraw, ("撤销登记", "取消登记"), "撤销自己的登记", files=True),
    Route(
        "liaison_required",
        required,
        ("必填项", "哪些必填"),
        "",
        certain=_WHETHER_REQUIRED.pattern,
        files=True,
    ),
    Route("liaison_code", prove, ("单位码", "填单位码"), "用单位码让登记生效", files=True),
)
