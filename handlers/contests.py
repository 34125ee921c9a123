"""竞赛 by topic, as a campaign names them: a round of ours from these topics, or word that others run it."""

from __future__ import annotations

from collections.abc import Callable

from bot.context import Context
from bot.message import Reply
from bot.routes import Dialogue, Route
from content.models import Campaign, Contest
from handlers.kept_round import Round
from handlers.limits import begin, full, thrown_away
from handlers.quiz import DROPPED, KEPT
from handlers.rounds import End, broken_off, choose, ended, finish, opening, play
from rules import dates

KIND = "contest"  # of an attempt; its stage says which


def _round(contest: Contest) -> Callable[[Context], Dialogue]:
    """The dialogue of a contest that is played here."""

    def played(ctx: Context) -> Dialogue:
        """Ask one round of the contest's topics, explain each answer, keep the score."""
        if (turned := _shut(ctx, contest) or full(ctx)) is not None:
            return turned
        questions = ctx.keep("round", lambda: begin(ctx, _draw(ctx, contest)))
        if not questions:
            return Reply(f"“{contest.title}”还没有题，先答别的吧。", choices=("答题", "更多玩法"))
        lead = opening(ctx, f"{contest.title}：{len(questions)}题，不限时，退出也不丢。", contest.elsewhere)
        answered = yield from play(ctx, questions, lead)
        told = finish(ctx, answered, End(KIND, stage=contest.id))
        return Reply(ended(answered, told), choices=(contest.title, "答题", "错题本", "排行榜"))

    return played


def _stopped(contest: Contest) -> Callable[[Context], str]:
    """Keeps a round that is given up, what was not answered as not right."""

    def stopped(ctx: Context) -> str:
        left = broken_off(ctx)
        end = End(KIND, stage=contest.id, total=len(ctx.kept("round") or ()))
        return finish(ctx, left, end) if left else thrown_away(ctx)

    return stopped


def _draw(ctx: Context, contest: Contest) -> Round:
    scored = ctx.questions.scored
    return choose(ctx, [scored[topic] for topic in contest.topics if topic in scored], contest.count)


def _shut(ctx: Context, contest: Contest) -> Reply | None:
    """When the contest can be played, for somebody who comes too early or too late; a round in flight goes on."""
    if contest.period is None or contest.runs_on(ctx.local.date()) or ctx.kept("round") is not None:
        return None
    start, end = contest.period.start, contest.period.end
    early = ctx.local.date() < start
    when = f"{dates.day(start)}才开始" if early else f"{dates.day(end)}已经结束"
    return Reply(f"“{contest.title}”{when}。\n同一类的题，回复“练习”随时可以练。", choices=("练习", "答题"))


def _elsewhere(contest: Contest) -> Callable[[Context], Reply]:
    """Says of a contest that others run that it is not here."""

    def told(ctx: Context) -> Reply:
        """What the notice says of it, and what can be answered here."""
        ours = tuple(one.title for one in ctx.campaign.quiz.running(ctx.local.date()))
        text = f"“{contest.title}”不在这里答。\n{contest.elsewhere}\n在这里也可以答题，成绩只算这里的。"
        return Reply(text, choices=("答题", *ours, "人工"))

    return told


def routes_of(campaign: Campaign) -> tuple[Route, ...]:
    """A route for each contest, by its names."""
    return tuple(_route(contest) for contest in campaign.quiz.contests)


def _route(contest: Contest) -> Route:
    ours = bool(contest.topics)
    return Route(
        f"{KIND}-{contest.id}",
        _round(contest) if ours else _elsewhere(contest),
        contest.names,
        f"{contest.count}题一轮，只考这一类" if ours else "",
        "",
        "学安全" if ours else "",
        expires=KEPT,
        dropped=DROPPED,
        stopped=_stopped(contest) if ours else None,
        hints=contest.names,
        refines=("quiz",) if ours else ("quiz", "campaign"),
    )


ROUTES = (Route(KIND, lambda _ctx: Reply(), (), "", within=routes_of),)
