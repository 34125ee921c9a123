"""Safety questions: the answer with its source, or the nearest questions, never a wrong answer."""

from __future__ import annotations

from bot.context import Context
from bot.language import advice as knowledge
from bot.language.normalise import normalise
from bot.message import Reply
from bot.routes import Route
from content.models import Advice

WORDS = ("安全问答", "安全知识")
EXAMPLES = ("电动车可以停在楼道里吗", "家里的燃气管可以自己改吗", "被困电梯怎么办")
_DANGER = "有危险先拨 119、120、110。"
_HELP = "求助电话"
_URGENT = frozenset({"110", "119", "120", "122"})


def safety_question(ctx: Context) -> Reply:
    """Answer a question, offer the nearest ones, or say how to ask."""
    if ctx.message.kind != "text" or _asks_nothing(ctx):
        return Reply("安全问题直接问，说平常话就行。比如：", choices=EXAMPLES, tail=_DANGER)
    found = knowledge.base().ask(ctx.message.text)
    return _told(found.answer) if found.answer else _unsure(found.nearest)


def again(ctx: Context) -> Reply | None:
    """Right after an answer, another question without any word that shows it is one."""
    if ctx.message.kind != "text":
        return None
    answer = knowledge.base().ask(ctx.message.text).answer
    return _told(answer) if answer else None


def _asks_nothing(ctx: Context) -> bool:
    """Is it only the wish to ask, by one of our words or by the line of the welcome?"""
    labels = (line.label for line in ctx.campaign.welcome.lines)
    return normalise(ctx.message.text) in {"", *map(normalise, (*WORDS, *labels))}


def _told(advice: Advice) -> Reply:
    """The answer first, then what it rests on, then what to do next."""
    text = f"{advice.answer}\n依据：{advice.source}"
    if not advice.next.isdigit():
        return Reply(text, choices=(advice.next,))
    when = "正在发生" if advice.next in _URGENT else "反映隐患"
    return Reply(f"{text}\n{when}，请拨 {advice.next}。", choices=(_HELP,))


def _unsure(nearest: tuple[Advice, ...]) -> Reply:
    if not nearest:
        return Reply("这个问题我们没有把握，请换个说法。", choices=EXAMPLES, tail=_DANGER)
    return Reply(
        "这个问题我们没有把握。您是不是想问：",
        choices=tuple(advice.question for advice in nearest),
        tail="都不是，请换个说法。",
    )


ROUTES = (
    Route(
        "advice",
        safety_question,
        WORDS,
        "安全问题直接问",
        "safety_question",
        "学安全",
        "安全问答",
        again=again,
    ),
)
