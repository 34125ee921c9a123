"""For which unit and region one plays: joined by the unit's QR code or by name, changed at most once in ten days, or before the first round."""

from __future__ import annotations

from bot.context import Context
from bot.dialogue import ask
from bot.message import Reply
from bot.routes import Dialogue, Route
from handlers import welcome
from handlers.liaisons import unit_name
from rules import dates
from rules.units import UnitView, scene_unit

JOIN_THIS, LOOK = "加入这个单位答题", "先看看"
NEITHER, OTHERS, STAY = "都不是", "看其他的", "先不选"
WHICH_REGION = "您在哪个地区？为它答过题以后，十天里只能换一次。"
_SCANNED = "scanned"  # in memory: the unit whose code was scanned last
_AT_ONCE = 7  # regions that are offered at a time


def arrived(ctx: Context) -> Reply:
    """Somebody follows or scans a code: that of a unit is an offer to play for it, any other a welcome."""
    number = scene_unit(ctx.message.scene)
    unit = None if number is None else ctx.stores.units.get(number)
    if unit is None:
        return welcome.welcome(ctx)
    ctx.memory[_SCANNED] = unit.id
    return Reply(
        f"您好，您扫的是{unit.name}的二维码。",
        choices=(JOIN_THIS, "登记为联络员", LOOK),
        tail=f"{welcome.DANGER_LINE}\n您的信息怎么用，回复“隐私”。",
    )


def join_scanned(ctx: Context) -> Reply:
    """Play for the unit whose code was scanned."""
    number = ctx.memory.pop(_SCANNED, None)
    unit = None if number is None else ctx.stores.units.get(number)
    if unit is None:
        return Reply("请先扫单位的二维码，或者按名称加入。", choices=("加入单位", "答题"))
    return _join(ctx, unit)


def join(ctx: Context) -> Dialogue:
    """Play for a unit that is found by its name."""
    refusal = ctx.keep("refusal", lambda: _too_early(ctx))
    if refusal:
        return Reply(refusal, choices=("我的单位", "答题"))
    typed = yield from ask("unit", "您是哪个单位的？请写单位名称。", reader=unit_name())
    found = ctx.keep(f"found {typed}", lambda: [[one.id, one.name] for one in ctx.stores.units.find(typed)])
    if not found:
        text = f"名单里没有找到“{typed}”。换个写法再试，或者扫单位的二维码。"
        return Reply(text, choices=("加入单位", "答题"))
    labels = {name: number for number, name in found}
    near = "" if typed in labels else f"没有正好叫“{typed}”的，您说的是下面的吗？\n"
    text = f"{near}加入哪个单位？为它答过题以后，十天里只能换一次。"
    chosen = yield from ask("which", text, choices=(*labels, NEITHER))
    unit = None if chosen == NEITHER else ctx.stores.units.get(labels[chosen])
    if unit is None:
        return Reply("好的，没有加入。可以换个写法，或者扫单位的二维码。", choices=("加入单位", "答题"))
    return _join(ctx, unit)


def leave(ctx: Context) -> Dialogue:
    """Play for no unit any more."""
    inside = ctx.keep("inside", lambda: ctx.stores.players.of(ctx.user).unit_id is not None)
    if not inside:
        return Reply("您没有加入单位。", choices=("加入单位", "答题"))
    text = "退出后，以后答的题不再算进单位；已经算进去的不变。\n要退出吗？"
    if (yield from ask("sure", text, choices=("退出单位", "不退出"))) == "不退出":
        return Reply("好的，还在原来的单位。", choices=("我的单位", "答题"))
    ctx.stores.players.leave(ctx.user, ctx.now)
    return Reply("退出了，以后答的题只记在您自己名下。", choices=("答题", "排行榜"))


def choose_region(ctx: Context) -> Dialogue:
    """Play for a region without a unit."""
    refusal = ctx.keep("refusal", lambda: _no_region(ctx))
    if refusal:
        return Reply(refusal, choices=("我的单位", "答题"))
    regions = ctx.keep("regions", lambda: list(ctx.stores.players.regions()))
    chosen = OTHERS
    for start in range(0, len(regions), _AT_ONCE):
        last = STAY if start + _AT_ONCE >= len(regions) else OTHERS
        offered = (*regions[start : start + _AT_ONCE], last)
        chosen = yield from ask(f"region-{start}", WHICH_REGION, choices=offered)
        if chosen != OTHERS:
            break
    if chosen not in regions:
        return Reply("好的，没有选。", choices=("答题", "排行榜"))
    refusal = _no_region(ctx)  # a round may have ended meanwhile
    if refusal:
        return Reply(refusal, choices=("我的单位", "答题"))
    ctx.stores.players.join(ctx.user, None, chosen, ctx.now)
    return Reply(f"记下了，以后答的题算进{chosen}。", choices=("答题", "地区榜"))


def my_unit(ctx: Context) -> Reply:
    """For whom one plays, and what all have played there."""
    player = ctx.stores.players.of(ctx.user)
    unit = None if player.unit_id is None else ctx.stores.units.get(player.unit_id)
    if unit is None:
        where = f"您没有加入单位，地区是{player.region}。" if player.region else "您还没有加入单位。"
        regions = ("选地区",) if ctx.stores.players.regions() else ()
        return Reply(f"{where}\n加入后，您答的题算进单位的总数。", choices=("加入单位", *regions, "答题"))
    played = ctx.stores.participation.unit(unit.id)
    lines = [f"您在{unit.name}答题。" + (f"地区是{player.region}。" if player.region else "")]
    told = f"本单位答完{played.rounds}人次，{played.people}人，平均答对{played.average}%。"
    lines.append(told if played.rounds else "本单位还没有计入的成绩。")
    return Reply("\n".join(lines), choices=("单位榜", "换单位", "退出单位"))


def _join(ctx: Context, unit: UnitView) -> Reply:
    """Let the person play for the unit, unless that is too early."""
    if ctx.stores.players.of(ctx.user).unit_id == unit.id:
        return Reply(f"您已经在{unit.name}了。", choices=("答题", "我的单位"))
    refusal = _too_early(ctx)
    if refusal:
        return Reply(refusal, choices=("我的单位", "答题"))
    ctx.stores.players.join(ctx.user, unit.id, unit.region, ctx.now)
    text = f"加入了{unit.name}，以后答的题算进这个单位。\n榜上不显示您的真名。"
    return Reply(text, choices=("答题", "单位榜", "昵称"))


def _too_early(ctx: Context) -> str:
    """Why unit and region can't be changed yet."""
    until = ctx.stores.players.may_change(ctx.user, ctx.now)
    return (
        "" if until is None else f"十天里只能换一次，{dates.moment(until.astimezone(ctx.zone))}以后可以换。"
    )


def _no_region(ctx: Context) -> str:
    """Why no region can be chosen."""
    if ctx.stores.players.of(ctx.user).unit_id is not None:
        return "您的地区跟着单位走，不用另选。"
    if not ctx.stores.players.regions():
        return "本届活动没有分地区，不用选。加入单位就能为单位答题。"
    return _too_early(ctx)


ROUTES = (
    Route(
        "unit_join",
        join,
        ("加入单位", "换单位", "选单位"),
        "为单位答题",
        dropped="好的，没有加入单位。",
        hints=(
            "加入单位",
            "加入我们",
            "加入公司",
            "想加入",
            "要加入",
            "怎么加入",
            "换单位",
            "换一个单位",
            "选错单位",
            "代表单位",
            "给单位",
            "为单位",
            "为公司",
            "为我们",
            "算给单位",
        ),
        refines=("ranking", "quiz"),
    ),
    Route("unit_join_scanned", join_scanned, (JOIN_THIS,), ""),
    Route(
        "unit_mine",
        my_unit,
        ("我的单位", "本单位"),
        "看本单位答了多少",
        hints=("我属于", "我的单位", "我是哪个单位"),
        refines=("ranking",),
    ),
    Route(
        "unit_leave",
        leave,
        ("退出单位", "离开单位"),
        "不再为单位答题",
        hints=("退出单位", "离开单位", "退出现在的单位", "退出我们单位"),
        refines=("ranking",),
    ),
    Route("region", choose_region, ("选地区", "我的地区"), "选自己的地区"),
    Route("look_around", welcome.welcome, (LOOK,), ""),
)
EVENTS = {"follow": arrived, "scan": arrived}
