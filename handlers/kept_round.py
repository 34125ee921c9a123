"""The questions of a round as its draft keeps them, each as one text that is taken apart when it is its turn.

The record of a person is read on every answer. Twenty questions as plain data took 31 µs of that, as texts they take 7
(``docs/performance.md``), and only what is asked or told is taken apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Round = list[str]  # what no release of the bank changes

_BETWEEN = "\ue000"  # a private sign: no text holds it, and JSON writes it as it is
_FIELDS = ("id", "type", "answer", "stem", "why", "source")  # and then the options


def packed(question: Mapping[str, Any]) -> str:
    """One text of a question as plain data."""
    fields = [*(question[name] for name in _FIELDS), *question["options"]]
    return _BETWEEN.join(field.replace(_BETWEEN, "") for field in fields)


def unpacked(text: str) -> dict[str, Any]:
    """``packed`` backwards."""
    fields = text.split(_BETWEEN)
    question: dict[str, Any] = dict(zip(_FIELDS, fields, strict=False))
    question["options"] = fields[len(_FIELDS) :]
    return question


def id_of(text: str) -> str:
    return text[: text.index(_BETWEEN)]
