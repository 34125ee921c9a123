"""Gusu: no date of issue, material every Thursday of June, marked fields, a table of 69 blanks."""

from __future__ import annotations

import re
from datetime import date

import pytest

from content.loader import load
from content.models import Campaign, StatisticsTable
from tests.content.notices import blanks_of, due_days, hotline, letters, notice_of, required, rows_of

HALF_WIDTH = str.maketrans("（）", "()")


@pytest.fixture(scope="module")
def gusu() -> Campaign:
    return load("gusu-2020")


@pytest.fixture(scope="module")
def table(gusu: Campaign) -> StatisticsTable:
    return gusu.tables[0]


@pytest.fixture(scope="module")
def annex(gusu: Campaign) -> str:
    """The letters of annex 2, every blank in it written ``()``."""
    return notice_of(gusu).partition("附件2:")[2].translate(HALF_WIDTH)


def test_the_notice_has_a_number_and_no_date(gusu: Campaign) -> None:
    assert gusu.notice.number == "姑苏民卫〔2020〕120号"
    assert gusu.notice.issued is None
    assert gusu.begins == date(2020, 6, 1)


def test_the_month_is_all(gusu: Campaign) -> None:
    assert gusu.programme is None
    assert gusu.ends == date(2020, 6, 30)


def test_material_is_due_every_thursday_of_june(gusu: Campaign) -> None:
    assert due_days(gusu) == [
        ("联络员推荐表、活动方案", "2020-06-04", False),
        ("第1周活动资料", "2020-06-04", False),
        ("第2周活动资料", "2020-06-11", False),
        ("第3周活动资料", "2020-06-18", False),
        ("第4周活动资料", "2020-06-25", False),
        ("总结报告、统计表", "2020-07-01", False),
    ]
    assert [one.to for one in gusu.obligations] == ["unit", "liaison", "liaison"]
    assert [one.where for one in gusu.obligations] == [None, None, None]


def test_the_form_requires_what_the_annex_marks(gusu: Campaign) -> None:
    assert required(gusu) == ["姓名", "职务", "办公电话", "传真", "QQ号", "单位名称"]
    form = notice_of(gusu).partition("附件1:")[2].partition("附件2:")[0]
    marked = [field.label for field in gusu.liaison_form.fields if f"{field.label}*" in form]
    assert marked == required(gusu)
    assert all(field.label in form for field in gusu.liaison_form.fields)
    assert len(gusu.liaison_form.fields) == 11
    assert not gusu.liaison_form.ours
    assert not gusu.liaison_form.required_is_ours


def test_no_annex_is_missing(gusu: Campaign) -> None:
    assert gusu.missing == ()


def test_every_blank_of_the_annex_is_a_field(table: StatisticsTable, annex: str) -> None:
    assert len(blanks_of(table)) == annex.count("()") == 69
    assert [len(row.blanks) for row in rows_of(table)] == [2, 10, 14, 5, 13, 13, 5, 3, 4]
    assert [blank.id for blank in blanks_of(table) if blank.kind != "number"] == [
        "launch-form",
        "new-activity",
    ]


def test_every_sentence_is_the_annexs_own(table: StatisticsTable, annex: str) -> None:
    for row in rows_of(table):
        emptied = letters(re.sub(r"\{[^}]*\}", "", row.text)).translate(HALF_WIDTH)
        assert emptied in annex
        for sentence in filter(None, letters(row.requirement).translate(HALF_WIDTH).split("。")):
            assert sentence in annex


def test_each_blank_is_measured_as_in_the_annex(table: StatisticsTable) -> None:
    without = [blank.id for blank in blanks_of(table) if blank.kind == "number" and not blank.measure]
    assert without == ["discussions", "training-people"]
    for row in rows_of(table):
        for blank in row.blanks:
            assert f"{{{blank.id}}}）{blank.measure}" in row.text


def test_the_table_is_grouped_as_in_the_annex(table: StatisticsTable, annex: str) -> None:
    assert [(group.title, len(group.rows)) for group in table.groups] == [
        ("“安全生产月”活动开展情况", 6),
        ("“安全生产专项整治行动”开展情况", 2),
        ("工作要求", 1),
    ]
    assert all(group.title in annex for group in table.groups)
    assert all(row.title in annex for row in table.groups[0].rows)
    assert table.title in annex


def test_one_contact_as_the_notice_gives_it(gusu: Campaign) -> None:
    assert gusu.phone == "68727809"
    assert gusu.contacts[0].name == "黄赟、李顺"
    assert gusu.email is None


def test_the_notice_names_no_hotline(gusu: Campaign) -> None:
    assert "12350" not in notice_of(gusu)
    assert all(line.source != "通知" and not line.quote for line in gusu.hotlines)
    assert hotline(gusu, "12350").confirmed


def test_seven_activities(gusu: Campaign) -> None:
    assert len(gusu.activities) == 7
    assert gusu.welcome.lines[0].word == "登记"
