"""A campaign's plain values to the rows of its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from content.models import Campaign
from content.workbook.layout import NO, YES, Column, Path, Sheet

Cell = str | int | date | None


def rows_of(campaign: Campaign, sheet: Sheet) -> list[list[Cell]]:
    """What stands in a sheet, row by row."""
    found = _entries(campaign.model_dump(), sheet)
    if sheet.parent:
        return [[owner, *cells_of(sheet, entry)] for owner, entry in found]
    return [cells_of(sheet, entry) for _, entry in found]


def form_cells(campaign: Campaign, sheet: Sheet) -> list[Cell]:
    """What stands beside the names of the first sheet."""
    return cells_of(sheet, campaign.model_dump())


def at(data: Any, path: Path) -> Any:
    """The value at a path; nothing if it isn't there."""
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _entries(data: dict[str, Any], sheet: Sheet) -> Iterator[tuple[str, Any]]:
    """The things of a sheet, each with the id of what it belongs to."""
    if sheet.title == "报送材料":
        yield from ((one["id"], item) for one in data["obligations"] for item in one["items"])
    elif sheet.title == "抽奖的奖品":
        yield from ((draw["id"], kind) for draw in data["prizes"] for kind in draw["prizes"])
    elif sheet.title == "统计表的行":
        yield from ((table["id"], row) for table in data["tables"] for row, _ in _table_rows(table))
    elif sheet.title == "统计表的填空":
        for table in data["tables"]:
            for row, blanks in _table_rows(table):
                yield from ((table["id"], blank | {"@row": row["@number"]}) for blank in blanks)
    else:
        yield from (("", entry) for entry in at(data, sheet.path) or ())


def _table_rows(table: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    number = 0
    for group_number, group in enumerate(table["groups"], start=1):
        for row in group["rows"]:
            number += 1
            place = {"@group": group_number, "@group_title": group["title"], "@number": number}
            yield row | place, list(row["blanks"])


def cells_of(sheet: Sheet, entry: Any) -> list[Cell]:
    """What stands in the row of one thing."""
    return [_cell(column, entry if not column.path else at(entry, column.path)) for column in sheet.columns]


def _cell(column: Column, value: Any) -> Cell:
    """A value as people read it in a cell."""
    if value is None or (value == column.blank and not column.required):
        return None
    if column.kind == "yes_no":
        return YES if value else NO
    if column.kind == "choice":
        return column.choices[value]
    if column.kind == "lines":
        return "\n".join(value) or None
    if column.kind == "day":
        return "最后一天" if value == "last" else int(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value if isinstance(value, int | date) else str(value) or None
