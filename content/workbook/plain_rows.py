"""The first sheet of any workbook as rows of text, for lists that need no sheet of our own making."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from content.errors import ContentError
from content.workbook.importing import open_book
from content.workbook.values import plain

MOST_ROWS, MOST_COLUMNS = 20_000, 60
Line = tuple[int, list[str]]  # its number in the sheet, and what stands in it


def text_rows(content: bytes) -> tuple[list[Line], list[str]]:
    """The rows that hold something, and what could not be read; raises ``ContentError`` where it is no workbook."""
    page = next((sheet for sheet in open_book(content).worksheets if isinstance(sheet, Worksheet)), None)
    if page is None:
        raise ContentError(["文件里没有工作表"])
    if page.max_row > MOST_ROWS or page.max_column > MOST_COLUMNS:
        raise ContentError([f"表太大，最多{MOST_ROWS}行、{MOST_COLUMNS}列，请删掉多余的内容再试"])
    faults: list[str] = []
    lines = [(number, list(_line(cells, number, faults))) for number, cells in enumerate(page.rows, start=1)]
    return [line for line in lines if any(line[1])], faults


def _line(cells: tuple[Cell | MergedCell, ...], number: int, faults: list[str]) -> Iterator[str]:
    for place, cell in enumerate(cells, start=1):
        fault = _fault(cell)
        if fault:
            faults.append(f"第{number}行第{place}列：{fault}")
        yield "" if fault or cell.value is None else plain(cell.value).strip()


def _fault(cell: Cell | MergedCell) -> str:
    """What is wrong with a cell, whatever it should hold."""
    if cell.data_type == "f":
        return "这里是公式，请改成文字或数字。"
    if cell.data_type == "e":
        return "这里显示的是错误，请重新填。"
    if isinstance(cell.value, date | time):
        return "表格软件把这里变成了日期，请把单元格格式改成“文本”再填一次。"
    return ""
