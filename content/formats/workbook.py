"""The bank as a workbook that staff fill in: out with everything, in with every fault at its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet

from content.bank import TRUE_FALSE, Chapter, Question
from content.errors import ContentError
from content.formats.draft import CHAPTERS, QUESTIONS, Draft, Entry, judged, plainly
from content.formats.layout import CHAPTER_SHEET, GUIDE, MARKS, QUESTION_SHEET, sheets
from content.reading import Key
from content.workbook import layout
from content.workbook.cells import HEAD_ROW, SPARE, explain, fill, saved
from content.workbook.document import SheetDocument
from content.workbook.importing import Row, open_book, read_rows
from content.workbook.layout import Column, Sheet
from content.workbook.rows import Cell, cells_of

_BETWEEN = dict.fromkeys(map(ord, " \t\n、，,;；.。→>-"))  # what people put between letters


@dataclass
class SheetDraft(SheetDocument, Draft):
    """What the sheets hold, found again by row and column."""

    def add(self, key: Key, text: str) -> None:
        """Note a fault in the words of a table; of an option, at that option's column."""
        if key[2:3] == ("options",):
            key = (*key[:3], *map(str, key[3:]))
        super().add(key, plainly(text))


def to_workbook(chapters: Sequence[Chapter], sectors: Mapping[str, str]) -> bytes:
    """All chapters as a workbook."""
    names = _names(chapters)
    questions = [_question(question, names) for chapter in chapters for question in chapter.questions]
    return _made(chapters, sectors, questions)


def template(chapters: Sequence[Chapter], sectors: Mapping[str, str]) -> bytes:
    """A workbook without questions, for staff to fill in; the chapters that there are can be chosen."""
    return _made(chapters, sectors, [])


def read_questions(content: bytes, sectors: Mapping[str, str]) -> SheetDraft:
    """The questions and chapters of a workbook, with what can't be read."""
    of_questions, of_chapters = sheets(sectors)
    draft = SheetDraft(sheets=(of_questions, of_chapters), name=f"“{QUESTION_SHEET}”表")
    book = open_book(content)
    for row in read_rows(book, of_questions, draft):
        _take(draft, of_questions, row)
    for row in read_rows(book, of_chapters, draft):
        _put(draft, CHAPTERS, _values(of_chapters, row), of_chapters, row.number)
    return draft


def _made(chapters: Sequence[Chapter], sectors: Mapping[str, str], questions: Sequence[Entry]) -> bytes:
    heads = [chapter.model_dump(exclude={"questions"}) for chapter in chapters]
    unknown = {str(entry["sector"]) for entry in (*questions, *heads)} - {"None", *sectors}
    if unknown:
        raise ContentError([f"不认识的行业：{'、'.join(sorted(unknown))}"])
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    explain(first, layout.GUIDE, GUIDE)
    of_questions, of_chapters = sheets(sectors)
    try:
        _fill(book, of_questions, questions, len(chapters))
        _fill(book, of_chapters, heads, len(chapters))
    except IllegalCharacterError:
        raise ContentError(["题目里有看不见的控制字符，表格存不下，请先删掉"]) from None
    return saved(book)


def _fill(book: Workbook, sheet: Sheet, entries: Sequence[Entry], chapters: int) -> None:
    rows: list[list[Cell]] = [cells_of(sheet, entry) for entry in entries]
    last = HEAD_ROW + chapters + SPARE

    def source(column: Column) -> str:
        chosen = sheet.path == (QUESTIONS,) and column.path == ("topic",)
        return f"'{CHAPTER_SHEET}'!$B${HEAD_ROW + 1}:$B${last}" if chosen else ""

    fill(book.create_sheet(sheet.title), sheet, rows, source)


def _names(chapters: Sequence[Chapter]) -> dict[str, str]:
    """What stands for each chapter in the sheet of the questions: its title, unless another has the same."""
    count = Counter(name for chapter in chapters for name in {chapter.title, chapter.topic})
    return {one.topic: one.title if count[one.title] == 1 else one.topic for one in chapters}


def _question(question: Question, names: Mapping[str, str]) -> Entry:
    judge = question.type == "judge"
    letters = "".join(MARKS[question.options.index(one)] for one in question.answer)
    options = {} if judge else {str(number): text for number, text in enumerate(question.options)}
    return question.model_dump() | {
        "topic": names[question.topic],
        "level": str(question.level),
        "options": options,
        "answer": question.answer[0] if judge else letters,
    }


def _take(draft: SheetDraft, sheet: Sheet, row: Row) -> None:
    """Put the question of a row into the draft, unless its type or answer is missing: that has been told."""
    entry = _values(sheet, row)
    entry["options"] = _options(draft, sheet, row, judge=entry.get("type") == "judge")
    answer = _answer(draft, sheet, row, entry)
    if answer is not None:
        _put(draft, QUESTIONS, entry | {"answer": answer}, sheet, row.number)


def _values(sheet: Sheet, row: Row) -> Entry:
    """What a row says, without the options: they stand in several columns."""
    values = ((column.path, row.values.get(column.title)) for column in sheet.columns)
    return {path[0]: value for path, value in values if len(path) == 1 and value is not None}


def _options(draft: SheetDraft, sheet: Sheet, row: Row, *, judge: bool) -> list[str]:
    """The options that are filled in; one that couldn't be read keeps its place, it has been told."""
    columns = [column for column in sheet.columns if column.path[0] == "options"]
    unread = {column.title for column in columns if (sheet.title, row.number, column.title) in draft.told}
    texts = [str(row.values.get(one.title, one.title if one.title in unread else "")) for one in columns]
    options = [text for text in texts if text]
    if options != texts[: len(options)]:
        draft.note(sheet, row.number, columns[texts.index("")], "选项要从选项A起挨着填，中间不要空")
    return list(TRUE_FALSE) if judge and not options else options


def _answer(draft: SheetDraft, sheet: Sheet, row: Row, entry: Entry) -> list[str] | None:
    """The texts of the answer: letters stand for options; nothing if it can't be told what is meant."""
    text, kind, options = str(entry.get("answer", "")), entry.get("type"), entry["options"]
    if not text or kind is None:
        return None
    if kind == "judge" and judged(text):
        return [str(judged(text))]
    letters = normalize("NFKC", text).upper().translate(_BETWEEN)
    if letters and all(mark in MARKS[: len(options)] for mark in letters):
        return [options[MARKS.index(mark)] for mark in letters]
    lines = [line.strip() for line in text.split("\n")]
    if all(line in options for line in lines):
        return lines
    wanted = "请填 对 或 错" if kind == "judge" else "请填选项的字母，比如 B 或 ACD"
    column = next(column for column in sheet.columns if column.path == ("answer",))
    draft.note(sheet, row.number, column, f"写的是“{text[:30]}”，{wanted}")
    return None


def _put(draft: SheetDraft, name: str, entry: dict[str, Any], sheet: Sheet, row: int) -> None:
    listed = draft.data.setdefault(name, [])
    listed.append(entry)
    draft.put((name, len(listed) - 1), entry, sheet, row)
