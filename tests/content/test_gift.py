"""GIFT as Moodle and others write it: what fits is taken, the rest is told by its line."""

from __future__ import annotations

import pytest

from content.formats.draft import Entry, TextDraft
from content.formats.gift import to_gift
from content.formats.gift_reading import read_gift
from content.formats.taking_in import entries_of
from tests.content.test_formats import a_bank, a_question


def drafted(text: str) -> TextDraft:
    return read_gift(text.encode(), "x.gift")


def one(text: str) -> Entry:
    draft = drafted(text)
    assert draft.sorted_faults() == []
    (entry,) = entries_of(draft)
    return entry


def faults(text: str) -> list[str]:
    return drafted(text).sorted_faults()


@pytest.mark.parametrize(
    ("text", "kind", "stem", "options", "answer"),
    [
        ("Who's buried in Grant's tomb?{~Grant ~Jefferson =no one}", "single", "Who's buried in Grant's tomb?",
         ["Grant", "Jefferson", "no one"], ["no one"]),
        ("Grant is {~buried =entombed ~living} in Grant's tomb.", "single", "Grant is _____ in Grant's tomb.",
         ["buried", "entombed", "living"], ["entombed"]),
        ("Holiday is on the {\n    ~second\n    ~third\n    =fourth\n} Thursday of November.", "single",
         "Holiday is on the _____ Thursday of November.", ["second", "third", "fourth"], ["fourth"]),
        ("Grant is buried in Grant's tomb.{FALSE}", "judge", "Grant is buried in Grant's tomb.", ["对", "错"], ["错"]),
        ("The sun rises in the east.{T}", "judge", "The sun rises in the east.", ["对", "错"], ["对"]),
        ("Two people in the tomb? {\n ~No one\n ~%50%Grant\n ~%50%Grant's wife\n ~Grant's father }", "multiple",
         "Two people in the tomb?", ["No one", "Grant", "Grant's wife", "Grant's father"], ["Grant", "Grant's wife"]),
        ("Two people? {~%-50%No one ~%33.33333%A ~%50%B ~%-50%C}", "multiple", "Two people?", ["No one", "A", "B", "C"],
         ["A", "B"]),
        ("Which equals 5? {\n ~ \\= 2 + 2\n = \\= 2 + 3\n ~ \\= 2 + 4 }", "single", "Which equals 5?",
         ["= 2 + 2", "= 2 + 3", "= 2 + 4"], ["= 2 + 3"]),
        ("Control characters? {~ \\~ ~ \\# ~ \\{ ~ \\} = \\\\ }", "single", "Control characters?",
         ["~", "#", "{", "}", "\\"], ["\\"]),
        ("Put in order. {=2 -> b =1 -> a =3 -> c}", "order", "Put in order.", ["b", "a", "c"], ["a", "b", "c"]),
        ("[html]<p>What is <b>2 &lt; 3</b>?<br>Say.</p>{=<i>yes</i> ~[plain]<no>}", "single", "What is 2 < 3?\nSay.",
         ["yes", "<no>"], ["yes"]),
        ("Characters came\nfrom what country? {~India\n=China}", "single", "Characters came from what country?",
         ["India", "China"], ["China"]),
        ("C:\\temp 是什么{=文件夹 ~路名}", "single", "C:\\temp 是什么", ["文件夹", "路名"], ["文件夹"]),
        ("几点\\:30？第一行\\n第二行 {=1\\:30 ~2\\:30}", "single", "几点:30？第一行\n第二行", ["1:30", "2:30"], ["1:30"]),
    ],
)  # fmt: skip
def test_a_question_of_moodle_is_taken(
    text: str, kind: str, stem: str, options: list[str], answer: list[str]
) -> None:
    entry = one(text)
    assert (entry["type"], entry["stem"], entry["options"], entry["answer"]) == (kind, stem, options, answer)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When was Grant born?{#1822:5}", "x.gift 第3行：这是数字题"),
        ("What is pi? {#3.141..3.142}.", "x.gift 第3行：这是数字题"),
        ("When? {#\n =1822:0\n =%50%1822:2}", "x.gift 第3行：这是数字题"),
        ("Write a short biography. {}", "x.gift 第3行：这是问答题"),
        ("You can use your pencil now.", "x.gift 第3行：这是一段说明"),
        ("Who's buried there?{=no one =nobody}", "x.gift 第3行：这是填空题"),
        ("Two plus two equals {=four =4}.", "x.gift 第3行：这是填空题"),
        ("Match. {\n =Canada -> Ottawa\n =Italy -> Rome\n =Japan -> Tokyo }", "x.gift 第3行：这是连线题"),
        ("Order. {=1 -> a =2 -> b =2 -> c}", "x.gift 第3行：这是连线题"),
        ("Difficult.{~wrong ~%50%half =full}", "x.gift 第3行：有的选项给一部分分"),
        ("Nothing right.{~a ~b}", "x.gift 第3行：没有一个选项是对的"),
        ("Not closed {~a\n\n =b}", "x.gift 第3行：花括号没有成对"),
        ("Q1{=a ~b}\nQ2{=a ~b}", "x.gift 第3行：有两处答案，或两题之间没有空行"),
        ("Half {a ~b =c}", "x.gift 第3行：“a”前面缺少 = 或 ~"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_by_its_line(text: str, expected: str) -> None:
    found = faults(f"// 开头\n\n{text}\n\nGood.{{T}}\n")
    assert found[0].startswith(expected), found
    assert "Good." in [entry["stem"] for entry in entries_of(drafted(f"// 开头\n\n{text}\n\nGood.{{T}}\n"))]


def test_every_fault_is_told_at_once() -> None:
    assert len(faults("A{#1}\n\nB{}\n\nC{T}\n\nD{=x}\n")) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Q{~a#no =b#Very good! ~c}", "Very good!"),
        ("Q{=b#Very good! ~c####Because.}", "Because."),
        ("Q{F#No one is buried there.}", "No one is buried there."),
        ("Q{TRUE####因为\\:是}", "因为:是"),
    ],
)
def test_a_comment_becomes_the_reason(text: str, why: str) -> None:
    assert one(text)["why"] == why


def test_comments_of_single_options_are_left_behind_and_that_is_said() -> None:
    draft = drafted("// 一行\nQ{~a#comment on the wrong answer =b#Very good!}")
    assert draft.notes == ["第2行：各个选项的点评没有收进来，只收了正确答案的"]


def test_two_comments_of_true_and_false_are_told() -> None:
    assert drafted("Q{T#wrong#right}").notes == ["第1行：判断题有两条点评，只收了前一条"]


def test_a_name_that_is_an_id_is_kept_and_any_other_is_not() -> None:
    assert one("::fire-7::Q{T}")["id"] == "fire-7"
    assert "id" not in one("::Kanji Origins::Q{T}")


def test_a_category_of_moodle_is_left_behind_and_one_of_ours_is_the_chapter() -> None:
    draft = drafted("$CATEGORY: $course$/top/Default\n\nQ{T}\n\n$CATEGORY: fire\n\nR{T}\n")
    assert [entry.get("topic") for entry in entries_of(draft)] == [None, "fire"]
    assert draft.notes == ["第1行：分类“$course$/top/Default”不是这里的类别，没有用上"]


def test_a_comment_of_somebody_else_says_nothing() -> None:
    entry = one('// question: 12 name: x\n// [id:9]\n// ["level"]\n// {"level": 3, "stem": "x"}\nQ{T}')
    assert (entry["stem"], entry["level"]) == ("Q", "3")


def test_a_comment_that_belongs_to_no_question_is_of_no_effect() -> None:
    assert "level" not in one('// {"level": 3}\n\nQ{T}')


def test_a_question_of_ours_reads_well_in_moodle() -> None:
    question = a_question(
        type="multiple", answer=["报警", "等等"], stem="50% {水} 是? #1", options=["报警", "看看~", "等等"]
    )
    text = to_gift(a_bank(**question.model_dump(exclude={"topic"})))
    assert (
        "::own-1::50% \\{水\\} 是? \\#1 {\n~%50%报警\n~%-100%看看\\~\n~%50%等等\n#### 早报早到。\n}\n" in text
    )
    assert "$CATEGORY: own\n" in text


def test_a_file_in_another_encoding_is_refused() -> None:
    assert read_gift("着火{T}".encode("gbk"), "x.gift").sorted_faults() == [
        "x.gift：不是 UTF-8 编码，请另存为 UTF-8"
    ]


def test_a_control_character_is_told_by_its_line() -> None:
    assert faults("Q{T}\n\nA\x01{T}\n") == ["x.gift 第3行：有看不见的控制字符，请先删掉"]
