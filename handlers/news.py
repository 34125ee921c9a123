"""News that waits for a person stands above the reply to their next message: that their ticket has won.

Until the value of a draw is known only who takes part is looked up, and never within a dialogue, so an answer in the quiz
costs nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.context import Context
from bot.message import Reply
from bot.routes import Dialogue, Route
from rules.prizes import good_news, word_key

#: Where nothing else may stand: danger, a report, what tells of prizes itself.
QUIET = frozenset({"danger", "hotline", "report", "forget", "prize_claim", "draw_leave"})
ALWAYS = "score"  # looks even when it isn't remembered that the person takes part


def with_news(routes: Iterable[Route]) -> tuple[Route, ...]:
    """The routes, each with a look at the news where its reply ends."""
    return tuple(route if route.name in QUIET else _wrapped(route) for route in routes)


def events_with_news(
    events: Mapping[str, Callable[[Context], Reply]],
) -> dict[str, Callable[[Context], Reply]]:
    """The same for what answers a message that no route answers: a photo, words that nobody understands."""

    def told(answer: Callable[[Context], Reply]) -> Callable[[Context], Reply]:
        return functools.wraps(answer)(lambda ctx: _with_news(ctx, answer(ctx), look=False))

    return {name: told(answer) for name, answer in events.items()}


def _wrapped(route: Route) -> Route:
    if route.within is not None:
        within = route.within
        return replace(route, within=lambda campaign: with_news(within(campaign)))
    handler: Any = route.handler
    look = route.name == ALWAYS

    @functools.wraps(handler)
    def plain(ctx: Context) -> Reply:
        return _with_news(ctx, handler(ctx), look)

    @functools.wraps(handler)
    def dialogue(ctx: Context) -> Dialogue:
        return _with_news(ctx, (yield from handler(ctx)), look)

    return replace(route, handler=dialogue if route.asks else plain)


def _with_news(ctx: Context, reply: Reply, look: bool) -> Reply:
    if ctx.message.kind == "event":  # nobody is there to read it
        return reply
    if reply.silent or reply.secret or not (look or ctx.memory.get("entered") or _may_be_drawn(ctx)):
        return reply
    news = _news(ctx)
    return replace(reply, text=f"{news}\n\n{reply.text}") if news else reply


def _may_be_drawn(ctx: Context) -> bool:
    """Is the value of a draw known? Then nobody has to be remembered to be looked up."""
    return any(ctx.now >= rules.source.due(ctx.campaign.zone) for rules in ctx.campaign.prizes)


def _news(ctx: Context) -> str:
    """What has not been told yet; a message that is still on its way is taken back."""
    told = []
    for prize in ctx.stores.draws.won_by(ctx.user, ctx.now):
        if prize.state != "won" or prize.told or ctx.now >= prize.claim_until:
            continue
        ctx.stores.draws.told(prize.id, ctx.now)
        words, key = ctx.stores.links.words, word_key(ctx.campaign.id, prize.id)
        words.take_back(key)
        if not words.in_full(key):
            until = prize.claim_until.astimezone(ctx.zone)
            told.append(good_news(prize.draw, prize.title, until, ctx.local.date()))
    return "\n".join(told)
