"""Which sectors are offered for a described hazard."""

from __future__ import annotations

import pytest

from bot.language.sectors import likely, rank
from rules.sectors import NAMES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("罐车停在小区", {"hazchem", "road_transport"}),
        ("液氨冷库没有报警器", {"hazchem", "warehouse_logistics"}),
        ("工地电梯", {"urban_construction", "special_equipment"}),
        ("渔港着火", {"fire", "traffic_fishery"}),
    ],
)
def test_ambiguous_words_offer_both(text: str, expected: set[str]) -> None:
    assert set(likely(text)) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("加油站抽烟", "hazchem"),
        ("仓库里叉车没证", "special_equipment"),
        ("餐厅煤气罐放地下室", "urban_construction"),
        ("天然气管线上盖房", "pipeline"),
        ("货梯超载", "special_equipment"),
        ("危废仓库漏", "hazardous_waste"),
        ("园区里的化工厂", "hazchem"),
        ("酒店锅炉没年检", "special_equipment"),
        ("罐笼超员", "non_coal_mine"),
        ("楼下消防通道被车堵死了", "fire"),
    ],
)
def test_the_likeliest_comes_first(text: str, first: str) -> None:
    assert likely(text)[0] == first


def test_no_word_no_guess() -> None:
    assert likely("那边有点不对劲") == ()


def test_all_twelve_are_ranked_once() -> None:
    assert sorted(rank("冷库里液氨管道结霜")) == sorted(NAMES)
