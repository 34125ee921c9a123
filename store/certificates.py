"""The certificates of a person, read from what they have played."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.certificates import ALL_STARS, PASS_PERCENT, Held, number_from
from rules.levels import LEVELS
from store.quiz_tables import Attempt

if TYPE_CHECKING:
    from store.stores import Storage


class Certificates:
    """What one campaign's people have passed; nothing is kept but their rounds."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing

    def of(self, user: str) -> tuple[Held, ...]:
        """The best exam that a person has passed, and all ten levels."""
        found = (self._exam(user), self._levels(user))
        return tuple(held for held in found if held is not None)

    def owner(self, user: str) -> str:
        """By what a person's pictures are known."""
        return self._sealing.hash("certificate-owner", user)

    def _exam(self, user: str) -> Held | None:
        """Of equal ones the earliest, so that a later one changes nothing."""
        enough = (
            Attempt.kind == "exam",
            Attempt.total > 0,
            Attempt.score * 100 >= Attempt.total * PASS_PERCENT,
        )
        best = select(Attempt).where(*self._by(user), *enough)
        best = best.order_by(Attempt.score.desc(), Attempt.ended_at, Attempt.id).limit(1)
        row = self._session.scalar(best)
        if row is None:
            return None
        return Held("exam", row.score, row.total, row.day, self._number(row.origin))

    def _levels(self, user: str) -> Held | None:
        """All levels with their most stars, on the day on which the last of them was passed first."""
        rounds = select(Attempt.stage, Attempt.stars, Attempt.day).where(
            *self._by(user), Attempt.kind == "level", Attempt.stars > 0
        )
        most: dict[str, int] = {}
        first: dict[str, date] = {}
        for stage, stars, day in self._session.execute(rounds):
            most[stage] = max(stars, most.get(stage, 0))
            first[stage] = min(day, first.get(stage, day))
        ids = [level.id for level in LEVELS]
        if not all(level in most for level in ids):
            return None
        stars = sum(most[level] for level in ids)
        number = self._number(f"levels\0{self._person(user)}")
        return Held("levels", stars, ALL_STARS, max(first[level] for level in ids), number)

    def _number(self, of: str) -> str:
        return number_from(self._sealing.digest("certificate", f"{self._campaign}\0{of}"))

    def _by(self, user: str) -> tuple[Any, ...]:
        return (Attempt.campaign == self._campaign, Attempt.person == self._person(user))

    def _person(self, user: str) -> str:
        return self._sealing.hash("quiz", user)
