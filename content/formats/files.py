"""The formats by the ends of their files' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.bank import Chapter, Question
from content.errors import ContentError
from content.formats.aiken import read_aiken, to_aiken, unfit
from content.formats.draft import Draft
from content.formats.gift import to_gift
from content.formats.gift_reading import read_gift
from content.formats.taking_in import entries_of, merge
from content.formats.tsv import read_tsv, to_tsv

_ENDS = {
    ".xlsx": "xlsx", ".gift": "gift", ".gift.txt": "gift", ".aiken": "aiken", ".aiken.txt": "aiken", ".txt": "aiken",
    ".tsv": "tsv",
}  # fmt: skip
_LOSSY = "有的题目用这种格式存不全（可能有看不见的字符，或一格超过3万字），没有导出"


def format_of(name: str) -> str:
    """Which format a file has by its name: the longest end that fits."""
    for end in sorted(_ENDS, key=len, reverse=True):
        if name.lower().endswith(end):
            return _ENDS[end]
    raise ContentError([f"“{name}”的结尾不认识，可以用 {'、'.join(_ENDS)}"])


def read(name: str, content: bytes, sectors: Mapping[str, str]) -> Draft:
    """What a file holds."""
    match format_of(name):
        case "xlsx":
            from content.formats.workbook import read_questions  # the library is slow to load

            return read_questions(content, sectors)
        case "gift":
            return read_gift(content, name)
        case "aiken":
            return read_aiken(content, name)
    return read_tsv(content, name)


def write(name: str, chapters: Sequence[Chapter], sectors: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """The bank as a file, proved by reading it again; and what the format could not hold."""
    kind = format_of(name)
    if kind == "aiken":
        return _aiken(name, [question for chapter in chapters for question in chapter.questions])
    if kind == "xlsx":
        from content.formats.workbook import to_workbook

        content = to_workbook(chapters, sectors)
    else:
        content = (to_gift if kind == "gift" else to_tsv)(chapters).encode()
    again = merge(read(name, content, sectors))
    if [_held(one, kind) for one in again] != [_held(one, kind) for one in chapters]:
        raise ContentError([_LOSSY])
    return content, []


def _held(chapter: Chapter, kind: str) -> Chapter:
    """What a format holds of a chapter: which reviews have lapsed stays in the bank; in a TSV a sector is said of each
    question only."""
    questions = tuple(one.model_copy(update={"lapsed": None}) for one in chapter.questions)
    plain = {"sector": None} if kind == "tsv" else {}
    return chapter.model_copy(update={"questions": questions, **plain})


def _aiken(name: str, questions: Sequence[Question]) -> tuple[bytes, list[str]]:
    text, notes = to_aiken(questions)
    content = text.encode()
    fit = [(list(one.options), list(one.answer)) for one in questions if not unfit(one)]
    if [(entry["options"], entry["answer"]) for entry in entries_of(read_aiken(content, name))] != fit:
        raise ContentError([_LOSSY])
    return content, notes
