"""The bank as a table of text, one question a line: everything a question holds, for other programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from content.bank import Chapter, Question
from content.formats.draft import MOST_QUESTIONS, Entry, TextDraft, decoded
from content.reading import Fault

COLUMNS = (
    "id", "topic", "title", "own", "type", "sector", "audience", "level", "stem", "options", "answer", "why",
    "source", "fact", "reviewed",
)  # fmt: skip
_NEEDED = ("stem", "options", "answer")
_LISTS = ("options", "answer")
_OF_CHAPTER = ("title", "own")
_WRITTEN = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "|": "\\|"}
_READ = {written[1]: sign for sign, written in _WRITTEN.items()}
_ESCAPE = re.compile(r"[\\\n\t\r|]")
# A spreadsheet takes these for the beginning of a formula, unless an apostrophe stands before them.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


def to_tsv(chapters: Iterable[Chapter]) -> str:
    """All chapters as lines; none of their cells is a formula."""
    rows = [_cells(chapter, question) for chapter in chapters for question in chapter.questions]
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows])


def read_tsv(content: bytes, name: str) -> TextDraft:
    """The questions of such a table; the columns may stand in any order."""
    draft = TextDraft(name=name)
    first, *lines = decoded(content, draft, MOST_QUESTIONS + 2) or [""]
    heads = [head.strip() for head in first.split("\t")]
    if draft.faults or not _known(draft, heads):
        return draft
    for number, line in enumerate(lines, start=2):
        if line.strip():
            _read(draft, heads, line, number)
    return draft


def _cells(chapter: Chapter, question: Question) -> list[str]:
    said = question.model_dump(mode="json") | {"title": chapter.title, "own": str(chapter.own).lower()}
    return [_cell(said[name]) for name in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    texts = value if isinstance(value, list) else [value]
    text = "|".join(_ESCAPE.sub(lambda sign: _WRITTEN[sign[0]], str(one)) for one in texts)
    return f"'{text}" if _FORMULA.match(text) else text


def _known(draft: TextDraft, heads: Sequence[str]) -> bool:
    """Whether the first line names columns that we know, each once."""
    for head in dict.fromkeys(heads):
        if head not in COLUMNS:
            draft.refuse(1, f"不认识“{head}”这一列，请删掉；可以有的是 {'、'.join(COLUMNS)}")
        elif heads.count(head) > 1:
            draft.refuse(1, f"“{head}”这一列有{heads.count(head)}个，请留一个")
    for head in _NEEDED:
        if head not in heads:
            draft.refuse(1, f"缺少“{head}”这一列")
    return not draft.faults


def _read(draft: TextDraft, heads: Sequence[str], line: str, number: int) -> None:
    cells = line.split("\t")
    if len(cells) > len(heads):
        draft.refuse(number, f"有{len(cells)}格，第1行只有{len(heads)}格；文字里的制表符请写成 \\t")
        return
    entry: Entry = {}
    for head, cell in zip(heads, cells, strict=False):
        parts = _parts(cell)
        if parts is None:
            draft.faults.append(Fault(0, number, head, "反斜线 \\ 后面只能是 \\、n、t、r 或 |", draft.name))
        elif cell.strip():
            entry[head] = parts if head in _LISTS else "|".join(parts)
    chapter = {head: entry.pop(head) for head in _OF_CHAPTER if head in entry}
    if chapter and "topic" in entry:
        draft.put_chapter({"topic": entry["topic"], **chapter}, number)
    draft.put(entry, number)


def _parts(cell: str) -> list[str] | None:
    """What stands in a cell, apart at each bare ``|``; nothing if a backslash stands where it means nothing."""
    if _FORMULA.match(cell):
        cell = cell.removeprefix("'")
    parts, signs = [""], iter(cell)
    for sign in signs:
        if sign == "|":
            parts.append("")
            continue
        meant = _READ.get(next(signs, "")) if sign == "\\" else sign
        if meant is None:
            return None
        parts[-1] += meant
    return parts
