"""A review is worth what it was made of: whoever changes a question by a file takes its review away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from content.bank import Question
from content.check import faults_by_question
from content.errors import ContentError
from content.facts import Fact
from content.formats.files import read, write
from content.formats.taking_in import Taken, Wish, take_in
from content.laws import Laws
from content.loader import load_chapters, load_questions
from tests.content.generated import SECTORS
from tests.content.test_questions import CHAPTER
from tests.content.test_questions import FACTS as TWO

FACTS = TWO | {"FIR-003": Fact("FIR-003", "fire", "发现火灾应当立即报警。", "《消防法》第5条", "verified")}
LOST = (
    "题目 fire-1：内容改了，复核日期没有写新的。这一题先只用来练习，不计分；请另一个人对照出处再读一遍，"
    "写上比 2026-11-01 晚的复核日期"
)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "fire.yaml").write_text(f"{CHAPTER}    reviewed: 2026-11-01\n", encoding="utf-8")
    return folder


def take(bank: Path, *changes: tuple[str, str], name: str = "x.tsv") -> Taken:
    """The bank written to a file, changed there, and read again."""
    content, _ = write(name, load_chapters(bank, FACTS), SECTORS)
    text = content.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return take_in(bank, read(name, text.encode(), SECTORS), Wish(), FACTS)


def only(bank: Path) -> Question:
    (question,) = load_questions(bank, FACTS)
    return question


def counts(bank: Path) -> bool:
    return bool(load_questions(bank, FACTS).scored)


@pytest.mark.parametrize(
    "changes",
    [
        [("发现着火怎么办？", "着火后打哪个电话？")],
        [("立即报警|回家等待", "立即报警|回家看看")],
        [("\t立即报警\t早", "\t回家等待\t早")],
        [("早报警，早救援。", "早一分钟报警，早一分钟到。")],
        [("FIR-001", "FIR-003"), ("第44条", "第5条")],
        [("\tsingle\t", "\torder\t"), ("立即报警|回家等待\t立即报警", "甲|乙|丙\t乙|甲|丙")],
    ],
)
def test_who_changes_a_question_takes_its_review_away(bank: Path, changes: list[tuple[str, str]]) -> None:
    assert counts(bank)
    taken = take(bank, *changes)
    assert (taken.changed, taken.unreviewed, taken.notes) == (("fire-1",), ("fire-1",), (LOST,))
    assert only(bank).reviewed is None
    assert not counts(bank)


@pytest.mark.parametrize("name", ["x.gift", "x.tsv"])
def test_it_holds_for_every_format(bank: Path, name: str) -> None:
    assert take(bank, ("早报警，早救援。", "早一分钟到。"), name=name).unreviewed == ("fire-1",)
    assert not counts(bank)


def test_what_lost_its_review_still_loads_and_the_check_tells_it(bank: Path) -> None:
    take(bank, ("早报警，早救援。", "早一分钟到。"))
    told = [fault for _, fault in faults_by_question(load_chapters(bank, FACTS), Laws(()))]
    assert "题目 fire-1：还没有人复核，请核对依据后写上 reviewed" in told
    assert take(bank, ("早一分钟到。", "早报警。")).notes == ()


@pytest.mark.parametrize("day", ["2026-11-01", "2026-10-31", ""])
def test_a_review_that_is_no_newer_is_none(bank: Path, day: str) -> None:
    taken = take(bank, ("早报警，早救援。", "早一分钟到。"), ("2026-11-01", day))
    assert (taken.unreviewed, taken.notes) == (("fire-1",), (LOST,))


def test_the_same_file_a_second_time_brings_no_review_back(bank: Path) -> None:
    content, _ = write("x.tsv", load_chapters(bank, FACTS), SECTORS)
    changed = content.decode().replace("早报警，早救援。", "早一分钟到。").encode()
    notes = [take_in(bank, read("x.tsv", changed, SECTORS), Wish(), FACTS).notes for _ in range(3)]
    assert only(bank).reviewed is None
    assert not counts(bank)
    again = "题目 fire-1：内容改过以后，2026-11-01 的复核已经不算了。这一题先只用来练习，不计分；请另一个人对照出处再读一遍，写上更晚的复核日期"
    assert notes == [(LOST,), (again,), (again,)]
    newer = changed.decode().replace("2026-11-01", "2026-11-02").encode()
    assert take_in(bank, read("x.tsv", newer, SECTORS), Wish(), FACTS).notes == ()
    assert counts(bank)


@pytest.mark.parametrize("first", ["早报警，早救援。", "早一分钟到。"])
def test_a_review_that_was_taken_back_does_not_return_with_other_words(bank: Path, first: str) -> None:
    take(bank, ("早报警，早救援。", first), ("2026-11-01", ""))
    content, _ = write("x.gift", load_chapters(bank, FACTS), SECTORS)
    assert "lapsed" not in content.decode()
    take(bank, (first, "早到。"), ("《消防法》第44条\tFIR-001\t", "《消防法》第44条\tFIR-001\t2026-11-01"))
    assert not counts(bank)


def test_a_newer_review_counts(bank: Path) -> None:
    taken = take(bank, ("早报警，早救援。", "早一分钟到。"), ("2026-11-01", "2026-11-02"))
    assert (taken.changed, taken.unreviewed, taken.notes) == (("fire-1",), (), ())
    assert only(bank).reviewed == date(2026, 11, 2)
    assert counts(bank)


@pytest.mark.parametrize(
    "changes",
    [
        [("\t1\t发现", "\t2\t发现")],
        [("立即报警|回家等待", "回家等待|立即报警")],
        [("\tpublic\t", "\tworker\t")],
    ],
)
def test_what_no_reviewer_compares_leaves_the_review(bank: Path, changes: list[tuple[str, str]]) -> None:
    taken = take(bank, *changes)
    assert (taken.changed, taken.notes) == (("fire-1",), ())
    assert only(bank).reviewed == date(2026, 11, 1)


def test_a_review_can_be_taken_back(bank: Path) -> None:
    taken = take(bank, ("2026-11-01", ""))
    assert taken.notes == ("题目 fire-1：原来的复核日期 2026-11-01 没有写，这一题先只用来练习，不计分",)
    assert not counts(bank)


def test_a_new_question_of_the_product_still_needs_a_review(bank: Path) -> None:
    with pytest.raises(ContentError) as caught:
        take(bank, ("fire-1", "fire-2"), ("发现着火怎么办？", "楼里冒烟该做啥？"), ("2026-11-01", ""))
    assert "x.tsv 第2行：题目 fire-2：还没有人复核，请核对依据后写上复核日期" in caught.value.faults


def test_nobody_has_reviewed_anything_tomorrow(bank: Path) -> None:
    later = datetime.now(UTC).date() + timedelta(days=2)
    with pytest.raises(ContentError) as caught:
        take(bank, ("早报警，早救援。", "早一分钟到。"), ("2026-11-01", str(later)))
    fault = f"题目 fire-1：复核日期 {later} 还没有到，请写真正复核的那一天"
    assert caught.value.faults == [f"x.tsv 第2行：{fault}"]
    assert counts(bank)
    file = bank / "fire.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("2026-11-01", str(later)), encoding="utf-8")
    assert fault in [one for _, one in faults_by_question(load_chapters(bank, FACTS), Laws(()))]
