"""Slogans: any one, the next, by number, by words; none twice until all were seen."""

from __future__ import annotations

import re
import secrets

from bot.context import Context
from bot.language.normalise import normalise
from bot.message import Reply
from bot.routes import Route
from handlers.days import in_digits, numeral

_FILLER = re.compile(
    r"来|再|一|条|个|句|给|我|要|想|看|关于|有关|跟|和|的|标语|口号|口浩|宣传语|横幅|海报|有没有|有|吗|呢|吧|发|请|下|换|随便|安全月"
)
_NUMBER = re.compile(r"\d{1,3}")
_WHOSE = re.compile(r"谁|来源|出处|哪来|哪儿来|官方|多少条|几条|总共|一共")
_SAMPLES = ("防疫", "平安", "安全")
NOT_OWN = "本届通知没有附标语，这里用的是全国标语。"


def slogan(ctx: Context) -> Reply:
    """One slogan: the one that is asked for, else one not seen yet."""
    text = in_digits(normalise(ctx.message.text))
    number = _NUMBER.search(text)
    if number:
        return _by_number(ctx, int(number.group()))
    if _WHOSE.search(text):
        return whose(ctx)
    wanted = _FILLER.sub("", text)
    if len(wanted) >= 2 and ctx.message.kind == "text":
        found = _find(ctx, wanted)
        return _show(ctx, found) if found is not None else _none(wanted)
    return _show(ctx, _fresh(ctx))


def again(ctx: Context) -> Reply | None:
    """After a slogan a bare number or word means another one."""
    text = in_digits(normalise(ctx.message.text))
    number = numeral(text.removeprefix("第").removesuffix("条").removesuffix("号"))
    if number is not None:
        return _by_number(ctx, number)
    if _WHOSE.search(text):
        return whose(ctx)
    found = _find(ctx, _FILLER.sub("", text))
    return _show(ctx, found) if found is not None else None


def whose(ctx: Context) -> Reply:
    """Whose the slogans are: the notice's own, or the national ones where it has none."""
    slogans = ctx.campaign.slogans
    count = len(slogans.items)
    if slogans.own:
        return Reply(f"本届通知附了标语，共{count}条：{slogans.title}。", choices=("下一条", "主题"))
    return Reply(f"{NOT_OWN}一共{count}条：{slogans.title}。", choices=("下一条", "主题"))


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
    head = f"{slogans.title}，共{len(slogans.items)}条。" if slogans.own else NOT_OWN
    sample = next((word for word in _SAMPLES if any(word in item for item in slogans.items)), "安全")
    return Reply(f"第{n + 1}条\n{lines}\n\n{head}\n回复“下一条”，或发编号、词语，比如“5”“{sample}”。")


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
