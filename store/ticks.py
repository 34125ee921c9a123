"""When each job of the scheduler last began and last came to its end, for ``/readyz`` and the audit."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from store.database import add_missing
from store.tables import Tick

if TYPE_CHECKING:
    from store.stores import Storage

FORGOTTEN = timedelta(days=7)  # a process that has not ticked for so long is gone


def a_name() -> str:
    """A name for this process that no other has had."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


class Ticks:
    """The ticks of one campaign; each call is a transaction of its own. ``ended_at`` is the last good end."""

    def __init__(self, storage: Storage, campaign: str, owner: str = "") -> None:
        self._storage = storage
        self._campaign = campaign
        self.owner = owner or a_name()  # of this process, for claims as well

    def begin(self, name: str, period: float) -> None:
        """A job begins; the first time, processes long gone are forgotten."""
        now = self._storage.clock()
        with self._storage.case.session() as session:
            if not self._set(session, name, started_at=now, period=round(period)):
                self._add(session, name, started_at=now, period=round(period))
                old = (Tick.campaign == self._campaign, Tick.started_at < now - FORGOTTEN)
                session.execute(delete(Tick).where(*old))

    def end(self, name: str, fault: str = "") -> None:
        """A job has ended; only a good end counts as one."""
        ended = {} if fault else {"ended_at": self._storage.clock()}
        with self._storage.case.session() as session:
            self._set(session, name, outcome=(fault or "ok")[:300], **ended)

    def last(self, name: str) -> datetime | None:
        """When a job last came to a good end, in whichever process."""
        with self._storage.case.session() as session:
            found = select(func.max(Tick.ended_at)).where(Tick.campaign == self._campaign, Tick.name == name)
            return session.scalar(found)

    def _set(self, session: Session, name: str, **values: Any) -> bool:
        mine = (Tick.campaign == self._campaign, Tick.name == name, Tick.owner == self.owner)
        result = session.execute(update(Tick).where(*mine).values(**values))
        assert isinstance(result, CursorResult)
        return result.rowcount == 1

    def _add(self, session: Session, name: str, **values: Any) -> None:
        row = {"campaign": self._campaign, "name": name, "owner": self.owner, "outcome": "", **values}
        add_missing(session, Tick, [row])
