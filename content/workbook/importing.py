"""An .xlsx file to a campaign and its notice's text, or every fault in it with sheet, row and column."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from content.errors import ContentError
from content.loader import proven
from content.models import Campaign
from content.workbook.document import SheetDocument
from content.workbook.joining import join
from content.workbook.layout import CHECKLIST, FORM, LISTS, NOTICE, YES, Column, Sheet
from content.workbook.values import Unreadable, Value, plain, value_of
from content.workbook.weighing import NO_WORKBOOK, TOO_LARGE, weigh

LARGEST = 20 * 1024 * 1024  # bytes of the file
_MOST_ROWS = 20_000
_HEADS_WITHIN = 10  # rows in which the heads are looked for

Change = Callable[[SheetDocument, str], None]


@dataclass(frozen=True)
class Read:
    """What a workbook holds; ``confirmed`` is there only if it was made from a proposal."""

    campaign: Campaign
    notice: str
    confirmed: tuple[str, ...] | None


@dataclass(frozen=True)
class Row:
    """One row of a sheet: the values that could be read, by the title of their column."""

    number: int
    values: dict[str, Value] = field(default_factory=dict)


def read_workbook(content: bytes, change: Change | None = None) -> Read:
    """Read and prove a workbook; ``change`` may alter its values before they are proved."""
    book = open_book(content)
    document = SheetDocument()
    _form(book, document)
    join(document, {sheet.title: read_rows(book, sheet, document) for sheet in LISTS})
    notice = _notice(book, document)
    if change:
        change(document, notice)
    campaign = proven(document, notice)
    if document.faults or campaign is None:
        raise ContentError(document.sorted_faults())
    return Read(campaign, notice, _confirmed(book))


def open_book(content: bytes) -> Workbook:
    """A workbook that isn't too large to be read."""
    problem = ContentError([NO_WORKBOOK])
    if len(content) > LARGEST:
        raise ContentError([TOO_LARGE])
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            weigh(packed)
        return load_workbook(BytesIO(content))
    except ContentError:
        raise
    except Exception:  # openpyxl raises whatever a broken file makes it stumble over
        raise problem from None


def _page(book: Workbook, title: str) -> Worksheet | None:
    page = book[title] if title in book.sheetnames else None
    return page if isinstance(page, Worksheet) and page.max_row <= _MOST_ROWS else None


def _form(book: Workbook, document: SheetDocument) -> None:
    page = _page(book, FORM.title)
    if page is None:
        document.note(FORM, 0, None, _missing(book, FORM.title))
        return
    known = {column.title: column for column in FORM.columns}
    for row in range(1, page.max_row + 1):
        column = known.pop(_title(page.cell(row, 1).value), None)
        if column is None:
            continue
        document.form_rows[column.path] = row
        value = _value(document, page, FORM, column, row, 2)
        if value is not None:
            _set(document.data, column.path, value)
            document.mark(column.path, value, FORM, row)
    for column in known.values():
        document.note(FORM, 0, None, f"缺少“{column.title}”这一行，请从新导出的表格里补上")


def read_rows(book: Workbook, sheet: Sheet, document: SheetDocument) -> list[Row]:
    """What stands in a sheet below its titles; what can't be read is a fault of the document."""
    page = _page(book, sheet.title)
    if page is None:
        document.note(sheet, 0, None, _missing(book, sheet.title))
        return []
    head_row, columns = _heads(page, sheet, document)
    return [
        row
        for number in range(head_row + 1, page.max_row + 1)
        if (row := _row(document, page, sheet, columns, number)) is not None
    ]


def _heads(page: Worksheet, sheet: Sheet, document: SheetDocument) -> tuple[int, dict[int, Column]]:
    """The row of the titles, and which column stands where."""
    known = {column.title: column for column in sheet.heads}
    tops = range(1, min(page.max_row, _HEADS_WITHIN) + 1)
    head_row = max(
        tops, key=lambda row: sum(title in known for title in _titles(page, row).values()), default=1
    )
    found: dict[int, Column] = {}
    for number, title in _titles(page, head_row).items():
        letter = get_column_letter(number)
        if title not in known:
            document.note(sheet, head_row, None, f"{letter}列“{title}”不认识，请删掉这一列，或改回原来的标题")
            continue
        found[number] = known.pop(title)
        document.letters[sheet.title, title] = letter
    for column in known.values():
        document.note(sheet, head_row, None, f"缺少“{column.title}”这一列")
    return head_row, found


def _titles(page: Worksheet, row: int) -> dict[int, str]:
    cells = ((number, _title(page.cell(row, number).value)) for number in range(1, page.max_column + 1))
    return {number: title for number, title in cells if title}


def _title(value: object) -> str:
    return plain(value).strip().rstrip("*＊").strip() if value is not None else ""


def _row(
    document: SheetDocument, page: Worksheet, sheet: Sheet, columns: dict[int, Column], number: int
) -> Row | None:
    if all(page.cell(number, column).value in (None, "") for column in columns):
        return None
    row = Row(number)
    for place, column in columns.items():
        value = _value(document, page, sheet, column, number, place)
        if value is not None:
            row.values[column.title] = value
    return row


def _value(
    document: SheetDocument, page: Worksheet, sheet: Sheet, column: Column, row: int, place: int
) -> Value | None:
    try:
        value = value_of(page.cell(row, place), column)
    except Unreadable as problem:
        document.note(sheet, row, column, str(problem))
        return None
    if value is None and column.required:
        document.note(sheet, row, column, "这里要填")
    return value


def _set(data: dict[str, Any], path: tuple[str, ...], value: Value) -> None:
    for name in path[:-1]:
        data = data.setdefault(name, {})
    data[path[-1]] = value


def _missing(book: Workbook, title: str) -> str:
    return f"这张表超过{_MOST_ROWS}行，请删掉多余的行" if title in book.sheetnames else "缺少这张表"


def _notice(book: Workbook, document: SheetDocument) -> str:
    page = _page(book, NOTICE)
    lines: list[str] = []
    for goes_on, text in _notice_rows(page) if page else ():
        if goes_on and lines:
            lines[-1] += text
        else:
            lines.append(text)
    notice = "\n".join(lines)
    if not notice.strip():
        document.note(FORM, 0, None, f"“{NOTICE}”是空的，或缺少这张表")
    return notice


def _notice_rows(page: Worksheet) -> Iterator[tuple[bool, str]]:
    """Each row below the heads, and whether it goes on with the line before."""
    tops = range(1, min(page.max_row, _HEADS_WITHIN) + 1)
    head_row = next((row for row in tops if _title(page.cell(row, 2).value) == "原文"), 0)
    for row in range(head_row + 1, page.max_row + 1):
        number, text = page.cell(row, 1).value, page.cell(row, 2).value
        if number is not None or text is not None:
            yield number == "续", "" if text is None else plain(text)
        elif any(page.cell(later, 2).value for later in range(row, min(row + 200, page.max_row) + 1)):
            yield False, ""


def _confirmed(book: Workbook) -> tuple[str, ...] | None:
    page = _page(book, CHECKLIST)
    if page is None:
        return None
    rows = ((page.cell(row, 1).value, page.cell(row, 6).value) for row in range(1, page.max_row + 1))
    return tuple(str(key) for key, told in rows if key and told == YES)
