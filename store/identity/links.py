"""Who reported what, in a database of its own: written first, kept enciphered, forgotten on wish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.report import CONTACT, Consent
from store.identity.forgetting import Forgettings
from store.identity.tables import Link, Look, Word
from store.identity.words import Words

if TYPE_CHECKING:
    from store.stores import Storage

UNUSED_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """A reporter's name and number, which they agreed to hand to one recipient."""

    name: str
    phone: str
    recipient: str


class Links:
    """The identity store; every method is a transaction of its own."""

    def __init__(self, storage: Storage) -> None:
        self._database = storage.identity
        self._sealing = storage.identity_sealing
        self._clock = storage.clock  # machine time
        self.words = Words(storage)
        self.forgettings = Forgettings(storage)

    def link(
        self,
        token: str,
        user: str,
        *,
        reach: bool = False,
        name: str = "",
        phone: str = "",
        consents: Sequence[Consent] = (),
    ) -> None:
        """Note who reports under a token, before the report is filed; the last word counts.

        The OpenID itself is kept only for whoever wants to hear from us (``reach``).
        """
        values = {
            "person": self._person(user),
            "openid": self._seal(user) if reach else None,
            "name": self._seal(name),
            "phone": self._seal(phone),
            "consents": [asdict(consent) for consent in consents],
        }
        try:
            self._write(token, values)
        except IntegrityError:
            self._write(token, values)  # another run of the same turn was faster

    def tokens_of(self, user: str, before: datetime | None = None) -> tuple[str, ...]:
        """The tokens of a person's reports, those up to a time if one is given, the newest first."""
        with self._database.session() as session:
            mine = select(Link.token).where(Link.person == self._person(user)).order_by(Link.id.desc())
            if before is not None:
                mine = mine.where(Link.created_at <= before)
            return tuple(session.scalars(mine))

    def reachable(self, token: str) -> bool:
        """Does whoever reported this want to hear of it?"""
        with self._database.session() as session:
            found = session.scalar(select(Link.openid).where(Link.token == token))
            return found is not None

    def named(self, user: str) -> int:
        """For how many reports a person's name or number is kept."""
        with self._database.session() as session:
            mine = select(func.count()).select_from(Link).where(Link.person == self._person(user))
            return int(session.scalar(mine.where(Link.phone.is_not(None))) or 0)

    def settle(self, token: str) -> None:
        """Note that the report is there, so that the link stays."""
        self._change(token, settled=True)

    def consented_contact(self, token: str, *, who: str, reason: str, at: datetime) -> Contact | None:
        """Name and number, if their owner agreed and has not taken it back; every call is on record."""
        if not reason.strip() or not who.strip():
            raise ValueError("请写明是谁、为什么要看联系方式")
        with self._database.session() as session:
            session.add(Look(token=token, who=who[:60], reason=reason, at=at))
            row = _row(session, token)
            if row is None or row.name is None or row.phone is None:
                return None
            recipient = _recipient(row.consents)
            return Contact(self._open(row.name), self._open(row.phone), recipient) if recipient else None

    def looks(self, token: str) -> tuple[tuple[datetime, str, str], ...]:
        """When, who and why somebody asked for the contact."""
        with self._database.session() as session:
            rows = session.scalars(select(Look).where(Look.token == token).order_by(Look.id))
            return tuple((row.at, row.who, row.reason) for row in rows)

    def withdraw_consent(self, user: str, at: datetime) -> int:
        """Take back every consent of a person and delete names and numbers; in how many reports."""
        with self._database.session() as session:
            rows = session.scalars(select(Link).where(Link.person == self._person(user))).all()
            named = [row for row in rows if row.name or row.phone]
            for row in named:
                row.name = row.phone = None
                row.consents = [{**consent, "withdrawn": at.isoformat()} for consent in row.consents]
            return len(named)

    def release(self, token: str) -> None:
        """Delete what is not needed any more once a report is withdrawn: who to tell, name and number."""
        with self._database.session() as session:
            row = _row(session, token)
            if row is not None:
                row.openid = row.name = row.phone = None
                row.consents = []
                session.execute(delete(Word).where(Word.link_id == row.id))

    def forget(self, user: str, before: datetime | None = None) -> int:
        """Delete the links of a person, those up to a time if one is given, and words on their way; how many links."""
        with self._database.session() as session:
            mine = select(Link.id).where(Link.person == self._person(user))
            if before is not None:
                mine = mine.where(Link.created_at <= before)
            ids = session.scalars(mine).all()
            session.execute(delete(Word).where(Word.link_id.in_(ids)))
            session.execute(delete(Link).where(Link.id.in_(ids)))
            return len(ids)

    def drop(self, tokens: Collection[str]) -> int:
        """Delete the links of these tokens and the words on their way; how many there were."""
        with self._database.session() as session:
            ids = session.scalars(select(Link.id).where(Link.token.in_(tokens))).all()
            session.execute(delete(Word).where(Word.link_id.in_(ids)))
            session.execute(delete(Link).where(Link.id.in_(ids)))
            return len(ids)

    def sweep(self, filed: Callable[[Collection[str]], Collection[str]]) -> int:
        """Settle the links whose report is there and delete those older than a day without one; how many went.

        ``filed`` asks the case database, so no transaction is open here meanwhile: a turn holds both in turn.
        """
        tokens = self._unsettled()
        there = set(filed(tokens)) if tokens else set()
        gone = [token for token in tokens if token not in there]
        with self._database.session() as session:
            session.execute(update(Link).where(Link.token.in_(there)).values(settled=True))
            session.execute(delete(Link).where(Link.token.in_(gone), Link.settled.is_(False)))
        return len(gone)

    # -- within ----------------------------------------------------------------------------------------------

    def _unsettled(self) -> list[str]:
        old = (Link.settled.is_(False), Link.created_at < self._clock() - UNUSED_FOR)
        with self._database.session() as session:
            return list(session.scalars(select(Link.token).where(*old).limit(500)))

    def _write(self, token: str, values: dict[str, Any]) -> None:
        with self._database.session() as session:
            row = _row(session, token)
            if row is None:
                row = Link(token=token, created_at=self._clock(), settled=False)
                session.add(row)
            for key, value in values.items():
                setattr(row, key, value)

    def _change(self, token: str, **values: Any) -> None:
        with self._database.session() as session:
            row = _row(session, token)
            if row is not None:
                for key, value in values.items():
                    setattr(row, key, value)

    def _person(self, user: str) -> str:
        return self._sealing.hash("reporter", user)

    def _seal(self, text: str) -> str | None:
        return self._sealing.seal_text(text) if text else None

    def _open(self, sealed: str) -> str:
        return self._sealing.open_text(sealed)


def _row(session: Session, token: str) -> Link | None:
    return session.scalar(select(Link).where(Link.token == token))


def _recipient(consents: Sequence[dict[str, Any]]) -> str:
    """To whom name and number may be given; empty where nobody may have them."""
    standing = (one for one in consents if one["purpose"] == CONTACT and not one.get("withdrawn"))
    return str(next((one["recipient"] for one in standing), ""))
