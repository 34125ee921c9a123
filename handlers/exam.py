"""考试: twenty questions of all topics, in ten minutes or without a clock."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.dialogue import ask
from bot.message import Ask, Reply
from bot.routes import Dialogue, Route
from handlers.kept_round import Round
from handlers.limits import begin, full, thrown_away
from handlers.quiz import DROPPED, KEPT
from handlers.rounds import (
    BY_LETTER,
    End,
    Played,
    broken_off,
    certificate,
    choose,
    ended,
    finish,
    opening,
    play,
    settled,
)
from rules.certificates import PASS_PERCENT, passed

COUNT, LIMIT = 20, timedelta(minutes=10)
PASSES = COUNT * PASS_PERCENT // 100
CLOCKED, UNCLOCKED = "计时", "不计时"
WHAT = f"考试{COUNT}题，各类都有，对{PASSES}题合格。"
ASKED = f"{WHAT}\n计时：10分钟内答完，成绩上排行榜。\n不计时：慢慢答，一样能合格，不上排行榜。"


def exam(ctx: Context) -> Dialogue:
    """Choose with or without a clock, answer, and learn whether it is passed."""
    clocked = (yield from settled(ctx, "how", _how(ctx))) == CLOCKED
    questions = ctx.keep("round", lambda: _draw(ctx, clocked))
    until = ctx.keep("until", lambda: _begin(ctx) if clocked else "")
    slow = f"不限时，退出也不丢。\n{BY_LETTER}"
    lead = opening(ctx, "10分钟后结束，到时没答的不算。") if clocked else slow
    played = yield from play(ctx, questions, lead, until)
    told = finish(ctx, played, _kind(ctx, clocked))
    return _end(ctx, played, told, len(questions))


def _how(ctx: Context) -> Generator[Ask, Any, str]:
    """With or without a clock; without alone for somebody who has begun all rounds of the day."""
    if full(ctx) is None:
        return (yield from ask("how", ASKED, choices=(CLOCKED, UNCLOCKED), final=True))
    most = ctx.campaign.quiz.rounds_a_day
    text = f"今天计成绩的{most}轮您都开始过了，今天只能不计时考，不上排行榜。\n{WHAT}"
    return (yield from ask("how", text, choices=(UNCLOCKED,), final=True))


def _draw(ctx: Context, clocked: bool) -> Round:
    """Questions of all topics; only an exam against the clock is scored, and counted where rounds are."""
    questions = choose(ctx, ctx.questions.scored.values(), COUNT)
    return begin(ctx, questions) if clocked else questions


def _kind(ctx: Context, clocked: bool) -> End:
    return End("exam", total=len(ctx.kept("round")), clocked=clocked, scored=clocked)


def _stopped(ctx: Context) -> str:
    """What is told of an exam that is given up: against the clock it ends as it stands, else it leaves nothing.

    Its end stays noted; the job that comes by then finds it closed.
    """
    played = broken_off(ctx) if ctx.kept("until") else None
    if played is None:
        return thrown_away(ctx)
    told = finish(ctx, played, _kind(ctx, clocked=True))
    return f"{_late(played)}\n{told}" if played.late else told


def _late(played: Played) -> str:
    return f"考试时间到了，时间内答了{len(played.answers)}题。" if played.late else ""


def _begin(ctx: Context) -> str:
    """When the exam that begins now ends; noted, so that it ends also if nobody writes again."""
    until = ctx.local + LIMIT
    ctx.stores.exam_ends.add(ctx.user, ctx.draft_id, until)
    return until.isoformat()


def _end(ctx: Context, played: Played, told: str, total: int) -> Reply:
    late = _late(played)
    if not passed(played.score, total):
        short = f"这次没有合格，对{PASSES}题就合格。错题看一看，再来一次。"
        return Reply(ended(played, late, told, short), choices=("再考一次", "错题本", "练习"))
    choices = (*certificate(ctx), "再考一次", "错题本", "排行榜")
    return Reply(ended(played, late, told, "考试合格，祝贺您。"), choices=choices)


ROUTES = (
    Route(
        "exam",
        exam,
        ("考试", "安全考试", "我要考试", "模拟考试", "再考一次"),
        "20题，可以计时，合格有记录",
        "",
        "学安全",
        expires=KEPT,
        dropped=DROPPED,
        stopped=_stopped,
        hints=("考试", "考一次", "考一场", "考考", "模拟考"),
        refines=("quiz",),
    ),
)
