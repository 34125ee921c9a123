"""Whether a round was played as people play: flags for staff to look at, never a punishment, and nothing for slowness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FAST, EVEN, MANY = "fast", "even", "many"
CLEARED, OFF = "cleared:", "off:"  # before a flag that somebody has looked at: it counts again, it stays off

FLOOR_S, FLOOR_PER_CHARACTER_S = 0.8, 0.04  # below that nobody has read the question
FEW_FAST = 2  # answers below the floor that a round may not have; a round of one question not even one
EVEN_ANSWERS, EVEN_S = 5, 0.4  # so many answers, all after the same time but for this much
FEW_TOLD = 7  # answers whose times are all told to staff
MOST_ROUNDS = 9  # of a day that count unseen
_FOR_ONESELF = ("practice", "notebook")  # kinds that stand on no board


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a question was, and how long its answer took."""

    characters: int
    seconds: float

    @property
    def too_fast(self) -> bool:
        return 0 <= self.seconds < FLOOR_S + FLOOR_PER_CHARACTER_S * self.characters


def paces_told(seconds: Sequence[float]) -> str:
    """What staff sees of how long the answers took: each of a few, of many the quickest, the middle and the slowest."""
    if not seconds:
        return "没有记"
    if len(seconds) <= FEW_TOLD:
        return "、".join(f"{one:.1f}" for one in seconds)
    ordered = sorted(seconds)
    return f"最快{ordered[0]:.1f}，中间{ordered[len(ordered) // 2]:.1f}，最慢{ordered[-1]:.1f}"


def unread(characters: int, seconds: float) -> int:
    """How many of so many characters nobody can have read after so many seconds."""
    return max(0, characters - round(max(seconds, 0) / FLOOR_PER_CHARACTER_S))


def may_count(kind: str, clocked: bool) -> bool:
    """May a round of this kind stand on boards and be drawn for, once nothing speaks against it?"""
    return clocked if kind == "exam" else kind not in _FOR_ONESELF


def flags(paces: Sequence[Pace], before_today: int, asked: int = 0) -> list[str]:
    """Why staff should look at a round; ``before_today`` is how many the person has already ended on that day.

    ``asked``: of how many questions it was, where not all were answered; a quick answer is no reason to give it up.
    """
    found = []
    if sum(pace.too_fast for pace in paces) >= min(FEW_FAST, max(asked, len(paces), 1)):
        found.append(FAST)
    if _even([pace.seconds for pace in paces]):
        found.append(EVEN)
    if before_today >= MOST_ROUNDS:
        found.append(MANY)
    return found


def _even(seconds: Sequence[float]) -> bool:
    """Did every answer take the same time, as a script's does?"""
    return len(seconds) >= EVEN_ANSWERS and max(seconds) - min(seconds) < EVEN_S
