"""What stands in a cell, as the text that a file of the campaign would hold; or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from openpyxl.cell.cell import Cell, MergedCell

from content.workbook.layout import NO, YES, Column

Value = str | list[str]
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
_YES = {YES: "true", "√": "true", "TRUE": "true", NO: "false", "×": "false", "FALSE": "false"}


class Unreadable(Exception):
    """What is wrong with a cell, as a sentence."""


def value_of(cell: Cell | MergedCell, column: Column) -> Value | None:
    """The value of a cell, nothing if it is empty; raises ``Unreadable``."""
    raw = cell.value
    if cell.data_type == "f":
        raise Unreadable("这里是公式，请改成文字、数字或日期")
    if cell.data_type == "e":
        raise Unreadable(f"这里显示的是错误（{raw}），请重新填")
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return _read(raw, column)


def plain(raw: object) -> str:
    """A cell's value as text: whole numbers without a point, days as a notice writes them."""
    if isinstance(raw, bool):
        return YES if raw else NO
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, date):
        return f"{raw.year}年{raw.month}月{raw.day}日"
    return str(raw).replace("\r\n", "\n")


def _read(raw: object, column: Column) -> Value:
    if column.kind == "date":
        return _date(raw)
    if isinstance(raw, date):
        raise Unreadable("表格软件把这里变成了日期，请把单元格格式改成“文本”再填一次")
    text = plain(raw).strip()
    if column.kind == "time":
        return _time(raw, text)
    if column.kind == "number":
        return _number(text)
    if column.kind == "yes_no":
        return _chosen(_YES.get(text.upper()), (YES, NO), text)
    if column.kind == "choice":
        names = {told: name for name, told in column.choices.items()}
        return _chosen(names.get(text), names, text)
    if column.kind == "day":
        return _day(text)
    return _lines(text, column) if column.kind == "lines" else text


def _date(raw: object) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    found = _DATE.fullmatch(plain(raw).strip())
    if not found:
        raise Unreadable(f"写的是“{plain(raw)}”，请填日期，比如 2020-06-30")
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise Unreadable(f"写的是“{plain(raw)}”，这一天不存在") from None


def _time(raw: object, text: str) -> str:
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unreadable(f"写的是“{text}”，请填时间，比如 09:00")
    return f"{int(found[1]):02}:{found[2]}"


def _number(text: str) -> str:
    if not text.isdecimal():
        raise Unreadable(f"写的是“{text}”，请填整数")
    return str(int(text))


def _day(text: str) -> str:
    if text == "最后一天":
        return "last"
    number = text.removesuffix("号").removesuffix("日")
    if not number.isdecimal() or not 1 <= int(number) <= 31:
        raise Unreadable(f"写的是“{text}”，请填1到31，或者“最后一天”")
    return str(int(number))


def _chosen(value: str | None, choices: Iterable[str], text: str) -> str:
    if value is None:
        raise Unreadable(f"写的是“{text}”，只能是 {'、'.join(choices)} 之一")
    return value


def _lines(text: str, column: Column) -> list[str]:
    parts = re.split(r"[\n、，,]" if column.path == ("formats",) else r"\n", text)
    return [part.strip() for part in parts if part.strip()]
