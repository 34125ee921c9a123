from rules.sectors import KEYS, NAMES, SECTORS, scores, taken_online


def test_eleven_sectors_and_other() -> None:
    assert len(SECTORS) == 11
    assert len(NAMES) == len(KEYS) == 12


def test_a_word_speaks_for_its_sector_and_a_longer_one_more() -> None:
    assert set(scores("罐车停在小区")) == {"hazchem", "road_transport"}
    found = scores("危废仓库漏")
    assert found["hazardous_waste"] > found.get("warehouse_logistics", 0)
    assert scores("那边有点不对劲") == {}


def test_four_sectors_are_not_for_the_ministrys_platform() -> None:
    assert {key for key in NAMES if taken_online(key) is False} == {
        "road_transport",
        "traffic_fishery",
        "urban_construction",
        "hazardous_waste",
    }
