"""A document that was read from sheets: every fault can name its sheet, row and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from content.reading import Document, Fault, Key, Place
from content.workbook.layout import FORM, SHEETS, Column, Path, Sheet

_SAID = {
    "请照抄 notice.txt 里的原话": "请照抄“通知原文”里的原话",
    "，请看 statistics.yaml": "",
    "blanks 里没有这个填空": "“统计表的填空”里没有这个填空",
    "items 的 id 重复": "这件事的材料里有编号重复",
    "写 days_before 或 working_days_after 之一": "两栏里填一栏，也只填一栏",
    "没有写 topics，就要在 elsewhere 写明这个竞赛由谁办": "“题目类别”空着，就要写明别处由谁办",
    "每天开一关要写 levels_from，从哪天开第一关": "每天开一关，就要写“闯关从哪天开”",
    "写了 contest，还要写 suggest：人次还是人数": "写了“只算哪个竞赛”，还要选“可以参考的数”",
}


@dataclass
class SheetDocument(Document):
    """Values, and for each thing the sheet and row that it came from."""

    sheets: tuple[Sheet, ...] = SHEETS
    rows: dict[Key, tuple[Sheet, int]] = field(default_factory=dict)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)  # sheet and column to A, B, C …
    form_rows: dict[Path, int] = field(default_factory=dict)
    told: set[tuple[str, int, str]] = field(default_factory=set)

    def put(self, key: Key, value: Any, sheet: Sheet, row: int) -> None:
        """Remember where a thing and all that is in it stand."""
        self.rows[key] = (sheet, row)
        self.mark(key, value, sheet, row)

    def mark(self, key: Key, value: Any, sheet: Sheet, row: int) -> None:
        """Remember the place of a value; what surrounds it stands where its first part stands."""
        place = Place(self.sheets.index(sheet), sheet.title, row)
        for cut in range(1, len(key)):
            self.places.setdefault(key[:cut], place)
        self._place(key, value, place)

    def _place(self, key: Key, value: Any, place: Place) -> None:
        self.places[key] = place
        if isinstance(value, dict):
            for name, child in value.items():
                self._place((*key, name), child, place)
        elif isinstance(value, list):
            for number, child in enumerate(value):
                self._place((*key, number), child, place)

    def add(self, key: Key, text: str) -> None:
        """Note a fault at the cell that holds, or should hold, the value at ``key``, unless it is told already."""
        for name, said in _SAID.items():
            text = text.replace(name, said)
        sheet, row, column, rest = self._find(key)
        if rest == ("items",):
            text = "“报送材料”里还没有这件事的材料，请加上"
        elif rest == ("prizes",) and sheet.title == "抽奖":
            text = "“抽奖的奖品”里还没有这次抽奖的奖品，请加上" if text.startswith("缺少") else text
        elif sheet.title == "报送事项" and text.startswith("没有叫“"):
            text = "按选的截止方式，这一格应当空着"
        if column is None or (
            self._stands(sheet, column) and (sheet.title, row, column.title) not in self.told
        ):
            self._fault(sheet, row, column, text)

    def note(self, sheet: Sheet, row: int, column: Column | None, text: str) -> None:
        """Note a fault found in reading; what follows from it isn't told again."""
        if column:
            self.told.add((sheet.title, row, column.title))
        self._fault(sheet, row, column, text)

    def _stands(self, sheet: Sheet, column: Column) -> bool:
        """Whether the column is there: that it is missing has been told."""
        return column.path in self.form_rows if sheet is FORM else (sheet.title, column.title) in self.letters

    def _fault(self, sheet: Sheet, row: int, column: Column | None, text: str) -> None:
        title = column.title if column else ""
        letter = "B" if sheet is FORM else self.letters.get((sheet.title, title), "")
        path = f"{letter}列“{title}”" if letter and title else ""
        self.faults.append(Fault(self.sheets.index(sheet), row, path, text, f"“{sheet.title}”表"))

    def _find(self, key: Key) -> tuple[Sheet, int, Column | None, Key]:
        for cut in range(len(key), 0, -1):
            if key[:cut] in self.rows:
                sheet, row = self.rows[key[:cut]]
                return sheet, row, _column(sheet, key[cut:]), key[cut:]
        for sheet in self.sheets[1:]:
            if sheet.path == key[: len(sheet.path)]:
                return sheet, 0, None, ()
        first = self.sheets[0]
        column = _column(first, key) or first.columns[0]
        return first, self.form_rows.get(column.path, 0), column, ()


def _column(sheet: Sheet, rest: Key) -> Column | None:
    """The column of what is left of a key: the one that holds it, or the first one within it."""
    rest = ("text",) if rest == ("blanks",) else rest  # the sentence says which blanks there are
    for column in sheet.columns:
        if column.path == rest[: len(column.path)]:
            return column
    for column in sheet.columns:
        if rest and column.path[: len(rest)] == rest:
            return column
    return sheet.columns[0]
