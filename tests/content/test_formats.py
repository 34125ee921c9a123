"""What goes out in a format comes back as it was, whatever stands in it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given, settings

from content.bank import Chapter, Question
from content.errors import ContentError
from content.formats.aiken import read_aiken, to_aiken, unfit
from content.formats.files import format_of, read, write
from content.formats.taking_in import entries_of, merge
from content.loader import load_chapters
from tests.content.generated import SECTORS, banks


def again(name: str, chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    content, _ = write(name, chapters, SECTORS)
    return merge(read(name, content, SECTORS))


@given(banks())
@settings(max_examples=60, deadline=None)
def test_a_text_keeps_everything_that_it_can_hold(chapters: tuple[Chapter, ...]) -> None:
    """GIFT and TSV all of it, Aiken stem, options and answer: one bank for all three, for to make one up takes long."""
    assert again("x.gift", chapters) == chapters
    assert again("x.tsv", chapters) == chapters
    questions = [question for chapter in chapters for question in chapter.questions]
    text, notes = to_aiken(questions)
    fit = [question for question in questions if not unfit(question)]
    found = entries_of(read_aiken(text.encode(), "x.txt"))
    told = [(one["stem"], tuple(one["options"]), tuple(one["answer"]), one["type"]) for one in found]
    assert told == [(one.stem, one.options, one.answer, one.type) for one in fit]
    assert len(notes) == 1 + len(questions) - len(fit)


@given(banks())
@settings(max_examples=15, deadline=None)
def test_a_workbook_keeps_everything(chapters: tuple[Chapter, ...]) -> None:
    assert again("x.xlsx", chapters) == chapters


@pytest.mark.parametrize("name", ["x.gift", "x.tsv", "x.xlsx"])
def test_the_whole_bank_goes_out_and_comes_back(name: str) -> None:
    sector = {} if name != "x.tsv" else {"sector": None}  # a TSV says it of each question only
    assert again(name, load_chapters()) == tuple(one.model_copy(update=sector) for one in load_chapters())


def test_a_chapters_sector_holds_for_its_questions_in_a_workbook_and_in_gift() -> None:
    question = a_question(sector="fire")
    chapters = (Chapter(topic="own", title="港区", sector="fire", own=True, questions=(question,)),)
    assert again("x.xlsx", chapters) == again("x.gift", chapters) == chapters


def a_question(**changed: object) -> Question:
    values = {
        "id": "own-1",
        "topic": "own",
        "stem": "着火怎么办？",
        "options": ["报警", "看看", "等等"],
        "answer": "报警",
    }
    return Question.model_validate(values | {"why": "早报早到。", "source": "本港手册"} | changed)


def a_bank(**changed: object) -> tuple[Chapter, ...]:
    return (Chapter(topic="own", title="港区", own=True, questions=(a_question(**changed),)),)


@pytest.mark.parametrize("name", ["x.gift", "x.tsv", "x.xlsx"])
def test_what_a_file_cannot_hold_is_not_written(name: str) -> None:
    with pytest.raises(ContentError):
        write(name, a_bank(why="响\x07铃"), SECTORS)


def test_a_sector_that_nobody_knows_is_told() -> None:
    with pytest.raises(ContentError, match="不认识的行业：space"):
        write("x.xlsx", a_bank(sector="space"), SECTORS)


def test_no_text_is_a_formula_to_a_spreadsheet() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("http://x","y")', "'=1"]
    questions = [
        a_question(id=f"own-{n}", stem=text, options=[text, "看看"], answer=text)
        for n, text in enumerate(texts)
    ]
    chapters = (Chapter(topic="own", title="港区", own=True, questions=tuple(questions)),)
    content, _ = write("x.tsv", chapters, SECTORS)
    rows = list(csv.reader(StringIO(content.decode()), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == 1 + len(texts)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))]
    book, _ = write("x.xlsx", chapters, SECTORS)
    cells = [cell for row in openpyxl.load_workbook(BytesIO(book))["题目"].iter_rows() for cell in row]
    for text in texts:
        held = [cell for cell in cells if cell.value == text]
        assert len(held) == 2, text
        assert {(cell.data_type, cell.number_format) for cell in held} == {("s", "@")}, text
    assert again("x.tsv", chapters) == again("x.xlsx", chapters) == chapters


def test_a_file_that_is_written_with_a_text_left_out_would_be_refused() -> None:
    content, _ = write("x.gift", a_bank(), SECTORS)
    other = content.replace("着火".encode(), "冒烟".encode())
    assert merge(read("x.gift", other, SECTORS)) != a_bank()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.xlsx", "xlsx"), ("A.GIFT", "gift"), ("a.gift.txt", "gift"), ("a.txt", "aiken"), ("a.aiken", "aiken"), ("a.tsv", "tsv")],
)  # fmt: skip
def test_the_end_of_the_name_says_which_format_it_is(name: str, kind: str) -> None:
    assert format_of(name) == kind


def test_another_end_is_refused() -> None:
    with pytest.raises(ContentError, match=r"“a\.docx”的结尾不认识，可以用 \.xlsx"):
        format_of("a.docx")
