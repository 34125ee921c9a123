"""The newest answers of a campaign, for the analysis of its questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.item_analysis import Try
from store.participation import unsuspected
from store.quiz_tables import Attempt

if TYPE_CHECKING:
    from store.stores import Storage

SAMPLE = 20_000  # rounds; more tell hardly more, and a page must not wait for a million
_AT_ONCE = 500
_NOT = ("notebook", "hunt")  # comes back only after a wrong answer; asks no question of the bank


class Tries:
    """What was answered in one campaign; rounds that wait for a review are left out."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:  # noqa: ARG002
        self._session = session
        self._mine = (Attempt.campaign == campaign, Attempt.kind.not_in(_NOT), unsuspected())

    def rounds(self) -> int:
        """How many rounds there are in all."""
        counted = select(func.count()).select_from(Attempt).where(*self._mine)
        return int(self._session.scalar(counted) or 0)

    def newest(self, rounds: int = SAMPLE) -> Iterator[Try]:
        """The answers of the newest rounds, the newest first; only a few rounds are held at a time."""
        wanted = select(Attempt.person, Attempt.answers).where(*self._mine)
        found = self._session.execute(
            wanted.order_by(Attempt.id.desc()).limit(rounds).execution_options(yield_per=_AT_ONCE)
        )
        for person, answers in found:
            for answer in reversed(answers):
                yield _try(person, answer)


def _try(person: str, answer: dict[str, Any]) -> Try:
    given = answer["given"]
    options = (given,) if isinstance(given, str) else tuple(given)
    return Try(person, answer["question"], options, bool(answer["right"]), float(answer.get("seconds", -1)))
