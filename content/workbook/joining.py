"""The rows of the sheets to the lists of a campaign: materials to their filing, blanks to their row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from content.workbook.document import SheetDocument
from content.workbook.layout import LISTS, Column, Sheet, sheet

if TYPE_CHECKING:
    from content.reading import Key
    from content.workbook.importing import Row


def join(document: SheetDocument, rows: Mapping[str, Sequence[Row]]) -> None:
    """Put all rows into the document."""
    for one in LISTS:
        if one.parent is None:
            _flat(document, one, rows[one.title])
    _parts(document, sheet("报送材料"), rows["报送材料"], "obligations", "items")
    _parts(document, sheet("抽奖的奖品"), rows["抽奖的奖品"], "prizes", "prizes")
    _blanks(document, rows["统计表的填空"], _table_rows(document, rows["统计表的行"]))


def _flat(document: SheetDocument, one: Sheet, rows: Sequence[Row]) -> None:
    if not rows and not one.always:
        return
    entries = [_entry(one, row) for row in rows]
    data = document.data
    for name in one.path[:-1]:
        data = data.setdefault(name, {})
    data[one.path[-1]] = entries
    for number, (entry, row) in enumerate(zip(entries, rows, strict=True)):
        document.put((*one.path, number), entry, one, row.number)


def _entry(one: Sheet, row: Row) -> Any:
    """The thing that a row describes."""
    entry: dict[str, Any] = {}
    for column in one.columns:
        value = row.values.get(column.title)
        if not column.path:
            return value or ""
        if value is not None and not column.path[0].startswith("@"):
            _set(entry, column, value)
    return entry


def _set(entry: dict[str, Any], column: Column, value: Any) -> None:
    for name in column.path[:-1]:
        entry = entry.setdefault(name, {})
    entry[column.path[-1]] = value


def _owner(document: SheetDocument, one: Sheet, row: Row, name: str) -> int | None:
    """The number of the thing of another sheet to which a row belongs."""
    assert one.parent is not None
    wanted = row.values.get(one.parent.title)
    for number, entry in enumerate(document.data.get(name, ())):
        if wanted is not None and entry.get("id") == wanted:
            return number
    if wanted is not None:
        document.note(one, row.number, one.parent, f"“{one.parent_sheet}”表里没有编号“{wanted}”")
    return None


def _parts(document: SheetDocument, one: Sheet, rows: Sequence[Row], name: str, part: str) -> None:
    """Put each row into the list that the thing it belongs to has."""
    for row in rows:
        number = _owner(document, one, row, name)
        if number is not None:
            entries = document.data[name][number].setdefault(part, [])
            _append(document, (name, number, part), entries, one, row)


def _append(document: SheetDocument, key: Key, entries: list[Any], one: Sheet, row: Row) -> dict[str, Any]:
    entry: dict[str, Any] = _entry(one, row)
    entries.append(entry)
    document.put((*key, len(entries) - 1), entry, one, row.number)
    return entry


def _table_rows(document: SheetDocument, rows: Sequence[Row]) -> dict[tuple[int, str], Key]:
    """Put the rows into their tables; gives the place of each by table and number."""
    one = sheet("统计表的行")
    for table in document.data.get("tables", ()):
        table["groups"] = []
    places: dict[tuple[int, str], Key] = {}
    groups: dict[tuple[int, str], int] = {}
    for row in rows:
        number = _owner(document, one, row, "tables")
        if number is None:
            continue
        group = groups.setdefault((number, str(row.values.get("第几组"))), len(groups_of(document, number)))
        key = _row_into_group(document, one, row, number, group)
        line = (number, str(row.values.get("第几行")))
        if line in places:
            document.note(one, row.number, one.columns[2], f"这张统计表里已经有第{line[1]}行")
        places.setdefault(line, key)
    return places


def groups_of(document: SheetDocument, table: int) -> list[dict[str, Any]]:
    """The groups of a table as far as they have been put together."""
    groups: list[dict[str, Any]] = document.data["tables"][table]["groups"]
    return groups


def _row_into_group(document: SheetDocument, one: Sheet, row: Row, table: int, number: int) -> Key:
    groups = groups_of(document, table)
    title = str(row.values.get("组的标题", ""))
    key: Key = ("tables", table, "groups", number)
    if number == len(groups):
        groups.append({"title": title, "rows": []})
        document.put(key, groups[number], one, row.number)
    elif title != groups[number]["title"]:
        document.note(
            one, row.number, one.columns[1], f"同一组的标题不一样，前面写的是“{groups[number]['title']}”"
        )
    entry = _append(document, (*key, "rows"), groups[number]["rows"], one, row)
    entry["blanks"] = []
    return (*key, "rows", len(groups[number]["rows"]) - 1)


def _blanks(document: SheetDocument, rows: Sequence[Row], places: Mapping[tuple[int, str], Key]) -> None:
    one = sheet("统计表的填空")
    for row in rows:
        table = _owner(document, one, row, "tables")
        if table is None:
            continue
        line = str(row.values.get("第几行"))
        key = places.get((table, line))
        if key is None:
            document.note(one, row.number, one.columns[0], f"“统计表的行”里，这张统计表没有第{line}行")
            continue
        _append(document, (*key, "blanks"), document.value(key)["blanks"], one, row)
