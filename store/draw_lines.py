"""Prize draws as staff look at them: without their tickets, of which there may be a million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.quiz_tables import Draw, Prize

if TYPE_CHECKING:
    from store.stores import Storage


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw that was sealed."""

    id: int
    name: str  # the id in the campaign's content
    title: str  # what people read
    source: str  # the public value that was named beforehand
    tickets: int
    digest: str
    value: str  # the public value, once it is known
    committed_at: datetime
    value_due: datetime
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrizeLine:
    """A prize, and whose it is by keyed hash; nobody's once the person is forgotten."""

    id: int
    draw_id: int
    rank: int
    title: str
    person: str
    state: str
    told: bool
    claim_until: datetime


class DrawLines:
    """The sealed draws of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:  # noqa: ARG002
        self._session = session
        self._campaign = campaign

    def all(self) -> tuple[DrawLine, ...]:
        """Every draw, the newest first."""
        columns: tuple[Any, ...] = (
            Draw.id,
            Draw.name,
            Draw.rules["name"].as_string(),
            Draw.source,
            func.json_array_length(Draw.tickets),
            Draw.digest,
            Draw.value,
            Draw.committed_at,
            Draw.value_due,
            Draw.drawn_at,
        )
        mine = select(*columns).where(Draw.campaign == self._campaign)
        return tuple(DrawLine(*row) for row in self._session.execute(mine.order_by(Draw.id.desc())))

    def prizes(self) -> tuple[PrizeLine, ...]:
        """Every prize by draw and rank."""
        mine = (
            select(Prize).where(Prize.campaign == self._campaign).order_by(Prize.draw_id.desc(), Prize.rank)
        )
        return tuple(
            PrizeLine(
                row.id,
                row.draw_id,
                row.rank,
                row.title,
                row.person,
                row.state,
                row.told_at is not None,
                row.claim_until,
            )
            for row in self._session.scalars(mine)
        )
