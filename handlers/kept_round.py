"""The questions of a round as its draft keeps them: by the digest of their words, and in which order the options stand.

The record of a person is read and written on every answer, and with the words of twenty questions in it that took a tenth
longer (``docs/performance.md``). The words stand in the bank; of a question that was changed since, in the database
(``store/question_words.py``), so that no change reaches a round in flight.
"""

from __future__ import annotations

import secrets
from typing import Any

from bot.context import Context
from bot.errors import Lost
from content.bank import Question, Words, digest_of
from rules.grading import MARKS

Round = list[str]
CHANCE = secrets.SystemRandom()
GONE = "这一轮的题目换过了，没法接着答，请再开始一轮。"


def as_kept(question: Question) -> str:
    """A question as a round keeps it: its id, its digest, and its options' marks in the order in which they are shown."""
    marks = MARKS[: len(question.options)]
    if question.type != "judge":
        marks = "".join(CHANCE.sample(marks, len(marks)))
    return f"{question.id} {digest_of(question.words)} {marks}"


def id_of(kept: str | dict[str, Any]) -> str:
    return kept[: kept.index(" ")] if isinstance(kept, str) else str(kept["id"])


def shown(ctx: Context, kept: str | dict[str, Any]) -> dict[str, Any]:
    """A question as it is shown, its answer as marks; raises ``Lost`` where its words are nowhere any more.

    A round that began before words were kept apart holds plain data, and goes on.
    """
    if isinstance(kept, dict):
        return kept
    _, digest, order = kept.split(" ")
    words = ctx.questions.by_digest.get(digest) or _changed(ctx, digest)
    options = [words.options[MARKS.index(mark)] for mark in order]
    answer = [MARKS[options.index(text)] for text in words.answer]
    return {
        "id": words.id,
        "type": words.type,
        "stem": words.stem,
        "options": options,
        "answer": "".join(answer if words.type == "order" else sorted(answer)),
        "why": words.why,
        "source": words.source,
    }


def _changed(ctx: Context, digest: str) -> Words:
    """The words of a question that the bank has changed or lost since."""
    found = ctx.stores.question_words.of(digest)
    if found is None:
        raise Lost(GONE)
    return found
