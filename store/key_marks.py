"""A mark of the IDENTITY_KEY in both databases: what was kept under one key is neither found nor read under another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store import tables
from store.identity import tables as identities
from store.sealing import Sealing, Unreadable

if TYPE_CHECKING:
    from store.stores import Storage

#: For each database its table of marks, and a column that is sealed.
_SIDES: dict[str, tuple[Any, Any]] = {
    "case": (tables.KeyMark, tables.Liaison.form),
    "identity": (identities.KeyMark, identities.Link.openid),
}


def mark_of(sealing: Sealing) -> str:
    """What tells whether something was made under the same IDENTITY_KEY, and tells nothing of the key."""
    return sealing.hash("backup", "made under this key")


def compare(storage: Storage) -> dict[str, bool | None]:
    """Was each database filled under the key that is set? None where nothing tells; changes nothing."""
    return {name: _compared(storage, name) for name in _SIDES}


def claim(storage: Storage, campaign: str) -> bool:
    """Mark a database that bears no mark, or that holds nobody; False where one was filled under another key.

    Nothing is marked unless both may be.
    """
    from store.dumps import is_empty

    found = compare(storage)
    if any(ours is False and not is_empty(getattr(storage, name)) for name, ours in found.items()):
        return False
    for name, ours in found.items():
        if not ours:
            _mark(storage, name, campaign)
    return True


def _compared(storage: Storage, name: str) -> bool | None:
    sealing, (table, column) = _sealing(storage, name), _SIDES[name]
    with getattr(storage, name).session() as session:
        marks = set(session.scalars(select(table.mark)))
        if marks:
            return marks == {mark_of(sealing)}
        return None if _opens(session, column, sealing) else False


def _opens(session: Session, column: Any, sealing: Sealing) -> bool:
    """Can the first sealed value be read, if there is one? For databases older than the marks."""
    sealed = session.scalar(select(column).where(column.is_not(None), column != "").limit(1))
    try:
        return sealed is None or bool(sealing.open_text(sealed))
    except (Unreadable, ValueError):
        return False


def _mark(storage: Storage, name: str, campaign: str) -> None:
    table = _SIDES[name][0]
    row = table(mark=mark_of(_sealing(storage, name)))
    if name == "case":
        row.campaign = campaign
    with getattr(storage, name).session() as session:
        session.execute(delete(table))
        session.add(row)


def _sealing(storage: Storage, name: str) -> Sealing:
    return storage.sealing if name == "case" else storage.identity_sealing
