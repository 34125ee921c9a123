"""Workbooks to change: where a cell is found by its sheet, its row and the title of its column."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from content.loader import CAMPAIGNS, load_campaign
from content.models import Campaign
from content.workbook.cells import HEAD_ROW
from content.workbook.export import to_workbook

FIRST = HEAD_ROW + 1  # the first row below the heads


def held(folder: Path) -> tuple[Campaign, str]:
    """The campaign of a folder, and its notice's text."""
    campaign = load_campaign(folder)
    return campaign, (folder / campaign.notice.file).read_text(encoding="utf-8-sig")


@cache
def workbook_of(campaign_id: str, campaigns: Path = CAMPAIGNS) -> bytes:
    return to_workbook(*held(campaigns / campaign_id))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def page(book: openpyxl.Workbook, title: str) -> Worksheet:
    found = book[title]
    assert isinstance(found, Worksheet)
    return found


def cell(book: openpyxl.Workbook, sheet: str, row: int | str, column: str = "内容") -> Cell:
    """A cell by its row (of the first sheet also by what stands in the first column) and its column's title."""
    on = page(book, sheet)
    heads = {str(on.cell(HEAD_ROW, n).value).rstrip("*"): n for n in range(1, on.max_column + 1)}
    if isinstance(row, str):
        titles = {str(on.cell(n, 1).value).rstrip("*"): n for n in range(1, on.max_row + 1)}
        row = titles[row]
    found = on.cell(row, heads[column])
    assert isinstance(found, Cell)
    return found


def changed(content: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The workbook after a change."""
    book = opened(content)
    change(book)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def set_cell(content: bytes, sheet: str, row: int | str, column: str, value: object) -> bytes:
    return set_cells(content, (sheet, row, column, value))


def set_cells(content: bytes, *cells: tuple[str, int | str, str, object]) -> bytes:
    """The workbook with other values in these cells: sheet, row, column and value."""

    def change(book: openpyxl.Workbook) -> None:
        for sheet, row, column, value in cells:
            cell(book, sheet, row, column).value = value  # type: ignore[assignment]

    return changed(content, change)


def campaigns_in(root: Path, *names: str) -> Path:
    """A folder of its own with copies of some campaigns."""
    folder = root / "campaigns"
    for name in names:
        shutil.copytree(CAMPAIGNS / name, folder / name)
    return folder
