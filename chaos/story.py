"""What the audit tells of a draw, step by step, against what is stored of it: no step in half, none out of turn.

Works out by itself what each step has to bring about, and shares nothing with the product but the order of tickets.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaos.world import CAMPAIGN, World
from cli.draw import published
from rules.prize_draw import ranking
from store.draw_views import DrawView, PrizeView
from store.quiz_tables import Audit
from store.stores import Stores

_LOOKS, _BETWEEN_S = 4, 0.3


@dataclass
class Place:
    """One prize as the audit tells of it."""

    rank: int
    ticket: str
    title: str
    state: str = "won"


@dataclass
class Story:
    """All steps of one draw in their order."""

    draw: DrawView
    prizes: dict[int, int]  # prize that stands: its rank
    value: str = ""
    places: list[Place] = field(default_factory=list)
    owed: deque[str] = field(default_factory=deque)  # prizes that are to fall to the next ranks
    leaving: list[Place] = field(default_factory=list)  # what a correction has to write down
    withdrawn: set[int] = field(default_factory=set)  # prizes that a correction made void
    faults: list[str] = field(default_factory=list)

    def tell(self, row: Audit) -> None:
        """One step more."""
        step = getattr(self, f"_{row.what.replace('.', '_')}", None)
        if step is None:
            return
        try:
            step(row.detail)
        except (KeyError, TypeError) as missing:
            self._fault(f"{row.what} {row.id} without {missing}")

    def _draw_value(self, detail: dict[str, Any]) -> None:
        if self.value:
            self._fault("drawn twice")
        self._begin(detail["value"])

    def _draw_correct(self, detail: dict[str, Any]) -> None:
        if detail["was"] != self.value or self.leaving:
            self._fault(f"corrected from {detail['was']} where {self.value} stood")
        self.leaving, self.places = self.places, []
        self._begin(detail["value"])

    def _begin(self, value: str) -> None:
        if self.owed and len(self.places) < len(self.draw.tickets):
            self._fault(f"{[*self.owed]} went to nobody")
        self.value, self.owed = value, deque(self.draw.rules.places)

    def _prize_withdraw(self, detail: dict[str, Any]) -> None:
        told = Place(detail["rank"], detail["ticket"], detail["title"], detail["state"])
        if told in self.leaving and told.state != "claimed":
            self.leaving.remove(told)
        else:
            self._fault(f"withdrawn: rank {told.rank}, {told.state}")
        self.withdrawn.add(detail["prize"])

    def _prize_won(self, detail: dict[str, Any], state: str = "won") -> None:
        rank, title = detail["rank"], detail["title"]
        order = ranking(self.draw.tickets, self.value)
        if not self.owed or self.owed[0] != title or rank != len(self.places) + 1 or self.leaving:
            self._fault(f"rank {rank} got {title} out of turn")
        else:
            self.owed.popleft()
        ticket = order[rank - 1] if rank <= len(order) else "nobody"
        self.places.append(Place(rank, ticket, title, state))
        if state == "gone":
            self.owed.append(title)

    def _prize_gone(self, detail: dict[str, Any]) -> None:
        self._prize_won(detail, "gone")

    def _prize_lapse(self, detail: dict[str, Any]) -> None:
        self._pass_on(detail, "lapsed")

    def _prize_void(self, detail: dict[str, Any]) -> None:
        self._pass_on(detail, "void")

    def _pass_on(self, detail: dict[str, Any], state: str) -> None:
        if self._become(detail["rank"], state):
            self.owed.append(detail["title"])

    def _prize_claim(self, detail: dict[str, Any]) -> None:
        self._become(self.prizes[detail["prize"]], "claimed")

    def _become(self, rank: int, state: str) -> bool:
        """A prize comes to its end, and never to a second one."""
        place = next((one for one in self.places if one.rank == rank), None)
        if place is None or place.state != "won":
            self._fault(f"rank {rank} {state} that was {place.state if place else 'not there'}")
            return False
        place.state = state
        return True

    def end(self, stand: Sequence[PrizeView]) -> None:
        """After the last step: is that what stands?"""
        if self.owed and len(self.places) < len(self.draw.tickets):
            self._fault(f"{[*self.owed]} went to nobody")
        if self.leaving:
            self._fault(f"{len(self.leaving)} prizes not withdrawn")
        if self.value != self.draw.value:
            self._fault(f"drawn by {self.draw.value}, by the audit {self.value}")
        told = [(one.rank, one.ticket, one.title, one.state) for one in self.places]
        there = [(one.rank, one.ticket, one.title, one.state) for one in stand]
        other = [one for one in (*told, *there) if (one in told) != (one in there)]
        if told != there:
            self._fault(f"{len(there)} prizes, by the audit {len(told)}; {other[:2]}")

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self.draw.rules.id}: {text}")


def story(stores: Stores, draw: DrawView) -> Story:
    """What the audit tells of a draw, laid beside what stands."""
    stand = stores.draws.winners(draw)
    made = Story(draw, {one.id: one.rank for one in stand})
    for row in steps_of(stores, draw.rules.id, made.prizes):
        made.tell(row)
    made.end(stand)
    return made


def steps_of(stores: Stores, name: str, prizes: Collection[int]) -> list[Audit]:
    """The rows of a draw in their order; a claim bears the prize alone."""
    kinds = Audit.what.like("draw.%") | Audit.what.like("prize.%")
    rows = stores.session.query(Audit).filter(Audit.campaign == CAMPAIGN, kinds).order_by(Audit.id).all()
    claims = [row.id for row in rows if row.what == "prize.claim" and row.detail.get("prize") in prizes]
    return [row for row in rows if row.detail.get("draw") == name or row.id in claims]


def torn(world: World, name: str) -> list[str] | None:
    """What of a draw may never be seen, looked at again where somebody else was at work on it just then.

    None where nobody can look: a database may be gone for a moment.
    """
    found: list[str] | None = None
    for _ in range(_LOOKS):
        try:
            found = _look(world, name)
        except Exception:  # of whichever database it is
            found = None
        if found == []:
            return found
        time.sleep(_BETWEEN_S)
    return found


def _look(world: World, name: str) -> list[str]:
    with world.storage.looking(CAMPAIGN) as stores:
        draw = stores.draws.named(name)
        if draw is None:
            return []
        sheet = published(CAMPAIGN, draw, stores.draws.winners(draw))
        return [*story(stores, draw).faults, *(f"{name}: {one}" for one in sheet.faults())]
