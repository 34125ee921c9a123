"""What is done to the product, drawn from a seed: the same seed gives the same violence."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

TAIL = 3  # workers that die after Redis was emptied for the last time
Deed = Literal["kill", "freeze", "dark", "postgres", "hung postgres", "empty redis", "no redis", "hung redis"]


@dataclass(frozen=True, slots=True)
class Blow:
    """One deed: on what kind of process, for how long, and how long until the next."""

    deed: Deed
    on: str = ""  # worker, master, scheduler
    seconds: float = 0.0
    rest: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of it: a long run, or the short one of the tests."""

    kills: int
    rest: float  # seconds between two kills, on average
    freezes: int
    freeze_s: float  # beyond a turn's lock
    long_freeze_s: float  # beyond a scheduler's lease; once
    darks: int
    dark_s: float
    restarts: int
    empties: int
    outages: int
    outage_s: float
    hangs: int  # of Redis and of PostgreSQL each
    hang_s: float  # longer than a turn waits


def long(kills: int, lease: int, restarts: int) -> Measure:
    """As the notice of this harness asks: kills, and of everything else some."""
    return Measure(
        kills=kills,
        rest=2.2,
        freezes=max(2, kills // 25),
        freeze_s=10.0,
        long_freeze_s=lease + 6.0,
        darks=max(1, kills // 60),
        dark_s=7.0,
        restarts=restarts,
        empties=max(1, kills // 60),
        outages=max(1, kills // 60),
        outage_s=10.0,
        hangs=max(1, kills // 60),
        hang_s=6.5,
    )


def short(kills: int, lease: int, restarts: int) -> Measure:
    """One of each, and quickly."""
    return Measure(
        kills=kills,
        rest=0.9,
        freezes=1,
        freeze_s=9.0,
        long_freeze_s=lease + 2.0,
        darks=1,
        dark_s=1.0,
        restarts=min(restarts, 1),
        empties=1,
        outages=1,
        outage_s=1.5,
        hangs=1,
        hang_s=3.5,
    )


def plan(measure: Measure, seed: int) -> tuple[Blow, ...]:
    """The blows in their order.

    The long freeze comes after everything was dead for the last time, so that it is slept to its end. Redis is emptied for the last time near the end, and
    after that only workers die: whoever rebuilds the boards then holds its claim for no longer than it lives.
    """
    chance = random.Random(seed)
    kinds = chance.choices(("worker", "scheduler", "master"), (45, 45, 10), k=measure.kills)
    blows = [Blow("kill", kind, rest=chance.uniform(0.4, 1.6) * measure.rest) for kind in kinds]
    freezes = chance.choices(("worker", "scheduler"), k=measure.freezes)
    blows += [Blow("freeze", kind, measure.freeze_s, rest=0.5) for kind in freezes]
    blows += [Blow("dark", seconds=measure.dark_s, rest=measure.rest)] * measure.darks
    blows += [Blow("postgres", rest=measure.rest)] * measure.restarts
    blows += [Blow("empty redis", rest=measure.rest)] * (measure.empties - 1)
    blows += [Blow("no redis", seconds=measure.outage_s, rest=measure.rest)] * measure.outages
    hung: tuple[Deed, ...] = ("hung redis", "hung postgres") if measure.restarts else ("hung redis",)
    blows += [Blow(deed, seconds=measure.hang_s, rest=measure.rest) for deed in hung] * measure.hangs
    chance.shuffle(blows)
    after = max((place for place, blow in enumerate(blows) if blow.deed == "dark"), default=0) + 1
    blows.insert(after, Blow("freeze", "scheduler", measure.long_freeze_s, rest=0.5))
    last = [blow for blow in blows if blow == Blow("kill", "worker", rest=blow.rest)][-TAIL:]
    before = [blow for blow in blows if blow not in last]
    return (*before, Blow("empty redis", rest=measure.rest), *last)
