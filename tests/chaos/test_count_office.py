"""The count finds what it is there to find in the office's work: draws, the bank, the list of units."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chaos.count_office import count_office
from chaos.office import CHANGED, UNITS, VALUE, Office, _returned
from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.tree import ROOT, dues, stated
from chaos.world import TODAY, World
from cli.question_choice import SECTOR_NAMES
from content.formats.files import read
from content.formats.taking_in import Wish, take_in
from content.loader import load_campaign
from content.prizes import PrizeDraw
from store.quiz_tables import Audit, Draw, Prize
from store.stores import Storage
from store.tables import Unit
from store.units import UnitRow
from tests.chaos.counting import Small, a_person, broken, said
from tests.chatting import CAMPAIGN

PLAYED = ("oP0", "oP1", "oP2", "oP3", "oP4", "oP5", "oP6")
DRAW = "storm-0"


@dataclass
class Tree(Small):
    """A world with a bank of its own, and without processes."""

    folder: Path = Path()
    draws: dict[str, datetime] = field(default_factory=lambda: dues(TODAY))

    @property
    def tree(self) -> Path:
        return self.folder

    def office_environment(self) -> dict[str, str]:
        return {}


@pytest.fixture
def office(sqlite_storage: Storage, tmp_path: Path) -> Office:
    """An office that has sealed one draw and drawn it, and brought in the list of units."""
    shutil.copytree(ROOT / "content" / "questions", tmp_path / "content" / "questions")
    world = Tree(sqlite_storage, folder=tmp_path)
    made = Office(cast(World, world), random.Random(0))
    draw = stated_draws(tmp_path, world.draws)[0]
    due, step = world.draws[DRAW], {"zone": "Asia/Shanghai", "who": "office"}
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        at = TODAY - timedelta(days=2)
        for one in PLAYED:
            stores.attempts.add(one, "d0", kind="round", answers=[], began=at, at=at, day=at.date())
            stores.entrants.enter(one, {"text": "同意"})
        everybody = stores.entrants.persons()
        sealed, _ = stores.draws.commit(draw, everybody, at=due - timedelta(seconds=9), **cast(Any, step))
        stores.draws.draw(DRAW, VALUE, everybody, at=due, **step)
        stores.units.import_rows([UnitRow(name, headcount=120) for name in UNITS], TODAY)
    made.sealed[DRAW] = sealed.digest
    made.drawn.add(DRAW)
    return made


def stated_draws(folder: Path, draws: dict[str, datetime]) -> tuple[PrizeDraw, ...]:
    """The draws of a storm, as the product reads them."""
    shutil.copytree(ROOT / "content" / "campaigns" / CAMPAIGN, folder / CAMPAIGN)
    (folder / CAMPAIGN / "prizes.yaml").write_text(stated(draws), encoding="utf-8")
    return load_campaign(folder / CAMPAIGN).prizes


def counted(office: Office, *people: Person) -> dict[str, int]:
    found = Reckoning()
    count_office(found, office.world, office, people, PLAYED)
    return broken(found)


def alter(office: Office, change: Callable[..., object]) -> None:
    with office.world.storage.transaction(CAMPAIGN) as stores:
        change(stores.session)


# -- draws -------------------------------------------------------------------------------------------------------


def test_a_draw_that_is_whole_is_well(office: Office) -> None:
    assert counted(office) == {}


def test_a_draw_that_is_not_there_is_well_unless_somebody_was_told_of_it(office: Office) -> None:
    alter(office, lambda session: session.query(Prize).delete())
    alter(office, lambda session: session.query(Draw).delete())
    assert counted(office) == {
        "draws told to be sealed that are not, or otherwise": 1,
        "draws told to be drawn that are not": 1,
    }
    office.sealed.clear()
    office.drawn.clear()
    assert counted(office) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda session: session.query(Prize).filter(Prize.rank == 2).delete(),
        lambda session: session.query(Prize).filter(Prize.rank == 2).update({"ticket": "0" * 64}),
        lambda session: session.query(Prize).filter(Prize.rank == 5).update({"title": "灭火器"}),
        lambda session: session.query(Prize).filter(Prize.rank == 5).update({"state": "void"}),
        lambda session: session.query(Draw).update({"value": "01 02 03 04 05 06 + 07"}),
    ],
)
def test_prizes_that_fell_otherwise_than_by_the_value_are_told(
    office: Office, change: Callable[..., object]
) -> None:
    alter(office, change)
    found = counted(office)
    assert found.pop("draws that are not whole") == 1
    assert not found


def test_a_list_that_is_not_the_sealed_one_is_told(office: Office) -> None:
    def shorten(session: Any) -> None:
        row = session.query(Draw).one()
        row.tickets = row.tickets[1:]

    alter(office, shorten)
    assert counted(office)["draws that are not whole"] >= 2


def test_a_step_that_was_taken_twice_is_told(office: Office) -> None:
    def again(session: Any) -> None:
        session.add(
            Audit(campaign=CAMPAIGN, at=TODAY, who="office", what="draw.value", detail={"draw": DRAW})
        )

    alter(office, again)
    assert counted(office) == {"steps of draws that were taken twice": 1}


# -- the bank and the units --------------------------------------------------------------------------------------


def test_a_bank_in_half_is_told(office: Office) -> None:
    office._look_at_bank(0)
    assert not office.faults
    file = office.bank / "fire.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("stem: ", f"stem: {CHANGED}", 3), encoding="utf-8"
    )
    office._look_at_bank(0)
    assert counted(office) == {
        "banks that are neither the old nor the new, and commands without an end": 1,
        "banks that are not what they should be in the end": 1,
    }


def test_a_review_that_comes_back_by_itself_is_told(office: Office) -> None:
    office.meant = tuple(_returned(one, {0}) for one in office.meant)
    assert counted(office) == {"banks that are not what they should be in the end": 1}


def test_an_import_changes_a_part_and_another_changes_it_back(office: Office, tmp_path: Path) -> None:
    for what, changed in (("changed", True), ("changed", True), ("back", False)):
        taken_in(office, what)
        office._look_at_bank(0)
        assert (
            any(CHANGED in file.read_text(encoding="utf-8") for file in office.bank.glob("*.yaml")) is changed
        )
    assert not office.faults
    office.meant = tuple(_returned(one, {0}) for one in office.meant)
    assert counted(office) == {}


def taken_in(office: Office, what: str) -> None:
    """What the command does, without its process."""
    file = office._file(0, what)
    draft = read(file.name, file.read_bytes(), SECTOR_NAMES)
    take_in(office.bank, draft, Wish(), sectors=SECTOR_NAMES)


def test_a_round_in_flight_while_its_questions_are_changed_is_counted(office: Office) -> None:
    values: dict[str, Any] = {
        "kind": "round",
        "day": TODAY.date(),
        "answers": [{"question": "q1", "right": True}],
    }
    with office.world.storage.transaction(CAMPAIGN) as stores:
        stores.attempts.add("oP0", "d9", began=TODAY, at=TODAY + timedelta(minutes=1), **values)
    office.changes = [(TODAY + timedelta(seconds=30), frozenset({"q2"})), (TODAY, frozenset({"q1"}))]
    assert in_flight(office) == 0
    office.changes.append((TODAY + timedelta(seconds=30), frozenset({"q1"})))
    assert in_flight(office) == 1


def in_flight(office: Office) -> int:
    found = Reckoning()
    count_office(found, office.world, office, (), PLAYED)
    return found.figures["rounds in flight while questions of theirs were changed"]


def test_a_bank_that_is_gone_is_told(office: Office) -> None:
    office.bank.rename(office.world.folder / "old")
    office._look_at_bank(0)
    assert len(office.faults) == 1


def test_a_list_of_units_that_came_in_half_is_told(office: Office) -> None:
    alter(office, lambda session: session.query(Unit).filter(Unit.id < 5).update({"headcount": 240}))
    assert counted(office) == {"lists of units that came in half": 1}
    alter(office, lambda session: session.query(Unit).update({"headcount": 240}))
    assert counted(office) == {}
    alter(office, lambda session: session.query(Unit).filter(Unit.id < 5).delete())
    assert counted(office) == {"lists of units that came in half": 1}


def test_a_round_that_a_change_of_the_bank_reached_is_told(office: Office) -> None:
    person = a_person(0)
    said(person, f"第2题，共5题\n{CHANGED}动火要先办什么？")
    assert counted(office, person) == {"rounds that a change of the bank reached": 1}
