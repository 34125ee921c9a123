"""Rounds that staff should look at: flagged across accounts, and cleared again by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from rules.fairness import may_count
from rules.lookalike import ACROSS
from store.lookalikes import Found, suspects
from store.quiz_tables import Attempt, Audit
from store.standing import touched

if TYPE_CHECKING:
    from store.stores import Stores

_AT_ONCE = 500
CLEARED = "cleared:"  # stands before a flag that somebody has looked at


@dataclass(frozen=True, slots=True)
class Flagged:
    """A round and why it is looked at."""

    id: int
    person: str  # keyed hash
    kind: str
    score: int
    total: int
    counts: bool
    flags: tuple[str, ...]
    unit_id: int | None
    ended_at: datetime

    @property
    def open(self) -> tuple[str, ...]:
        """The flags that nobody has cleared."""
        return tuple(flag for flag in self.flags if not flag.startswith(CLEARED))


class Flags:
    """The flagged rounds of one campaign."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._campaign = stores.campaign

    @property
    def _session(self) -> Session:
        return self._stores.session

    def suspects(self, since: datetime, now: datetime | None = None) -> Found:
        """What ended too much alike on many accounts and is not marked so yet; only reads."""
        found = suspects(self._session, self._campaign, since, now)
        return {row.id: new for row in self._numbered(found) if (new := _new(row, found[row.id]))}

    def mark(self, found: Found) -> int:
        """Flag what was found; such rounds count no more. How many are new."""
        marked = [row for row in self._numbered(found) if _new(row, found[row.id])]
        for row in marked:
            row.flags, row.counts = [*row.flags, *sorted(_new(row, found[row.id]))], False
        self._correct(marked)
        return len(marked)

    def mark_lookalikes(self, since: datetime) -> int:
        """Find and flag at once."""
        return self.mark(self.suspects(since))

    def listed(self, limit: int = 200) -> tuple[Flagged, ...]:
        """What was flagged, the newest first; what is cleared too, so that one sees what was decided."""
        flagged = select(Attempt).where(*self._mine(), cast(Attempt.flags, Text) != "[]")
        rows = self._session.scalars(flagged.order_by(Attempt.id.desc()).limit(limit))
        return tuple(_view(row) for row in rows)

    def waiting(self) -> int:
        """How many rounds wait for somebody to look at them."""
        open_ones = (*self._mine(), Attempt.counts.is_(False), cast(Attempt.flags, Text) != "[]")
        return int(self._session.scalar(select(func.count()).select_from(Attempt).where(*open_ones)) or 0)

    def clear(self, number: int, *, who: str, reason: str, at: datetime) -> Flagged | None:
        """Let a flagged round count again if one of its kind ever does; write down who decided so and why."""
        row = self._session.scalar(
            select(Attempt).where(*self._mine(), Attempt.id == number).with_for_update()
        )
        if row is None or not _view(row).open:
            return None
        was = list(row.flags)
        row.counts = may_count(row.kind, row.clocked)
        cleared = [flag if flag.startswith(CLEARED) else f"{CLEARED}{flag}" for flag in was]
        row.flags = cleared if row.counts else []  # such a round is like any other of its kind again
        detail = {"attempt": number, "flags": was, "reason": reason[:200]}
        self._session.add(
            Audit(campaign=self._campaign, at=at, who=who[:60], what="flag.clear", detail=detail)
        )
        self._correct([row])
        return _view(row)

    # -- within ----------------------------------------------------------------------------------------------

    def _numbered(self, numbers: Iterable[int]) -> list[Attempt]:
        """The rounds with these numbers, a few hundred a statement."""
        wanted = sorted(numbers)
        parts = (wanted[n : n + _AT_ONCE] for n in range(0, len(wanted), _AT_ONCE))
        rows = (select(Attempt).where(*self._mine(), Attempt.id.in_(part)) for part in parts)
        return [row for one in rows for row in self._session.scalars(one)]

    def _correct(self, rows: Iterable[Attempt]) -> None:
        """Have the boards count anew what these rounds were counted in."""
        self._stores.board_marks.add({item for row in rows for item in touched(row)})

    def _mine(self) -> tuple[Any, ...]:
        return (Attempt.campaign == self._campaign,)


def _new(row: Attempt, flags: set[str]) -> set[str]:
    """Of these flags those to be put on a round; none on one that somebody has looked at for such a reason."""
    looked_at = {flag.removeprefix(CLEARED) for flag in row.flags if flag.startswith(CLEARED)}
    return set() if looked_at & set(ACROSS) else flags - set(row.flags)


def _view(row: Attempt) -> Flagged:
    return Flagged(
        row.id,
        row.person,
        row.kind,
        row.score,
        row.total,
        row.counts,
        tuple(row.flags),
        row.unit_id,
        row.ended_at,
    )
