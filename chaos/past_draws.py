"""Draws that were drawn before the storm, so that there is something to claim, to call off and to pass on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chaos.office import VALUE
from chaos.tree import EARLIER, LATE, LATE_DUE, RACE, TOLD, kind_of
from chaos.world import CAMPAIGN, TODAY, World
from rules.codes import grouped
from store.quiz_tables import Prize
from store.stores import Stores

#: When the last moment to claim comes for the draws whose days end in the storm, by seconds since its beginning.
RACE_FROM_S, RACE_EVERY_S = 45.0, 20.0
_BEFORE = timedelta(hours=1)  # a list is sealed so long before its value is known
_ROUNDS = {LATE: LATE_DUE - timedelta(days=20), TOLD: TODAY - timedelta(days=25)}  # what gives a ticket


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who has won and comes to the desk with a code."""

    draw: str
    prize: int
    ticket: str
    code: str


def deadline(name: str) -> datetime | None:
    """When the days of a draw end within the storm."""
    kind, _, number = name.partition("-")
    return TODAY + timedelta(seconds=RACE_FROM_S + int(number) * RACE_EVERY_S) if kind == RACE else None


def draw_before(world: World, talkers: Sequence[str], silent: Sequence[str]) -> list[Customer]:
    """Draw them; who has a code in hand. Who talks has tickets only where nothing is called off."""
    values: dict[str, Any] = {"kind": "round", "answers": []}
    with world.storage.transaction(CAMPAIGN) as stores:
        for kind, played in _ROUNDS.items():
            for one in (*talkers, *silent) if kind == LATE else silent:
                stores.attempts.add(one, f"for {kind}", began=played, at=played, day=played.date(), **values)
        entrants, zone = stores.entrants.persons(), world.campaign.zone
        step: dict[str, Any] = {"zone": zone, "who": "office"}
        for rules in world.campaign.prizes:
            if kind_of(rules.id) in EARLIER:
                due = rules.source.due(zone)
                stores.draws.commit(rules, entrants, at=due - _BEFORE, **step)
                stores.draws.draw(rules.id, VALUE, entrants, at=due, **step)
                _end_in_the_storm(stores, rules.id)
        return [one for name in _with_codes(world) for one in _customers(stores, name, silent)]


def _with_codes(world: World) -> list[str]:
    """The draws whose winners may have a code; those whose last day is long over have none."""
    return [one.id for one in world.campaign.prizes if kind_of(one.id) in (TOLD, RACE)]


def _end_in_the_storm(stores: Stores, name: str) -> None:
    until, draw = deadline(name), stores.draws.named(name)
    if until is not None and draw is not None:
        mine = stores.session.query(Prize).filter(Prize.draw_id == draw.id)
        mine.update({"claim_until": until})


def _customers(stores: Stores, name: str, silent: Sequence[str]) -> list[Customer]:
    """Two winners of three have had their code shown; the others wait for word."""
    draw = stores.draws.named(name)
    assert draw is not None
    owners = {stores.draws.ticket_of(name, one): one for one in silent}
    made = []
    for prize in stores.draws.winners(draw):
        if prize.rank % 3:
            code = stores.draws.new_code(prize.id, owners[prize.ticket], "before the storm", TODAY)
            assert code is not None
            made.append(Customer(name, prize.id, prize.ticket, grouped(code)))
    return made
