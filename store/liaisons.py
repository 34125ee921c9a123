"""Who answers for a unit. Forms and OpenIDs are sealed; a person is found by a keyed hash."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from rules.units import CONFIRMED as CONFIRMED
from rules.units import PENDING as PENDING
from rules.units import REPLACED, WITHDRAWN
from rules.units import LiaisonView as LiaisonView
from store.tables import Liaison, Unit

if TYPE_CHECKING:
    from store.stores import Storage

ACTIVE = (PENDING, CONFIRMED)
BY_CODE = "code"


@dataclass(frozen=True, slots=True)
class Entry:
    """The sealed part of a liaison: the filled form, and what of it reaches the person."""

    form: dict[str, str]
    name: str = ""
    phone: str = ""
    email: str = ""
    replaces: tuple[int, ...] = ()


class Liaisons:
    """The liaisons of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing

    def register(
        self,
        unit_id: int,
        user: str,
        form: Mapping[str, str],
        *,
        name: str,
        phone: str = "",
        email: str = "",
        consent: Mapping[str, Any],
        at: datetime,
        confirmed_by: str = "",
        replaces: Collection[int] = (),
    ) -> LiaisonView:
        """Enter a liaison; the same person in the same unit has one entry, which is brought up to date."""
        row = self._of_person_in(unit_id, user)
        if row is None:
            row = Liaison(campaign=self._campaign, unit_id=unit_id, state=PENDING, created_at=at)
            self._session.add(row)
        row.person, row.openid = self._person(user), self._sealing.seal_text(user)
        row.form = self._seal(Entry(dict(form), name, phone, email, tuple(replaces)))
        row.consent, row.bound_at = dict(consent), at
        row.unreachable = ""
        self._session.flush()
        if confirmed_by:
            self.confirm(row.id, confirmed_by, at)
        return self._view_of(row)

    def confirm(self, liaison_id: int, by: str, at: datetime) -> LiaisonView | None:
        """Let a pending liaison count, and end the entries whose place it takes; None if there is no such."""
        row = self._row(liaison_id)
        if row is None or row.state not in ACTIVE:
            return None
        if row.state == PENDING:
            row.state, row.confirmed_at, row.confirmed_by = CONFIRMED, at, by
        entry = self._open(row)
        for old in self._rows(Liaison.id.in_(entry.replaces), Liaison.unit_id == row.unit_id):
            if old.state in ACTIVE and old.id != row.id:
                old.state, old.ended_at, old.openid = REPLACED, at, None
        self._session.flush()
        return self._view_of(row)

    def change(
        self, liaison_id: int, form: Mapping[str, str], *, name: str, phone: str = "", email: str = ""
    ) -> LiaisonView | None:
        """Put another form in place of the liaison's present one."""
        row = self._row(liaison_id)
        if row is None or row.state not in ACTIVE:
            return None
        row.form = self._seal(Entry(dict(form), name, phone, email, self._open(row).replaces))
        self._session.flush()
        return self._view_of(row)

    def withdraw(self, liaison_id: int, at: datetime) -> bool:
        """End an entry and delete what is personal in it; was there one to end?"""
        row = self._row(liaison_id)
        if row is None or row.state not in ACTIVE:
            return False
        self._empty(row, at)
        return True

    def get(self, liaison_id: int) -> LiaisonView | None:
        """The liaison of that id, in whatever state."""
        found = self._session.execute(_ONE, {"of": self._campaign, "row": liaison_id}).one_or_none()
        return None if found is None else self._view(found, found.of_unit, found.of_group)

    def in_wechat(self, ids: Iterable[int]) -> dict[int, str]:
        """The OpenIDs of those liaisons whom WeChat reaches."""
        found = self._session.connection().execute(_OPENIDS, {"of": self._campaign, "rows": tuple(ids)})
        return {
            row.id: self._sealing.open_text(row.openid) for row in found if row.openid and not row.unreachable
        }

    def of(self, user: str) -> tuple[LiaisonView, ...]:
        """What a person answers for: pending or confirmed, oldest first."""
        return self._views(Liaison.person == self._person(user), Liaison.state.in_(ACTIVE))

    def in_unit(self, unit_id: int) -> tuple[LiaisonView, ...]:
        """Who answers for a unit, pending or confirmed."""
        return self._views(Liaison.unit_id == unit_id, Liaison.state.in_(ACTIVE))

    def active(self) -> tuple[LiaisonView, ...]:
        """Everybody who is pending or confirmed."""
        return self._views(Liaison.state.in_(ACTIVE))

    def remind_by_mail(self, liaison_id: int) -> None:
        """Send reminders to e-mail only."""
        self._set(liaison_id, by_mail=True, paused_until=None)

    def pause(self, liaison_id: int, until: datetime) -> None:
        """Send no reminders up to a moment of campaign time."""
        self._set(liaison_id, paused_until=until)

    def resume(self, liaison_id: int) -> None:
        """Send reminders as at first: by WeChat, else by e-mail."""
        self._set(liaison_id, by_mail=False, paused_until=None, unreachable="")

    def refused(self, liaison_id: int, why: str) -> None:
        """Remember that WeChat reaches this person no more: blocked, unfollowed."""
        self._set(liaison_id, unreachable=why[:20])

    def unfollow(self, user: str, before: datetime) -> None:
        """Delete the OpenIDs entered by then; the entry stays as long as its consent says, and can be found."""
        for row in self._rows(Liaison.person == self._person(user), Liaison.bound_at <= before):
            row.openid, row.unreachable = None, "unfollowed"
        self._session.flush()

    def returned(self, user: str, at: datetime) -> bool:
        """Enter the OpenID again of somebody who has followed again and asks for their entries; were there any without?"""
        back = False
        for row in self._rows(Liaison.person == self._person(user), Liaison.state.in_(ACTIVE)):
            if row.openid is None or row.unreachable == "unfollowed":
                row.openid, row.unreachable = self._sealing.seal_text(user), ""
                back = True
            row.bound_at = at
        self._session.flush()
        return back

    def forget(self, user: str, at: datetime, before: datetime | None = None) -> int:
        """Delete all that is personal in a person's entries, those agreed to by then; how many there were."""
        rows = self._rows(Liaison.person == self._person(user))
        rows = [row for row in rows if before is None or _agreed(row) <= before]
        for row in rows:
            self._empty(row, at)
        return len(rows)

    def forget_all(self, at: datetime) -> int:
        """Delete all that is personal, once the time for which it may be kept is over; how many there were."""
        rows = [row for row in self._rows() if row.form or row.openid or row.person]
        for row in rows:
            self._empty(row, at)
        return len(rows)

    def _empty(self, row: Liaison, at: datetime) -> None:
        row.state, row.ended_at = WITHDRAWN, row.ended_at or at
        row.form, row.person, row.openid = "", None, None
        self._session.flush()

    def _set(self, liaison_id: int, **values: Any) -> None:
        row = self._row(liaison_id)
        if row is None:
            return
        for key, value in values.items():
            setattr(row, key, value)
        self._session.flush()

    def _of_person_in(self, unit_id: int, user: str) -> Liaison | None:
        mine = (Liaison.person == self._person(user), Liaison.unit_id == unit_id, Liaison.state.in_(ACTIVE))
        return next(iter(self._rows(*mine)), None)

    def _views(self, *conditions: Any) -> tuple[LiaisonView, ...]:
        mine = _WITH_UNIT.where(Liaison.campaign == self._campaign, *conditions).order_by(Liaison.id)
        return tuple(self._view(row, row.of_unit, row.of_group) for row in self._session.execute(mine))

    def _rows(self, *conditions: Any) -> list[Liaison]:
        mine = select(Liaison).where(Liaison.campaign == self._campaign, *conditions)
        return list(self._session.scalars(mine.order_by(Liaison.id)))

    def _row(self, liaison_id: int) -> Liaison | None:
        return next(iter(self._rows(Liaison.id == liaison_id)), None)

    def _view_of(self, row: Liaison) -> LiaisonView:
        unit = self._session.get_one(Unit, row.unit_id)
        return self._view(row, unit.name, unit.group)

    def _person(self, user: str) -> str:
        return self._sealing.hash("liaison", user)

    def _seal(self, entry: Entry) -> str:
        plain = {
            "form": entry.form,
            "name": entry.name,
            "phone": entry.phone,
            "email": entry.email,
            "replaces": list(entry.replaces),
        }
        return self._sealing.seal_text(json.dumps(plain, ensure_ascii=False))

    def _open(self, row: Any) -> Entry:
        if not row.form:
            return Entry({})
        plain = json.loads(self._sealing.open_text(row.form))
        return Entry(**{**plain, "replaces": tuple(plain["replaces"])})

    def _view(self, row: Any, unit: str, group: str) -> LiaisonView:
        entry = self._open(row)
        return LiaisonView(
            id=row.id,
            unit_id=row.unit_id,
            unit=unit,
            group=group,
            state=row.state,
            openid=self._sealing.open_text(row.openid) if row.openid else "",
            name=entry.name,
            phone=entry.phone,
            email=entry.email,
            form=entry.form,
            by_mail=row.by_mail,
            paused_until=row.paused_until,
            unreachable=row.unreachable,
            replaces=entry.replaces,
            created_at=row.created_at,
        )


_OPENIDS = select(Liaison.id, Liaison.openid, Liaison.unreachable).where(
    Liaison.campaign == bindparam("of"), Liaison.id.in_(bindparam("rows", expanding=True))
)
_WITH_UNIT = select(
    *Liaison.__table__.columns, Unit.name.label("of_unit"), Unit.group.label("of_group")
).join(Unit, Unit.id == Liaison.unit_id)
_ONE = _WITH_UNIT.where(Liaison.campaign == bindparam("of"), Liaison.id == bindparam("row"))


def _agreed(row: Liaison) -> datetime:
    """When the person last agreed to the entry."""
    at = row.consent.get("at")
    return datetime.fromisoformat(at) if at else row.created_at
