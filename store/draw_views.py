"""A prize draw, its prizes and how far somebody has come, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from content.models import PrizeDraw
from rules.prizes import CORRECTABLE
from store.quiz_tables import Draw, Prize


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it was sealed, and what became of it."""

    id: int
    rules: PrizeDraw
    source: str
    tickets: tuple[str, ...]
    digest: str
    value: str
    committed_at: datetime
    value_due: datetime
    drawn_at: datetime | None

    @property
    def drawn(self) -> bool:
        return bool(self.value)

    @property
    def settled_at(self) -> datetime | None:
        """From when on the value can't be corrected any more, and people are told."""
        return None if self.drawn_at is None else self.drawn_at + CORRECTABLE

    def settled(self, at: datetime) -> bool:
        """Is it drawn for good?"""
        return self.settled_at is not None and at >= self.settled_at


@dataclass(frozen=True, slots=True)
class PrizeView:
    """A prize and whose ticket it fell to."""

    id: int
    draw_id: int
    draw: str  # the name people read
    rank: int
    ticket: str
    person: str
    title: str
    state: str
    open_at: datetime  # from when on its person may know
    claim_until: datetime  # the first moment at which it is too late
    told: bool
    coded: bool  # the code has been shown
    where: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has done within the period of a draw."""

    levels: int = 0
    exam: int = 0
    days: int = 0
    rounds: int = 0


def draw_view(row: Draw) -> DrawView:
    return DrawView(
        id=row.id,
        rules=PrizeDraw.model_validate(row.rules),
        source=row.source,
        tickets=tuple(row.tickets),
        digest=row.digest,
        value=row.value,
        committed_at=row.committed_at,
        value_due=row.value_due,
        drawn_at=row.drawn_at,
    )


def prize_view(prize: Prize, draw: Draw) -> PrizeView:
    return PrizeView(
        id=prize.id,
        draw_id=prize.draw_id,
        draw=str(draw.rules["name"]),
        rank=prize.rank,
        ticket=prize.ticket,
        person=prize.person,
        title=prize.title,
        state=prize.state,
        open_at=(draw.drawn_at or draw.value_due) + CORRECTABLE,
        claim_until=prize.claim_until,
        told=prize.told_at is not None,
        coded=bool(prize.code_hash),
        where=str(draw.rules["claim_where"]),
    )
