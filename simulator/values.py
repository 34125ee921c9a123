"""Which values WeChat takes in the fields of a template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from simulator.settings import Template, TemplateField

_DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_SPACE = r"[ 　]?"
PATTERNS: Mapping[str, str] = {
    "thing": r"[^\r\n]{1,20}",
    "short_thing": r"[^\r\n]{1,5}",
    "character_string": r"[!-~ ]{1,32}",
    "number": r"-?[0-9.]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "time": rf"({_DAY}{_SPACE})?{_CLOCK}(~({_DAY}{_SPACE})?{_CLOCK})?",
    "date": rf"{_DAY}({_SPACE}{_CLOCK})?(~{_DAY}({_SPACE}{_CLOCK})?)?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?元?",
    "phone_number": r"[0-9+\-() ]{1,17}",
    "car_number": r"[^\r\n]{1,8}",
    "name": r"[A-Za-z .'\-]{1,20}|[^\r\n]{1,10}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "const": r"[^\r\n]{0,20}",
}


def wrong_field(template: Template, data: object) -> str | None:
    """Name the first field of a template whose value is missing or against the rules, with the reason."""
    if not isinstance(data, dict):
        return "data is not an object"
    for spec in template.fields:
        entry = data.get(spec.name)
        problem = _problem(spec, entry.get("value") if isinstance(entry, dict) else None)
        if problem:
            return f"data.{spec.name}.value {problem}"
    return None


def _problem(spec: TemplateField, value: object) -> str | None:
    if value is None or (value == "" and spec.type != "const"):
        return "is empty"
    if not isinstance(value, str) or not obeys(spec.type, value):
        return "invalid"
    if spec.values and value and value not in spec.values:
        return "not registered"
    return None


def obeys(kind: str, value: str) -> bool:
    """Say whether a value fits the kind of field."""
    if not re.fullmatch(PATTERNS.get(kind, PATTERNS["thing"]), value):
        return False
    if any(unicodedata.category(character) == "Cc" for character in value):
        return False
    if kind not in {"time", "date"}:
        return kind == "const" or bool(value.strip())
    return all(_is_a_day(*map(int, parts)) for parts in re.findall(_DAY, value))


def _is_a_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
