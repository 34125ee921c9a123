"""The workbook that staff fill in: what it offers, and every fault in it with its row and column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from content.errors import ContentError
from content.formats.draft import Entry
from content.formats.layout import GUIDE
from content.formats.taking_in import entries_of, merge
from content.formats.workbook import read_questions, template, to_workbook
from content.loader import load_chapters
from tests.content.generated import SECTORS as ALL
from tests.content.test_formats import a_bank
from tests.content.workbooks import FIRST, cell, changed, opened, page

SECTORS = {key: ALL[key] for key in ("fire", "non_coal_mine")}
EMPTY = template(a_bank(), SECTORS)
ROW: dict[str, object] = {
    "类别": "港区", "题型": "单选题", "题干": "着火怎么办？", "选项A": "报警", "选项B": "看看", "选项C": "等等",
    "答案": "A", "解释": "早报早到。", "出处": "本港手册",
}  # fmt: skip


def filled(*rows: dict[str, object]) -> bytes:
    def change(book: openpyxl.Workbook) -> None:
        for number, row in enumerate(rows, start=FIRST):
            for column, value in row.items():
                cell(book, "题目", number, column).value = value  # type: ignore[assignment]

    return changed(EMPTY, change)


def one(**values: object) -> Entry:
    (entry,) = entries_of(read_questions(filled(ROW | values), SECTORS))
    return entry


def faults(content: bytes) -> list[str]:
    with pytest.raises(ContentError) as caught:
        merge(read_questions(content, SECTORS))
    return caught.value.faults


def test_the_empty_workbook_explains_itself_first_and_holds_no_question() -> None:
    book = opened(EMPTY)
    assert book.sheetnames == ["说明", "题目", "类别"]
    assert [row[0] for row in page(book, "说明").iter_rows(values_only=True)] == [name for name, _ in GUIDE]
    assert entries_of(read_questions(EMPTY, SECTORS)) == []
    assert faults(EMPTY) == ["“题目”表：里面没有题目"]


def test_the_chapters_that_there_are_stand_in_it_to_be_chosen() -> None:
    book = opened(template(load_chapters(), ALL))
    titles = [page(book, "类别").cell(row, 2).value for row in range(FIRST, FIRST + len(load_chapters()))]
    assert titles == [chapter.title for chapter in load_chapters()]


def rules(sheet: Worksheet) -> dict[str, tuple[str | None, str | None]]:
    """What may stand in the first row of each column."""
    found: dict[str, tuple[str | None, str | None]] = {}
    heads = {str(sheet.cell(FIRST - 1, n).value).rstrip("*"): n for n in range(1, sheet.max_column + 1)}
    for title, number in heads.items():
        at = sheet.cell(FIRST, number).coordinate
        for rule in sheet.data_validations.dataValidation:
            if at in rule.sqref:
                found[title] = (rule.type, rule.formula1)
    return found


def test_what_can_be_chosen_is_offered() -> None:
    found = rules(page(opened(EMPTY), "题目"))
    assert found["题型"] == ("list", '"单选题,多选题,判断题,排序题"')
    assert found["对象"] == ("list", '"所有人,一线员工,管理人员,学生,农民"')
    assert found["难度"] == ("list", '"1 人人该懂,2 要想一想,3 专业人员"')
    assert found["行业"] == ("list", '"消防,非煤矿山"')
    assert found["类别"] == ("list", "'类别'!$B$3:$B$103")
    assert found["复核日期"][0] == "date"


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"答案": "B"}, ["看看"]),
        ({"答案": "b"}, ["看看"]),
        ({"答案": "看看"}, ["看看"]),
        ({"题型": "多选题", "答案": "A、C"}, ["报警", "等等"]),
        ({"题型": "多选题", "答案": "报警\n等等"}, ["报警", "等等"]),
        ({"题型": "排序题", "答案": "C→A→B"}, ["等等", "报警", "看看"]),
        ({"题型": "判断题", "答案": "√", "选项A": None, "选项B": None, "选项C": None}, ["对"]),
        ({"选项A": 119, "选项B": 120, "答案": "A"}, ["119"]),
    ],
)
def test_an_answer_is_understood_as_letters_or_words(values: dict[str, object], answer: list[str]) -> None:
    assert one(**values)["answer"] == answer


def test_a_day_is_a_day() -> None:
    assert one(复核日期=date(2026, 11, 22))["reviewed"] == "2026-11-22"
    exported = opened(to_workbook(a_bank(reviewed="2026-11-22"), SECTORS))
    held = cell(exported, "题目", FIRST, "复核日期")
    assert (held.is_date, held.number_format) == (True, "yyyy-mm-dd")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"题型": None}, "“题目”表 第3行 C列“题型”：这里要填"),
        ({"题型": "填空题"}, "第3行 C列“题型”：写的是“填空题”，只能是 单选题、多选题、判断题、排序题 之一"),
        ({"行业": "航天"}, "第3行 D列“行业”：写的是“航天”，只能是 消防、非煤矿山 之一"),
        ({"对象": "谁"}, "第3行 E列“对象”：写的是“谁”，只能是 所有人"),
        ({"难度": "4"}, "第3行 F列“难度”：写的是“4”，只能是 1 人人该懂"),
        ({"题干": None}, "第3行 G列“题干”：这里要填"),
        ({"选项A": "=1+1"}, "第3行 H列“选项A”：这里是公式"),
        ({"选项B": None}, "第3行 I列“选项B”：选项要从选项A起挨着填，中间不要空"),
        ({"选项B": date(2026, 1, 2)}, "第3行 I列“选项B”：表格软件把这里变成了日期"),
        ({"答案": None}, "第3行 M列“答案”：这里要填"),
        ({"答案": "D"}, "第3行 M列“答案”：写的是“D”，请填选项的字母，比如 B 或 ACD"),
        ({"答案": "AB"}, "第3行 A列“编号”：单选题只有一个答案，有几个答案的请写成多选题"),
        ({"题型": "多选题"}, "第3行 A列“编号”：多选题的答案至少两个，不能是全部选项"),
        ({"题型": "排序题", "答案": "AB"}, "第3行 A列“编号”：排序题的答案是全部选项，按正确顺序，至少三个"),
        ({"题型": "判断题", "答案": "也许"}, "第3行 M列“答案”：写的是“也许”，请填 对 或 错"),
        ({"选项B": "报警"}, "第3行 A列“编号”：选项有重复"),
        ({"出处": None}, "第3行 O列“出处”：缺少这一项，请补上"),
        ({"依据编号": "12"}, "第3行 P列“依据编号”：写的是“12”，请写成 FIR-001 这样的编号"),
        ({"复核日期": "2026-02-30"}, "第3行 Q列“复核日期”：写的是“2026-02-30”，这一天不存在"),
        ({"类别": "海上"}, "第3行 B列“类别”：没有“海上”这个类别，请先加上这个类别"),
        ({"类别": None}, "第3行 B列“类别”：没有写类别"),
        ({"编号": "港-1"}, "第3行 A列“编号”：写的是“港-1”，只能用小写字母、数字和短横线"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_cell(values: dict[str, object], expected: str) -> None:
    found = faults(filled(ROW | values))
    assert any(expected in fault for fault in found), found
    assert len(found) == 1


def test_all_faults_are_told_at_once() -> None:
    found = faults(filled(ROW | {"难度": "9"}, ROW | {"编号": "a"}, ROW | {"编号": "a"}, ROW | {"答案": "E"}))
    assert [fault.split("：")[0] for fault in found] == [
        "“题目”表 第3行 F列“难度”",
        "“题目”表 第5行 A列“编号”",
        "“题目”表 第6行 M列“答案”",
    ]


def drop_chapters(book: openpyxl.Workbook) -> None:
    del book["类别"]


def drop_column(book: openpyxl.Workbook) -> None:
    page(book, "题目").delete_cols(13)


def rename_column(book: openpyxl.Workbook) -> None:
    page(book, "题目").cell(FIRST - 1, 13).value = "正确答案"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop_chapters, "“类别”表：缺少这张表"),
        (drop_column, "“题目”表 第2行：缺少“答案”这一列"),
        (rename_column, "“题目”表 第2行：M列“正确答案”不认识，请删掉这一列，或改回原来的标题"),
    ],
)
def test_a_sheet_that_was_taken_apart_is_told(
    change: Callable[[openpyxl.Workbook], None], expected: str
) -> None:
    assert expected in faults(changed(filled(ROW), change))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", filled(ROW)[:900], b"id\tstem"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert faults(content) == ["打不开这个文件，请用表格软件另存为 .xlsx 再试"]


def test_columns_may_stand_in_another_order() -> None:
    def swap(book: openpyxl.Workbook) -> None:
        sheet = page(book, "题目")
        for row in (FIRST - 1, FIRST):
            first, second = sheet.cell(row, 7), sheet.cell(row, 14)
            first.value, second.value = second.value, first.value

    assert merge(read_questions(changed(filled(ROW), swap), SECTORS)) == merge(
        read_questions(filled(ROW), SECTORS)
    )
