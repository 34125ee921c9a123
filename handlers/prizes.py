"""Prizes: the rules and one's own chances, taking part, claiming; nothing is given for sharing or following."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bot.context import Context
from bot.dialogue import ask
from bot.message import Reply
from bot.routes import Dialogue, Route
from content.models import PrizeDraw
from handlers.review import under_review
from rules.codes import grouped
from rules.dates import day, moment
from rules.prize_draw import source_name
from rules.prizes import ENTRANTS_KEPT_DAYS, asked, called_off, last_day, short, too_late, word_key

if TYPE_CHECKING:
    from store.draw_views import DrawView, PrizeView

NOTHING_FOR_SHARING = "转发、关注都不送奖品，也不影响答题。"
ENTER, LEAVE, CLAIM, CHECK, RESULTS = "参加抽奖", "退出抽奖", "领奖", "核对抽奖", "中奖名单"
AGREE, DECLINE = "同意，参加抽奖", "不参加"
VERSION = "2"  # of the words that an entrant agrees to
SHOW, LATER = "显示领奖码", "先不要"
OUT, STAY = "退出", "不退出"
MOST_SHOWN = 12  # tickets in one message; the list that is published has all


@dataclass(frozen=True, slots=True)
class Current:
    """The draw that is spoken of: by the rules that were sealed, once they are."""

    rules: PrizeDraw
    sealed: DrawView | None
    drawn: bool  # for good: its value can't be corrected any more


def prize(ctx: Context) -> Reply:
    """The rules of the present draw, and how the person stands in it."""
    current = _current(ctx)
    if current is None:
        return _not_stated()
    if current.drawn:
        return results(ctx)
    entered = _entered(ctx)
    lines = [*_rules(ctx, current), *_mine(ctx, current, entered)]
    if current.sealed is not None:
        return Reply("\n".join(lines), choices=(CHECK,), tail=NOTHING_FOR_SHARING)
    choices = (_way(current.rules), CHECK) if entered else (ENTER, _way(current.rules), CHECK)
    return Reply("\n".join(lines), choices=choices, tail=NOTHING_FOR_SHARING)


def check(ctx: Context) -> Reply:
    """How anybody can check a draw, and with what."""
    current = _current(ctx)
    if current is None:
        return _not_stated()
    lines = ["先封存名单，公布它的指纹；再等一个谁都控制不了的公开数值；名次由名单和数值算出来，谁都能重算。"]
    draw = current.sealed
    source = current.rules.source
    lines.append(f"公开数值：{draw.source if draw else source_name(source.kind, source.ref)}")
    if draw is None:
        lines.append("名单还没有封存。")
    else:
        lines += [f"票：{len(draw.tickets)}张", f"指纹：{draw.digest}"]
        lines += [f"数值：{draw.value}"] if current.drawn else []
        mine = ctx.stores.draws.ticket_of(current.rules.id, ctx.user)
        lines.append(f"您的票号：{mine}" if mine in draw.tickets else "您不在这次的名单里。")
    lines.append(f"名单和结果公布在：{current.rules.published}")
    return Reply("\n".join(lines), choices=("抽奖", RESULTS) if current.drawn else ("抽奖",))


def results(ctx: Context) -> Reply:
    """The tickets that won, by their first signs, and whether the person's own is among them."""
    current = _current(ctx, last_drawn=True)
    if current is None:
        return _not_stated()
    draw = current.sealed
    if draw is None or not current.drawn:
        return Reply(_being_looked_over(ctx, draw) or "还没有抽。", choices=("抽奖",))
    winners = [one for one in ctx.stores.draws.winners(draw) if one.state == "claimed" or _waits(ctx, one)]
    lines = [f"“{current.rules.name}”抽好了，{draw.source}：{draw.value}。", *_listed(winners, draw.rules)]
    mine = [one for one in ctx.stores.draws.won_by(ctx.user, ctx.now) if one.draw_id == draw.id]
    lines.append(_own_result(ctx, mine, draw))
    lines.append(f"完整名单：{current.rules.published}")
    waiting = any(_waits(ctx, one) for one in mine)
    return Reply("\n".join(lines), choices=(CLAIM, CHECK) if waiting else (CHECK, "答题"))


def enter(ctx: Context) -> Dialogue:
    """Take part: only who agrees that we keep how to reach them."""
    current = _current(ctx)
    if current is None:
        return _not_stated()
    if current.sealed is not None:
        return Reply("名单已经封存，现在不能参加了。", choices=("抽奖",))
    if _entered(ctx):
        return Reply("您已经参加了，不用再报。", choices=("抽奖", LEAVE))
    sentence = f"我同意{ctx.campaign.organiser}为通知抽奖结果保存我的微信编号，单独加密，领奖结束{ENTRANTS_KEPT_DAYS}天后删除，可随时撤回。"
    text = f"参加抽奖要先同意这一句：\n{sentence}\n撤回请回复“{LEAVE}”。不参加也照样答题。"
    if (yield from ask("consent", text, choices=(AGREE, DECLINE))) != AGREE:
        return Reply("好的，没有参加，也没有保存。", choices=("答题",))
    consent = {"text": sentence, "version": VERSION, "at": ctx.now.isoformat()}
    ctx.stores.entrants.enter(ctx.user, consent)
    ctx.memory["entered"] = True
    lines = ["记下了，您参加抽奖。", *_standing(ctx, current.rules)]
    return Reply("\n".join(lines), choices=(_way(current.rules), "抽奖"))


def leave(ctx: Context) -> Dialogue:
    """Take part no more: how to reach the person is deleted."""
    if not _entered(ctx):
        return Reply("您没有参加抽奖，没有存您的微信编号。", choices=("抽奖",))
    text = "退出以后，存着的微信编号会删除；没有领的奖品会抽给别人。"
    if (yield from ask("sure", text, choices=(OUT, STAY))) == STAY:
        return Reply("好的，没有退出。", choices=("抽奖",))
    ctx.stores.draws.give_up(ctx.user, ctx.now)
    ctx.stores.entrants.leave(ctx.user)
    ctx.memory.pop("entered", None)
    return Reply("已退出抽奖，您的微信编号已删除。", choices=("答题",))


def claim(ctx: Context) -> Dialogue:
    """Show the claim code to the winner: once, and a new one makes the old one void."""
    won = ctx.stores.draws.won_by(ctx.user, ctx.now)
    open_ = [one for one in won if _waits(ctx, one)]
    if not open_:
        return _nothing_to_claim(ctx, won)
    chosen = ctx.keep("prize", lambda: min(open_, key=lambda one: (one.coded, one.id)).id)
    prize = next((one for one in open_ if one.id == chosen), None)
    if prize is None:
        return Reply("这份奖品现在不能领了。", choices=("抽奖",))
    again = "领奖码给过您一次，再要就换一个新的，旧的作废。" if ctx.keep("coded", lambda: prize.coded) else ""
    until = day(last_day(prize.claim_until.astimezone(ctx.zone)), ctx.local.date())
    text = f"您在“{prize.draw}”抽奖里中了：{prize.title}。\n{again}领奖码只显示一次，请准备好截图。"
    chose = yield from ask("ready", text, choices=(SHOW, LATER))
    ctx.stores.draws.told(prize.id, ctx.now)
    ctx.stores.links.words.take_back(word_key(ctx.campaign.id, prize.id))
    if chose == LATER:
        return Reply(f"好的，{until}前回复“{CLAIM}”都行。")
    code = ctx.stores.draws.new_code(prize.id, ctx.user, ctx.draft_id, ctx.now)
    if code is None:
        return Reply("这份奖品现在不能领了。", choices=("抽奖",))
    return Reply(
        f"领奖码：{grouped(code)}\n请现在截图，我们不存原码。\n奖品：{prize.title}\n"
        f"{until}前，凭码到{prize.where}领。不要把码发给别人。",
        secret=True,
    )


def _waits(ctx: Context, prize: PrizeView) -> bool:
    """Can it still be claimed?"""
    return prize.state == "won" and ctx.now < prize.claim_until


def _too_late(ctx: Context, prize: PrizeView) -> str:
    return too_late(prize.draw, prize.title, prize.claim_until.astimezone(ctx.zone), ctx.local.date())


def _nothing_to_claim(ctx: Context, won: Iterable[PrizeView]) -> Reply:
    """Why there is no prize to claim, and whether another may fall to the person within the hour."""
    told, soon = _past_prizes(ctx, won), _looked_over_now(ctx)
    if not soon:
        return told or Reply("没有查到您有要领的奖品。", choices=("抽奖", RESULTS))
    return Reply(f"{told.text}\n{soon}" if told else soon, choices=("抽奖", RESULTS))


def _past_prizes(ctx: Context, won: Iterable[PrizeView]) -> Reply | None:
    """What became of the prizes that fell to a person."""
    states = {one.state for one in won}
    if "claimed" in states:
        return Reply("您的奖品已经领过了。", choices=("抽奖",))
    voided = next((one for one in won if one.state == "void"), None)
    if voided is not None:
        return Reply(called_off(voided.draw, voided.title, voided.where), choices=("抽奖",))
    late = next(iter(won), None)
    if late is not None:
        return Reply(_too_late(ctx, late), choices=("抽奖",))
    return None


def _current(ctx: Context, last_drawn: bool = False) -> Current | None:
    """The first draw that is still to come, else the last; for results the last that was drawn."""
    found = None
    for rules in ctx.campaign.prizes:
        sealed = ctx.stores.draws.named(rules.id)
        drawn = sealed is not None and sealed.settled(ctx.now)
        one = Current(sealed.rules if sealed else rules, sealed, drawn)
        if last_drawn:
            found = one if one.drawn or found is None else found
        elif not one.drawn:
            return one
        else:
            found = one
    return found


def _not_stated() -> Reply:
    """No draw is stated: nothing is made up. Of 2020 only Ningxia's notice speaks of prizes (闯关得奖), not of how."""
    text = f"通知没有写奖品怎么抽、怎么发。有没有、怎么发，以主办单位公布的为准。\n{NOTHING_FOR_SHARING}"
    return Reply(text, choices=("答题",))


def _entered(ctx: Context) -> bool:
    entered = ctx.stores.entrants.entered(ctx.user)
    if entered:
        ctx.memory["entered"] = True
    return entered


def _rules(ctx: Context, current: Current) -> list[str]:
    rules, today = current.rules, ctx.local.date()
    kinds = "，".join(f"{kind.title}{kind.count}份" for kind in rules.prizes)
    due = rules.source.due(ctx.campaign.zone).astimezone(ctx.zone)
    days = f"{day(rules.period.start, today)}到{day(rules.period.end, today)}"
    source = source_name(rules.source.kind, rules.source.ref)
    return [
        f"“{rules.name}”：{kinds}。",
        f"条件：{days}，{'，'.join(asked(rules))}。每人一张票。",
        f"抽法：先封存名单，再用{source}来定，{moment(due)}公布。",
    ]


def _way(rules: PrizeDraw) -> str:
    """The word of what leads to a ticket."""
    return "闯关" if rules.needs.levels else "考试" if rules.needs.exam else "答题"


def _mine(ctx: Context, current: Current, entered: bool) -> list[str]:
    """How the person stands: before the list is sealed, and after."""
    draw = current.sealed
    if draw is None:
        return [*_standing(ctx, current.rules), "您参加了。" if entered else f"还没有参加，回复“{ENTER}”。"]
    mine = ctx.stores.draws.ticket_of(current.rules.id, ctx.user)
    if mine in draw.tickets:
        own = f"您在名单里，票号开头是 {short(mine)}。"
    else:
        own = "您不在名单里：封存时没有参加，或条件没有达到。"
    soon = _being_looked_over(ctx, draw)
    return [f"名单已经封存，共{len(draw.tickets)}张票。", own, *([soon] if soon else [])]


def _being_looked_over(ctx: Context, draw: DrawView | None) -> str:
    """Once the value is entered, until it can't be corrected any more."""
    if draw is None or draw.settled_at is None:
        return ""
    return f"公开数值已经填好，正在核对，{moment(draw.settled_at.astimezone(ctx.zone))}以后回复“{RESULTS}”看结果。"


def _looked_over_now(ctx: Context) -> str:
    """The same of whichever draw is in its hour."""
    draws = (ctx.stores.draws.named(rules.id) for rules in ctx.campaign.prizes)
    within = (draw for draw in draws if draw is not None and not draw.settled(ctx.now))
    return next((told for draw in within if (told := _being_looked_over(ctx, draw))), "")


def _standing(ctx: Context, rules: PrizeDraw) -> list[str]:
    """What is still missing for a ticket, and what of it may wait for staff."""
    has, needs = ctx.stores.draws.standing(rules, ctx.user), rules.needs
    counted = (
        ("闯过{}关，还差{}关", has.levels, needs.levels),
        ("考试最高{}分，还差{}分", has.exam, needs.exam),
        ("有{}天答完过题，还差{}天", has.days, needs.days),
        ("答完{}轮，还差{}轮", has.rounds, needs.rounds),
    )
    missing = [text.format(n, least - n) for text, n, least in counted if least is not None and n < least]
    told = f"您现在{'；'.join(missing)}。" if missing else "条件您都达到了。"
    return [told, review] if missing and (review := under_review(ctx)) else [told]


def _listed(winners: list[PrizeView], rules: PrizeDraw) -> list[str]:
    """Each prize with the first signs of its tickets, the best first, as many as fit."""
    best = {kind.title: place for place, kind in reversed([*enumerate(rules.prizes)])}
    shown = sorted(winners, key=lambda one: (best[one.title], one.rank))[:MOST_SHOWN]
    lines = [
        f"{title}：{'、'.join(short(one.ticket) for one in same)}"
        for title, same in groupby(shown, key=lambda one: one.title)
    ]
    more = len(winners) - len(shown)
    return [*lines, f"还有{more}份，见完整名单。"] if more else lines


def _own_result(ctx: Context, mine: list[PrizeView], draw: DrawView) -> str:
    if any(one.state == "claimed" for one in mine):
        return f"您中了：{mine[0].title}，已经领过。"
    if any(_waits(ctx, one) for one in mine):
        return f"恭喜，您中了：{mine[0].title}。回复“{CLAIM}”拿领奖码。"
    if any(one.state == "void" for one in mine):
        return called_off(mine[0].draw, mine[0].title, mine[0].where)
    if mine:
        return _too_late(ctx, mine[0])
    own = ctx.stores.draws.ticket_of(draw.rules.id, ctx.user)
    return f"您的票号开头是 {short(own)}，没有中奖。" if own in draw.tickets else "您不在这次的名单里。"


ROUTES = (
    Route("prize", prize, ("抽奖", "奖品", "奖品规则"), "奖品怎么抽，够不够条件", "prize"),
    Route(
        "draw_enter",
        enter,
        (ENTER, "我要参加抽奖", "报名抽奖"),
        "报名参加抽奖",
        dropped="好的，没有参加。",
        hints=("要参加", "想参加", "报名", "报个名"),
        refines=("prize",),
    ),
    Route(
        "prize_claim",
        claim,
        (CLAIM, "我要领奖", "兑奖"),
        "中奖了拿领奖码",
        hints=("领奖", "兑奖", "怎么领", "哪领", "哪儿领", "哪里领"),
        refines=("prize",),
    ),
    Route(
        "draw_results",
        results,
        (RESULTS, "抽奖结果", "开奖结果"),
        "看哪些票中了奖",
        hints=("名单", "谁中", "抽奖结果", "开奖结果", "上期", "开奖了吗", "开奖了没"),
        refines=("prize",),
    ),
    Route(
        "draw_check",
        check,
        (CHECK, "怎么核对抽奖"),
        "核对抽奖公不公平",
        hints=("核对", "公平", "内定", "验证", "黑幕", "作弊"),
        refines=("prize",),
    ),
    Route(
        "draw_leave",
        leave,
        (LEAVE, "不参加抽奖了"),
        "不再参加抽奖",
        hints=("不想参加", "不参加", "不要参加", "退出抽奖", "取消抽奖", "不抽了"),
        refines=("prize",),
    ),
)
