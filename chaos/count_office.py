"""The count of what the office brings in: the bank and the units are of one piece."""

from __future__ import annotations

from collections.abc import Sequence

from chaos.office import CHANGED, HEADS, UNITS, Office
from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.world import CAMPAIGN, World
from content.loader import load_chapters
from store.quiz_tables import Attempt


def count_office(found: Reckoning, world: World, office: Office, people: Sequence[Person]) -> None:
    """What imports that were killed have left behind."""
    with world.storage.transaction(CAMPAIGN) as stores:
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
