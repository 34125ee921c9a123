"""A plain table as a workbook: what the desk shows, for whoever goes on working with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from content.workbook.cells import HEAD_ROW, heads, put, saved

Value = str | int | float | date | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NARROW, _WIDE, _PADDING = 8, 60, 3


def to_table(title: str, about: str, names: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """One sheet: what it is about, the heads, the rows; no text in it ever becomes a formula."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = title[:31]
    columns = [[name, *(row[n] for row in rows)] for n, name in enumerate(names)]
    heads(page, plain(about), [plain(name) for name in names], [_width(column) for column in columns])
    for number, row in enumerate(rows, start=HEAD_ROW + 1):
        for place, value in enumerate(row, start=1):
            _put(page, number, place, value)
    return saved(book)


def plain(text: str) -> str:
    """A text without the control characters that no cell can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or unicodedata.category(sign) not in ("Cc", "Cs"))


def _put(page: Worksheet, row: int, column: int, value: Value) -> None:
    if isinstance(value, float):
        page.cell(row, column, round(value, 4)).number_format = "0.00"
        return
    put(page, row, column, plain(value) if isinstance(value, str) else value, _kind(value))
    cell = page.cell(row, column)
    if isinstance(value, str) and value.startswith(_FORMULA) and isinstance(cell, SheetCell):
        cell.quotePrefix = True  # text also for whoever edits the cell, or saves it as something else


def _kind(value: Value) -> str:
    if isinstance(value, date):
        return "date"
    return "number" if isinstance(value, int) else "text"


def _width(column: Sequence[Value]) -> int:
    """Wide enough for what stands in it; a Chinese sign takes two places."""
    longest = max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in str(value)) for value in column
    )
    return max(_NARROW, min(longest + _PADDING, _WIDE))
