"""The count finds what it is there to find in what the office brings in: the bank, the list of units."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chaos.count_office import count_office
from chaos.office import CHANGED, UNITS, Office, _returned
from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.tree import ROOT
from chaos.world import TODAY, World
from cli.question_choice import SECTOR_NAMES
from content.formats.files import read
from content.formats.taking_in import Wish, take_in
from store.stores import Storage
from store.tables import Unit
from store.units import UnitRow
from tests.chaos.counting import a_person, broken, said
from tests.chaos.shop import Tree
from tests.chatting import CAMPAIGN


@pytest.fixture
def office(sqlite_storage: Storage, tmp_path: Path) -> Office:
    """An office with a bank of its own that has brought in the list of units."""
    shutil.copytree(ROOT / "content" / "questions", tmp_path / "content" / "questions")
    world = Tree(sqlite_storage, folder=tmp_path)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.units.import_rows([UnitRow(name, headcount=120) for name in UNITS], TODAY)
    return Office(cast(World, world), random.Random(0))


def counted(office: Office, *people: Person) -> dict[str, int]:
    found = Reckoning()
    count_office(found, office.world, office, people)
    return broken(found)


def alter(office: Office, change: Callable[..., object]) -> None:
    with office.world.storage.transaction(CAMPAIGN) as stores:
        change(stores.session)


def test_a_bank_and_a_list_that_are_whole_are_well(office: Office) -> None:
    assert counted(office) == {}


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
    count_office(found, office.world, office, ())
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
