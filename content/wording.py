"""What Pydantic finds, said in Chinese to people who edit the files."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from content import models, prizes, quiz
from content.reading import Document

_NAMES = sorted(
    {
        name
        for model in (vars(models) | vars(prizes) | vars(quiz)).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    }
)
_DATE = "请写成 2020-06-30 这样的日期"
_LIST = "这里应该是一个列表，每项以“- ”开头"
_GROUP = "这里应该是一组“名称: 值”"

_Say = Callable[[dict[str, Any]], str]
_SENTENCES: dict[str, _Say] = {
    "date_type": lambda _: _DATE,
    "date_from_datetime_inexact": lambda _: f"只写日期，不写时间，{_DATE}",
    "string_type": lambda _: "这里应该是一段文字",
    "string_too_short": lambda _: "不能为空",
    "string_too_long": lambda c: f"最多{c['max_length']}个字",
    "too_short": lambda c: f"至少要有{c['min_length']}项",
    "too_long": lambda c: f"最多{c['max_length']}项",
    "bool_parsing": lambda _: "请写 true（是）或 false（否）",
    "bool_type": lambda _: "请写 true（是）或 false（否）",
    "int_parsing": lambda _: "请写一个整数",
    "int_type": lambda _: "请写一个整数",
    "time_parsing": lambda _: "请写成 09:00 这样的时间",
    "greater_than_equal": lambda c: f"不能小于{c['ge']}",
    "less_than_equal": lambda c: f"不能大于{c['le']}",
    "tuple_type": lambda _: _LIST,
    "model_type": lambda _: _GROUP,
    "model_attributes_type": lambda _: _GROUP,
    "dict_type": lambda _: _GROUP,
    "union_tag_not_found": lambda _: "缺少 kind，请写 fixed、weekly、monthly 或 undated",
    "union_tag_invalid": lambda c: f"kind 只能是 {str(c['expected_tags']).replace(chr(39), '')} 之一",
    "literal_error": lambda c: (
        f"只能是 {c['expected'].replace(chr(39), '').replace(' or ', '、').replace(', ', '、')} 之一"
    ),
    "value_error": lambda c: str(c["error"]),
}


def note_errors(document: Document, error: ValidationError, start: tuple[str | int, ...] = ()) -> None:
    """Add what Pydantic found in the part of the document at ``start``."""
    for detail in error.errors(include_url=False):
        if _follows(detail):
            continue
        document.add(document.known((*start, *detail["loc"])), _sentence(detail))


def _follows(detail: ErrorDetails) -> bool:
    """Pydantic leaves faulty items out and then finds the list too short: one fault is enough."""
    wanted = detail.get("ctx", {}).get("min_length", 0)
    return detail["type"] == "too_short" and len(detail["input"]) >= wanted


def _sentence(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "缺少这一项，请补上"
    if kind == "extra_forbidden":
        return _unknown(str(detail["loc"][-1]))
    if kind in ("date_parsing", "date_from_datetime_parsing"):
        return _written(detail["input"]) + _date(str(detail["input"]))
    if kind == "string_pattern_mismatch":
        return _written(detail["input"]) + _pattern(context["pattern"])
    say = _SENTENCES.get(kind)
    return _written(detail["input"]) + (say(context) if say else f"写得不对（{detail['msg']}）")


def _written(value: object) -> str:
    if value is None:
        return "这里是空的，"
    if not isinstance(value, str):
        return ""
    return f"写的是“{value if len(value) <= 30 else value[:29] + '…'}”，"


def _date(value: str) -> str:
    parts = value.split("-")
    looks_right = len(parts) == 3 and all(part.isdecimal() for part in parts) and len(parts[0]) == 4
    return f"这一天不存在，{_DATE}" if looks_right and len(value) == 10 else _DATE


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, _NAMES, n=1)
    return f"没有叫“{name}”的项" + (f"，是不是要写“{near[0]}”？" if near else "，请删掉")


def _pattern(pattern: str) -> str:
    if "[A-Z]" in pattern:
        return "请写成 FIR-001 这样的编号"
    if "notice" in pattern:
        return "请写 notice.txt 或 notice-2020.txt 这样的文件名"
    return "只能用小写字母、数字和短横线，比如 month-summary"
