"""Names for the boards: what is taken, what is refused and why."""

from __future__ import annotations

import pytest

from rules.names import fault, masked, tidy


@pytest.mark.parametrize(
    "name",
    [
        "小李",
        "安全员老王",
        "Ａｌｉｃｅ",
        "阿依古丽·买买提",
        "平安2020",
        "电焊工阿强",
        "妈妈的味道",
        "今日你好",
        "一二三",
        "a_b-c",
    ],
)
def test_ordinary_names_are_taken(name: str) -> None:
    assert fault(tidy(name)) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("李", "2到10个字"),
        ("十一个字的名字实在太长了", "2到10个字"),
        ("小李🔥", "只用汉字、字母和数字"),
        ("小\u200b李", "只用汉字、字母和数字"),
        ("小\u202e李", "只用汉字、字母和数字"),
        ("аdmin", "只用汉字、字母和数字"),  # the first letter is Cyrillic
        ("2020", "要有汉字或字母"),
        ("_-_", "要有汉字或字母"),
        ("李13800001", "不要超过4个"),
        ("李１３８００", "不要超过4个"),
        ("幺三八零零零零一二", "不要超过4个"),
        ("加V小李", "联系方式"),
        ("微 信 小李", "联系方式"),
        ("ＱＱ小李", "联系方式"),
        ("百度点com", "联系方式"),
        ("市安委办", "工作人员或单位"),
        ("應急局小王", "工作人员或单位"),
        ("官 方 客 服", "工作人员或单位"),
        ("Admin小李", "工作人员或单位"),
        ("领奖找我", "工作人员或单位"),
        ("玩家·8F2", "我们起的"),
        ("傻·逼", "不合适"),
        ("SB", "不合适"),
        ("法轮大法", "不合适"),
        ("他媽的", "不合适"),
    ],
)
def test_what_is_refused_gets_its_reason(name: str, why: str) -> None:
    assert why in fault(tidy(name))


def test_a_mask_is_the_same_each_time_and_tells_nothing_of_the_hash() -> None:
    person = "8f2a" * 8
    assert masked(person) == masked(person)
    assert masked(person).startswith("玩家·")
    assert masked(person)[3:].lower() not in person
    assert len({masked(f"{n:032x}") for n in range(50)}) > 40
