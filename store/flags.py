"""Rounds that staff should look at: flagged across accounts, and cleared again by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, select
from sqlalchemy.orm import Session

from rules.fairness import CLEARED, OFF, may_count
from rules.lookalike import ACROSS
from store.lookalikes import Found, suspects
from store.quiz_tables import Attempt, Audit
from store.standing import touched

if TYPE_CHECKING:
    from store.stores import Stores

_AT_ONCE = 500


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
    seconds: tuple[float, ...] = ()  # that each answer took

    @property
    def open(self) -> tuple[str, ...]:
        """The flags that nobody has looked at."""
        return tuple(flag for flag in self.flags if not flag.startswith((CLEARED, OFF)))

    @property
    def off(self) -> bool:
        """Has somebody looked, and left it off?"""
        return any(flag.startswith(OFF) for flag in self.flags)


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

    def listed(self, limit: int = 200, skip: int = 0) -> tuple[Flagged, ...]:
        """What was flagged: first what nobody has looked at, the oldest first, then what was decided, the newest first."""
        place = case((kept_back(), Attempt.id), else_=-Attempt.id)
        rows = (
            select(Attempt).where(*self._mine(), _flagged()).order_by(case((kept_back(), 0), else_=1), place)
        )
        return tuple(_view(row) for row in self._session.scalars(rows.limit(limit).offset(skip)))

    def count(self) -> int:
        """How many rounds were flagged in all."""
        return self._count(_flagged())

    def waiting(self) -> int:
        """How many rounds wait for somebody to look at them."""
        return self._count(kept_back())

    def of(self, user: str) -> tuple[int, int]:
        """How many rounds of a person wait, and how many were looked at and stay off."""
        mine = (Attempt.person == self._stores.players.person(user), _flagged(), Attempt.counts.is_(False))
        rows = self._session.execute(select(kept_back()).where(*self._mine(), *mine)).all()
        waiting = sum(bool(row[0]) for row in rows)
        return waiting, len(rows) - waiting

    def refuse(self, number: int, *, who: str, reason: str, at: datetime) -> Flagged | None:
        """Leave a flagged round off for good, so that nobody has to look again; write down who decided so and why."""
        row = self._locked(number)
        if row is None or not _view(row).open:
            return None
        was = list(row.flags)
        row.flags = [flag if flag.startswith(CLEARED) else f"{OFF}{flag}" for flag in was]
        self._write_down("flag.refuse", number, was, who=who, reason=reason, at=at)
        return _view(row)

    def clear(self, number: int, *, who: str, reason: str, at: datetime) -> Flagged | None:
        """Let a flagged round count again if one of its kind ever does; write down who decided so and why.

        One that was left off may be let through later, when its person has asked.
        """
        row = self._locked(number)
        if row is None or not (_view(row).open or _view(row).off):
            return None
        was = list(row.flags)
        row.counts = may_count(row.kind, row.clocked)
        cleared = [f"{CLEARED}{flag.removeprefix(CLEARED).removeprefix(OFF)}" for flag in was]
        row.flags = cleared if row.counts else []  # such a round is like any other of its kind again
        self._write_down("flag.clear", number, was, who=who, reason=reason, at=at)
        self._correct([row])
        return _view(row)

    # -- within ----------------------------------------------------------------------------------------------

    def _locked(self, number: int) -> Attempt | None:
        found = select(Attempt).where(*self._mine(), Attempt.id == number)
        return self._session.scalar(found.with_for_update())

    def _count(self, condition: ColumnElement[bool]) -> int:
        counted = select(func.count()).select_from(Attempt).where(*self._mine(), condition)
        return int(self._session.scalar(counted) or 0)

    def _write_down(
        self, what: str, number: int, flags: list[str], *, who: str, reason: str, at: datetime
    ) -> None:
        detail = {"attempt": number, "flags": flags, "reason": reason[:200]}
        self._session.add(Audit(campaign=self._campaign, at=at, who=who[:60], what=what, detail=detail))

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
    if _view(row).off:
        return set()
    looked_at = {flag.removeprefix(CLEARED) for flag in row.flags if flag.startswith(CLEARED)}
    return set() if looked_at & set(ACROSS) else flags - set(row.flags)


def _flagged() -> ColumnElement[bool]:
    return cast(Attempt.flags, Text) != "[]"


def kept_back() -> ColumnElement[bool]:
    """Is a round kept off boards, and nobody has looked at it?"""
    return and_(Attempt.counts.is_(False), _flagged(), ~cast(Attempt.flags, Text).contains(f'"{OFF}'))


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
        tuple(float(one["seconds"]) for one in row.answers if "seconds" in one),
    )
