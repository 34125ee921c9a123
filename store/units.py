"""Units that must file: imported by the organiser, or named by a liaison and not yet known."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.units import UnitView as UnitView
from store.board_marks import BoardMarks
from store.quiz_tables import Attempt, Player
from store.tables import Unit

if TYPE_CHECKING:
    from store.stores import Storage

NEAREST = 3  # so many names are offered where none is the same
MOST_WRONG_CODES = 20  # a day and unit
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One row of the organiser's list."""

    name: str
    group: str = ""
    contact: str = ""
    mail: str = ""
    code: str = ""  # empty leaves the code that the unit has
    headcount: int = 0  # how many people belong to it; 0 leaves what is known
    region: str | None = None  # where it is; None leaves what is known


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has done."""

    added: int = 0
    changed: int = 0
    same: int = 0


class Units:
    """The units of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing
        self._marks = BoardMarks(session, campaign, storage)

    def all(self) -> tuple[UnitView, ...]:
        """Every unit, by name."""
        return tuple(_view(row) for row in sorted(self._rows(), key=lambda row: row.name))

    def get(self, unit_id: int) -> UnitView | None:
        """The unit of that id."""
        row = self._row(unit_id)
        return None if row is None else _view(row)

    def named(self, name: str) -> UnitView | None:
        """The unit of that name, whatever its blanks, brackets and width."""
        row = self._named(name)
        return None if row is None else _view(row)

    def names(self, ids: Iterable[int]) -> dict[int, str]:
        """The names of units by id."""
        wanted = select(Unit.id, Unit.name).where(*self._mine(), Unit.id.in_(list(ids)))
        return {row[0]: row[1] for row in self._session.execute(wanted)}

    def find(self, name: str) -> tuple[UnitView, ...]:
        """The unit of that name, else the few whose names are nearest to it."""
        exact = self.named(name)
        if exact is not None:
            return (exact,)
        near = sorted(((_likeness(name, row.name), row) for row in self._rows()), key=lambda pair: -pair[0])
        return tuple(_view(row) for likeness, row in near[:NEAREST] if likeness >= _ALIKE)

    def add_unknown(self, name: str, at: datetime) -> UnitView:
        """The unit of that name, added as not yet known if the organiser has not listed it."""
        known = self.named(name)
        if known is not None:
            return known
        row = Unit(campaign=self._campaign, name=name.strip(), created_at=at)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # somebody else has just named it
            return _view(
                self._session.scalars(select(Unit).where(*self._mine(), Unit.name == name.strip())).one()
            )
        return _view(row)

    def import_rows(self, rows: Iterable[UnitRow], at: datetime) -> Imported:
        """Add the organiser's units or bring them up to date, found by name; all or none of them."""
        known = {plain_name(row.name): row for row in self._rows()}
        done = []
        with self._session.begin_nested():
            for given in rows:
                unit = known.get(plain_name(given.name))
                if unit is None:
                    unit = Unit(campaign=self._campaign, name=given.name, created_at=at)
                    self._session.add(unit)
                    known[plain_name(given.name)] = unit
                    done.append("added")
                    self._write(unit, given)
                else:
                    done.append("changed" if self._rewrite(unit, given) else "same")
        return Imported(done.count("added"), done.count("changed"), done.count("same"))

    def matches_code(self, unit_id: int, code: str) -> bool:
        """Is this the code that the organiser gave to the unit?"""
        row = self._row(unit_id)
        if row is None or not row.code_hash:
            return False
        return hmac.compare_digest(row.code_hash, self._code_hash(unit_id, code))

    def code_locked(self, unit_id: int, day: date) -> bool:
        """Have so many wrong codes been tried for the unit on that day, by whomever, that none counts any more?"""
        row = self._row(unit_id)
        return row is not None and row.wrong_day == day and row.wrong_codes >= MOST_WRONG_CODES

    def try_code(self, unit_id: int, code: str, day: date) -> bool:
        """Is this the unit's code? A wrong one is counted, and that is committed whatever becomes of the turn."""
        self._session.scalar(select(Unit.id).where(*self._mine(), Unit.id == unit_id).with_for_update())
        row = self._row(unit_id)
        if row is None or self.code_locked(unit_id, day):
            return False
        if self.matches_code(unit_id, code):
            return True
        row.wrong_codes = row.wrong_codes + 1 if row.wrong_day == day else 1
        row.wrong_day = day
        self._session.commit()
        return False

    def _write(self, unit: Unit, given: UnitRow) -> bool:
        """Set a unit to what the list says; was anything different?"""
        self._session.flush()  # a new unit gets the id that its code's hash holds
        wanted = {
            "name": given.name,
            "group": given.group,
            "contact": given.contact,
            "mail": given.mail,
            "imported": True,
            "code_hash": self._code_hash(unit.id, given.code) if given.code else unit.code_hash,
            "headcount": given.headcount or unit.headcount or 0,
            "region": (unit.region or "") if given.region is None else given.region,
        }
        changed = any(getattr(unit, key) != value for key, value in wanted.items())
        for key, value in wanted.items():
            setattr(unit, key, value)
        return changed

    def _rewrite(self, unit: Unit, given: UnitRow) -> bool:
        """Bring a known unit up to date; where it is elsewhere now, so are its players and what they have played."""
        before = unit.region
        changed = self._write(unit, given)
        if unit.region != before:
            for table in (Player, Attempt):
                theirs = (table.campaign == self._campaign, table.unit_id == unit.id)
                self._session.execute(update(table).where(*theirs).values(region=unit.region))
            self._marks.add({f"region:{one}" for one in (before, unit.region) if one})
        return changed

    def _code_hash(self, unit_id: int, code: str) -> str:
        return self._sealing.hash("unit-code", f"{self._campaign}\0{unit_id}\0{plain_name(code)}")

    def _rows(self) -> list[Unit]:
        return list(self._session.scalars(select(Unit).where(*self._mine()).order_by(Unit.id)))

    def _row(self, unit_id: int) -> Unit | None:
        found = select(Unit).where(*self._mine(), Unit.id == unit_id)
        return self._session.scalar(found.execution_options(populate_existing=True))

    def _named(self, name: str) -> Unit | None:
        plain = plain_name(name)
        return next((row for row in self._rows() if plain_name(row.name) == plain), None)

    def _mine(self) -> tuple[Any, ...]:
        return (Unit.campaign == self._campaign,)


def plain_name(text: str) -> str:
    """A name or code as it is compared: half-width, lower case, letters and digits only."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def _likeness(typed: str, name: str) -> float:
    """How near two names are: 1 and more if one holds the other."""
    one, other = plain_name(typed), plain_name(name)
    if not one or not other:
        return 0.0
    ratio = SequenceMatcher(None, one, other).ratio()
    holds = (one in other and len(one) > 1) or (other in one and len(other) > 1)
    return 1 + ratio if holds else ratio


def _view(row: Unit) -> UnitView:
    return UnitView(
        row.id,
        row.name,
        row.group,
        row.contact,
        row.mail,
        row.imported,
        bool(row.code_hash),
        row.headcount,
        row.region,
    )
