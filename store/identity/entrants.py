"""Who takes part in a campaign's draws: only those who agreed, kept so that a winner can be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.identity.tables import Entrant, Word

if TYPE_CHECKING:
    from store.stores import Storage


_AT_ONCE = 500  # deleted in one short transaction


class Entrants:
    """The entrants of one campaign; every method is a transaction of its own."""

    def __init__(self, storage: Storage, campaign: str) -> None:
        self._database = storage.identity
        self._sealing = storage.identity_sealing
        self._hash = storage.sealing.hash  # persons are known by the hash that their rounds bear
        self._campaign = campaign
        self._clock = storage.clock  # machine time

    def enter(self, user: str, consent: Mapping[str, str]) -> bool:
        """Note that somebody takes part, with the words they agreed to; False where they do already."""
        row = Entrant(
            campaign=self._campaign,
            person=self._person(user),
            openid=self._sealing.seal_text(user),
            consent=dict(consent),
            created_at=self._clock(),
        )
        try:
            with self._database.session() as session:
                if _found(session, self._campaign, row.person) is not None:
                    return False
                session.add(row)
            return True
        except IntegrityError:
            return False  # the same person entered at the same moment

    def entered(self, user: str) -> bool:
        """Does somebody take part?"""
        with self._database.session() as session:
            return _found(session, self._campaign, self._person(user)) is not None

    def leave(self, user: str) -> bool:
        """Take the consent back and forget who it was; was there anything to forget?"""
        with self._database.session() as session:
            found = _found(session, self._campaign, self._person(user))
            _remove(session, [] if found is None else [found])
            return found is not None

    def persons(self) -> frozenset[str]:
        """The keyed hashes of all who take part."""
        with self._database.session() as session:
            mine = select(Entrant.person).where(Entrant.campaign == self._campaign)
            return frozenset(session.scalars(mine))

    def forget(self, user: str, before: datetime) -> int:
        """Delete the entries of a person up to a time, and words on their way to them; how many."""
        with self._database.session() as session:
            mine = (Entrant.campaign == self._campaign, Entrant.person == self._person(user))
            ids = list(session.scalars(select(Entrant.id).where(*mine, Entrant.created_at <= before)))
            _remove(session, ids)
            return len(ids)

    def expire(self) -> int:
        """Delete all who took part, and words on their way to them, once nobody can be given anything; how many."""
        with self._database.session() as session:
            mine = select(Entrant.id).where(Entrant.campaign == self._campaign)
            ids = list(session.scalars(mine.limit(_AT_ONCE)))
            _remove(session, ids)
            return len(ids)

    def _person(self, user: str) -> str:
        return self._hash("quiz", user)


def _found(session: Session, campaign: str, person: str) -> int | None:
    return session.scalar(select(Entrant.id).where(Entrant.campaign == campaign, Entrant.person == person))


def _remove(session: Session, ids: list[int]) -> None:
    session.execute(delete(Word).where(Word.entrant_id.in_(ids)))
    session.execute(delete(Entrant).where(Entrant.id.in_(ids)))
