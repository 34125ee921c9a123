"""Taking a hazard report: danger first, one question at a time, filed once, in confidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any
from zlib import crc32

from bot.context import Context
from bot.dialogue import ask
from bot.errors import Invalid
from bot.language.normalise import normalise
from bot.language.sectors import likely
from bot.message import Ask, Place, Reader, Reply, Said
from bot.readers import MOST_PHOTOS, UNKNOWN, Where, any_text, optional_text, photos, place
from bot.routes import Dialogue, Route
from handlers import hazard_when
from handlers.hazard_again import add_to, same_again, too_many
from handlers.hazard_answers import HERE, NAMED, NO_CONTACT, Answers, clip, facts, summary, token
from handlers.phones import mobile
from rules.codes import grouped
from rules.emergency import DOUBT_CHOICES, FOOTER, GO_ON, NOW, UNSURE, card, card_line
from rules.packet import mail_to_office, script
from rules.report import CONTACT as CONTACT_PURPOSE
from rules.report import Consent
from rules.report_states import NOT_REFERRED
from rules.sectors import KEYS, NAMES, OTHER

SECRECY = "我们为您保密：您的微信身份单独加密存放，转交的材料里没有。"
OPENING = (
    f"{SECRECY}\n"
    "正在发生危险，请直接拨 119、120、110；安全生产举报电话 12350。\n\n"
    "先问一句：现在正在发生吗？有人受伤或被困吗？"
)
WHERE = "在哪里？发个位置，或写地址：哪条路、几号楼、几层、哪个车间。"
UNIT = "是哪个单位或场所？招牌、围挡、车牌、船名都行。\n不知道就回复“不知道”。"
WHAT = "看到了什么？哪里不对？用平常话说就行。\n请不要写您的姓名和电话，写了我们会尽量隐去。"
SEEN, STILL = "什么时候看到的？", "现在还在吗？"
SECTOR, NONE_OF_THESE = "这更像哪一类？", "都不是"
PHOTO = (
    "有现场照片吗？直接发来，最多{most}张；没有请回复“跳过”。\n"
    "站在安全处拍，不要靠近危险，别拍到人脸和车牌。\n照片里的拍摄位置我们会去掉。"
)
FULL = f"照片收满{MOST_PHOTOS}张了。"
CONTACT = (
    "愿意让我们联系您吗？可以不留。\n"
    "不留，照样转交；部分地区不能领奖，也可能不予受理。\n"
    "只在这里联系，有进展就在微信告诉您。\n"
    "留姓名和电话，单独加密存放，您同意后才交给主管部门。"
)
CONSENT = "我同意把我的姓名和电话交给{body}，只用于核实这一件事，可以随时撤回。"
CONSENT_VERSION = "1"
AGREE, DISAGREE = "同意", "不同意"
NOT_NAMED = "不留了"
SUBMIT, CHANGE, DROP = "提交", "改一改", "不提交了"
FILED = "filed"  # in a person's memory for a few minutes: a report was filed, and when
USE_WORDS = "就用这段"
DROPPED = "没有提交，写的内容已删除。"
REWARD = "是否奖励、金额由受理部门按当地规定决定；先受理者优先，建议同时拨打 12350。"
ONLINE_WORD, STATUS_WORD = "小程序怎么填", "查进展"
_REPORT_WORDS = ("举报", "我要举报", "举报隐患", "报隐患", "隐患举报", "随手拍", "啄木鸟", "查找身边隐患")
#: What is said around the wish to report, and says nothing of the hazard.
_ONLY_ASKS = re.compile(
    "您好|你好|请问|麻烦|为您保密|怎么|如何|哪里|身边|安全|隐患|问题|情况|反映|一[个处下些件]|这[个里]|可以|"
    r"[我们您你要想来帮给能有个处件吗呢吧啊的了在\d]"
)
_Steps = Generator[Ask, Any, None]


def report(ctx: Context) -> Dialogue:
    """Take a hazard report, one question at a time."""
    ctx.memory.pop(FILED, None)  # 提交 means this one from now on
    said = Answers()
    cried = bool(ctx.keep("cried", lambda: False))
    said.urgent = NOW if cried else (yield from ask("urgent", OPENING, choices=DOUBT_CHOICES))
    if said.urgent == NOW and not cried:
        yield from ask("safe", card(ctx.campaign, _brought_label(ctx)), choices=(GO_ON,))
    if full := ctx.keep("full", lambda: too_many(ctx)):
        return Reply(full)
    for take in _FIRST:
        yield from take(ctx, said, "")
    if number := (yield from same_again(ctx, said)):
        yield from _photos(ctx, said, "")
        return add_to(ctx, said, number, lambda: _drop_taken_out(ctx, said))
    for take in _THEN:
        yield from take(ctx, said, "")
    if not (yield from _agreed(ctx, said)):
        ctx.stores.photos.remove(said.photos)
        return Reply(DROPPED)
    return _file(ctx, said)


def filed_already(ctx: Context) -> Reply | None:
    """提交 once more: the answer may have been lost on its way, the report was not."""
    if normalise(ctx.message.text) != SUBMIT or FILED not in ctx.memory:
        return None
    newest = next(iter(ctx.stores.reports.of(ctx.stores.links.tokens_of(ctx.user))), None)
    if newest is None:
        return None
    text = (
        f"您放心，已经收到了，不用再提交。编号 {newest.number}\n"
        f"查询码只给一次，没看到也不要紧：用这个微信回复“{STATUS_WORD}”，一样能查。"
    )
    return Reply(text, choices=(STATUS_WORD, ONLINE_WORD))


def reward(_ctx: Context) -> Reply:
    """Say who decides about rewards; promise none."""
    return Reply(REWARD, choices=("举报", "求助电话"))


# -- one step each; ``again`` tells a repeated question from the first ------------------------------------------


def _where(ctx: Context, said: Answers, again: str) -> _Steps:
    point = _brought_place(ctx) if not again else None
    head = f"{card_line(ctx.campaign)}\n\n" if said.urgent == UNSURE and not again else ""
    if point is None:
        lead = SECRECY if ctx.keep("cried", lambda: False) and not again else ""
        said.where = yield from ask(f"where{again}", f"{head}{WHERE}", lead=lead, tail=FOOTER, reader=place())
        return
    text = (
        f"{head}收到您发的位置：{point.label or '地图上的一点'}。\n再补一句几号楼、几层；不用补就回复“跳过”。"
    )
    more = yield from ask("where", text, tail=FOOTER, reader=optional_text())
    label = point.label or f"{point.latitude:.5f}, {point.longitude:.5f}"
    said.where = Where(" ".join(part for part in (label, more) if part), point)


def _unit(_ctx: Context, said: Answers, again: str) -> _Steps:
    said.unit = yield from ask(f"unit{again}", UNIT, tail=FOOTER, reader=optional_text(UNKNOWN))


def _what(ctx: Context, said: Answers, again: str) -> _Steps:
    before = "" if again else _words_before(ctx)
    if not before:
        said.what = yield from ask(f"what{again}", WHAT, tail=FOOTER, reader=any_text())
        return
    text = f"您刚才说：“{clip(before)}”\n就用这段，还是再写一遍？"
    answer = yield from ask("what", text, tail=FOOTER, choices=(USE_WORDS,), reader=any_text())
    said.what = before if answer == USE_WORDS else answer


def _seen(_ctx: Context, said: Answers, again: str) -> _Steps:
    said.seen = yield from ask(
        f"seen{again}", SEEN, tail=FOOTER, choices=hazard_when.SEEN_CHOICES, reader=hazard_when.seen()
    )


def _still(_ctx: Context, said: Answers, again: str) -> _Steps:
    said.still = yield from ask(
        f"still{again}", STILL, tail=FOOTER, choices=hazard_when.STILL_CHOICES, reader=hazard_when.still()
    )


def _sector(ctx: Context, said: Answers, again: str) -> _Steps:
    """Offer what the words suggest; without a suggestion nobody is asked, the office sorts it."""
    stamp = crc32(f"{said.what}\0{said.unit}".encode())
    said.offered = tuple(ctx.keep(f"sectors.{stamp}", lambda: list(likely(f"{said.what} {said.unit}"))))
    said.sector = OTHER
    if said.offered:
        choices = (*(NAMES[key] for key in said.offered), NONE_OF_THESE)
        chosen = yield from ask(f"sector{again}", SECTOR, tail=FOOTER, choices=choices)
        said.sector = KEYS.get(chosen, OTHER)


def _photos(ctx: Context, said: Answers, again: str) -> _Steps:
    brought = () if again else _brought_photos(ctx)
    most = MOST_PHOTOS - len(brought)
    said.photos = brought
    if most:
        head = f"先前发的{len(brought)}张收到了。\n" if brought else ""
        text = f"{head}{PHOTO.format(most=most)}"
        sent = yield from ask(f"photos{again}", text, tail=FOOTER, reader=photos(most))
        said.photos = tuple(dict.fromkeys((*brought, *map(token, sent))))


def _contact(ctx: Context, said: Answers, again: str) -> _Steps:
    said.name = said.phone = ""
    said.consent = None
    choices = (NO_CONTACT, HERE, NAMED)
    full = len(said.photos) >= MOST_PHOTOS and not again
    text = f"{FULL}\n\n{CONTACT}" if full else CONTACT
    said.contact = yield from ask(f"contact{again}", text, tail=FOOTER, choices=choices)
    if said.contact != NAMED:
        return
    body, key = ctx.campaign.reports_to, f"consent{again}"
    text = CONSENT.format(body=body)
    if (yield from ask(key, text, tail=FOOTER, choices=(AGREE, DISAGREE))) == DISAGREE:
        said.contact = HERE
        return
    said.consent = Consent(CONTACT_PURPOSE, body, text, CONSENT_VERSION, ctx.said_at(key).isoformat())
    name = yield from ask(f"name{again}", "您的姓名？", tail=FOOTER, choices=(NOT_NAMED,), reader=_NAME)
    phone = ""
    if name != NOT_NAMED:
        phone = yield from ask(
            f"phone{again}", "您的手机号？", tail=FOOTER, choices=(NOT_NAMED,), reader=mobile()
        )
    if NOT_NAMED in (name, phone):
        said.contact, said.consent = HERE, None
        return
    said.name, said.phone = name, phone


_Take = Callable[[Context, Answers, str], _Steps]
_FIRST: tuple[_Take, ...] = (_where, _unit, _what)
_THEN: tuple[_Take, ...] = (_seen, _still, _sector, _photos, _contact)
_OTHERS = "其他几项"
_PARTS = {"地点": _where, "单位": _unit, "情况": _what, "照片": _photos}
_OTHER_PARTS = {"看到的时间": _seen, "现在还在吗": _still, "类别": _sector, "联系方式": _contact}


def _read_name(said: Sequence[Said]) -> str:
    name = said[-1].text.strip()
    if not 1 < len(name) <= 30 or any(sign.isdigit() for sign in name):
        raise Invalid("请写姓名，比如“李敏”。")
    return name


_NAME = Reader(_read_name)


# -- the look before it is sent ------------------------------------------------------------------------------


def _agreed(ctx: Context, said: Answers) -> Generator[Ask, Any, bool]:
    """Show it all, let any part be said again, until it is sent or dropped."""
    for turn in count():
        key = f"sure.{turn}" if turn else "sure"
        sure = yield from ask(key, summary(ctx, said), choices=(SUBMIT, CHANGE, DROP))
        if sure != CHANGE:
            return sure == SUBMIT
        yield from _change(ctx, said, f".{turn + 1}")
    raise AssertionError("count() does not end")


def _change(ctx: Context, said: Answers, again: str) -> _Steps:
    part = yield from ask(f"part{again}", "改哪一项？", choices=(*_PARTS, _OTHERS))
    if part == _OTHERS:
        part = yield from ask(f"other{again}", "是下面哪一项？", choices=tuple(_OTHER_PARTS))
    yield from (_PARTS | _OTHER_PARTS)[part](ctx, said, again)


# -- sent ----------------------------------------------------------------------------------------------------


def _file(ctx: Context, said: Answers) -> Reply:
    """Who reports is written first, under a token drawn before; then the report, its photos, the mail."""
    stores = ctx.stores
    origin = stores.reports.origin(ctx.user, ctx.draft_id)
    if full := too_many(ctx, besides=origin.link):
        return Reply(full)
    stores.links.link(
        origin.link,
        ctx.user,
        reach=said.contact != NO_CONTACT,
        name=said.name,
        phone=said.phone,
        consents=[said.consent] if said.consent else [],
    )
    filed = stores.reports.add(origin, facts(ctx, said), ctx.local)
    stores.photos.attach(said.photos, filed.id)
    _drop_taken_out(ctx, said)
    case = stores.reports.case(filed.id, ctx.zone)
    if ctx.campaign.email:
        stores.outbox.add(f"report:{filed.number}", ctx.campaign.email, *mail_to_office(case))
    ctx.memory[FILED] = {"at": ctx.now.timestamp()}
    spoken = script(case, named=said.contact == NAMED, photographed=bool(said.photos))
    return _receipt(filed.number, filed.code, spoken)


def _drop_taken_out(ctx: Context, said: Answers) -> None:
    """Give up the photos that were sent and then taken out, or changed for others."""
    sent = map(token, ctx.draft.media() if ctx.draft else ())
    ctx.stores.photos.remove([one for one in sent if one not in said.photos])


def _receipt(number: str, code: str, spoken: str) -> Reply:
    text = (
        f"已收到，谢谢您。编号 {number}\n查询码：{grouped(code)}\n"
        "请现在截图：凭它查进展，也能证明是您报的。我们不存原码，丢了找不回。\n\n"
        f"我们核对后转交，是否受理由主管部门决定。{NOT_REFERRED}照着念：\n{spoken}"
    )
    return Reply(text, choices=(ONLINE_WORD, STATUS_WORD), secret=True)


# -- what was brought before the report began ----------------------------------------------------------------


def _brought(ctx: Context) -> dict[str, Any]:
    return dict(ctx.keep("brought", dict))


def _brought_place(ctx: Context) -> Place | None:
    brought = _brought(ctx).get("place")
    return Place(*brought) if brought else None


def _brought_label(ctx: Context) -> str:
    point = _brought_place(ctx)
    return point.label if point else ""


def _brought_photos(ctx: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(token, _brought(ctx).get("photos", ()))))[:MOST_PHOTOS]


def _words_before(ctx: Context) -> str:
    """What was said to begin the report, where that is a description and not just a word for it."""
    words = str(ctx.keep("words", str)).strip()
    plain = normalise(words)
    named = {normalise(word) for route in ctx.routes for word in (*route.words, route.summary)}
    return words if len(plain) >= 8 and plain not in named and _tells_something(ctx, plain) else ""


def _tells_something(ctx: Context, plain: str) -> bool:
    """Is there anything left of it without the labels of the welcome and the words that ask for a report?"""
    labels = [line.label for line in ctx.campaign.welcome.lines]
    names = {normalise(name) for name in (*labels, *_REPORT_WORDS)}
    for name in sorted(names, key=len, reverse=True):
        plain = plain.replace(name, "")
    return len(_ONLY_ASKS.sub("", plain)) > 2


ROUTES = (
    Route(
        "report",
        report,
        _REPORT_WORDS,
        "反映身边的安全隐患，为您保密",
        "report_hazard",
        "报隐患",
        "我要举报",
        timedelta(hours=72),
        dropped=DROPPED,
        offers_kept=True,
        again=filed_already,
        ends=(SUBMIT,),
    ),
    Route(
        "report_reward",
        reward,
        ("举报奖励", "举报有奖", "举报有奖吗", "举报有奖励吗", "举报有奖金吗", "举报给钱吗"),
        "举报怎么奖励",
        hints=("举报有奖", "举报奖", "举报给钱", "举报给奖"),
        refines=("prize", "report_hazard"),
    ),
)
