"""GIFT, the text format of Moodle, written: what it has no place for stands in comments that we read back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from content.bank import Chapter, Question

#: What stands in the comment before a question, and before the questions of a chapter.
KEPT = ("audience", "level", "sector", "source", "fact", "reviewed")
KEPT_OF_CHAPTER = ("title", "own", "sector")
_MEANT = re.compile(r"[\\~=#{}:\n]")
_SHARES = {2: "50", 3: "33.33333", 4: "25"}
_HEAD = "// 安全知识题库，GIFT 格式。// 开头的一行是备注，花括号里是 Moodle 放不下的内容，导回来时要用，请不要改。\n"


def to_gift(chapters: Iterable[Chapter]) -> str:
    """All chapters, a category each."""
    return "\n".join([_HEAD, *(_chapter(chapter) for chapter in chapters)])


def _chapter(chapter: Chapter) -> str:
    head = f"{_comment(chapter.model_dump(mode='json'), KEPT_OF_CHAPTER)}$CATEGORY: {chapter.topic}\n"
    return "\n".join([head, *(_question(question) for question in chapter.questions)])


def _question(question: Question) -> str:
    said = _comment(question.model_dump(mode="json"), KEPT)
    answers = "\n".join([*_answers(question), f"#### {_text(question.why)}"])
    return f"{said}::{question.id}::{_text(question.stem)} {{\n{answers}\n}}\n"


def _comment(said: Mapping[str, object], names: Iterable[str]) -> str:
    kept = {name: said[name] for name in names if said[name] is not None}
    return f"// {json.dumps(kept, ensure_ascii=False)}\n"


def _answers(question: Question) -> list[str]:
    match question.type:
        case "judge":
            return ["TRUE" if question.answer == question.options[:1] else "FALSE"]
        case "order":
            return [f"={question.answer.index(one) + 1} -> {_text(one)}" for one in question.options]
        case "multiple":
            share = _SHARES[len(question.answer)]
            right = dict.fromkeys(question.answer, share)
            return [f"~%{right.get(one, '-100')}%{_text(one)}" for one in question.options]
    return [
        f"={_text(one)}" if one in question.answer else f"~{_weighted(one)}{_text(one)}"
        for one in question.options
    ]


def _weighted(option: str) -> str:
    """A share of nothing, where the option itself begins as a share does."""
    return "%0%" if option.startswith("%") else ""


def _text(text: str) -> str:
    """A text in which nothing is taken for a sign of the format."""
    escaped = _MEANT.sub(lambda sign: "\\n" if sign[0] == "\n" else f"\\{sign[0]}", text)
    return f"[plain]{escaped}" if text.startswith("[") else escaped
