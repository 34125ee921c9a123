"""The questions of a round as its draft keeps them, each as one text that is taken apart when it is its turn.

The record of a person is read on every answer. Twenty questions as plain data took 31 µs of that, as texts they take 7
(``docs/performance.md``), and only what is asked or told is taken apart.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from content.bank import Question
from rules.grading import MARKS

Round = list[str]  # what no release of the bank changes
CHANCE = secrets.SystemRandom()

_BETWEEN = "\ue000"  # a private sign: no text holds it, and JSON writes it as it is
_FIELDS = ("id", "type", "answer", "stem", "why", "source")  # and then the options


def as_kept(question: Question) -> str:
    """A question as a round keeps it: in the order in which it is shown, its answer as marks."""
    options = list(question.options)
    if question.type != "judge":
        options = CHANCE.sample(options, len(options))
    answer = [MARKS[options.index(text)] for text in question.answer]
    kept = {
        "id": question.id,
        "type": question.type,
        "stem": question.stem,
        "options": options,
        "answer": "".join(answer if question.type == "order" else sorted(answer)),
        "why": question.why,
        "source": question.source,
    }
    return packed(kept)


def packed(question: Mapping[str, Any]) -> str:
    """One text of a question as plain data."""
    fields = [*(question[name] for name in _FIELDS), *question["options"]]
    return _BETWEEN.join(field.replace(_BETWEEN, "") for field in fields)


def unpacked(kept: str | dict[str, Any]) -> dict[str, Any]:
    """``packed`` backwards; a round that began before there were texts is plain data, and goes on."""
    if isinstance(kept, dict):
        return kept
    fields = kept.split(_BETWEEN)
    question: dict[str, Any] = dict(zip(_FIELDS, fields, strict=False))
    question["options"] = fields[len(_FIELDS) :]
    return question


def id_of(kept: str | dict[str, Any]) -> str:
    return kept[: kept.index(_BETWEEN)] if isinstance(kept, str) else str(kept["id"])
