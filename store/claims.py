"""How rows of an outbox are taken, finished and given up: by compare-and-set, with a lease and a fence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

PENDING, SENDING, ACCEPTED, FAILED, UNKNOWN = "pending", "sending", "accepted", "failed", "unknown"
LEASE = timedelta(minutes=2)
BACKOFF = (60, 300, 900, 3600, 3 * 3600, 6 * 3600)  # seconds


def take(session: Session, table: Any, owner: str, now: datetime, *only: ColumnElement[bool]) -> Any | None:
    """Claim one row that is due, or None; commit before sending.

    A row whose sender died in mid-sending may have gone out, so it is not taken again: see ``lost``.
    """
    due = and_(table.state == PENDING, table.next_attempt_at <= now)
    wanted = select(table).where(due, *only).order_by(table.next_attempt_at, table.id).limit(5)
    for row in session.scalars(wanted.execution_options(populate_existing=True)).all():
        values = {
            "state": SENDING,
            "owner": owner,
            "claim_no": row.claim_no + 1,
            "tries": row.tries + 1,
            "lease_until": now + LEASE,
            "first_attempt_at": row.first_attempt_at or now,
        }
        if change(session, table, (table.id == row.id, table.claim_no == row.claim_no, due), values):
            session.refresh(row)
            return row
    return None


def finish(session: Session, table: Any, row_id: int, owner: str, claim_no: int, **values: Any) -> bool:
    """Record the end of an attempt, if the claim is still ours."""
    ours = (table.id == row_id, table.owner == owner, table.claim_no == claim_no, table.state == SENDING)
    return change(session, table, ours, {"owner": None, "lease_until": None} | values) == 1


def lost(session: Session, table: Any, now: datetime) -> int:
    """Call unknown what was being sent when its sender died: it may have gone out, so it isn't repeated."""
    stale = (table.state == SENDING, or_(table.lease_until.is_(None), table.lease_until < now))
    values = {"state": UNKNOWN, "owner": None, "lease_until": None, "reason": "sender died"}
    return change(session, table, stale, values)


def again_at(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None when it is enough."""
    return now + timedelta(seconds=BACKOFF[tries - 1]) if tries <= len(BACKOFF) else None


def change(
    session: Session, table: Any, where: tuple[ColumnElement[bool], ...], values: dict[str, Any]
) -> int:
    """Update rows and say how many."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(table).where(*where).values(**values).execution_options(synchronize_session=False)
    )
    return result.rowcount
