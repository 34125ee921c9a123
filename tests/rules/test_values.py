"""Bare numbers that may mean a place or a value."""

from __future__ import annotations

import pytest

from rules.values import two_meanings

COUNTS = ("1个", "3个", "2个", "4个")


@pytest.mark.parametrize("said", ["2", "２", "二", "两", "2。", "选2", "我选2吧", "答案是2", "两个", " 2 "])
def test_a_number_that_is_a_place_and_a_value_elsewhere_is_asked_about(said: str) -> None:
    assert two_meanings(said, COUNTS) == "请回复字母：“2个”是C，第2项是B。"


@pytest.mark.parametrize(
    "said", ["1", "4", "一", "选1", "A", "C", "2个", "3个", "第2个", "第二项", "说不准", "", "2A", "14"]
)
def test_what_has_one_meaning_is_not_asked_about(said: str) -> None:
    assert two_meanings(said, COUNTS) == ""


@pytest.mark.parametrize(
    ("said", "options", "asked"),
    [
        ("2", ("每年1次", "每3年1次", "每2年1次", "每5年1次"), "请回复字母：“每2年1次”是C，第2项是B。"),
        ("1", ("每2年1次", "每3年1次", "每年1次", "每5年1次"), ""),  # a value of all four
        ("5", ("3年", "6年", "5年", "10年"), "请回复字母：“5年”是C。"),  # there is no fifth
        ("2", ("20元", "12元", "200元", "2.5元"), ""),  # parts of other numbers
        ("2", ("2人，隔4米", "4人，隔2米", "3人", "1人"), "请回复字母：“2人，隔4米”是A，第2项是B。"),
        (
            "3",
            ("三年以上的经验", "工作证", "推荐信", "资格证"),
            "请回复字母：“三年以上的经验”是A，第3项是C。",
        ),
        ("三", ("工作证", "3年以上", "推荐信", "资格证"), "请回复字母：“3年以上”是B，第3项是C。"),
        ("1", ("较大事故", "一般事故", "重大事故", "特别重大事故"), ""),  # 一般 counts nothing
        ("1", ("氮气", "一氧化碳", "二氧化硫", "氧气"), ""),
        ("2", ("报警", "躲开", "说笑", "睡觉"), ""),
        ("119", ("120", "119", "122", "12350"), ""),
        ("2", ("1", "3", "2", "4"), ""),  # an option word for word, as a page sends it
    ],
)
def test_only_a_value_of_one_option_at_another_place(said: str, options: tuple[str, ...], asked: str) -> None:
    assert two_meanings(said, options) == asked


@pytest.mark.parametrize("said", ["13", "1、3", "1 3", "选1和3", "一三", "31"])
def test_each_number_of_several_is_looked_at(said: str) -> None:
    options = ("戴2副手套", "穿1双胶鞋", "站远", "走开")
    assert two_meanings(said, options, several=True) == "请回复字母：“穿1双胶鞋”是B，第1项是A。"
    assert two_meanings(said, options) == ""


def test_a_number_of_two_signs_may_be_the_value_of_one_of_several() -> None:
    options = ("先报警", "等12小时", "撤离", "清点")
    assert two_meanings("12", options, several=True) == "请回复字母：“等12小时”是B。"
    assert two_meanings("34", options, several=True) == ""
