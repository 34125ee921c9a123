"""A round of the quiz: five questions, each explained, the score at the end."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.dialogue import ask
from bot.message import Reply
from bot.routes import Dialogue, Route
from content.bank import Question

ROUND = 5
REMEMBERED = 400  # questions a person has seen and is not asked again before the others
_RANDOM = secrets.SystemRandom()


def quiz(ctx: Context) -> Dialogue:
    """Ask one round of questions, explain each answer, keep the score."""
    questions = ctx.keep("round", lambda: pick(ctx))
    verdict, answers = f"这一轮{len(questions)}题，不限时，退出也不丢。\n答案回复字母就行。", []
    for number, question in enumerate(questions, start=1):
        head = f"第{number}题，共{len(questions)}题\n{question['stem']}"
        given = yield from ask(
            question["id"], head, choices=tuple(question["options"]), final=True, lettered=True, lead=verdict
        )
        right = given == question["answer"]
        verdict = _verdict(question, right)
        at = ctx.said_at(question["id"]).isoformat()
        answers.append({"question": question["id"], "given": given, "right": right, "at": at})
    ctx.stores.attempts.add(
        ctx.user, ctx.draft_id, kind="round", answers=answers, began=ctx.began, at=ctx.now
    )
    return _end(ctx, verdict, answers)


def _end(ctx: Context, verdict: str, answers: list[dict[str, Any]]) -> Reply:
    seen = ctx.memory.get("quiz", [])
    ctx.memory["quiz"] = [*seen, *(answer["question"] for answer in answers)][-REMEMBERED:]
    score = sum(1 for answer in answers if answer["right"])
    return Reply(
        f"{verdict}\n\n答完了：{len(answers)}题对{score}题。", choices=("再来一轮", "我的成绩", "标语")
    )


def _verdict(question: dict[str, Any], right: bool) -> str:
    mark = "ABCDE"[question["options"].index(question["answer"])]
    head = "答对了。" if right else f"没答对，正确答案是{mark} {question['answer']}。"
    return f"{head}\n{question['why']}\n依据：{question['source']}"


def pick(ctx: Context) -> list[dict[str, Any]]:
    """Questions of different topics that this person has not seen lately, as plain data that no release changes."""
    seen = set(ctx.memory.get("quiz", ()))
    fresh = [
        question
        for question in ctx.questions
        if question.type in ("single", "judge") and question.id not in seen
    ]
    pool = fresh if len(fresh) >= ROUND else [one for one in ctx.questions if one.type in ("single", "judge")]
    pool = _RANDOM.sample(pool, len(pool))
    first_of_topic = list({question.topic: question for question in reversed(pool)}.values())
    chosen = _RANDOM.sample(first_of_topic, min(ROUND, len(first_of_topic)))
    chosen += [question for question in pool if question not in chosen][: ROUND - len(chosen)]
    return [_plain(question) for question in chosen]


def _plain(question: Question) -> dict[str, Any]:
    options = list(question.options)
    if set(options) != {"对", "错"}:
        options = _RANDOM.sample(options, len(options))
    return {
        "id": question.id,
        "stem": question.stem,
        "options": options,
        "answer": question.answer[0],
        "why": question.why,
        "source": question.source,
    }


def my_score(ctx: Context) -> Reply:
    """What a person has played so far."""
    rounds, total, right = ctx.stores.attempts.totals(ctx.user)
    if not rounds:
        return Reply("您还没有答完过一轮。", choices=("答题",))
    return Reply(f"您答完了{rounds}轮，一共{total}题，答对{right}题。", choices=("再来一轮", "标语"))


def wrong_answers(_ctx: Context) -> Reply:
    """The notebook of wrong answers comes later."""
    return Reply("错题本还没有开通。答题时每一题都会告诉您为什么。", choices=("答题", "我的成绩"))


def prize(_ctx: Context) -> Reply:
    """Prizes come later; nothing is given for sharing or following."""
    return Reply(
        "奖品的事还没有开通，有没有、怎么发，以主办单位的通知为准。\n转发、关注都不送奖品，也不影响答题。",
        choices=("答题",),
    )


ROUTES = (
    Route(
        "quiz",
        quiz,
        ("答题", "闯关", "再来一轮", "开始答题", "我要答题", "竞答"),
        "五题一轮，每题都有讲解",
        "quiz",
        "学安全",
        "开始答题",
        expires=timedelta(days=30),
        dropped="好的，这一轮停下了，不记成绩。",
    ),
    Route("score", my_score, ("我的成绩", "成绩"), "看自己答对多少", "my_score", "学安全", "我的成绩"),
    Route("wrong", wrong_answers, ("错题本", "错题"), ""),
    Route("prize", prize, ("奖品", "抽奖", "奖品规则"), "", "prize"),
)
