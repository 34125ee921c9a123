"""The count of the office's work: draws are whole or not there, the bank and the units are of one piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from chaos.office import CHANGED, HEADS, UNITS, VALUE, Office
from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.tree import PRIZES
from chaos.world import CAMPAIGN, World
from content.loader import load_chapters
from rules.prize_draw import digest, ranking
from store.draw_views import DrawView
from store.quiz_tables import Attempt, Audit
from store.stores import Stores

STEPS = ("draw.commit", "draw.value")


def count_office(
    found: Reckoning, world: World, office: Office, people: Sequence[Person], entrants: Collection[str]
) -> None:
    """What commands that were killed have left behind."""
    with world.storage.transaction(CAMPAIGN) as stores:
        _count_draws(found, world, stores, office, entrants)
        in_flight = sum(_changed_meanwhile(row, office) for row in stores.session.query(Attempt).all())
        heads = {unit.headcount for unit in stores.units.all() if unit.name in UNITS}
        units = sum(unit.name in UNITS for unit in stores.units.all())
    found.figures |= {f"office: {what}": n for what, n in office.done.items()}
    found.figures["rounds in flight while questions of theirs were changed"] = in_flight
    whole = (units == len(UNITS) and len(heads) == 1 and heads <= set(HEADS)) or units == 0
    found.must_not("lists of units that came in half", [] if whole else [f"{units} units with {heads}"])
    found.must_not("banks that are neither the old nor the new, and commands without an end", office.faults)
    other = _by_topic(office.meant) != _by_topic(load_chapters(office.bank))
    found.must_not("banks that are not what they should be in the end", ["other"] if other else [])
    found.must_not("rounds that a change of the bank reached", _reached(people))


def _by_topic(chapters: object) -> dict[str, object]:
    return {one.topic: one for one in chapters}  # type: ignore[attr-defined]


def _changed_meanwhile(row: Attempt, office: Office) -> bool:
    """Was a question of a round changed in the bank while it was played?"""
    asked = {answer["question"] for answer in row.answers}
    return any(row.began_at < at < row.ended_at and asked & part for at, part in office.changes)


def _reached(people: Sequence[Person]) -> list[str]:
    """Replies with a question that is for practice alone since it was changed: a round keeps what it has picked."""
    return [
        f"{one.openid} at {exchange.began:.0f}: {exchange.text[:60]!r}"
        for one in people
        for exchange in one.journal
        if any(CHANGED in text for text in (exchange.text, *exchange.heard))
    ]


def _count_draws(
    found: Reckoning, world: World, stores: Stores, office: Office, entrants: Collection[str]
) -> None:
    draws = {name: draw for name in world.draws if (draw := stores.draws.named(name)) is not None}
    steps = stores.session.query(Audit).filter(Audit.what.in_(STEPS)).all()
    times = Counter((row.what, row.detail["draw"]) for row in steps if row.detail["draw"] in world.draws)
    found.figures |= {
        "draws sealed, told so": len(office.sealed),
        "draws sealed": len(draws),
        "draws drawn": sum(draw.drawn for draw in draws.values()),
    }
    gone = [name for name, told in office.sealed.items() if name not in draws or draws[name].digest != told]
    found.must_not("draws told to be sealed that are not, or otherwise", gone)
    undone = [name for name in office.drawn if name not in draws or not draws[name].drawn]
    found.must_not("draws told to be drawn that are not", undone)
    half = [fault for draw in draws.values() for fault in _faults(stores, draw, entrants)]
    found.must_not("draws that are not whole", half)
    found.must_not("steps of draws that were taken twice", [key for key, n in times.items() if n > 1])
    found.must_not("draws that draw verify finds wrong", office.refused)


def _faults(stores: Stores, draw: DrawView, entrants: Collection[str]) -> list[str]:
    """What is wrong with a draw: its list, its value, or to whom its prizes fell."""
    name, won = draw.rules.id, stores.draws.winners(draw)
    faults = []
    if sorted(draw.tickets) != sorted(stores.draws.ticket_of(name, one) for one in entrants):
        faults.append(f"{name}: {len(draw.tickets)} tickets")
    if draw.digest != digest(draw.tickets):
        faults.append(f"{name}: another list than was sealed")
    if draw.drawn and draw.value != VALUE:
        faults.append(f"{name}: drawn by {draw.value}")
    titles = [title for title, count in PRIZES for _ in range(count)]
    order = ranking(draw.tickets, VALUE) if draw.drawn else ()
    meant = list(zip(order, titles, strict=False))
    if [(one.ticket, one.title) for one in won] != meant or not {one.state for one in won} <= {"won"}:
        faults.append(f"{name}: {len(won)} prizes")
    return faults
