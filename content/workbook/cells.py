"""Cells as every workbook of ours has them: text stays text, dates are dates, choices are drop-downs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from content.workbook.layout import NO, YES, Column, Sheet
from content.workbook.rows import Cell

SPARE = 100  # empty rows that are ready to be filled in
HEAD_ROW = 2
_Rule = Literal["list", "date", "whole"]
HEAD = PatternFill("solid", fgColor="D9E2F3")
NEEDED = PatternFill("solid", fgColor="FCE4D6")
_WRAP = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"date": "yyyy-mm-dd", "number": "0", "day": "General"}
WIDTHS = {
    "long": 48,
    "lines": 32,
    "date": 13,
    "number": 11,
    "yes_no": 11,
    "choice": 12,
    "time": 10,
    "day": 12,
}


def explain(page: Worksheet, title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Fill the first sheet: names on the left, what they mean on the right."""
    page.title = title
    page.column_dimensions["A"].width = 24
    page.column_dimensions["B"].width = 100
    for number, (name, text) in enumerate(lines, start=1):
        put(page, number, 1, name, "text", Font(bold=True))
        put(page, number, 2, text)


def fill(
    page: Worksheet, sheet: Sheet, rows: Sequence[Sequence[Cell]], source: Callable[[Column], str]
) -> None:
    """Fill a list's sheet, with empty rows below; ``source`` is the range that a column chooses from."""
    columns = sheet.heads
    widths = [WIDTHS.get(column.kind, 22) for column in columns]
    heads(page, sheet.about, [column.head for column in columns], widths)
    last = HEAD_ROW + len(rows) + SPARE
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        if column.required:
            page.cell(HEAD_ROW, number).fill = NEEDED
        for row in range(HEAD_ROW + 1, last + 1):
            found = rows[row - HEAD_ROW - 1] if row - HEAD_ROW <= len(rows) else None
            put(page, row, number, found[number - 1] if found else None, column.kind)
        validate(page, column, f"{letter}{HEAD_ROW + 1}:{letter}{last}", source(column))


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook's file."""
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def heads(page: Worksheet, about: str, names: Sequence[str], widths: Sequence[int]) -> None:
    """What a sheet is about, and the titles of its columns."""
    put(page, 1, 1, about)
    page.cell(1, 1).alignment = Alignment(wrap_text=False, vertical="top")
    for number, (head, width) in enumerate(zip(names, widths, strict=True), start=1):
        put(page, HEAD_ROW, number, head, "text", Font(bold=True))
        page.cell(HEAD_ROW, number).fill = HEAD
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = f"A{HEAD_ROW + 1}"


def put(
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


def validate(page: Worksheet, column: Column, cells: str, source: str = "") -> None:
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
