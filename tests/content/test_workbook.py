"""A campaign goes into a workbook and comes out of it as it was; nothing in it is a formula."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from content.loader import CAMPAIGNS, available_campaigns
from content.workbook.export import to_workbook
from content.workbook.importing import read_workbook
from content.workbook.layout import CHECKLIST, GUIDE, LISTS, NOTICE, SHEETS
from tests.content.folders import FORM, sample
from tests.content.workbooks import FIRST, cell, changed, held, opened, page, set_cells, workbook_of


@cache
def looked_at(campaign_id: str) -> openpyxl.Workbook:
    """A campaign's workbook, for tests that only look."""
    return opened(workbook_of(campaign_id))


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_a_campaign_comes_out_as_it_went_in(campaign_id: str) -> None:
    campaign, notice = held(CAMPAIGNS / campaign_id)
    read = read_workbook(workbook_of(campaign_id))
    assert read.campaign == campaign
    assert read.notice == notice
    assert read.confirmed is None


def test_the_first_sheet_explains_and_all_are_in_chinese() -> None:
    book = looked_at("gusu-2020")
    assert book.sheetnames == [GUIDE, *(sheet.title for sheet in SHEETS), NOTICE]
    text = "\n".join(str(row[1].value) for row in page(book, GUIDE).iter_rows())
    assert "带 * 的必须填" in text
    assert "campaign import" in text
    assert CHECKLIST not in text


def test_dates_are_dates_and_choices_are_drop_downs() -> None:
    book = looked_at("gusu-2020")
    due = cell(book, "报送事项", FIRST, "固定日期")
    assert isinstance(due.value, datetime)
    assert due.value.date() == date(2020, 6, 4)
    assert due.number_format == "yyyy-mm-dd"
    rules = {str(rule.sqref): rule for rule in page(book, "报送事项").data_validations.dataValidation}
    kinds = next(rule for rule in rules.values() if rule.formula1 == '"固定日期,每周,每月,不定期"')
    assert kinds.type == "list"
    assert cell(book, "报送事项", FIRST, "截止方式").coordinate in kinds.sqref
    assert cell(book, "报送事项", FIRST + 50, "截止方式").coordinate in kinds.sqref


def test_required_columns_are_marked_and_long_texts_wrapped() -> None:
    book = looked_at("ningxia-2020")
    heads = [found.value for found in page(book, "活动")[FIRST - 1]]
    assert heads[:4] == ["编号*", "名称*", "内容*", "日期"]
    assert cell(book, "活动", FIRST, "内容").alignment.wrap_text


def test_empty_cells_for_text_take_digits_as_text() -> None:
    book = looked_at("xuming-2020")
    assert cell(book, "联系人", FIRST, "电话").number_format == "@"


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    form = FORM.replace("label: 姓名", "label: =1+1")
    campaign, notice = held(sample(tmp_path, liaison_form=form))
    content = to_workbook(campaign, notice)
    found = cell(opened(content), "联络员表", FIRST, "栏目")
    assert (found.value, found.data_type, found.number_format) == ("=1+1", "s", "@")
    assert read_workbook(content).campaign.liaison_form.fields[0].label == "=1+1"


def test_a_notice_keeps_its_empty_lines_tabs_and_a_long_line(tmp_path: Path) -> None:
    campaign, notice = held(sample(tmp_path))
    odd = "\n \n\t首行\n\n" + "长" * 70_000 + "\n=1+1\n" + notice + "\n\n"
    assert read_workbook(to_workbook(campaign, odd)).notice == odd


def test_what_people_write_by_hand_is_understood() -> None:
    content = set_cells(
        workbook_of("gusu-2020"),
        ("报送事项", FIRST, "固定日期", "2020年6月4日"),
        ("报送事项", FIRST + 2, "固定日期", "2020/7/1"),
        ("基本情况", "几点发提醒", "内容", "9：00"),
        ("电话", FIRST, "号码", 119),
        ("报送材料", FIRST, "至少几份", 1.0),
        ("联络员表", FIRST, "必填", "√"),
    )
    assert read_workbook(content).campaign == held(CAMPAIGNS / "gusu-2020")[0]


def test_columns_may_stand_in_another_order_and_a_row_may_be_left_empty() -> None:
    def move(book: object) -> None:
        accounts = page(book, "账号")  # type: ignore[arg-type]
        accounts.insert_rows(FIRST + 1)
        for row in accounts.iter_rows(min_row=FIRST - 1, max_col=2):
            row[0].value, row[1].value = row[1].value, row[0].value

    content = changed(workbook_of("ningxia-2020"), move)
    assert read_workbook(content).campaign == held(CAMPAIGNS / "ningxia-2020")[0]


def test_a_notice_pasted_without_line_numbers_is_read_whole() -> None:
    def paste(book: object) -> None:
        on = page(book, NOTICE)  # type: ignore[arg-type]
        for row in range(FIRST, on.max_row + 1):
            on.cell(row, 1).value = None

    campaign, notice = held(CAMPAIGNS / "xuming-2020")
    read = read_workbook(changed(workbook_of("xuming-2020"), paste))
    assert read.campaign == campaign
    assert read.notice.rstrip("\n") == notice.rstrip("\n")


def test_every_sheet_has_a_row_of_its_own_heads() -> None:
    for sheet in LISTS:
        titles = [column.title for column in sheet.heads]
        assert len(titles) == len(set(titles)), sheet.title
