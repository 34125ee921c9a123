"""错题本: wrong answers that come back until they are right twice in a row."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from bot.context import Context
from bot.dialogue import ask
from bot.message import Ask, Reply
from bot.routes import Dialogue, Route
from handlers.kept_round import Round, as_kept
from handlers.quiz import DROPPED, KEPT
from handlers.rounds import BY_LETTER, End, ended, finish, play

MOST = 10  # questions of one round
NOW, LATER = "现在练", "先不练"
EMPTY = "错题本里没有题。答错的题会自己放进来，隔1天、3天、7天再练，连着答对两次就放下。"


def notebook(ctx: Context) -> Dialogue:
    """Play what is due; where nothing is, offer to practise all the same."""
    kept = ctx.kept("kept")
    if kept is None:
        begun = yield from _begun(ctx)
        if isinstance(begun, Reply):
            return begun
        kept = ctx.keep("kept", lambda: begun)
    waiting, due, questions = kept["waiting"], kept["due"], kept["round"]
    today = f"今天该练{due}题，" if due else ""
    lead = f"错题本里有{waiting}题，{today}这一轮{len(questions)}题。\n{BY_LETTER}"
    played = yield from play(ctx, questions, lead)
    told = finish(ctx, played, End("notebook", scored=False))
    _let_go(ctx)
    left, still = ctx.stores.notebook.count(ctx.user, ctx.local.date())
    rest = f"错题本还有{left}题，今天还该练{still}题。" if left else "错题本清空了，真好。"
    return Reply(ended(played, told, rest), choices=("错题本", "再来一轮") if still else ("再来一轮", "闯关"))


def _begun(ctx: Context) -> Generator[Ask, Any, dict[str, Any] | Reply]:
    """What is played, or why nothing is; until the first question is put, every message looks at its own day."""
    looked = _look(ctx)
    waiting, due = looked["waiting"], looked["due"]
    if not waiting:
        _let_go(ctx)
        return Reply(EMPTY, choices=("答题", "闯关"))
    if due and ctx.message.text == LATER:  # to an offer of a day on which nothing was due
        return Reply(f"好的。今天该练{due}题，有空回复“错题本”。", choices=("答题", "闯关"))
    if due:
        return looked
    early = f"错题本里有{waiting}题，今天没有到日子的。\n要现在先练一遍吗？提前答对的，到日子还会再问一次。"
    if (yield from ask("early", early, choices=(NOW, LATER))) == LATER:
        return Reply("好的，到日子再练。", choices=("答题", "闯关"))
    return looked


def _look(ctx: Context) -> dict[str, Any]:
    """How many questions wait, how many are due, and those of one round."""
    book, bank = ctx.stores.notebook, ctx.questions.by_id
    waiting = [question for question in book.all(ctx.user) if question in bank]
    due = [question for question in book.due(ctx.user, ctx.local.date()) if question in bank]
    return {"waiting": len(waiting), "due": len(due), "round": _round(ctx, (due or waiting)[:MOST])}


def _let_go(ctx: Context) -> None:
    """Forget questions that are no more in the bank."""
    book = ctx.stores.notebook
    book.drop(ctx.user, [question for question in book.all(ctx.user) if question not in ctx.questions.by_id])


def _round(ctx: Context, questions: Sequence[str]) -> Round:
    return [as_kept(ctx.questions.by_id[question]) for question in questions]


ROUTES = (
    Route(
        "notebook",
        notebook,
        ("错题本", "错题", "错题集", "我的错题", "复习错题"),
        "答错的题隔几天再练",
        "",
        "学安全",
        expires=KEPT,
        dropped=DROPPED,
        hints=("错题", "做错", "答错", "错过", "错的", "错了的"),
        refines=("quiz", "my_score"),
    ),
)
