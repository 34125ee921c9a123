"""闯关: ten levels, each drawn anew, each opened by the one before."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from bot.context import Context
from bot.dialogue import ask, match_choice
from bot.errors import Invalid, Refused
from bot.message import Ask, Reader, Reply, Said
from bot.routes import Dialogue, Route
from handlers.kept_round import Round
from handlers.limits import begin, full, thrown_away
from handlers.quiz import DROPPED, KEPT
from handlers.rounds import (
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
from rules import dates
from rules.levels import BY_ID, LEVELS, Level, first_day, opened

NEXT, AGAIN = "下一关", "再闯一次"
HOW = "共十关，每关5题，对3题过关；总决赛10题，对7题过关。"
_STARS = ("还没过", "一星", "两星", "三星")
_NUMBER = re.compile(r"第?(10|[1-9]|[一二三四五六七八九十])关?")


def levels(ctx: Context) -> Dialogue:
    """Choose an open level, play it, and see whether it is passed."""
    if (turned := _too_early(ctx) or full(ctx)) is not None:
        return turned
    level = BY_ID[(yield from settled(ctx, "level", _level(ctx)))]
    questions = ctx.keep("round", lambda: begin(ctx, _draw(ctx, level)))
    lead = opening(ctx, f"第{_number(level)}关“{level.title}”，{len(questions)}题，对{level.passes}题过关。")
    played = yield from play(ctx, questions, lead)
    stars = level.stars(played.score)
    told = finish(ctx, played, _kind(ctx, level, stars))
    ctx.memory["level"] = level.id
    return _end(ctx, level, stars, played, told)


def _too_early(ctx: Context) -> Reply | None:
    """What is said before the day on which the first level opens; a level in flight goes on."""
    start = first_day(0, ctx.campaign.quiz)
    if start <= ctx.local.date() or ctx.kept("round") is not None:
        return None
    return Reply(f"闯关从{dates.day(start)}开始，到时候再来。\n别的题现在就能答。", choices=("答题", "练习"))


def _kind(ctx: Context, level: Level, stars: int) -> End:
    return End("level", stage=level.id, stars=stars, total=len(ctx.kept("round")))


def _stopped(ctx: Context) -> str:
    """What is told of a level that is given up: it ends as it stands, and may be passed already."""
    played = broken_off(ctx)
    if played is None:
        return thrown_away(ctx)
    level = BY_ID[ctx.kept("level")]
    stars = level.stars(played.score)
    told = finish(ctx, played, _kind(ctx, level, stars))
    ctx.memory["level"] = level.id
    return f"{told}\n{_passed(level, stars)}" if stars else told


def _passed(level: Level, stars: int) -> str:
    return f"第{_number(level)}关“{level.title}”过了，{_STARS[stars]}。"


def _end(ctx: Context, level: Level, stars: int, played: Played, told: str) -> Reply:
    if not stars:
        short = level.passes - played.score
        return Reply(
            ended(played, told, f"这一关还差{short}题，可以马上再闯，题会换。"),
            choices=(AGAIN, "闯关", "错题本"),
        )
    passed = _passed(level, stars)
    if level is LEVELS[-1]:
        choices = (*certificate(ctx), "闯关", "我的成绩", "考试")
        return Reply(ended(played, told, passed, "十关到底了，祝贺您。"), choices=choices)
    after = LEVELS[_number(level)]
    opens = first_day(_number(level), ctx.campaign.quiz)
    if opens > ctx.local.date():
        text = ended(played, told, f"{passed}下一关“{after.title}”{dates.day(opens)}开。")
        return Reply(text, choices=("闯关", "答题", "错题本"))
    return Reply(ended(played, told, f"{passed}下一关：{after.title}。"), choices=(NEXT, "闯关", "错题本"))


def _draw(ctx: Context, level: Level) -> Round:
    scored = ctx.questions.scored
    pools = [scored[topic] for topic in level.topics or scored if topic in scored]
    return choose(ctx, pools, level.count, level.liked)


# -- which level ---------------------------------------------------------------------------------------------


def _level(ctx: Context) -> Generator[Ask, Any, str]:
    """The id of the level that is meant: the next, the last one again, or one of the list."""
    stars: dict[str, int] = ctx.keep("stars", lambda: ctx.stores.attempts.stars(ctx.user))
    word = ctx.keep("word", lambda: ctx.message.text)
    quiz, today = ctx.campaign.quiz, ctx.local.date()
    open_levels = LEVELS[: opened(stars, quiz, today)]
    last = BY_ID.get(str(ctx.memory.get("level", "")))
    waits = len(open_levels) < len(LEVELS) and first_day(len(open_levels), quiz) > today
    if word == NEXT and not (waits and last in (None, open_levels[-1])):
        return _after(last, open_levels).id
    if word == AGAIN and last in open_levels:
        return last.id
    names = tuple(_line(level, stars) for level in open_levels)
    locked = "、".join(level.title for level in LEVELS[len(names) :])
    opens = f"第{len(names) + 1}关{dates.day(first_day(len(names), quiz))}开。" if waits else ""
    chosen: str = yield from ask(
        "level",
        f"{HOW}\n闯哪一关？",
        choices=names,
        reader=_reader(names, opens),
        tail=f"还没开：{locked}。过一关，开下一关。{opens}" if locked else "",
    )
    return open_levels[names.index(chosen)].id


def _after(last: Level | None, open_levels: Sequence[Level]) -> Level:
    """The level after the one that was played last, else the furthest that is open."""
    place = LEVELS.index(last) + 1 if last is not None else len(open_levels)
    return open_levels[min(place, len(open_levels) - 1)]


def _line(level: Level, stars: Mapping[str, int]) -> str:
    return f"{level.title}，{_STARS[stars.get(level.id, 0)]}"


def _reader(names: Sequence[str], opens: str) -> Reader[str]:
    """A level by its number or its title; one that is not open is named as such, and when the next one opens."""

    def read(said: Sequence[Said]) -> str:
        text = said[-1].text.strip()
        number = _NUMBER.fullmatch(text)
        title = match_choice(text, tuple(level.title for level in LEVELS))
        place = (
            _place(number.group(1)) if number else [one.title for one in LEVELS].index(title) if title else -1
        )
        if place >= len(names):
            raise Refused(f"“{LEVELS[place].title}”还没开，要先过它前面的关。{opens}")
        if place < 0:
            raise Invalid("请回复关的编号，或点一关。")
        return names[place]

    return Reader(read, input="choice")


def _place(mark: str) -> int:
    return int(mark) - 1 if mark.isdigit() else "一二三四五六七八九十".index(mark)


def _number(level: Level) -> int:
    return LEVELS.index(level) + 1


ROUTES = (
    Route(
        "levels",
        levels,
        ("闯关", "我要闯关", "闯关答题", "闯关得奖", "关卡", NEXT, AGAIN),
        "十关，过一关开一关",
        "",
        "学安全",
        "闯关",
        expires=KEPT,
        dropped=DROPPED,
        stopped=_stopped,
        hints=(
            "闯关",
            "关卡",
            "下一关",
            "这一关",
            "几关",
            "第一关",
            "第二关",
            "第三关",
            "第四关",
            "第五关",
            "第十关",
            "的关",
            "解锁",
        ),
        refines=("quiz",),
    ),
)
