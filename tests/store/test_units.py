"""The organiser's units, and those that a liaison names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.redis_link import Link
from store.standing import rebuild, settle
from store.stores import Storage
from store.units import Imported, UnitRow
from tests.store.playing import CAMPAIGN as PLAYED
from tests.store.playing import TODAY, a_unit, join, play, shown

AT = datetime(2020, 5, 21, 2, 0, tzinfo=UTC)
ROWS = [
    UnitRow("青泉市安委会", "市级", "李敏", "qq@example.cn", "A1B2-C3D4"),
    UnitRow("白石县应急管理局", "县级"),
    UnitRow("白石县教育局", "县级"),
]


def test_an_import_adds_changes_and_leaves(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        assert stores.units.import_rows(ROWS, AT) == Imported(added=3)
        again = [ROWS[0], UnitRow("白石县教育局", "学校")]
        assert stores.units.import_rows(again, AT) == Imported(changed=1, same=1)
        assert [unit.group for unit in stores.units.all()] == ["县级", "学校", "市级"]


def test_an_import_that_fails_leaves_nothing(storage: Storage) -> None:
    with storage.transaction("one") as stores, pytest.raises(ZeroDivisionError):
        stores.units.import_rows((ROWS[n] if n < 2 else ROWS[1 // 0] for n in range(3)), AT)
    with storage.transaction("one") as stores:
        assert stores.units.all() == ()


def test_campaigns_do_not_see_each_others_units(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        stores.units.import_rows(ROWS, AT)
    with storage.transaction("two") as stores:
        assert stores.units.all() == ()
        assert stores.units.named("青泉市安委会") is None


@pytest.mark.parametrize("typed", ["青泉市安委会", " 青泉市 安委会 ", "“青泉市安委会”"])
def test_a_unit_is_found_whatever_its_blanks(storage: Storage, typed: str) -> None:
    with storage.transaction("one") as stores:
        stores.units.import_rows(ROWS, AT)
        assert [unit.name for unit in stores.units.find(typed)] == ["青泉市安委会"]


def test_the_nearest_units_are_offered(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        stores.units.import_rows(ROWS, AT)
        assert {unit.name for unit in stores.units.find("白石县")} == {"白石县应急管理局", "白石县教育局"}
        assert [unit.name for unit in stores.units.find("青泉安委会")] == ["青泉市安委会"]
        assert stores.units.find("红山村委会") == ()


def test_an_unknown_unit_is_added_once_and_becomes_known_by_the_import(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        first = stores.units.add_unknown("青泉市 安委会", AT)
        assert not first.imported
        assert stores.units.add_unknown("青泉市安委会", AT).id == first.id
        stores.units.import_rows(ROWS, AT)
        now = stores.units.get(first.id)
        assert now is not None
        assert (now.name, now.imported) == ("青泉市安委会", True)


def test_a_code_is_stored_only_as_a_keyed_hash(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        stores.units.import_rows(ROWS, AT)
        with_code = stores.units.named("青泉市安委会")
        without = stores.units.named("白石县教育局")
        assert with_code is not None
        assert without is not None
        assert stores.units.matches_code(with_code.id, "ａ1b2 c3d4")
        assert not stores.units.matches_code(with_code.id, "A1B2C3D5")
        assert not stores.units.matches_code(without.id, "")
        assert not stores.units.matches_code(without.id, "A1B2C3D4")
        stored = stores.session.connection().exec_driver_sql("SELECT code_hash FROM unit").scalars().all()
        assert not any("1B2" in code.upper() for code in stored)


def test_an_empty_code_in_a_later_list_leaves_the_code(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        stores.units.import_rows(ROWS, AT)
        stores.units.import_rows([UnitRow("青泉市安委会", "市级")], AT)
        unit = stores.units.named("青泉市安委会")
        assert unit is not None
        assert unit.has_code


def test_a_list_without_regions_leaves_them_and_an_empty_cell_takes_one_away(storage: Storage) -> None:
    for given, expected in ((None, ""), ("青泉市", "青泉市"), (None, "青泉市"), ("", "")):
        with storage.transaction(PLAYED) as stores:
            stores.units.import_rows([UnitRow("白石小学", region=given)], AT)
            (unit,) = stores.units.all()
            assert unit.region == expected


def test_who_plays_for_a_unit_moves_with_it_when_the_list_says_where_it_is(
    storage: Storage, link: Link
) -> None:
    boarded = replace(storage, link=link)
    rebuild(boarded, PLAYED, TODAY)
    unit, other = a_unit(boarded, region=""), a_unit(boarded, "白石小学", "白石县")
    for n in range(12):
        join(boarded, f"user-{n}", unit, "")
        play(boarded, f"user-{n}", 5)
    join(boarded, "elsewhere", other, "白石县")
    play(boarded, "elsewhere", 5)
    assert shown(boarded, "region") == []
    for region in ("青泉市", "清泉市"):
        a_unit(boarded, region=region)
        settle(boarded, PLAYED, TODAY)
        assert shown(boarded, "region") == [(region, 10000)]
    with boarded.transaction(PLAYED) as stores:
        assert stores.players.of("user-3").region == "清泉市"
        assert {name: one.people for name, one in stores.participation.regions().items()} == {
            "清泉市": 12,
            "白石县": 1,
        }
