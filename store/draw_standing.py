"""Who has met what a draw asks for, by the rounds that count, and who would by those that wait for somebody to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from rules.fairness import may_count
from store.draw_views import Standing
from store.flags import kept_back
from store.quiz_tables import Attempt

if TYPE_CHECKING:
    from content.models import PrizeDraw


class Played:
    """The rounds of one campaign as a draw looks at them."""

    def __init__(self, session: Session, campaign: str) -> None:
        self._session = session
        self._campaign = campaign

    def standing(self, rules: PrizeDraw, person: str) -> Standing:
        """How far a person has come."""
        row = self._session.execute(self._counted(rules).where(Attempt.person == person)).first()
        return Standing(*(int(value or 0) for value in row[1:])) if row else Standing()

    def eligible(self, rules: PrizeDraw) -> set[str]:
        """Who has met all that the rules ask for."""
        return self._met(rules)

    def undecided(self, rules: PrizeDraw) -> set[str]:
        """Who would have met it by rounds that wait for somebody to look at them."""
        waits = self._waits()
        return self._met(rules, or_(Attempt.counts.is_(True), waits)) - self.eligible(rules)

    def _waits(self) -> ColumnElement[bool]:
        """Is a round kept out, is it of a kind that counts, and has nobody decided that it stays out?"""
        mine = (Attempt.campaign == self._campaign, kept_back())
        kinds = self._session.execute(select(Attempt.kind, Attempt.clocked).where(*mine).distinct()).all()
        counting = [
            and_(Attempt.kind == kind, Attempt.clocked.is_(clocked))
            for kind, clocked in kinds
            if may_count(kind, clocked)
        ]
        return and_(kept_back(), or_(false(), *counting))

    def _met(self, rules: PrizeDraw, counting: ColumnElement[bool] | None = None) -> set[str]:
        needs = rules.needs
        played = self._counted(rules, counting)
        columns = list(played.selected_columns)[1:]
        asked = zip(columns, (needs.levels, needs.exam, needs.days, needs.rounds), strict=True)
        met = [column >= least for column, least in asked if least is not None]
        return set(self._session.scalars(played.having(and_(*met))))

    def _counted(self, rules: PrizeDraw, counting: ColumnElement[bool] | None = None) -> Select[Any]:
        """Per person what counts within the period: levels, best exam, days, rounds."""
        stage = case((and_(Attempt.kind == "level", Attempt.stars > 0), Attempt.stage))
        points = case((Attempt.kind == "exam", Attempt.score * 100 // func.nullif(Attempt.total, 0)))
        within = Attempt.day.between(rules.period.start, rules.period.end)
        columns: tuple[Any, ...] = (
            Attempt.person,
            func.count(stage.distinct()),
            func.max(points),
            func.count(Attempt.day.distinct()),
            func.count(),
        )
        counted = Attempt.counts.is_(True) if counting is None else counting
        mine = (Attempt.campaign == self._campaign, counted, within)
        return select(*columns).where(*mine).group_by(Attempt.person)
