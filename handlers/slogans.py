"""Slogans: any one, the next, by number, by words; none twice until all were seen."""

from __future__ import annotations

import re
import secrets

from bot.context import Context
from bot.language.normalise import normalise
from bot.message import Reply
from bot.routes import Route

_FILLER = re.compile(
    r"来|再|一|条|个|句|给|我|要|想|看|关于|有关|跟|和|的|标语|口号|口浩|宣传语|横幅|海报|有没有|有|吗|呢|吧|发|请|下|换|随便|安全月"
)
_NUMBER = re.compile(r"\d{1,3}")


def slogan(ctx: Context) -> Reply:
    """One slogan: the one that is asked for, else one not seen yet."""
    text = normalise(ctx.message.text)
    number = _NUMBER.search(text)
    if number:
        return _by_number(ctx, int(number.group()))
    wanted = _FILLER.sub("", text)
    if len(wanted) >= 2 and ctx.message.kind == "text":
        found = _find(ctx, wanted)
        return _show(ctx, found) if found is not None else _none(wanted)
    return _show(ctx, _fresh(ctx))


def again(ctx: Context) -> Reply | None:
    """After a slogan a bare number or word means another one."""
    text = normalise(ctx.message.text)
    if text.isdigit():
        return _by_number(ctx, int(text))
    found = _find(ctx, _FILLER.sub("", text))
    return _show(ctx, found) if found is not None else None


def _by_number(ctx: Context, number: int) -> Reply:
    count = len(ctx.campaign.slogans.items)
    if 1 <= number <= count:
        return _show(ctx, number - 1)
    return Reply(f"标语一共{count}条，请发1到{count}的编号，或回复“下一条”。")


def _find(ctx: Context, wanted: str) -> int | None:
    """A slogan with these words, one not seen yet if there is one."""
    if len(wanted) < 2:
        return None
    hits = [n for n, item in enumerate(ctx.campaign.slogans.items) if wanted in normalise(item)]
    fresh = [n for n in hits if n not in _seen(ctx)]
    return next(iter(fresh or hits), None)


def _none(wanted: str) -> Reply:
    return Reply(f"没有找到带“{wanted[:12]}”的标语。换个词，或回复“下一条”。")


def _fresh(ctx: Context) -> int:
    """One not seen yet, at random; after the last one all begin anew."""
    seen = set(_seen(ctx))
    left = [n for n in range(len(ctx.campaign.slogans.items)) if n not in seen]
    if not left:
        last = _seen(ctx)[-1]
        ctx.memory["slogans"] = [last]
        left = [n for n in range(len(ctx.campaign.slogans.items)) if n != last] or [last]
    return secrets.choice(left)


def _seen(ctx: Context) -> list[int]:
    seen: list[int] = ctx.memory.setdefault("slogans", [])
    return seen


def _show(ctx: Context, n: int) -> Reply:
    seen = [one for one in _seen(ctx) if one != n]
    ctx.memory["slogans"] = [*seen, n]
    slogans = ctx.campaign.slogans
    lines = "\n".join(slogans.items[n].split())
    whose = "" if slogans.own else "\n本届通知没有附标语，这里用的是全国标语。"
    return Reply(
        f"第{n + 1}条\n{lines}\n\n{slogans.title}，共{len(slogans.items)}条。{whose}\n"
        "回复“下一条”，或发编号、词语，比如“5”“隐患”。"
    )


ROUTES = (
    Route(
        "slogan",
        slogan,
        ("标语", "口号", "下一条", "宣传语", "安全标语"),
        "看宣传标语",
        "slogan",
        "学安全",
        "安全标语",
        again=again,
    ),
)
