"""Certificates and posters: a link to the page at once, and in chat the picture itself, sent by a job."""

from __future__ import annotations

import re
import secrets

from bot.context import Context
from bot.language.normalise import normalise
from bot.message import Reply
from bot.routes import Route
from handlers.days import in_digits, numeral
from rules.certificates import NAMELESS

CERTIFICATE, POSTER, OTHER = "证书", "海报", "换一张海报"
_NONE_YET = "您还没有证书。\n考试20题对16题就有，闯过十关也有。不计时的考试一样算。"
_NAMED = re.compile(r"第([0-9]{1,3})[条号]?|([0-9]{1,3})[条号]")
_LAST = "poster"  # in memory: the slogan whose poster was shown last, and which slogan had been read before


def certificate(ctx: Context) -> Reply:
    """The certificates that somebody has, or how to get one."""
    mine = ctx.stores.certificates.of(ctx.user)
    if not mine:
        return Reply(_NONE_YET, choices=("考试", "闯关", "我的成绩"))
    lines = [f"您的证书：{'；'.join(held.told for held in mine)}。", _name_on_it(ctx)]
    for held in mine:
        _order(ctx, f"certificate/{held.number}")
    return Reply("\n".join([_coming(ctx), *lines]), choices=("昵称", POSTER, "答题"), page="certificates")


def _name_on_it(ctx: Context) -> str:
    """Which name stands on a certificate, and what to do for another."""
    player = ctx.stores.players.of(ctx.user)
    if player.waits:
        return f"上面先写“{player.printed}”。您起的“{player.name}”由工作人员看过，再要一次就写上。"
    if not player.name:
        return f"上面写的是“{NAMELESS}”，想写上名字请回复“昵称”，再要一次。"
    return f"上面写的是“{player.printed}”，改名请回复“昵称”，再要一次。"


def poster(ctx: Context) -> Reply:
    """The poster of the slogan that is named or was read last, else the last poster again, else any."""
    if named := _NAMED.search(in_digits(normalise(ctx.message.text))):
        return _numbered(ctx, int(named.group(1) or named.group(2)))
    last, before = _last(ctx)
    wanted = last if last and before == _slogan_seen(ctx) else _slogan_seen(ctx)
    return _poster(ctx, wanted if 1 <= wanted <= _count(ctx) else _any(ctx))


def another(ctx: Context) -> Reply:
    """The poster of another slogan."""
    return _poster(ctx, _any(ctx))


def again(ctx: Context) -> Reply | None:
    """After a poster a bare number means that of another slogan."""
    text = in_digits(normalise(ctx.message.text))
    number = numeral(text.removeprefix("第").removesuffix("条").removesuffix("号"))
    return None if number is None else _numbered(ctx, number)


def _numbered(ctx: Context, number: int) -> Reply:
    """The poster of the slogan of that number."""
    count = _count(ctx)
    if not 1 <= number <= count:
        return Reply(f"标语一共{count}条，请发1到{count}的编号，或回复“{OTHER}”。")
    return _poster(ctx, number)


def _poster(ctx: Context, number: int) -> Reply:
    ctx.memory[_LAST] = [number, _slogan_seen(ctx)]
    picture = f"poster/{number}"
    media = ctx.stores.pictures.media(picture) if _in_chat(ctx) else ""
    if not media:
        _order(ctx, picture)
    slogan = ctx.campaign.slogans.items[number - 1]
    more = f"想要别的，发1到{_count(ctx)}的编号，或回复“{OTHER}”。"  # numbers, so there can be no choices
    return Reply(f"{_coming(ctx)}\n第{number}条：{slogan}\n{more}", page=f"posters/{number}", picture=media)


def _coming(ctx: Context) -> str:
    """What happens now: in chat the picture follows, on the page it is behind the link."""
    if _in_chat(ctx):
        return "图片马上发来。没收到就点下面的链接，长按图片能保存。"
    return "点开就能看到图片，长按能保存。"


def _order(ctx: Context, picture: str) -> None:
    """Have a picture sent once this turn is kept."""
    if _in_chat(ctx):
        orders, user, message = ctx.stores.pictures, ctx.user, f"{ctx.message.id} {picture}"
        ctx.stores.after(lambda: orders.add(user, message, picture))


def _in_chat(ctx: Context) -> bool:
    """Was it said to the account, so that a picture can follow?"""
    return bool(ctx.message.account)


def _last(ctx: Context) -> tuple[int, int]:
    """The last poster, and the slogan that had been read before it."""
    number, before = ctx.memory.get(_LAST, (0, 0))
    return number, before


def _slogan_seen(ctx: Context) -> int:
    """The number of the slogan that was shown last, 0 where none was."""
    seen: list[int] = ctx.memory.get("slogans", [])
    return seen[-1] + 1 if seen else 0


def _any(ctx: Context) -> int:
    """Any slogan but the one whose poster was shown last."""
    last, _ = _last(ctx)
    return secrets.choice([n for n in range(1, _count(ctx) + 1) if n != last] or [1])


def _count(ctx: Context) -> int:
    return len(ctx.campaign.slogans.items)


ROUTES = (
    Route(
        "certificate",
        certificate,
        (CERTIFICATE, "我的证书", "电子证书", "答题证书", "合格证书", "领证书", "下载证书"),
        "看自己的学习证书",
        hints=("证书",),
        refines=("my_score",),
    ),
    Route(
        "poster",
        poster,
        (POSTER, "标语海报", "宣传海报", "安全海报", "海报图"),
        "把标语做成海报",
        again=again,
        hints=("海报", "做成图", "标语图"),
        refines=("slogan",),
    ),
    Route(
        "poster_other",
        another,
        (OTHER, "换张海报", "下一张海报"),
        "",
        again=again,
        hints=("换一张海报", "换个海报", "另一张海报"),
        refines=("slogan",),
    ),
)
