"""The words of the questions that rounds pick, so that no change of the bank reaches a round in flight.

A round keeps digests (``handlers/kept_round.py``). Each web process brings the words of its bank here before it answers anybody;
they are looked up where a bank has other words by then, and stay longer than the longest round.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from content.bank import Words
from store.database import add_missing
from store.quiz_tables import QuestionWords as Row

if TYPE_CHECKING:
    from store.stores import Storage

log = logging.getLogger(__name__)

LASTING = timedelta(
    days=400
)  # a round waits for thirty days from its last answer, and so may last for months


class QuestionWords:
    """The words of one campaign's questions, by their digests."""

    def __init__(self, session: Session, campaign: str, _storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._here = Row.campaign == campaign

    def of(self, digest: str) -> Words | None:
        found = self._session.scalar(select(Row.words).where(self._here, Row.digest == digest))
        return None if found is None else Words(*found)

    def keep(self, bank: Mapping[str, Words], today: date) -> None:
        """Keep the words of a bank that is going to be asked from, and let go of what has long stood in none."""
        known = self._known()
        fresh = sorted(bank.keys() - known.keys())
        back = [digest for digest, left_on in known.items() if digest in bank and left_on is not None]
        gone = [digest for digest, left_on in known.items() if digest not in bank and left_on is None]
        if fresh:
            rows = [{"campaign": self._campaign, "digest": one, "words": bank[one]} for one in fresh]
            add_missing(self._session, Row, rows)
        self._mark(back, None)
        self._mark(gone, today)
        self._session.execute(delete(Row).where(self._here, Row.left_on < today - LASTING))

    def _known(self) -> dict[str, date | None]:
        """Each digest, and since when it stands in no bank; nobody else changes them until the transaction ends."""
        rows = select(Row.digest, Row.left_on).where(self._here).order_by(Row.digest).with_for_update()
        return {row.digest: row.left_on for row in self._session.execute(rows)}

    def _mark(self, digests: Collection[str], left_on: date | None) -> None:
        if digests:
            self._session.execute(
                update(Row).where(self._here, Row.digest.in_(digests)).values(left_on=left_on)
            )


def keep(storage: Storage, campaign: str, bank: Mapping[str, Words]) -> None:
    """Keep the words of a bank before somebody is asked from it; without the database, rounds last as long as the bank does."""
    try:
        with storage.transaction(campaign) as stores:
            stores.question_words.keep(bank, storage.clock().date())
    except SQLAlchemyError as lost:
        log.error("the words of the questions could not be kept (%s)", type(lost).__name__)
