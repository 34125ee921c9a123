"""Finished rounds of the quiz."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.quiz_tables import Attempt
from store.stores import Storage


class Attempts:
    """What was played, by keyed hash of the person."""

    def __init__(
        self,
        session: Session,
        campaign: str,
        storage: Storage,
        entered: Callable[[Attempt], object] = lambda _row: None,  # for players and boards
    ) -> None:
        self._entered = entered
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing

    def add(
        self,
        user: str,
        draft: str,
        *,
        kind: str,
        answers: list[dict[str, Any]],
        began: datetime,
        at: datetime,
        day: date,
        stage: str = "",
        total: int | None = None,
        stars: int = 0,
        clocked: bool = False,
        counts: bool = True,
        flags: Sequence[str] = (),
    ) -> bool:
        """Keep a finished round; the same round again changes nothing. Is it new? ``day``: the campaign's."""
        origin, person = self._origin(user, draft), self._person(user)
        row = Attempt(campaign=self._campaign, origin=origin, person=person, kind=kind, stage=stage)
        row.score = sum(1 for answer in answers if answer["right"])
        row.total = len(answers) if total is None else total
        row.stars, row.clocked, row.counts, row.flags = stars, clocked, counts, list(flags)
        row.answers, row.day, row.began_at, row.ended_at = answers, day, began, at
        return self._keep(row)

    def _keep(self, row: Attempt) -> bool:
        """Keep a round unless it is there already; is it new?"""
        if self._session.scalar(select(Attempt.id).where(*self._mine(), Attempt.origin == row.origin)):
            return False
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # somebody else has kept it at the same moment
            return False
        self._entered(row)
        return True

    def ended_on(self, user: str, day: date, kinds: Sequence[str], but: str = "") -> int:
        """How many rounds of these kinds a person has ended on a campaign day, without that of draft ``but``.

        An exam without a clock is for oneself, so it is not among them.
        """
        others = (Attempt.day == day, Attempt.kind.in_(kinds), Attempt.origin != self._origin(user, but))
        scored = or_(Attempt.kind != "exam", Attempt.clocked)
        of_day = (Attempt.person == self._person(user), *others, scored)
        return self._session.scalar(select(func.count(Attempt.id)).where(*self._mine(), *of_day)) or 0

    def played(self, user: str, kind: str, stage: str) -> bool:
        """Has a person ended this one before: the question of a day, say?"""
        same = (Attempt.person == self._person(user), Attempt.kind == kind, Attempt.stage == stage)
        return self._session.scalar(select(Attempt.id).where(*self._mine(), *same).limit(1)) is not None

    def stars(self, user: str) -> dict[str, int]:
        """The levels that a person has passed, with the most stars of each."""
        passed = (Attempt.person == self._person(user), Attempt.kind == "level", Attempt.stars > 0)
        best = select(Attempt.stage, func.max(Attempt.stars)).where(*self._mine(), *passed)
        return {stage: int(most) for stage, most in self._session.execute(best.group_by(Attempt.stage))}

    def first_passes(self, user: str, but: str = "") -> dict[str, date]:
        """The campaign days on which a person first passed each level, without the round of draft ``but``."""
        passed = (Attempt.person == self._person(user), Attempt.kind == "level", Attempt.stars > 0)
        others = (*passed, Attempt.origin != self._origin(user, but))
        first = select(Attempt.stage, func.min(Attempt.day)).where(*self._mine(), *others)
        return {row[0]: row[1] for row in self._session.execute(first.group_by(Attempt.stage))}

    def totals(self, user: str) -> tuple[int, int, int]:
        """How many rounds, questions and right answers a person has."""
        row = self._session.execute(
            select(
                func.count(),
                func.coalesce(func.sum(Attempt.total), 0),
                func.coalesce(func.sum(Attempt.score), 0),
            )
            .select_from(Attempt)
            .where(*self._mine(), Attempt.person == self._person(user))
        ).one()
        return int(row[0]), int(row[1]), int(row[2])

    def forget(self, user: str, before: datetime) -> None:
        """Remove the rounds that a person had begun by then."""
        mine = (*self._mine(), Attempt.person == self._person(user), Attempt.began_at <= before)
        self._session.execute(delete(Attempt).where(*mine))

    def _mine(self) -> tuple[Any, ...]:
        return (Attempt.campaign == self._campaign,)

    def _origin(self, user: str, draft: str) -> str:
        return self._sealing.hash("attempt", f"{user}\0{draft}")

    def _person(self, user: str) -> str:
        return self._sealing.hash("quiz", user)
