"""Aiken, the plainest format of Moodle: single choice, and true or false, without a reason or a source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from content.bank import KIND_NAMES, Question
from content.formats.draft import Entry, TextDraft, decoded, judged

_MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"([A-Z])\s*[.)．、）]\s*(.*)")
_ANSWER = re.compile(r"ANSWER\s*[:：]\s*(.*)", re.IGNORECASE)
_NOT_KEPT = "Aiken 放不下编号、类别、解释、出处、依据、对象、难度和复核日期，这些都不在文件里"


@dataclass
class _Block:
    """The lines of one question, as far as they have been read."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


def to_aiken(questions: Iterable[Question]) -> tuple[str, list[str]]:
    """The questions that the format can hold, and what was left out or is lost."""
    kept, told = [], [_NOT_KEPT]
    for question in questions:
        reason = unfit(question)
        if reason:
            told.append(f"没有导出 {question.id}：{reason}")
        else:
            kept.append(_written(question))
    return "\n".join(kept), told


def read_aiken(content: bytes, name: str) -> TextDraft:
    """The questions of an Aiken file, made by us or by anybody."""
    draft, block = TextDraft(name=name), _Block()
    lines = decoded(content, draft)
    for number, line in enumerate(lines, start=1):
        block = _take(draft, block, line.strip(), number)
    if block.line:
        draft.refuse(block.line, "这一题没有答案，请在选项后面写一行 ANSWER: 和答案的字母")
    return draft


def unfit(question: Question) -> str:
    """Why a question can't be held."""
    if question.type not in ("single", "judge"):
        return f"Aiken 放不下{KIND_NAMES[question.type]}"
    texts = (question.stem, *question.options)
    if any("\n" in text or "\r" in text for text in texts):
        return "题干或选项有几行，Aiken 每项只能写一行"
    if any(sign < " " for text in texts for sign in text):
        return "有看不见的控制字符"
    if _OPTION.fullmatch(question.stem) or _ANSWER.fullmatch(question.stem):
        return "题干的开头会被当成选项或答案"
    if question.type == "single" and _entry("", question.options, 0)["type"] == "judge":
        return "它的两个选项会被当成判断题"
    return ""


def _written(question: Question) -> str:
    options = [f"{mark}. {option}" for mark, option in zip(_MARKS, question.options, strict=False)]
    answer = _MARKS[question.options.index(question.answer[0])]
    return "\n".join((question.stem, *options, f"ANSWER: {answer}", ""))


def _take(draft: TextDraft, block: _Block, line: str, number: int) -> _Block:
    """Add a line to the question it belongs to; the question that goes on, or a new one."""
    if not line:
        return block
    block.line = block.line or number
    answer, option = _ANSWER.fullmatch(line), _OPTION.fullmatch(line)
    if answer:
        _end(draft, block, answer[1].strip(), number)
        return _Block()
    if option and block.stem:
        _option(draft, block, option, number)
    elif block.options:
        draft.refuse(block.line, "这一题没有答案，请在选项后面写一行 ANSWER: 和答案的字母")
        return _Block(number, [line])
    else:
        block.stem.append(line)
    return block


def _option(draft: TextDraft, block: _Block, option: re.Match[str], number: int) -> None:
    expected = _MARKS[len(block.options) % len(_MARKS)]
    if option[1] != expected:
        draft.refuse(number, f"这里应该是选项 {expected}，写的是 {option[1]}")
    block.options.append(option[2].strip())


def _end(draft: TextDraft, block: _Block, answer: str, number: int) -> None:
    marks = _MARKS[: len(block.options)]
    if not block.stem or not block.options:
        draft.refuse(block.line, "这里缺少题干或选项")
    elif len(answer) != 1 or answer.upper() not in marks:
        draft.refuse(
            number, f"答案写的是“{answer}”，只能是 {'、'.join(marks)} 之一；有几个答案的题 Aiken 放不下"
        )
    else:
        draft.put(_entry("\n".join(block.stem), block.options, marks.index(answer.upper())), block.line)


def _entry(stem: str, options: Sequence[str], right: int) -> Entry:
    """A question; where the two options are yes and no, it is a judge of a question."""
    both = [judged(option) for option in options]
    if len(both) == 2 and set(both) == {"对", "错"}:
        return {"type": "judge", "stem": stem, "options": ["对", "错"], "answer": [str(both[right])]}
    return {"type": "single", "stem": stem, "options": list(options), "answer": [options[right]]}
