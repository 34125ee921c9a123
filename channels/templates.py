"""How the values of a notification are made to fit the fields of a WeChat template (platform page, section 8)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channels.base import ChannelError, Notification

#: Longest value, in characters, of the kinds of field that are cut to fit.
_LONGEST: Mapping[str, int] = {
    "thing": 20,
    "short_thing": 5,
    "const": 20,
    "car_number": 8,
    "phrase": 5,
    "name": 10,
}
#: What each kind of notification has to say, by which a template's fields are named in the settings.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "reminder": ("matter", "due", "unit", "hint"),
    "report": ("number", "state", "hint"),
    "prize": ("result", "due", "hint"),
}
_ASCII_LONGEST = 32
_EMPTY = "请点开查看"
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：]([0-5]\d)(?!\d)")
_FIELD_NAME = re.compile(r"([a-z_]+)\d*")


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the account: its id, and which of its fields takes which of our meanings."""

    id: str
    fields: Mapping[str, str]  # our meaning to WeChat's name: matter → thing1

    def fill(self, notification: Notification) -> dict[str, str]:
        """The values under WeChat's names; raises ``ChannelError`` of kind "content" where one can't fit."""
        given = notification.fields
        return {name: fit(name, given.get(meaning, "")) for meaning, name in self.fields.items()}


def read_templates(text: str) -> dict[str, Template]:
    """The setting, a JSON object of kind → {"id", "fields"}; raises ``ValueError`` with every fault."""
    try:
        listed = json.loads(text or "{}")
    except ValueError:
        raise ValueError("templates: not JSON") from None
    if not isinstance(listed, dict):
        raise ValueError("templates: not a JSON object")
    faults = [fault for kind, entry in listed.items() for fault in _faults(kind, entry)]
    if faults:
        raise ValueError("; ".join(faults))
    return {kind: Template(entry["id"], entry["fields"]) for kind, entry in listed.items()}


def has_template(text: str, kind: str) -> bool:
    """Does the setting name a template of this kind? One that can't be read names none."""
    try:
        return kind in read_templates(text)
    except ValueError:
        return False


def template_for(templates: Mapping[str, Template], notification: Notification) -> Template:
    """The template of this kind of notification."""
    try:
        return templates[notification.kind]
    except KeyError:
        pass
    raise ChannelError("content", 0, f"no template for {notification.kind}")


def fit(name: str, value: str) -> str:
    """The value as the kind of field takes it, which its name tells: thing1, date2."""
    kind = _kind_of(name)
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    reader = _READERS.get(kind)
    return reader(line) if reader else _cut(line or _EMPTY, _LONGEST.get(kind, 20))


def _kind_of(name: str) -> str:
    found = _FIELD_NAME.fullmatch(name)
    return found[1] if found else "thing"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _date(text: str) -> str:
    """年月日, with the clock where there is one."""
    day, clock = _day_and_clock(text)
    return f"{day} {clock}".rstrip()


def _time(text: str) -> str:
    """A clock is required; a day without one lasts to its end."""
    day, clock = _day_and_clock(text)
    return f"{day} {clock or '23:59'}"


def _day_and_clock(text: str) -> tuple[str, str]:
    found = _DAY.search(text)
    day = _a_day(*map(int, found.groups())) if found else _iso(text)
    clock = _CLOCK.search(text)
    return day, f"{int(clock[1]):02}:{clock[2]}" if clock else ""


def _a_day(year: int, month: int, day: int) -> str:
    try:
        known = date(year, month, day)
    except ValueError:
        known = None
    if known is None:
        raise ChannelError("content", 0, "no such day")
    return f"{known.year}年{known.month}月{known.day}日"


def _iso(text: str) -> str:
    try:
        known = datetime.fromisoformat(text)
    except ValueError:
        known = None
    if known is None:
        raise ChannelError("content", 0, "not a day")
    return _a_day(known.year, known.month, known.day)


def _ascii(text: str) -> str:
    kept = "".join(sign for sign in text if " " <= sign <= "~")[:_ASCII_LONGEST].strip()
    return kept or "-"


def _number(text: str) -> str:
    found = re.search(r"-?\d{1,20}(\.\d{1,10})?", text, re.ASCII)
    return found[0] if found else "0"


_READERS: Mapping[str, Callable[[str], str]] = {
    "date": _date,
    "time": _time,
    "character_string": _ascii,
    "number": _number,
}


def _faults(kind: str, entry: Any) -> list[str]:
    if kind not in MEANINGS:
        return [f"templates.{kind}: unknown, there are {', '.join(MEANINGS)}"]
    if not isinstance(entry, dict) or not entry.get("id") or not isinstance(entry["id"], str):
        return [f"templates.{kind}: needs an id"]
    fields = entry.get("fields")
    if not isinstance(fields, dict) or not fields:
        return [f"templates.{kind}: needs fields"]
    unknown = [
        f"templates.{kind}.fields.{meaning}: unknown, there are {', '.join(MEANINGS[kind])}"
        for meaning in fields
        if meaning not in MEANINGS[kind]
    ]
    return unknown + [
        f"templates.{kind}.fields.{meaning}: not a field of WeChat's, such as thing1"
        for meaning, name in fields.items()
        if not isinstance(name, str) or not _FIELD_NAME.fullmatch(name)
    ]
