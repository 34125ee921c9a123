"""Aiken made by us or by others."""

from __future__ import annotations

import pytest

from content.bank import Question
from content.formats.aiken import read_aiken, to_aiken
from content.formats.taking_in import entries_of
from tests.content.test_formats import a_question

MOODLE = """What is the correct answer to this question?
A. Is it this one?
B. Maybe this answer?
C. Possibly this one?
ANSWER: C

Which LMS has the most quiz import formats?
A) Moodle
B) ATutor
C) Claroline
answer: A
"""


def faults(text: str) -> list[str]:
    return read_aiken(text.encode(), "x.txt").sorted_faults()


def test_questions_of_moodle_are_taken() -> None:
    draft = read_aiken(MOODLE.encode(), "x.txt")
    assert draft.sorted_faults() == []
    assert [entry["answer"] for entry in entries_of(draft)] == [["Possibly this one?"], ["Moodle"]]
    assert entries_of(draft)[1]["options"] == ["Moodle", "ATutor", "Claroline"]


@pytest.mark.parametrize(
    "options", ["A. 对\nB. 错\nANSWER: B", "A) 错误\nB) 正确\nANSWER: A", "A、TRUE\nB、False\nANSWER：B"]
)
def test_yes_and_no_make_it_a_judge(options: str) -> None:
    (entry,) = entries_of(read_aiken(f"电线老化可以接着用。\n{options}\n".encode(), "x.txt"))
    assert (entry["type"], entry["options"], entry["answer"]) == ("judge", ["对", "错"], ["错"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q\nA. a\nB. b\nANSWER: C", ["x.txt 第4行：答案写的是“C”，只能是 A、B 之一；有几个答案的题 Aiken 放不下"]),
        ("Q\nA. a\nB. b\nANSWER: A, B", ["x.txt 第4行：答案写的是“A, B”，只能是 A、B 之一；有几个答案的题 Aiken 放不下"]),
        ("Q\nA. a\nC. b\nANSWER: A", ["x.txt 第3行：这里应该是选项 B，写的是 C"]),
        ("Q\nA. a\nB. b\n\nR\nA. a\nB. b\nANSWER: A", ["x.txt 第1行：这一题没有答案，请在选项后面写一行 ANSWER: 和答案的字母"]),
        ("Q\nA. a\nB. b", ["x.txt 第1行：这一题没有答案，请在选项后面写一行 ANSWER: 和答案的字母"]),
        ("Q\nANSWER: A", ["x.txt 第1行：这里缺少题干或选项"]),
        ("Q\nA. a\nB. b\nANSWER: C\n\nR\nANSWER: A",
         ["x.txt 第4行：答案写的是“C”，只能是 A、B 之一；有几个答案的题 Aiken 放不下", "x.txt 第6行：这里缺少题干或选项"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_line(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (a_question(type="multiple", answer=["报警", "等等"]), "Aiken 放不下多选题"),
        (a_question(type="order", answer=["看看", "等等", "报警"]), "Aiken 放不下排序题"),
        (a_question(stem="第一行\n第二行"), "题干或选项有几行，Aiken 每项只能写一行"),
        (a_question(stem="A. 是什么"), "题干的开头会被当成选项或答案"),
        (a_question(stem="Answer: 是什么"), "题干的开头会被当成选项或答案"),
        (a_question(options=["对", "错"], answer="对", type="single"), "它的两个选项会被当成判断题"),
    ],
)
def test_what_it_cannot_hold_is_left_out_and_told(question: Question, reason: str) -> None:
    text, notes = to_aiken([question])
    assert text == ""
    assert notes[1:] == [f"没有导出 own-1：{reason}"]
    assert "出处" in notes[0]


def test_it_is_written_as_moodle_reads_it() -> None:
    assert to_aiken([a_question()])[0] == "着火怎么办？\nA. 报警\nB. 看看\nC. 等等\nANSWER: A\n"
