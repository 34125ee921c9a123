"""Each kind of fault in a workbook is told with its sheet, row and column, in Chinese, and all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import openpyxl
import pytest

from content.errors import ContentError
from content.workbook.importing import read_workbook
from tests.content.workbooks import FIRST, changed, page, set_cells, workbook_of

GUSU = workbook_of("gusu-2020")


def faults(content: bytes) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_workbook(content)
    return caught.value.faults


#: The workbook in which it stands (what doesn't touch one another stands in one, for to save and read one takes long),
#: its sheet, row and column, what is written there, and what is said of it.
CASES: list[tuple[int, str, int | str, str, object, str]] = [
    (1, "报送事项", 3, "固定日期", "6月31日", "“报送事项”表 第3行 F列“固定日期”：写的是“6月31日”，请填日期"),
    (2, "报送事项", 3, "固定日期", "2020-06-31", "第3行 F列“固定日期”：写的是“2020-06-31”，这一天不存在"),
    (3, "报送事项", 3, "固定日期", date(2002, 6, 4), "第3行 F列“固定日期”：写的是“2002-06-04”，这一年不对"),
    (4, "报送事项", 3, "固定日期", None, "第3行 F列“固定日期”：缺少这一项"),
    (5, "报送事项", 3, "每周：星期几", "周四", "第3行 G列“每周：星期几”：按选的截止方式，这一格应当空着"),
    (1, "报送事项", 4, "每周：星期几", "礼拜四", "第4行 G列“每周：星期几”：写的是“礼拜四”，只能是 周一、周二"),
    (2, "报送事项", 4, "每周：到哪天", date(2020, 5, 1), "第4行 H列“每周：从哪天”：结束日期 2020-05-01 早于"),
    (3, "报送事项", 4, "截止方式", None, "第4行 E列“截止方式”：这里要填"),
    (4, "报送事项", 4, "每月：几号", "32", "第4行 N列“每月：几号”：写的是“32”，请填1到31"),
    (1, "报送事项", 5, "编号", "weekly-material", "第5行 A列“编号”：“weekly-material”重复了，第4行已经用过"),
    (2, "报送事项", 5, "编号", "总结", "第5行 A列“编号”：写的是“总结”，只能用小写字母"),
    (3, "报送事项", 5, "原话", "7月2日前报送", "第5行 R列“原话”：通知原文里没有“7月2日前报送”，请照抄“通知原文”里的原话"),
    (5, "报送事项", 4, "提醒里的名称", "第{week}周", "第4行 C列“提醒里的名称”：花括号里只能写 {n}"),
    (4, "报送事项", 5, "事项", "=1+1", "第5行 B列“事项”：这里是公式"),
    (5, "报送事项", 5, "报到哪里", date(2020, 6, 1), "第5行 Q列“报到哪里”：表格软件把这里变成了日期"),
    (1, "报送材料", 3, "事项编号", "nothing", "“报送材料”表 第3行 A列“事项编号”：“报送事项”表里没有编号“nothing”"),
    (2, "报送材料", 3, "名称", "长" * 21, "第3行 C列“名称”：写的是“长长"),
    (3, "报送材料", 3, "至少几份", "两份", "第3行 E列“至少几份”：写的是“两份”，请填整数"),
    (3, "报送材料", 7, "统计表编号", "other", "第7行 K列“统计表编号”：没有叫“other”的统计表"),
    (1, "报送材料", 5, "事项编号", "summary", "“报送事项”表 第4行 A列“编号”：“报送材料”里还没有这件事的材料"),
    (1, "联络员表", 4, "必填", "必须", "“联络员表”表 第4行 C列“必填”：写的是“必须”，只能是 是、否 之一"),
    (2, "联络员表", 4, "种类", "微信", "第4行 D列“种类”：写的是“微信”，只能是 姓名、文字"),
    (3, "联络员表", 4, "编号", "name", "第4行 A列“编号”：“name”重复了，第3行已经用过"),
    (2, "统计表的行", 3, "要填的句子", "启动（{launch-form}）", "“统计表的行”表 第3行 G列“要填的句子”：填空“launch-times”在句子里出现0次"),
    (1, "统计表的行", 4, "第几行", 1, "第4行 D列“第几行”：这张统计表里已经有第1行"),
    (2, "统计表的行", 4, "组的标题", "别的", "第4行 C列“组的标题”：同一组的标题不一样"),
    (1, "统计表的填空", 3, "第几行", 99, "“统计表的填空”表 第3行 B列“第几行”：“统计表的行”里，这张统计表没有第99行"),
    (3, "统计表的填空", 4, "编号", "launch-form", "第4行 C列“编号”：“launch-form”重复了，第3行已经用过"),
    (1, "电话", 3, "号码", None, "“电话”表 第3行 A列“号码”：这里要填"),
    (1, "联系人", 3, "电话", "0512-1", "“联系人”表 第3行 B列“电话”：通知原文里没有“0512-1”"),
    (1, "标语", 3, "标语", "#N/A", "“标语”表 第3行 A列“标语”：这里显示的是错误"),
    (1, "提醒", 3, "过后第几个工作日", 2, "“提醒”表 第3行 A列“提前几天”：两栏里填一栏"),
    (1, "活动", 4, "开始", date(2020, 6, 1), "“活动”表 第4行 G列“结束”：缺少这一项"),
    (1, "基本情况", "主题", "内容", None, "“基本情况”表 第18行 B列“主题”：这里要填"),
    (1, "基本情况", "月的原话", "内容", "六月", "B列“月的原话”：通知原文里没有“六月”"),
    (1, "基本情况", "几点发提醒", "内容", "25:00", "B列“几点发提醒”：写的是“25:00”，请填时间"),
    (1, "基本情况", "原文存为", "内容", "../x.txt", "B列“原文存为”：写的是“../x.txt”，请写 notice.txt"),
    (2, "基本情况", "通知标题", "内容", "别的通知", "B列“通知标题”：通知原文里没有“别的通知”"),
    (1, "基本情况", "月后活动", "内容", "万里行", "B列“月后活动的内容”：缺少这一项"),
]  # fmt: skip


@cache
def faults_of(workbook: int) -> list[str]:
    """What is told of all that is wrong in one of the workbooks."""
    return faults(set_cells(GUSU, *(case[1:5] for case in CASES if case[0] == workbook)))


@pytest.mark.parametrize(("workbook", "expected"), [(case[0], case[-1]) for case in CASES])
def test_a_fault_is_told_with_its_cell(workbook: int, expected: str) -> None:
    found = faults_of(workbook)
    assert any(expected in fault for fault in found), found


def drop_sheet(book: openpyxl.Workbook) -> None:
    del book["账号"]


def drop_column(book: openpyxl.Workbook) -> None:
    page(book, "电话").delete_cols(2)


def add_column(book: openpyxl.Workbook) -> None:
    page(book, "电话").cell(FIRST - 1, 7).value = "备注"


def drop_form_row(book: openpyxl.Workbook) -> None:
    page(book, "基本情况").delete_rows(FIRST)


def empty_notice(book: openpyxl.Workbook) -> None:
    page(book, "通知原文").delete_rows(FIRST, 1000)


def no_hotlines(book: openpyxl.Workbook) -> None:
    page(book, "欢迎词").delete_rows(FIRST, 1000)


FORM: dict[Callable[[openpyxl.Workbook], None], str] = {
    drop_sheet: "“账号”表：缺少这张表",
    drop_column: "“电话”表 第2行：缺少“做什么用”这一列",
    add_column: "“电话”表 第2行：G列“备注”不认识",
    drop_form_row: "“基本情况”表：缺少“编号”这一行",
    empty_notice: "“基本情况”表：“通知原文”是空的",
    no_hotlines: "“欢迎词”表：至少要有2项",
}


@cache
def faults_of_the_form() -> list[str]:
    """What is told of a workbook to which all of it was done."""
    return faults(changed(GUSU, lambda book: [change(book) for change in FORM]))


@pytest.mark.parametrize("expected", FORM.values())
def test_a_fault_of_the_form_is_told(expected: str) -> None:
    found = faults_of_the_form()
    assert any(fault.startswith(expected) for fault in found), found


def test_a_missing_column_is_told_once_and_not_for_every_row() -> None:
    assert len(faults(changed(GUSU, drop_column))) == 1


def test_all_faults_are_told_at_once_in_the_order_of_sheets_and_rows() -> None:
    content = set_cells(
        GUSU,
        ("电话", FIRST, "号码", None),
        ("报送事项", FIRST + 2, "固定日期", "七月"),
        ("报送事项", FIRST, "原话", "没有的话"),
        ("基本情况", "主题", "内容", None),
    )
    assert [fault.split("：")[0] for fault in faults(content)] == [
        "“基本情况”表 第18行 B列“主题”",
        "“报送事项”表 第3行 R列“原话”",
        "“报送事项”表 第5行 F列“固定日期”",
        "“电话”表 第3行 A列“号码”",
    ]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 broken", GUSU[:2000]])
def test_what_is_no_workbook_is_said_to_be_none(content: bytes) -> None:
    assert faults(content) == ["打不开这个文件，请用表格软件另存为 .xlsx 再试"]
