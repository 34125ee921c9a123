"""Who in the office may open the desk: accounts made on the command line, each with a password of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.codes import code_from, grouped
from store.passwords import NOBODY, hashed, matches
from store.quiz_tables import Audit
from store.tables import Staff

if TYPE_CHECKING:
    from store.stores import Storage

FRESH = timedelta(days=7)  # so long a password that we have made may be used, to choose one's own
LEAST, MOST = 12, 200  # signs of a password of one's own


@dataclass(frozen=True, slots=True)
class StaffView:
    """One account, without its password."""

    id: int
    name: str
    version: int  # counts passwords: a session of an earlier one has ended
    fresh_until: datetime | None  # until then the password that we made must be replaced
    last_login_at: datetime | None

    @property
    def must_choose(self) -> bool:
        """Is the password still the one that we made?"""
        return self.fresh_until is not None


class StaffAccounts:
    """The accounts of one campaign's desk; times are machine time."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._clock = storage.clock

    def all(self) -> tuple[StaffView, ...]:
        """Every account by name."""
        rows = self._session.scalars(select(Staff).where(*self._mine()).order_by(Staff.name))
        return tuple(_view(row) for row in rows)

    def get(self, number: int) -> StaffView | None:
        """The account of that id, while it is there."""
        row = self._session.scalar(select(Staff).where(*self._mine(), Staff.id == number))
        return None if row is None else _view(row)

    def add(self, name: str, *, who: str) -> str | None:
        """Make an account and give its first password; nothing where the name is taken."""
        if self._named(name) is not None:
            return None
        password, now = _made(), self._clock()
        row = Staff(
            campaign=self._campaign,
            name=name,
            password=hashed(password),
            version=1,
            fresh_until=now + FRESH,
            created_at=now,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # somebody else was faster
            return None
        self._note("staff.add", who, name)
        return password

    def reset(self, name: str, *, who: str) -> str | None:
        """Give an account a new first password; whoever is signed in with the old one no longer is."""
        row = self._named(name)
        if row is None:
            return None
        password = _made()
        row.password, row.version = hashed(password), row.version + 1
        row.fresh_until = self._clock() + FRESH
        self._note("staff.reset", who, name)
        return password

    def remove(self, name: str, *, who: str) -> bool:
        """Take an account away; whoever is signed in with it no longer is."""
        row = self._named(name)
        if row is None:
            return False
        self._session.delete(row)
        self._note("staff.remove", who, name)
        return True

    def kept(self, name: str) -> tuple[StaffView, str] | None:
        """The account of that name and the hash of its password; nothing where its first password has ended."""
        row = self._session.scalar(select(Staff).where(*self._mine(), Staff.name == name))
        if row is None or (row.fresh_until is not None and row.fresh_until <= self._clock()):
            return None
        return _view(row), row.password

    def entered(self, name: str) -> None:
        """Note that somebody has signed in."""
        row = self._named(name)
        if row is not None:
            row.last_login_at = self._clock()
            self._note("staff.login", f"desk:{name}", name)

    def choose(self, number: int, password: str) -> StaffView | None:
        """Take a password of one's own in the place of the one there was; ends all other sessions."""
        made = hashed(password)  # before the database is touched: it takes its time
        row = self._session.scalar(select(Staff).where(*self._mine(), Staff.id == number).with_for_update())
        if row is None:
            return None
        row.password, row.version, row.fresh_until = made, row.version + 1, None
        self._note("staff.password", f"desk:{row.name}", row.name)
        return _view(row)

    def _named(self, name: str) -> Staff | None:
        mine = select(Staff).where(*self._mine(), Staff.name == name).with_for_update()
        return self._session.scalar(mine)

    def _note(self, what: str, who: str, name: str) -> None:
        row = Audit(campaign=self._campaign, at=self._clock(), who=who[:60], what=what, detail={"name": name})
        self._session.add(row)

    def _mine(self) -> tuple[Any, ...]:
        return (Staff.campaign == self._campaign,)


def sign_in(storage: Storage, campaign: str, name: str, password: str) -> StaffView | None:
    """The account of this name and password; an unknown name takes as long as a wrong password.

    No transaction is open while the password is looked at.
    """
    with storage.looking(campaign) as stores:
        found = stores.staff.kept(name)
    right = matches(password, found[1] if found else NOBODY)
    if found is None or not right:
        return None
    with storage.transaction(campaign) as stores:
        stores.staff.entered(name)
    return found[0]


def _made() -> str:
    """A password of 80 bits that can be read out and typed: K7QM-2XHD-9RTW-4VNB."""
    return grouped(code_from(secrets.token_bytes(32)))


def _view(row: Staff) -> StaffView:
    return StaffView(row.id, row.name, row.version, row.fresh_until, row.last_login_at)
