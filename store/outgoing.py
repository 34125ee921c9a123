"""Mails to the office that go out once: written with the report, sent later by a process of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.claims import ACCEPTED, FAILED, PENDING, UNKNOWN, again_at, finish, lost, take
from store.tables import Outgoing

if TYPE_CHECKING:
    from store.stores import Storage


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is ours to send until its lease ends."""

    id: int
    key: str
    to: str
    subject: str
    body: str
    owner: str
    claim_no: int
    tries: int


class Outbox:
    """The mails of one campaign. Its times are machine time."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._clock = storage.clock

    def add(self, key: str, to: str, subject: str, body: str) -> None:
        """Have a mail sent; the same key again changes nothing."""
        mine = (Outgoing.campaign == self._campaign, Outgoing.key == key)
        if self._session.scalar(select(Outgoing.id).where(*mine)) is not None:
            return
        now = self._clock()
        row = Outgoing(
            campaign=self._campaign,
            key=key,
            to=to,
            subject=subject,
            body=body,
            state=PENDING,
            next_attempt_at=now,
            created_at=now,
            updated_at=now,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()
        except IntegrityError:
            return  # another run of the same turn was faster

    def claim(self, owner: str, now: datetime) -> Mail | None:
        """Take one mail that is due; commit before sending it."""
        row = take(self._session, Outgoing, owner, now, Outgoing.campaign == self._campaign)
        if row is None:
            return None
        return Mail(row.id, row.key, row.to, row.subject, row.body, owner, row.claim_no, row.tries)

    def accepted(self, mail: Mail, now: datetime) -> bool:
        """The mail server has taken it."""
        return self._finish(mail, now, state=ACCEPTED, reason="")

    def retry(self, mail: Mail, reason: str, now: datetime) -> bool:
        """It was surely not sent: try again later, or give up after the last try."""
        again = again_at(mail.tries, now)
        if again is None:
            return self.failed(mail, reason, now)
        return self._finish(mail, now, state=PENDING, next_attempt_at=again, reason=reason[:300])

    def failed(self, mail: Mail, reason: str, now: datetime) -> bool:
        """It can't be sent."""
        return self._finish(mail, now, state=FAILED, reason=reason[:300])

    def unknown(self, mail: Mail, reason: str, now: datetime) -> bool:
        """It may have been sent, so it is not repeated; the desk shows it."""
        return self._finish(mail, now, state=UNKNOWN, reason=reason[:300])

    def settle_lost(self, now: datetime) -> int:
        """Mark what was being sent when its sender died; how many there were."""
        return lost(self._session, Outgoing, now)

    def unsettled(self) -> tuple[str, ...]:
        """Keys of mails that nobody may have got, for the desk."""
        odd = select(Outgoing.key).where(
            Outgoing.campaign == self._campaign, Outgoing.state.in_((FAILED, UNKNOWN))
        )
        return tuple(self._session.scalars(odd.order_by(Outgoing.id)))

    def _finish(self, mail: Mail, now: datetime, **values: object) -> bool:
        return finish(self._session, Outgoing, mail.id, mail.owner, mail.claim_no, updated_at=now, **values)
