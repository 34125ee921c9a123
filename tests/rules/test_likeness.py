from dataclasses import replace

import pytest

from rules.likeness import THE_SAME, again, alike, likely_same, metres, traits
from tests.store.reporting import FACTS


def test_metres_are_metres() -> None:
    assert metres((38.48, 106.27), (38.48, 106.27)) == 0
    assert metres((38.48, 106.27), (38.4809, 106.27)) == pytest.approx(100, rel=0.01)
    assert metres((38.48, 106.27), (38.48, 106.2715)) == pytest.approx(130.5, rel=0.01)


@pytest.mark.parametrize(
    ("place", "same"),
    [
        ("临港路8号物流园3号库", True),
        ("临港路8号，物流园3号库门口", True),
        ("8号", False),
        ("甲路1号", False),
    ],
)
def test_an_address_is_the_same_where_one_holds_the_other(place: str, same: bool) -> None:
    assert again(FACTS, replace(FACTS, place=place)) is same


def test_a_hundred_metres_are_near_and_more_is_not() -> None:
    here = replace(FACTS, place="", latitude=38.48, longitude=106.27)
    assert again(here, replace(here, latitude=38.4808))
    assert not again(here, replace(here, latitude=38.4811))


def test_short_words_are_alike_only_if_they_are_the_same() -> None:
    one = traits(replace(FACTS, what="堵了"))
    assert alike(one, traits(replace(FACTS, what="堵了。")), THE_SAME)
    assert not alike(one, traits(replace(FACTS, what="堵住")), THE_SAME)
    nothing = traits(replace(FACTS, what=""))
    assert not alike(nothing, nothing, THE_SAME)


def test_the_same_words_or_the_same_place_are_likely_the_same() -> None:
    reports = {
        "0616-001": FACTS,
        "0616-002": replace(FACTS, place="黄河东路2号"),
        "0616-003": replace(FACTS, what="二楼安全出口被货物堵住了"),
        "0616-004": replace(FACTS, place="贺兰山路5号", what="电动车在楼道里充电过夜"),
    }
    assert likely_same(reports) == {
        "0616-001": ("0616-002", "0616-003"),
        "0616-002": ("0616-001",),
        "0616-003": ("0616-001",),
        "0616-004": (),
    }
