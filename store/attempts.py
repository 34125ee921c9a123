"""Finished rounds of the quiz."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
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
    ) -> None:
        """Keep a finished round; the same round again changes nothing."""
        origin = self._sealing.hash("attempt", f"{user}\0{draft}")
        if self._session.scalar(select(Attempt.id).where(*self._mine(), Attempt.origin == origin)):
            return
        right = sum(1 for answer in answers if answer["right"])
        row = Attempt(
            campaign=self._campaign,
            origin=origin,
            person=self._person(user),
            kind=kind,
            score=right,
            total=len(answers),
            answers=answers,
            day=at.astimezone(UTC).date(),
            began_at=began,
            ended_at=at,
        )
        self._session.add(row)
        self._session.flush()
        self._entered(row)

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

    def _person(self, user: str) -> str:
        return self._sealing.hash("quiz", user)
