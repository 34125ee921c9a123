"""A campaign to an .xlsx file: text stays text, dates are dates, choices are drop-downs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from content.errors import ContentError
from content.models import Campaign
from content.proposals import Line
from content.workbook.cells import HEAD, HEAD_ROW, NEEDED, SPARE, explain, fill, heads, put, saved, validate
from content.workbook.guide import guide_lines
from content.workbook.importing import read_workbook
from content.workbook.layout import CHECKLIST, FORM, GUIDE, LISTS, NO, NOTICE, YES, Column, Sheet
from content.workbook.rows import form_cells, rows_of

LONGEST = 32_000  # characters; a cell holds 32,767


def to_workbook(campaign: Campaign, notice: str, checklist: Sequence[Line] = ()) -> bytes:
    """The campaign and its notice's text as a workbook, proved by reading it again."""
    book = Workbook()
    try:
        _fill(book, campaign, notice, checklist)
    except IllegalCharacterError:
        raise ContentError(["内容里有看不见的控制字符，表格存不下，请先删掉"]) from None
    content = saved(book)
    read = read_workbook(content)
    if read.campaign != campaign or read.notice != notice:
        raise ContentError(["这份活动用表格存不全（可能有一格超过3万字），没有导出"])
    return content


def export(campaign: Campaign, notice: str, file: Path, checklist: Sequence[Line] = ()) -> None:
    """Write the campaign's workbook."""
    file.write_bytes(to_workbook(campaign, notice, checklist))


def _fill(book: Workbook, campaign: Campaign, notice: str, checklist: Sequence[Line]) -> None:
    first = book.active
    assert isinstance(first, Worksheet)
    explain(first, GUIDE, guide_lines(bool(checklist)))
    _form(book.create_sheet(FORM.title), campaign)
    for sheet in LISTS:
        fill(book.create_sheet(sheet.title), sheet, rows_of(campaign, sheet), partial(_source, sheet))
    _notice(book.create_sheet(NOTICE), notice)
    if checklist:
        _checklist(book.create_sheet(CHECKLIST), checklist)


def _form(page: Worksheet, campaign: Campaign) -> None:
    heads(page, FORM.about, ("项目", "内容", "怎么填"), (26, 70, 60))
    for number, (column, value) in enumerate(
        zip(FORM.columns, form_cells(campaign, FORM), strict=True), start=HEAD_ROW + 1
    ):
        put(page, number, 1, column.head, "text", Font(bold=column.required))
        page.cell(number, 1).fill = NEEDED if column.required else HEAD
        put(page, number, 2, value, column.kind)
        put(page, number, 3, column.hint)
        validate(page, column, f"B{number}")


def _notice(page: Worksheet, notice: str) -> None:
    about = "通知的原文，一段一行，只看“原文”这一列。换成新的通知时，把旧的全部删掉再贴上。"
    heads(page, about, ("行号", "原文"), (8, 120))
    parts = [(n, part) for n, line in enumerate(notice.split("\n"), start=1) for part in _cut(line)]
    for row, (number, (goes_on, part)) in enumerate(parts, start=HEAD_ROW + 1):
        put(page, row, 1, "续" if goes_on else number, "number")
        put(page, row, 2, part, "long")


def _cut(line: str) -> list[tuple[bool, str]]:
    """A line in parts that a cell can hold."""
    starts = range(0, max(1, len(line)), LONGEST)
    return [(start > 0, line[start : start + LONGEST]) for start in starts]


def _checklist(page: Worksheet, checklist: Sequence[Line]) -> None:
    about = "活动草案的每一项，对过了在“已确认”里选“是”。要改的请到前面的表里改，这张表里改了没有用。"
    heads(page, about, ("编号", "项目", "上一届", "草案", "留意", "已确认"), (26, 26, 50, 50, 26, 10))
    for row, line in enumerate(checklist, start=HEAD_ROW + 1):
        cells = (line.id, line.what, line.before, line.now, line.note, YES if line.confirmed else NO)
        for number, value in enumerate(cells, start=1):
            put(page, row, number, value)
        validate(page, Column("已确认", (), "yes_no"), f"F{row}")


def _source(sheet: Sheet, column: Column) -> str:
    """The range of ids from which a column chooses."""
    other = sheet.parent_sheet if column is sheet.parent else ""
    if sheet.title == "报送材料" and column.path == ("table",):
        other = "统计表"
    return f"'{other}'!$A${HEAD_ROW + 1}:$A${HEAD_ROW + 1 + SPARE}" if other else ""
