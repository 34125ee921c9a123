"""The quiz: a round of five, the question of the day, practice by topic, rumours, and how far one has come."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.context import Context
from bot.dialogue import ask
from bot.errors import Invalid
from bot.message import Ask, Reader, Reply, Said
from bot.routes import Dialogue, Route
from content.bank import Question
from handlers.kept_round import Round, as_kept
from handlers.limits import begin, full
from handlers.review import under_review
from handlers.rounds import (
    BY_LETTER,
    ROUND,
    End,
    choose,
    ended,
    finish,
    opening,
    play,
    settled,
    stopping,
)
from handlers.topics import asks_to_practise, named, wanted
from rules import dates
from rules.levels import LEVELS
from rules.picking import of_the_day

KEPT = timedelta(days=30)  # a round of which nobody speaks; meanwhile none of its kind can be begun
DROPPED = "好的，这一轮停下了，不记成绩。"
TOPICS, OTHERS = 8, "换一批"  # titles on one screen
SAME = "再练一轮"  # the topic that was practised last
RUMOURS = "rumours"
HANDY = ("first-aid", "self-rescue", "signs")  # topics that no level names


def quiz(ctx: Context) -> Dialogue:
    """Ask one round of questions, explain each answer, keep the score."""
    if (turned := full(ctx)) is not None:
        return turned
    questions = ctx.keep("round", lambda: begin(ctx, choose(ctx, ctx.questions.scored.values())))
    lead = opening(ctx, f"这一轮{len(questions)}题，不限时，退出也不丢。")
    played = yield from play(ctx, questions, lead)
    told = finish(ctx, played, End("round"))
    return Reply(ended(played, told), choices=("再来一轮", "错题本", "排行榜", "更多玩法"))


def daily(ctx: Context) -> Dialogue:
    """The one question of the day, the same for everybody, scored once; its first answer ends it."""
    day = ctx.keep("day", lambda: ctx.local.date().isoformat())
    if ctx.keep("done", lambda: ctx.stores.attempts.played(ctx.user, "daily", day)):
        return Reply("今天的每日一答您已经答过了，明天再来。", choices=("再来一轮", "闯关", "错题本"))
    questions = ctx.keep("round", lambda: _todays(ctx, day))
    if not questions:
        return Reply("今天还没有题，先答别的吧。", choices=("答题", "闯关"))
    past = day < ctx.local.date().isoformat()  # left open on another day
    lead = f"{dates.day(date.fromisoformat(day))}的每日一答，每天一题，人人一样。"
    if past:
        lead = f"这是{lead.partition('，')[0]}，那天没有答。答完再回复“每日一答”，就是今天的。"
    played = yield from play(ctx, questions, lead)
    told = finish(ctx, played, End("daily", stage=day, once=f"daily {day}"))
    choices = ("再来一轮", "闯关", "错题本")
    return Reply(ended(played, told), choices=("每日一答", *choices) if past else choices)


def _todays(ctx: Context, day: str) -> Round:
    campaign = ctx.campaign
    question = of_the_day(ctx.questions, campaign.id, campaign.begins, date.fromisoformat(day))
    return [as_kept(question)] if question else []


def practice(ctx: Context) -> Dialogue:
    """Five questions of a topic one chooses; off the boards."""
    left = _change(ctx)
    topic = yield from settled(ctx, "topic", _topic(ctx))
    questions = ctx.keep("round", lambda: choose(ctx, [ctx.questions.by_topic[topic]]))

    def lead() -> str:
        about = f"练习“{ctx.questions.title(topic)}”，{len(questions)}题，不上排行榜。"
        before = f"“{left}”没练完，先停下了。" if left else ""
        return "\n".join(filter(None, (before, about, _how_to_change(ctx, topic), BY_LETTER)))

    played = yield from play(ctx, questions, lead)
    told = finish(ctx, played, End("practice", stage=topic, scored=False))
    ctx.memory["practised"] = topic
    return Reply(ended(played, told), choices=(SAME, "练习", "错题本", "更多玩法"))


def _change(ctx: Context) -> str:
    """Take the topic that this message names, as 练习交通 does; the title of the one that was begun and is let go for it.

    A practice round stands on no board, so nothing is gained by leaving one; the round is begun anew.
    """
    text, before = ctx.message.text, ctx.kept("topic")
    asked = wanted(text, _titles(ctx)) if asks_to_practise(text) else None
    if asked is None or asked == before or ctx.draft is None:
        return ""
    draft, begun = ctx.draft, before is not None and bool(ctx.draft.said)
    for name in ("topic", "round", "shown"):
        draft.kept.pop(name, None)
    draft.said.clear()
    draft.final.clear()
    ctx.keep("topic", lambda: asked)
    return ctx.questions.title(before) if begun and before in ctx.questions.by_topic else ""


def _how_to_change(ctx: Context, topic: str) -> str:
    """How another topic is practised instead, with one of them."""
    other = next((title for one, title in _titles(ctx).items() if one != topic), "")
    return f"想换一类，在公众号里说“练习”加名称，比如“练习{other}”。" if other else ""


def _titles(ctx: Context) -> dict[str, str]:
    """All topics with their titles, first those that everybody meets."""
    usual = [*HANDY, *(topic for level in LEVELS for topic in level.topics)]
    bank = ctx.questions
    topics = sorted(bank.by_topic, key=lambda topic: usual.index(topic) if topic in usual else len(usual))
    return {topic: bank.title(topic) for topic in topics}


def _topic(ctx: Context) -> Generator[Ask, Any, str]:
    """The topic of a practice round: the last one again, or chosen by its title, a few on each screen."""
    last = str(ctx.memory.get("practised", ""))
    if last in ctx.questions.by_topic and ctx.keep("word", lambda: ctx.message.text) == SAME:
        return last
    titles = _titles(ctx)
    names, page = tuple(titles.values()), 0
    while True:
        start = page * TOPICS % len(names) // TOPICS * TOPICS
        shown = names[start : start + TOPICS]
        chosen: str = yield from ask(
            f"topic-{page}",
            f"练哪一类？共{len(names)}类。\n也可以直接说名称。",
            choices=(*shown, OTHERS) if len(names) > TOPICS else shown,
            reader=_title(titles),
        )
        if chosen != OTHERS:
            return next(topic for topic, title in titles.items() if title == chosen)
        page += 1


def _title(titles: Mapping[str, str]) -> Reader[str]:
    """The title of the topic that is named, also of one on another screen."""

    def read(said: Sequence[Said]) -> str:
        found = named(said[-1].text, titles)
        if found is None:
            raise Invalid(f"没有找到这一类，请选一个，或回复“{OTHERS}”。")
        return titles[found]

    return Reader(read, input="choice")


def rumours(ctx: Context) -> Dialogue:
    """Sayings about safety, true or false."""
    if (turned := full(ctx)) is not None:
        return turned
    questions = ctx.keep("round", lambda: begin(ctx, choose(ctx, _sayings(ctx))))
    lead = opening(ctx, f"常听到的说法，是真是假？这一轮{len(questions)}题。")
    played = yield from play(ctx, questions, lead)
    told = finish(ctx, played, End("rumours"))
    return Reply(ended(played, told), choices=("辟谣", "再来一轮", "错题本", "更多玩法"))


def _sayings(ctx: Context) -> list[Sequence[Question]]:
    """The rumours, or, where the bank has too few, whatever is to be judged."""
    scored = ctx.questions.scored
    if len(scored.get(RUMOURS, ())) >= ROUND:
        return [scored[RUMOURS]]
    return [tuple(one for one in some if one.type == "judge") for some in scored.values()]


def my_score(ctx: Context) -> Reply:
    """What a person has played so far: rounds, levels, and what waits in the notebook."""
    attempts, today = ctx.stores.attempts, ctx.local.date()
    rounds, total, right = attempts.totals(ctx.user)
    if not rounds:
        return Reply("您还没有答完过一轮。", choices=("答题", "闯关", "更多玩法"))
    stars = attempts.stars(ctx.user)
    waiting, due = ctx.stores.notebook.count(ctx.user, today)
    lines = [f"您答完了{rounds}轮，一共{total}题，答对{right}题，正确率{right / max(total, 1):.0%}。"]
    lines.append(
        f"闯关：十关过了{len(stars)}关，共{sum(stars.values())}颗星。" if stars else "闯关：还没有过关。"
    )
    lines.append(f"错题本：{waiting}题，今天该练{due}题。" if waiting else "错题本：没有题。")
    if review := under_review(ctx):
        lines.append(review)
    return Reply("\n".join(lines), choices=("再来一轮", "闯关", "错题本", "排行榜"))


def modes(ctx: Context) -> Reply:
    """All ways to play, and the contests that can be played today."""
    contests = (contest.title for contest in ctx.campaign.quiz.running(ctx.local.date()))
    return Reply(
        "想怎么答？",
        choices=("每日一答", "闯关", "练习", "考试", "找隐患", "辟谣", *contests),
        tail="还可以说：答题、错题本、我的成绩、排行榜。",
    )


ROUTES = (
    Route(
        "quiz",
        quiz,
        (
            "答题",
            "再来一轮",
            "开始答题",
            "我要答题",
            "竞答",
            "安全知识竞答",
        ),
        "五题一轮，每题都有讲解",
        "quiz",
        "学安全",
        "开始答题",
        expires=KEPT,
        dropped=DROPPED,
        stopped=stopping("round"),
    ),
    Route(
        "daily",
        daily,
        (
            "每日一答",
            "每日一题",
            "今日一答",
            "每日答题",
            "今天的题",
        ),
        "每天一题，人人一样",
        "",
        "学安全",
        "",
        expires=KEPT,
        dropped=DROPPED,
        hints=("每日", "每天一", "今天的题", "今天那道", "今日一", "打卡"),
        refines=("quiz",),
    ),
    Route(
        "practice",
        practice,
        ("练习", "去练习", "练一练", "专项练习", "按类练习", SAME),
        "选一类练五题",
        "",
        "学安全",
        "",
        expires=KEPT,
        dropped=DROPPED,
        hints=("练习", "练一练", "练练", "练几", "练五", "想练", "专门练", "练手", "专项", "按类", "类别"),
        refines=("quiz",),
    ),
    Route(
        "rumours",
        rumours,
        (
            "辟谣",
            "谣言",
            "识谣",
            "辟谣题",
            "是真是假",
        ),
        "常听到的说法，是真是假",
        "",
        "学安全",
        "",
        expires=KEPT,
        dropped=DROPPED,
        stopped=stopping(RUMOURS),
        hints=("辟谣", "谣", "真假", "是真是假"),
        refines=("quiz",),
    ),
    Route("score", my_score, ("我的成绩", "成绩"), "看自己答对多少、过了几关", "my_score", "学安全"),
    Route("modes", modes, ("更多玩法", "玩法", "怎么玩", "答题玩法"), ""),
)
