"""The question bank: proven by its facts, even in its answers, and its faults told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.check import check_content_command
from cli.question_choice import SECTOR_NAMES
from content.bank import Bank, Question
from content.check import check_content, question_faults
from content.errors import ContentError
from content.facts import WITHOUT_LAW, Fact, load_facts
from content.loader import load_chapters, load_questions

FACTS = {
    "FIR-001": Fact("FIR-001", "fire", "发现火灾应当立即报警。", "《消防法》第44条", "verified"),
    "FIR-002": Fact("FIR-002", "fire", "还没有查到。", "《消防法》第5条", "unverified"),
}
CHAPTER = """topic: fire
title: 消防
questions:
  - id: fire-1
    stem: 发现着火怎么办？
    options: [立即报警, 回家等待]
    answer: 立即报警
    why: 早报警，早救援。
    source: 《消防法》第44条
    fact: FIR-001
"""


def a_question(**changed: object) -> Question:
    values: dict[str, object] = {
        "id": "a",
        "topic": "fire",
        "stem": "发现着火怎么办？",
        "options": ("立即报警", "回家等待"),
        "answer": "立即报警",
        "why": "早报警，早救援。",
        "source": "《消防法》第44条",
        "fact": "FIR-001",
        "reviewed": "2026-11-22",
    }
    return Question.model_validate(values | changed)


def faults(root: Path, text: str) -> list[str]:
    (root / "fire.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_questions(root, FACTS)
    return caught.value.faults


def test_the_content_as_it_stands_has_no_fault() -> None:
    assert check_content(sectors=SECTOR_NAMES) == []


def test_the_bank_is_large_and_covers_what_people_meet() -> None:
    sizes = {chapter.topic: len(chapter.questions) for chapter in load_chapters()}
    assert sum(sizes.values()) >= 700
    everyday = ("fire", "home", "electrical", "gas", "traffic", "school", "rural", "law", "confined-space")
    assert all(sizes[topic] >= 15 for topic in everyday)
    assert len(sizes) >= 23


def test_nothing_that_comes_with_the_product_is_the_organisers_own() -> None:
    assert [chapter.topic for chapter in load_chapters() if chapter.own] == []
    assert all(question.fact for question in load_questions())


def test_each_question_was_reviewed_and_cites_its_fact() -> None:
    facts, bank = load_facts(), load_questions()
    assert [one.id for one in bank if one.source != facts[str(one.fact)].source] == []
    assert [one.id for one in bank if not one.reviewed] == []


def test_what_counts_rests_on_a_proven_fact() -> None:
    facts, bank = load_facts(), load_questions()
    scored = [question for some in bank.scored.values() for question in some]
    counting = {question.id for question in scored}
    unproved = [question for question in bank if question.id not in counting]
    assert {facts[str(one.fact)].status for one in scored if one.fact not in WITHOUT_LAW} == {"verified"}
    assert {facts[str(one.fact)].status for one in unproved} <= {"unverified"}


def test_a_chapter_loads(tmp_path: Path) -> None:
    (tmp_path / "fire.yaml").write_text(CHAPTER, encoding="utf-8")
    (question,) = load_questions(tmp_path, FACTS)
    assert question.topic == "fire"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("FIR-001", "FIR-099", "第10行 questions.1.fact：facts.tsv 里没有“FIR-099”这一条"),
        ("FIR-001", "12", "第10行 questions.1.fact：写的是“12”，请写成 FIR-001 这样的编号"),
        ("第44条", "第4条", "第9行 questions.1.source：写的是“《消防法》第4条”，facts.tsv 里是“《消防法》第44条”"),
        ("answer: 立即报警", "answer: 报警", "第4行 questions.1：answer 不在 options 里"),
        ("回家等待]", "立即报警]", "第4行 questions.1：options 有重复"),
        ("    stem:", "    topic: gas\n    stem:", "questions.1.topic：这个文件都是“fire”的题"),
        ("    stem:", "    level: 9\n    stem:", "第5行 questions.1.level：写的是“9”，不能大于3"),
        ("    stem:", "    reviewed: 2026-02-30\n    stem:", "questions.1.reviewed：写的是“2026-02-30”，这一天不存在"),
    ],
)  # fmt: skip
def test_a_fault_of_a_question_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    found = faults(tmp_path, CHAPTER.replace(old, new, 1))
    assert any(expected in fault for fault in found), found


def test_an_organisers_own_question_needs_no_fact_but_a_source(tmp_path: Path) -> None:
    text = CHAPTER.replace("    fact: FIR-001\n", "").replace("《消防法》第44条", "本港手册")
    found = faults(tmp_path, text)
    assert found == [
        f"{tmp_path.name}/fire.yaml 第4行 questions.1.fact：没有写依据的编号；只有本单位自己的题（own: true）可以不写"
    ]
    own = text.replace("title: 消防", "title: 消防\nown: true")
    (tmp_path / "fire.yaml").write_text(own, encoding="utf-8")
    (question,) = load_questions(tmp_path, FACTS)
    assert question.fact is None
    assert "questions.1.source：缺少这一项" in faults(tmp_path, own.replace("    source: 本港手册\n", ""))[0]


def test_only_what_is_reviewed_and_rests_on_a_fact_is_scored() -> None:
    asked = [
        a_question(),
        a_question(id="b", reviewed=None),
        a_question(id="c", fact=None),
        a_question(id="d", fact=None, reviewed=None),
    ]
    assert Bank(asked).scored == {"fire": (asked[0],)}
    assert Bank(asked, unproved=["FIR-001"]).scored == {}
    assert Bank(asked, unproved=["FIR-001"])[:1].scored == {}


def test_a_question_on_an_unproved_fact_is_for_practice(tmp_path: Path) -> None:
    text = CHAPTER.replace("FIR-001", "FIR-002").replace("第44条", "第5条")
    (tmp_path / "fire.yaml").write_text(f"{text}    reviewed: 2026-11-22\n", encoding="utf-8")
    bank = load_questions(tmp_path, FACTS)
    assert [(one.fact, bool(one.reviewed)) for one in bank.by_topic["fire"]] == [("FIR-002", True)]
    assert bank.scored == {}


def test_several_right_options_have_no_first() -> None:
    options = ("报警", "看看", "等等")
    one, other = (
        a_question(type="multiple", options=options, answer=answer)
        for answer in (["报警", "等等"], ["等等", "报警"])
    )
    assert one == other


def test_an_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CHAPTER, encoding="utf-8")
    assert any("“fire-1”重复了，a.yaml 第4行 已经用过" in fault for fault in faults(tmp_path, CHAPTER))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"stem": "长" * 61}, "stem 有61个字，最多60个字"),
        ({"options": ("立即报警", "回" * 23)}, "options 有23个字，最多22个字"),
        ({"options": ("立即报警", "等")}, None),
        ({"options": ("立即报警，谁发现谁就报", "等"), "answer": "立即报警，谁发现谁就报"}, "一眼就能看出来"),
        ({"stem": "着火时立即报警对不对？"}, "题干里已经写出了答案"),
        ({"why": "以上都对。"}, "用了“以上都”"),
        ({"reviewed": None}, "还没有人复核"),
    ],
)
def test_what_a_reader_would_stumble_over_is_told(changed: dict[str, object], expected: str | None) -> None:
    found = question_faults([a_question(**changed)])
    assert not found if expected is None else any(expected in fault for fault in found)


def test_two_questions_that_ask_the_same_are_told() -> None:
    found = question_faults([a_question(), a_question(id="b", stem="发现着火了怎么办？")])
    assert found == ["题目 a 和 b 问的差不多，请留一道"]


def test_right_options_in_one_place_are_told() -> None:
    stems = [f"{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 5 * n)}{chr(0x6E00 + 3 * n)}" for n in range(20)]
    bank = [
        a_question(id=f"q{n}", stem=stem, answer=stem[::-1], options=(stem[::-1], stem[1:] + "甲"))
        for n, stem in enumerate(stems)
    ]
    assert [fault for fault in question_faults(bank) if "答案是“A”的占100%" in fault]


def test_the_command_counts_what_is_well() -> None:
    result = CliRunner().invoke(check_content_command)
    assert result.exit_code == 0
    assert result.output.startswith("内容没有问题：活动")


def test_the_command_fails_on_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.check.check_content", lambda **_: ["题目 a：还没有人复核"])
    result = CliRunner().invoke(check_content_command)
    assert result.exit_code == 1
    assert "题目 a：还没有人复核" in result.output
