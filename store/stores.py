"""All stores of one campaign within one transaction, opened only when first used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from store.database import Database
from store.sealing import Sealing

if TYPE_CHECKING:
    from store.attempts import Attempts
    from store.filings import Filings
    from store.identity.links import Links
    from store.liaisons import Liaisons
    from store.outgoing import Outbox
    from store.photos import Photos
    from store.reminders import Reminders
    from store.reports import Reports
    from store.units import Units

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Storage:
    """Where everything is kept; hands out ``Stores``, one transaction each."""

    case: Database
    identity: Database
    sealing: Sealing  # keyed hashes and ciphers of the case database and of Redis
    identity_sealing: Sealing  # the identity database's own key
    photos: Path  # the folder of cleaned photos
    clock: Clock  # machine time

    @contextmanager
    def transaction(self, campaign: str) -> Iterator[Stores]:
        """Stores that commit at the end unless ``stores.undo()`` was called, and roll back on an error."""
        with Stores(self, campaign) as stores:
            yield stores


class Stores:
    """One attribute a store; the session begins with the first statement.

    What concerns identities (``links``) does not share the transaction: it commits by itself, and first.
    """

    def __init__(self, storage: Storage, campaign: str) -> None:
        self.storage = storage
        self.campaign = campaign
        self._stack = ExitStack()
        self._undone = False

    def __enter__(self) -> Stores:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: object) -> None:
        session = self.__dict__.get("session")
        if session is not None:
            if kind is None and not self._undone:
                session.commit()
            session.close()  # rolls back what was not committed

    def undo(self) -> None:
        """Let nothing of this transaction be kept."""
        self._undone = True

    @cached_property
    def session(self) -> Session:
        return Session(self.storage.case.engine, expire_on_commit=False)

    @cached_property
    def units(self) -> Units:
        from store.units import Units

        return Units(self.session, self.campaign, self.storage)

    @cached_property
    def liaisons(self) -> Liaisons:
        from store.liaisons import Liaisons

        return Liaisons(self.session, self.campaign, self.storage)

    @cached_property
    def filings(self) -> Filings:
        from store.filings import Filings

        return Filings(self.session, self.campaign, self.storage)

    @cached_property
    def reminders(self) -> Reminders:
        from store.reminders import Reminders

        return Reminders(self.session, self.campaign, self.storage)

    @cached_property
    def reports(self) -> Reports:
        from store.reports import Reports

        return Reports(self.session, self.campaign, self.storage)

    @cached_property
    def photos(self) -> Photos:
        from store.photos import Photos

        return Photos(self.session, self.campaign, self.storage)

    @cached_property
    def outbox(self) -> Outbox:
        from store.outgoing import Outbox

        return Outbox(self.session, self.campaign, self.storage)

    @cached_property
    def attempts(self) -> Attempts:
        from store.attempts import Attempts

        return Attempts(self.session, self.campaign, self.storage)

    @cached_property
    def links(self) -> Links:
        from store.identity.links import Links

        return Links(self.storage)
