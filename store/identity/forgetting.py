"""Wishes to be forgotten: written down first, then done step by step until all is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import ColumnElement, select, update

from store.identity.tables import Forgetting

if TYPE_CHECKING:
    from store.stores import Storage

Scope = Literal["all", "unfollow"]
ALL: Scope = "all"
UNFOLLOW: Scope = "unfollow"
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who wants to be forgotten, and what is done of it."""

    id: int
    user: str
    scope: str
    asked_at: datetime  # campaign time
    written_at: datetime  # machine time
    done: tuple[str, ...]
    tries: int


class Forgettings:
    """The list of wishes; every method is a transaction of its own."""

    def __init__(self, storage: Storage) -> None:
        self._database = storage.identity
        self._sealing = storage.identity_sealing
        self._clock = storage.clock  # machine time

    def ask(self, user: str, scope: Scope, at: datetime) -> None:
        """Write a wish down; the same one that is still open begins anew, for what came since. ``at``: campaign time."""
        person = self._person(user)
        with self._database.session() as session:
            same = (Forgetting.person == person, Forgetting.scope == scope, Forgetting.done_at.is_(None))
            row = session.scalar(select(Forgetting).where(*same).with_for_update())
            if row is None:
                row = Forgetting(openid=self._sealing.seal_text(user), person=person, scope=scope)
                session.add(row)
            row.asked_at, row.written_at, row.next_attempt_at, row.done = at, self._clock(), self._clock(), []

    def due(self, now: datetime, limit: int = 50) -> tuple[Wish, ...]:
        """The wishes that are not done and whose time has come."""
        with self._database.session() as session:
            waiting = (Forgetting.done_at.is_(None), Forgetting.next_attempt_at <= now)
            rows = session.scalars(select(Forgetting).where(*waiting).order_by(Forgetting.id).limit(limit))
            return tuple(self._wish(row) for row in rows if row.openid is not None)

    def open(self, user: str) -> bool:
        """Is a wish of this person still being worked on?"""
        with self._database.session() as session:
            mine = (Forgetting.person == self._person(user), Forgetting.done_at.is_(None))
            return session.scalar(select(Forgetting.id).where(*mine)) is not None

    def did(self, wish: Wish, step: str) -> None:
        """Note a step that is done, so that it isn't taken again."""
        with self._database.session() as session:
            row = session.scalar(select(Forgetting).where(*_same(wish)).with_for_update())
            if row is None:  # asked for again meanwhile: the step is taken anew
                return
            row.done = list(dict.fromkeys([*row.done, step]))

    def later(self, wish: Wish, reason: str, now: datetime) -> None:
        """Try the rest again after a while that grows."""
        pause = min(FIRST_PAUSE * 2 ** min(wish.tries, 10), LONGEST_PAUSE)
        self._change(wish, tries=wish.tries + 1, next_attempt_at=now + pause, reason=reason[:300])

    def finish(self, wish: Wish, now: datetime) -> None:
        """All is done: the wish itself forgets who it was."""
        self._change(wish, openid=None, person="", done_at=now, reason="")

    def _change(self, wish: Wish, **values: object) -> None:
        with self._database.session() as session:
            session.execute(update(Forgetting).where(*_same(wish)).values(**values))

    def _wish(self, row: Forgetting) -> Wish:
        user = self._sealing.open_text(row.openid or "")
        return Wish(row.id, user, row.scope, row.asked_at, row.written_at, tuple(row.done), row.tries)

    def _person(self, user: str) -> str:
        return self._sealing.hash("forget", user)


def _same(wish: Wish) -> tuple[ColumnElement[bool], ...]:
    """The row of a wish, unless it was asked for again since."""
    return Forgetting.id == wish.id, Forgetting.written_at == wish.written_at
