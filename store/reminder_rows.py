"""Rows of reminders: how they are found and changed, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, false, insert, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from store.reminder_values import PENDING, PLANNED, SENDING, UNKNOWN, Claim, Try
from store.tables import DeliveryTry, Reminder

if TYPE_CHECKING:
    from store.stores import Storage

FUTURE = timedelta(hours=1)  # a row changed so long after now was changed before the clock went back


class ReminderRows:
    """The rows of one campaign; what ``Reminders`` is built on."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._clock = storage.clock
        self._sealing = storage.sealing

    @cached_property
    def _connection(self) -> Connection:
        """The transaction's own, looked up once."""
        return self._session.connection()

    def _held(self, claim: Claim, **values: Any) -> bool:
        """Change the row if this claim holds it still: the fence that a slower process does not pass."""
        fence = {"of": self._campaign, "row": claim.id, "holder": claim.owner, "number": claim.claim_no}
        changing = _held_change(("updated_at", *values))
        done = self._connection.execute(changing, fence | {"updated_at": self._clock(), **values})
        return bool(done.rowcount == 1)

    def _change(self, reminder_id: int, *conditions: ColumnElement[bool], **values: Any) -> bool:
        """Compare and set: did the row stand as the conditions say?"""
        return self._update(Reminder.id == reminder_id, *conditions, **values) == 1

    def _update(self, *conditions: ColumnElement[bool], **values: Any) -> int:
        changing = (
            update(Reminder)
            .where(*self._mine(), *conditions)
            .values(updated_at=self._clock(), **values)
            .execution_options(synchronize_session=False)
        )
        result = self._session.execute(changing)
        assert isinstance(result, CursorResult)
        return result.rowcount

    def _append(self, reminder_id: int, claim_no: int, tried: Try) -> None:
        row = {
            "campaign": self._campaign,
            "reminder_id": reminder_id,
            "claim_no": claim_no,
            "channel": tried.channel,
            "started_at": tried.started_at,
            "ended_at": self._clock(),
            "outcome": tried.outcome,
            "code": tried.code[:40],
            "detail": tried.detail[:300],
            "message_id": tried.message_id[:200] or None,
        }
        self._connection.execute(_APPEND, row)

    def _rows(self, *conditions: ColumnElement[bool]) -> list[Reminder]:
        found = select(Reminder).where(*self._mine(), *conditions).order_by(Reminder.id)
        return list(self._session.scalars(found.execution_options(populate_existing=True)))

    def _ids(self, *conditions: ColumnElement[bool]) -> tuple[int, ...]:
        found = select(Reminder.id).where(*self._mine(), *conditions).order_by(Reminder.id)
        return tuple(self._session.scalars(found))

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (Reminder.campaign == self._campaign,)

    def _person(self, openid: str) -> str:
        return self._sealing.hash("receipt", openid)


def claimable(now: Any, machine: Any, later: Any, fresh: bool = True) -> ColumnElement[bool]:
    """Whose time has come: on campaign time ``now``, or on the machine's, where ``later`` is an hour after it."""
    turned_back = Reminder.updated_at > later
    waits = and_(Reminder.state.in_((PENDING, UNKNOWN)), Reminder.next_attempt_at.is_not(None))
    return or_(
        and_(Reminder.state == PLANNED, Reminder.send_at <= now) if fresh else false(),
        and_(waits, or_(Reminder.next_attempt_at <= machine, turned_back)),
        and_(Reminder.state == SENDING, or_(Reminder.lease_until < machine, turned_back)),
    )


_APPEND = insert(DeliveryTry.__table__)  # type: ignore[arg-type]

#: Taking rows: nobody else can meet the same conditions once one is taken.
CLAIM = (
    update(Reminder.__table__)  # type: ignore[arg-type]
    .where(
        Reminder.campaign == bindparam("of"),
        Reminder.id.in_(bindparam("rows", expanding=True)),
        claimable(bindparam("now"), bindparam("machine"), bindparam("later")),
    )
    .values(
        state=SENDING,
        owner=bindparam("holder"),
        claim_no=Reminder.claim_no + 1,
        lease_until=bindparam("lease"),
        updated_at=bindparam("machine"),
    )
    .returning(Reminder.__table__)
)
#: What else a recipient may have got of an occurrence.
ATTEMPTED = select(Reminder.lead, Reminder.due).where(
    Reminder.campaign == bindparam("of"),
    Reminder.obligation == bindparam("obligation"),
    Reminder.occurrence == bindparam("occurrence"),
    Reminder.recipient == bindparam("recipient"),
    Reminder.id != bindparam("row"),
    Reminder.first_attempt_at.is_not(None),
)


@cache
def _held_change(names: tuple[str, ...]) -> Update:
    """A change of these columns by whoever holds the row; made once, for making it takes longer than its work."""
    return (
        update(Reminder.__table__)  # type: ignore[arg-type]
        .where(
            Reminder.campaign == bindparam("of"),
            Reminder.id == bindparam("row"),
            Reminder.state == SENDING,
            Reminder.owner == bindparam("holder"),
            Reminder.claim_no == bindparam("number"),
        )
        .values({name: bindparam(name) for name in names})
    )
