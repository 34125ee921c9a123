"""How many have taken part in the quiz: rounds (人次), different persons (人数) and the average, for reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, Text, cast, func, or_, select, true
from sqlalchemy.orm import Session

from store.quiz_tables import Attempt

if TYPE_CHECKING:
    from store.stores import Storage


CONTEST = "contest"  # the kind of a round of a contest; its stage is the contest's id


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was played by some people."""

    rounds: int = 0  # 人次: finished rounds
    people: int = 0  # 人数: different persons
    right: int = 0
    total: int = 0

    @property
    def average(self) -> int:
        """Right answers of a hundred."""
        return round(100 * self.right / self.total) if self.total else 0


class Participation:
    """The numbers of one campaign; rounds that wait for a review are left out."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:  # noqa: ARG002
        self._session = session
        self._campaign = campaign

    def whole(self, day: date | None = None) -> Numbers:
        """Of everybody, in all or on one day."""
        return _numbers(self._session.execute(self._sums(day=day)).one())

    def unit(self, unit_id: int, contest: str | None = None) -> Numbers:
        """Of those who played for a unit, all or one contest alone."""
        return self._of(Attempt.unit_id == unit_id, contest)

    def region(self, name: str, contest: str | None = None) -> Numbers:
        """Of those who played for a region, all or one contest alone."""
        return self._of(Attempt.region == name, contest)

    def contest(self, name: str) -> Numbers:
        """Of everybody, in one contest."""
        return self._of(true(), name)

    def units(self, day: date | None = None) -> dict[int, Numbers]:
        """Of every unit that was played for, in all or on one day."""
        rows = self._session.execute(self._sums(Attempt.unit_id, day=day).group_by(Attempt.unit_id))
        return {row[0]: _numbers(row[1:]) for row in rows if row[0] is not None}

    def regions(self, day: date | None = None) -> dict[str, Numbers]:
        """Of every region that was played for, in all or on one day."""
        rows = self._session.execute(self._sums(Attempt.region, day=day).group_by(Attempt.region))
        return {row[0]: _numbers(row[1:]) for row in rows if row[0]}

    def days(self) -> dict[date, Numbers]:
        """Of every day, in their order."""
        rows = self._session.execute(self._sums(Attempt.day).group_by(Attempt.day).order_by(Attempt.day))
        return {row[0]: _numbers(row[1:]) for row in rows}

    def _of(self, whose: ColumnElement[bool], contest: str | None) -> Numbers:
        alone = () if contest is None else (Attempt.kind == CONTEST, Attempt.stage == contest)
        return _numbers(self._session.execute(self._sums().where(whose, *alone)).one())

    def _sums(self, *by: Any, day: date | None = None) -> Any:
        people = func.count(Attempt.person.distinct())
        sums = select(*by, func.count(), people, func.sum(Attempt.score), func.sum(Attempt.total))
        then = () if day is None else (Attempt.day == day,)
        return sums.select_from(Attempt).where(Attempt.campaign == self._campaign, unsuspected(), *then)


def unsuspected() -> ColumnElement[bool]:
    """Rounds that nobody has to look at; one that counts for no board may still be one taken part in."""
    return or_(Attempt.counts, cast(Attempt.flags, Text) == "[]")


def _numbers(row: Row[Any] | tuple[Any, ...]) -> Numbers:
    return Numbers(*(int(value or 0) for value in row))
