"""A campaign to an .xlsx file: text stays text, dates are dates, choices are drop-downs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from content.errors import ContentError
from content.models import Campaign
from content.proposals import Line
from content.workbook.guide import guide_lines
from content.workbook.importing import read_workbook
from content.workbook.layout import CHECKLIST, FORM, GUIDE, LISTS, NO, NOTICE, YES, Column, Sheet
from content.workbook.rows import Cell, form_cells, rows_of

LONGEST = 32_000  # characters; a cell holds 32,767
SPARE = 100  # empty rows that are ready to be filled in
HEAD_ROW = 2
_Rule = Literal["list", "date", "whole"]
_HEAD = PatternFill("solid", fgColor="D9E2F3")
_NEEDED = PatternFill("solid", fgColor="FCE4D6")
_WRAP = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"date": "yyyy-mm-dd", "number": "0", "day": "General"}
_WIDTHS = {
    "long": 48,
    "lines": 32,
    "date": 13,
    "number": 11,
    "yes_no": 11,
    "choice": 12,
    "time": 10,
    "day": 12,
}


def to_workbook(campaign: Campaign, notice: str, checklist: Sequence[Line] = ()) -> bytes:
    """The campaign and its notice's text as a workbook, proved by reading it again."""
    book = Workbook()
    try:
        _fill(book, campaign, notice, checklist)
    except IllegalCharacterError:
        raise ContentError(["内容里有看不见的控制字符，表格存不下，请先删掉"]) from None
    made = BytesIO()
    book.save(made)
    content = made.getvalue()
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
    _guide(first, bool(checklist))
    _form(book.create_sheet(FORM.title), campaign)
    for sheet in LISTS:
        _list(book.create_sheet(sheet.title), sheet, campaign)
    _notice(book.create_sheet(NOTICE), notice)
    if checklist:
        _checklist(book.create_sheet(CHECKLIST), checklist)


def _guide(page: Worksheet, proposal: bool) -> None:
    page.title = GUIDE
    page.column_dimensions["A"].width = 24
    page.column_dimensions["B"].width = 100
    for number, (name, text) in enumerate(guide_lines(proposal), start=1):
        _put(page, number, 1, name, "text", Font(bold=True))
        _put(page, number, 2, text)


def _form(page: Worksheet, campaign: Campaign) -> None:
    _heads(page, FORM.about, ("项目", "内容", "怎么填"), (26, 70, 60))
    for number, (column, value) in enumerate(
        zip(FORM.columns, form_cells(campaign, FORM), strict=True), start=HEAD_ROW + 1
    ):
        _put(page, number, 1, column.head, "text", Font(bold=column.required))
        page.cell(number, 1).fill = _NEEDED if column.required else _HEAD
        _put(page, number, 2, value, column.kind)
        _put(page, number, 3, column.hint)
        _validate(page, column, f"B{number}")


def _list(page: Worksheet, sheet: Sheet, campaign: Campaign) -> None:
    columns = sheet.heads
    widths = [_WIDTHS.get(column.kind, 22) for column in columns]
    _heads(page, sheet.about, [column.head for column in columns], widths)
    rows = rows_of(campaign, sheet)
    last = HEAD_ROW + len(rows) + SPARE
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        if column.required:
            page.cell(HEAD_ROW, number).fill = _NEEDED
        for row in range(HEAD_ROW + 1, last + 1):
            found = rows[row - HEAD_ROW - 1] if row - HEAD_ROW <= len(rows) else None
            _put(page, row, number, found[number - 1] if found else None, column.kind)
        _validate(page, column, f"{letter}{HEAD_ROW + 1}:{letter}{last}", _source(sheet, column))


def _notice(page: Worksheet, notice: str) -> None:
    about = "通知的原文，一段一行，只看“原文”这一列。换成新的通知时，把旧的全部删掉再贴上。"
    _heads(page, about, ("行号", "原文"), (8, 120))
    parts = [(n, part) for n, line in enumerate(notice.split("\n"), start=1) for part in _cut(line)]
    for row, (number, (goes_on, part)) in enumerate(parts, start=HEAD_ROW + 1):
        _put(page, row, 1, "续" if goes_on else number, "number")
        _put(page, row, 2, part, "long")


def _cut(line: str) -> list[tuple[bool, str]]:
    """A line in parts that a cell can hold."""
    starts = range(0, max(1, len(line)), LONGEST)
    return [(start > 0, line[start : start + LONGEST]) for start in starts]


def _checklist(page: Worksheet, checklist: Sequence[Line]) -> None:
    about = "活动草案的每一项，对过了在“已确认”里选“是”。要改的请到前面的表里改，这张表里改了没有用。"
    _heads(page, about, ("编号", "项目", "上一届", "草案", "留意", "已确认"), (26, 26, 50, 50, 26, 10))
    for row, line in enumerate(checklist, start=HEAD_ROW + 1):
        cells = (line.id, line.what, line.before, line.now, line.note, YES if line.confirmed else NO)
        for number, value in enumerate(cells, start=1):
            _put(page, row, number, value)
        _validate(page, Column("已确认", (), "yes_no"), f"F{row}")


def _heads(page: Worksheet, about: str, heads: Sequence[str], widths: Sequence[int]) -> None:
    _put(page, 1, 1, about)
    page.cell(1, 1).alignment = Alignment(wrap_text=False, vertical="top")
    for number, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        _put(page, HEAD_ROW, number, head, "text", Font(bold=True))
        page.cell(HEAD_ROW, number).fill = _HEAD
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = f"A{HEAD_ROW + 1}"


def _put(
    page: Worksheet, row: int, column: int, value: Cell, kind: str = "text", font: Font | None = None
) -> None:
    """Write a value; a text is never taken for a formula, not even by whoever edits it later."""
    cell = page.cell(row, column)
    assert isinstance(cell, SheetCell)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = "@" if isinstance(value, str) else _FORMATS.get(kind, "@")
    cell.alignment = _WRAP
    if font:
        cell.font = font


def _source(sheet: Sheet, column: Column) -> str:
    """The range of ids from which a column chooses."""
    other = sheet.parent_sheet if column is sheet.parent else ""
    if sheet.title == "报送材料" and column.path == ("table",):
        other = "统计表"
    return f"'{other}'!$A${HEAD_ROW + 1}:$A${HEAD_ROW + 1 + SPARE}" if other else ""


def _validate(page: Worksheet, column: Column, cells: str, source: str = "") -> None:
    """A drop-down, a date or a whole number where it must be one, and a hint when the cell is chosen."""
    kind, formula = _rule(column, source)
    if not kind and not column.hint:
        return
    rule = DataValidation(type=kind, formula1=formula, allow_blank=True)
    if kind in ("date", "whole"):
        rule.operator = "greaterThanOrEqual"
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = column.title[:32], _TOLD.get(kind or "", "")
    if column.hint:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = column.title[:32], column.hint[:255]
    rule.add(cells)
    page.add_data_validation(rule)


_TOLD: dict[str, str] = {
    "list": "请从下拉框里选一个。",
    "date": "请填日期，比如 2020-06-30。",
    "whole": "请填整数。",
}


def _rule(column: Column, source: str) -> tuple[_Rule | None, str | None]:
    if source:
        return "list", source
    if column.kind == "yes_no":
        return "list", f'"{YES},{NO}"'
    if column.kind == "choice":
        return "list", f'"{",".join(column.choices.values())}"'
    if column.kind == "day":
        return "list", f'"最后一天,{",".join(map(str, range(1, 32)))}"'
    if column.kind == "date":
        return "date", str((date(2002, 1, 1) - date(1899, 12, 30)).days)
    return ("whole", "0") if column.kind == "number" else (None, None)
