"""Wrong answers that come back, by keyed hash of the person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from rules.notebook import Entry, after, enter
from store.quiz_tables import Wrong

if TYPE_CHECKING:
    from store.stores import Storage


class Notebook:
    """The notebooks of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing

    def settle(
        self, user: str, rights: Mapping[str, bool], *, review: bool, today: date, at: datetime
    ) -> None:
        """Take in what was answered wrong; of a ``review`` the right answers count too. By id of the question."""
        person = self._sealing.hash("quiz", user)
        asked = [question for question, right in rights.items() if review or not right]
        known = {row.question: row for row in self._rows(person, asked)}
        for question in asked:
            row, right = known.get(question), rights[question]
            entry = after(_entry(row), right, today) if row else None if right else enter(today)
            if entry is None:
                if row is not None:
                    self._session.delete(row)
                continue
            if row is None:
                row = Wrong(campaign=self._campaign, person=person, question=question)
                self._session.add(row)
            row.due, row.step, row.rights, row.updated_at = entry.due, entry.step, entry.rights, at
        self._session.flush()

    def due(self, user: str, today: date) -> list[str]:
        """The questions whose day has come, the longest overdue first."""
        return self._questions(user, Wrong.due <= today)

    def all(self, user: str) -> list[str]:
        """All questions in a person's notebook, the next to come back first."""
        return self._questions(user)

    def count(self, user: str, today: date) -> tuple[int, int]:
        """How many questions wait in a notebook, and how many of them are due."""
        mine = (*self._mine(user), Wrong.due <= today)
        waiting = self._session.scalar(select(func.count(Wrong.id)).where(*self._mine(user))) or 0
        return waiting, self._session.scalar(select(func.count(Wrong.id)).where(*mine)) or 0

    def drop(self, user: str, questions: Collection[str]) -> None:
        """Let go of questions that are no more in the bank."""
        if questions:
            self._session.execute(delete(Wrong).where(*self._mine(user), Wrong.question.in_(questions)))

    def forget(self, user: str, before: datetime) -> None:
        """Remove what a person's notebook held by then."""
        self._session.execute(delete(Wrong).where(*self._mine(user), Wrong.updated_at <= before))

    def _questions(self, user: str, *also: Any) -> list[str]:
        mine = select(Wrong.question).where(*self._mine(user), *also)
        return list(self._session.scalars(mine.order_by(Wrong.due, Wrong.id)))

    def _rows(self, person: str, questions: Iterable[str]) -> Iterable[Wrong]:
        same = (Wrong.campaign == self._campaign, Wrong.person == person, Wrong.question.in_(list(questions)))
        return self._session.scalars(select(Wrong).where(*same)).all()

    def _mine(self, user: str) -> tuple[Any, ...]:
        return Wrong.campaign == self._campaign, Wrong.person == self._sealing.hash("quiz", user)


def _entry(row: Wrong) -> Entry:
    return Entry(row.due, row.step, row.rights)
