"""What of the boards must be counted anew after a correction: kept in SQL beside the correction itself.

So it is there whenever the correction is, also where Redis was away at that moment; see ``store/standing.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from store.quiz_tables import BoardMark

if TYPE_CHECKING:
    from store.stores import Storage


class BoardMarks:
    """The marks of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:  # noqa: ARG002
        self._session = session
        self._campaign = campaign

    def add(self, items: Collection[str]) -> None:
        """Mark ``person:…``, ``unit:…``, ``region:…``, ``day:…`` within the transaction that corrects them."""
        self._session.add_all(BoardMark(campaign=self._campaign, item=item) for item in sorted(items))

    def some(self, most: int) -> Mapping[int, str]:
        """The oldest marks by their number."""
        mine = select(BoardMark.id, BoardMark.item).where(BoardMark.campaign == self._campaign)
        return {row.id: row.item for row in self._session.execute(mine.order_by(BoardMark.id).limit(most))}

    def remove(self, numbers: Collection[int]) -> None:
        """Let go of marks that the boards know of now."""
        self._session.execute(delete(BoardMark).where(BoardMark.id.in_(numbers)))
