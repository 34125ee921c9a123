"""What units say they have sent in, and what the office says about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from rules.units import CONFIRMED, REJECTED, SELF_REPORTED, WITHDRAWN
from rules.units import FilingView as FilingView
from rules.units import Key as Key
from store.tables import Filing, Liaison, Unit

if TYPE_CHECKING:
    from store.stores import Storage

STANDING = (SELF_REPORTED, CONFIRMED)


class Filings:
    """The filings of one campaign; a version stays, and what comes after a withdrawal is the next one."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:  # noqa: ARG002
        self._session = session
        self._campaign = campaign

    def report(
        self, obligation: str, occurrence: str, unit_id: int, liaison: int, at: datetime
    ) -> FilingView:
        """Keep a liaison's word that something was filed; said again it changes nothing."""
        by = _liaison(liaison)
        for row in self._of(obligation, occurrence, unit_id):
            if row.state == CONFIRMED or (row.state == SELF_REPORTED and row.by == by):
                return self._view(row)
        return self._view(self._add(obligation, occurrence, unit_id, state=SELF_REPORTED, by=by, at=at))

    def receive(self, obligation: str, occurrence: str, unit_id: int, by: str, at: datetime) -> FilingView:
        """Keep the office's word that it has the material, whether or not a liaison said so."""
        rows = [row for row in self._of(obligation, occurrence, unit_id) if row.state in STANDING]
        row = (
            rows[-1]
            if rows
            else self._add(obligation, occurrence, unit_id, state=SELF_REPORTED, by=by, at=at)
        )
        return self._decide(row, CONFIRMED, by, at)

    def withdraw(self, filing_id: int) -> bool:
        """Take back what a liaison reported, unless the office has decided on it."""
        row = self._row(filing_id)
        if row is None or row.state != SELF_REPORTED:
            return False
        row.state = WITHDRAWN
        self._session.flush()
        return True

    def confirm(self, filing_id: int, by: str, at: datetime) -> FilingView | None:
        """The office has the material; None if there is nothing to confirm."""
        row = self._row(filing_id)
        if row is None or row.state not in STANDING:
            return None
        return self._view(row) if row.state == CONFIRMED else self._decide(row, CONFIRMED, by, at)

    def reject(self, filing_id: int, reason: str, by: str, at: datetime) -> FilingView | None:
        """The office does not have it, or not so: all that the unit said of this occurrence ends."""
        row = self._row(filing_id)
        if row is None or row.state not in STANDING:
            return None
        for other in self._of(row.obligation, row.occurrence, row.unit_id):
            if other.state in STANDING:
                other.reason = reason
                self._decide(other, REJECTED, by, at)
        return self._view(row)

    def get(self, filing_id: int) -> FilingView | None:
        """The filing of that id."""
        row = self._row(filing_id)
        return None if row is None else self._view(row)

    def all(self) -> tuple[FilingView, ...]:
        """Every version of every filing, oldest first."""
        return self._views(self._rows())

    def of_unit(self, unit_id: int) -> tuple[FilingView, ...]:
        """Every version of what a unit has filed, oldest first."""
        return self._views(self._rows(Filing.unit_id == unit_id))

    def last_by(self, liaisons: Collection[int]) -> FilingView | None:
        """What one of these liaisons reported last, in whatever state it is."""
        said = [_liaison(liaison) for liaison in liaisons]
        rows = self._rows(Filing.by.in_(said))
        return self._view(rows[-1]) if rows else None

    def settled(self) -> set[Key]:
        """What needs no reminder: confirmed by the office, or reported by a liaison who was ever confirmed."""
        return self._settled(self._rows(Filing.state.in_(STANDING)))

    def is_settled(self, key: Key) -> bool:
        """Does this one need no reminder?"""
        wanted = {"of": self._campaign, "obligation": key[0], "occurrence": key[1], "unit": key[2]}
        rows = self._session.connection().execute(_STANDING_OF, wanted).all()
        return bool(self._settled(rows))

    def _settled(self, rows: Sequence[Any]) -> set[Key]:
        trusted = self._trusted(rows) if rows else set()
        return {_key(row) for row in rows if row.state == CONFIRMED or row.by in trusted}

    def _trusted(self, rows: Iterable[Any]) -> set[str]:
        ids = {int(row.by.partition(":")[2]) for row in rows if row.by.startswith("liaison:")}
        confirmed = select(Liaison.id).where(
            Liaison.campaign == self._campaign, Liaison.id.in_(ids), Liaison.confirmed_at.is_not(None)
        )
        return {_liaison(liaison) for liaison in self._session.scalars(confirmed)}

    def _add(
        self, obligation: str, occurrence: str, unit_id: int, *, state: str, by: str, at: datetime
    ) -> Filing:
        last = self._session.scalar(
            select(func.max(Filing.version)).where(*self._about(obligation, occurrence, unit_id))
        )
        row = Filing(
            campaign=self._campaign,
            obligation=obligation,
            occurrence=occurrence,
            unit_id=unit_id,
            version=(last or 0) + 1,
            state=state,
            by=by,
            at=at,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def _decide(self, row: Filing, state: str, by: str, at: datetime) -> FilingView:
        row.state, row.confirmed_at, row.confirmed_by = state, at, by
        self._session.flush()
        return self._view(row)

    def _about(self, obligation: str, occurrence: str, unit_id: int) -> tuple[Any, ...]:
        return (
            Filing.campaign == self._campaign,
            Filing.obligation == obligation,
            Filing.occurrence == occurrence,
            Filing.unit_id == unit_id,
        )

    def _of(self, obligation: str, occurrence: str, unit_id: int) -> list[Filing]:
        return self._rows(*self._about(obligation, occurrence, unit_id))

    def _rows(self, *conditions: Any) -> list[Filing]:
        mine = select(Filing).where(Filing.campaign == self._campaign, *conditions)
        return list(self._session.scalars(mine.order_by(Filing.id)))

    def _row(self, filing_id: int) -> Filing | None:
        return next(iter(self._rows(Filing.id == filing_id)), None)

    def _views(self, rows: Iterable[Filing]) -> tuple[FilingView, ...]:
        return tuple(self._view(row) for row in rows)

    def _view(self, row: Filing) -> FilingView:
        return FilingView(
            id=row.id,
            obligation=row.obligation,
            occurrence=row.occurrence,
            unit_id=row.unit_id,
            unit=self._session.get_one(Unit, row.unit_id).name,
            version=row.version,
            state=row.state,
            by=row.by,
            reason=row.reason,
            at=row.at,
            decided_at=row.confirmed_at,
            decided_by=row.confirmed_by,
        )


_STANDING_OF = select(
    Filing.obligation, Filing.occurrence, Filing.unit_id, Filing.state, Filing.by.label("by")
).where(
    Filing.campaign == bindparam("of"),
    Filing.obligation == bindparam("obligation"),
    Filing.occurrence == bindparam("occurrence"),
    Filing.unit_id == bindparam("unit"),
    Filing.state.in_(STANDING),
)


def _liaison(liaison: int) -> str:
    return f"liaison:{liaison}"


def _key(row: Any) -> Key:
    return row.obligation, row.occurrence, row.unit_id
