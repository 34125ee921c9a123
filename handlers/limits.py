"""What a campaign sets of the quiz as a whole: how many scored rounds a day, and on which days boards are played for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from bot.context import Context
from bot.message import Reply
from content.models import Campaign
from rules import dates

#: Kinds of rounds that are counted; the question of the day and a picture are scored once a day as it is.
LIMITED = ("round", "level", "exam", "rumours", "contest")
Round = TypeVar("Round", bound=Sequence[object])

BEGUN = "begun"  # in a person's memory: a day, and how many rounds were begun on it
NUMBER = "number"  # in a round: its day, and which of the day it is


def full(ctx: Context) -> Reply | None:
    """What is said to somebody who has begun all rounds of the day; nothing to one who is within a round."""
    most = ctx.campaign.quiz.rounds_a_day
    if most is None or ctx.kept("round") is not None or _begun(ctx) < most:
        return None
    text = f"今天计成绩的{most}轮您都开始过了，歇一歇，明天再来。\n每日一答和找隐患另算，练习和错题本不限。"
    return Reply(text, choices=("练习", "错题本", "每日一答", "排行榜"))


def begin(ctx: Context, questions: Round) -> Round:
    """Count a scored round that begins, to its day, whenever it ends or is given up."""
    if ctx.campaign.quiz.rounds_a_day is not None and questions:
        ctx.memory[BEGUN] = ctx.keep(NUMBER, lambda: [ctx.local.date().isoformat(), _begun(ctx) + 1])
    return questions


def which(ctx: Context) -> str:
    """Which of the rounds of today this one is, for above its first question; nothing where no number is set."""
    number, most = _number(ctx), ctx.campaign.quiz.rounds_a_day
    return f"今天计成绩的{most}轮，这是第{number}轮。" if number and most else ""


def left(ctx: Context) -> str:
    """How many rounds of today can still be begun, for the end of one."""
    most = ctx.campaign.quiz.rounds_a_day
    if most is None:
        return ""
    more = most - _begun(ctx)
    return f"今天还可以开始{more}轮。" if more > 0 else f"今天计成绩的{most}轮都开始过了。"


def thrown_away(ctx: Context) -> str:
    """What is told of a round that is given up before its first answer, where rounds are counted: that it is one."""
    number = _number(ctx)
    return f"好的，这一轮停下了，不记成绩，但算今天的第{number}轮。\n{left(ctx)}" if number else ""


def _number(ctx: Context) -> int:
    """Which of today's rounds this one is; 0 for one of another day, or that is not counted."""
    day, number = ctx.kept(NUMBER) or ("", 0)
    return int(number) if day == ctx.local.date().isoformat() else 0


def _begun(ctx: Context) -> int:
    """How many were begun today; where no note is left of it, how many ended."""
    today = ctx.local.date()
    if BEGUN not in ctx.memory:
        return ctx.stores.attempts.ended_on(ctx.user, today, LIMITED)
    day, count = ctx.memory[BEGUN]
    return int(count) if day == today.isoformat() else 0


def off_boards(campaign: Campaign, day: date) -> str:
    """What is said of a round of a day on which nobody plays for the boards; else nothing."""
    boards = campaign.quiz.boards
    if boards is None or boards.start <= day <= boards.end:
        return ""
    if day < boards.start:
        return f"排行榜从{dates.day(boards.start)}开始计，这一轮不计入。"
    return f"排行榜计到{dates.day(boards.end)}，这一轮不计入。"
