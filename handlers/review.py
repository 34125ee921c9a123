"""Rounds that staff look at before they count: how many of a day count unseen, and what their person is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.context import Context

ASK = "想问一问，回复“人工”。"


def before_on(ctx: Context, day: date, kinds: Sequence[str], but: str = "", passed: str = "") -> int:
    """How many rounds of a day stand before one, without that of draft ``but`` and without first passes of levels.

    Nobody passes a level for the first time more than once, so whoever goes through all ten on one day has played
    no more than is meant. ``passed``: the level that this one passes.
    """
    passes = ctx.stores.attempts.first_passes(ctx.user, but)
    if passed and passed not in passes:
        return 0
    today = sum(first == day for first in passes.values())
    return ctx.stores.attempts.ended_on(ctx.user, day, kinds, but) - today


def under_review(ctx: Context) -> str:
    """What is told of rounds that wait or stay off, wherever somebody might miss them; empty where there are none."""
    waiting, off = ctx.stores.flags.of(ctx.user)
    told = [f"有{waiting}轮等工作人员看过再计入。"] if waiting else []
    told += [f"有{off}轮工作人员看过，没有计入。"] if off else []
    return "".join([*told, ASK]) if told else ""
