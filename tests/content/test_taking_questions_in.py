"""A file of questions into the bank: all of it or nothing, and nothing else is touched."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from content.bank import Chapter
from content.check import faults_by_question
from content.errors import ContentError
from content.formats.bank_files import chapter_text
from content.formats.files import read, write
from content.formats.taking_in import UNEXPLAINED, Taken, Wish, take_in
from content.laws import Laws
from content.loader import QUESTIONS, load_chapters, load_questions
from tests.content.folders import SOME
from tests.content.generated import SECTORS
from tests.content.test_questions import CHAPTER, FACTS

PORT = Wish("our-port", "港区安全", "本港安全手册")
GIFT = """Where is the first aid box?{~In the boat =In the office ~At the gate}

::port-gate::港区大门夜里要锁。{T####夜里没人看守。}
"""


def make(folder: Path) -> Path:
    bank = folder / "questions"
    bank.mkdir()
    (bank / "fire.yaml").write_text(f"# 头上的备注\n{reviewed(CHAPTER)}", encoding="utf-8")
    return bank


def reviewed(chapter: str) -> str:
    return f"{chapter.rstrip()}\n    reviewed: 2026-11-22\n"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return make(tmp_path)


def take(bank: Path, text: str, wish: Wish = PORT, name: str = "x.gift") -> Taken:
    return take_in(bank, read(name, text.encode(), SECTORS), wish, FACTS)


def refused(bank: Path, text: str, wish: Wish = PORT, name: str = "x.gift") -> list[str]:
    """The faults; and nothing has changed."""
    before = contents(bank)
    with pytest.raises(ContentError) as caught:
        take(bank, text, wish, name)
    assert contents(bank) == before
    assert [one.name for one in bank.parent.iterdir()] == [bank.name]
    return caught.value.faults


def contents(bank: Path) -> Mapping[str, bytes]:
    return {file.name: file.read_bytes() for file in bank.iterdir()}


def test_questions_from_elsewhere_go_into_a_chapter_of_the_organisers_own(bank: Path) -> None:
    taken = take(bank, GIFT)
    assert (taken.new, taken.changed, taken.same) == (("our-port-001", "port-gate"), (), 0)
    assert taken.chapters == ("港区安全",)
    fire, port = load_chapters(bank, FACTS)
    assert (port.topic, port.title, port.own, fire.own) == ("our-port", "港区安全", True, False)
    first, second = port.questions
    assert (first.source, first.why, first.fact) == ("本港安全手册", UNEXPLAINED, None)
    assert (second.type, second.why) == ("judge", "夜里没人看守。")
    assert load_questions(bank, FACTS).scored == {"fire": fire.questions}


def test_what_is_not_concerned_stays_as_it_was_to_the_byte(bank: Path) -> None:
    before = contents(bank)["fire.yaml"]
    take(bank, GIFT)
    assert contents(bank)["fire.yaml"] == before
    assert sorted(contents(bank)) == ["fire.yaml", "our-port.yaml"]


def test_the_same_file_twice_changes_nothing_where_ids_are_stated(bank: Path) -> None:
    stated = GIFT.replace("Where", "::port-box::Where")
    take(bank, stated)
    before = contents(bank)
    taken = take(bank, stated, Wish("our-port", source="本港安全手册"))
    assert (taken.new, taken.changed, taken.same, taken.chapters) == ((), (), 2, ())
    assert contents(bank) == before


def test_the_same_file_twice_is_told_where_it_would_ask_twice(bank: Path) -> None:
    take(bank, GIFT)
    found = refused(bank, GIFT)
    assert found == ["x.gift 第1行：题目 our-port-001 和 our-port-002 问的差不多，请留一道"]


def test_a_question_with_a_known_id_takes_the_place_of_the_old_one(bank: Path) -> None:
    content, _ = write("x.tsv", load_chapters(bank, FACTS), SECTORS)
    changed = content.decode().replace("早报警，早救援。", "早一分钟报警，早一分钟到。")
    taken = take(bank, changed, Wish(), "x.tsv")
    assert (taken.new, taken.changed, taken.same) == ((), ("fire-1",), 0)
    (question,) = load_questions(bank, FACTS)
    assert question.why == "早一分钟报警，早一分钟到。"


def test_a_chapter_may_be_named_by_its_title(bank: Path) -> None:
    take(bank, GIFT)
    taken = take(bank, "吊装的时候可以站在吊物下面。{F}", Wish("港区安全", source="本港安全手册"))
    assert taken.new == ("our-port-002",)


_BARE = [  # what a question lacks that says nothing but stem and answer
    "x.gift 第1行 依据编号：没有写依据的编号；只有本单位自己的题可以不写",
    "x.gift 第1行 出处：缺少这一项，请补上",
    "x.gift 第1行 解释：缺少这一项，请补上",
]


@pytest.mark.parametrize(
    ("text", "wish", "expected"),
    [
        ("Q{T}", Wish("fire"), _BARE),
        ("Q{T}", Wish(), ["x.gift 第1行 类别：没有写类别，请先加上这个类别，或用 --topic 写明放进哪一类"]),
        ("Q{T}", Wish("our-port"), ["--topic：“our-port”是新的类别，请加上名称，比如 --title 港区安全"]),
        ("Q{T}", Wish("港区"), ["--topic：“港区”只能用小写字母、数字和短横线，比如 our-port"]),
        ("Q{T}", Wish("fire", "灭火"), ["--title：“消防”是题库自带的类别，名称不能改，请去掉 --title", *_BARE]),
        ("Q{T}", Wish("our-port", "港区"), ["x.gift 第1行 出处：缺少这一项，请补上"]),
        ("$CATEGORY: tom\n\nQ{T}", Wish(), ["x.gift 第3行 类别：没有“tom”这个类别，请先加上这个类别，或用 --topic 写明放进哪一类"]),
        ("::fire-1::Q{T}", PORT, ["x.gift 第1行 编号：“fire-1”在“消防”里已经用了，请换一个"]),
        ("::a::Q{T}\n\n::a::R{F}", PORT, ["x.gift 第3行 编号：“a”重复了，第1行已经用过，请换一个"]),
        ("// {\"fact\": \"FIR-002\"}\nQ{T}", PORT, ["x.gift 第2行 出处：写的是“本港安全手册”，依据表里是“《消防法》第5条”"]),
        ("// {\"fact\": \"FIR-099\"}\nQ{T}", PORT, ["x.gift 第2行 依据编号：依据表里没有“FIR-099”这一条"]),
        ("// {\"level\": 7}\nQ{T}", PORT, ["x.gift 第2行 难度：写的是“7”，不能大于3"]),
        (f"{'长' * 61}{{T}}", PORT, [f"x.gift 第1行：题目 our-port-001：题干有61个字，最多60个字：{'长' * 61}"]),
        ("可以站在吊物下面。{T####以上都对。}", PORT, ["x.gift 第1行：题目 our-port-001：用了“以上都”，请换个说法"]),
        ("// comment", PORT, ["x.gift：里面没有题目"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_nothing_is_taken_in(
    bank: Path, text: str, wish: Wish, expected: list[str]
) -> None:
    assert refused(bank, text, wish) == expected


def test_what_the_command_says_goes_before_what_the_file_says(bank: Path) -> None:
    assert take(bank, "$CATEGORY: fire\n\nQ{T}").new == ("our-port-001",)


def test_a_bundled_chapter_cannot_be_made_the_organisers_own(bank: Path) -> None:
    content, _ = write("x.tsv", load_chapters(bank, FACTS), SECTORS)
    flipped = content.decode().replace("\tfalse\t", "\ttrue\t")
    assert refused(bank, flipped, Wish(), "x.tsv") == [
        "x.tsv 第2行 本单位自己的题：“消防”是题库自带的类别，这里不能改"
    ]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("《中华人民共和国消防法》（2008年修订）第5条", "《消防法》引的是2008年的，现在是2021年的"),
        ("《危险化学品安全管理条例》第5条", "《危险化学品安全管理条例》请改引《危险化学品安全法》（2026-05-01起施行）"),
        ("GB 12158-2006第8条", "GB 12158引的是2006年的，现在是2024年的"),
        ("GB 2894-2008", "GB 2894引的是2008年的，现在是2025年的"),
    ],
)  # fmt: skip
def test_a_replaced_law_is_told(bank: Path, source: str, fault: str) -> None:
    text = f'// {{"source": "{source}"}}\n动火要看护。{{T}}'
    assert refused(bank, text) == [f"x.gift 第2行：题目 our-port-001：{fault}"]


@pytest.mark.parametrize(
    ("source", "notes"),
    [
        ("《本港动火手册》第5条", ()),
        ("《宁夏回族自治区某条例》第5条",
         ("题目 our-port-001：不认识《宁夏回族自治区某条例》，请自己看看它现在还有没有效",)),
    ],
)  # fmt: skip
def test_an_organiser_may_cite_what_we_do_not_know(bank: Path, source: str, notes: tuple[str, ...]) -> None:
    taken = take(bank, "动火要看护。{T}", Wish("our-port", "港区安全", source))
    assert (taken.new, taken.notes) == (("our-port-001",), notes)


def test_faults_that_were_there_before_do_not_stand_in_the_way(bank: Path) -> None:
    (bank / "fire.yaml").write_text(CHAPTER, encoding="utf-8")  # nobody has reviewed it
    assert list(faults_by_question(load_chapters(bank, FACTS), Laws(())))
    assert take(bank, GIFT).new


def test_a_bank_that_cannot_be_read_is_not_touched(bank: Path) -> None:
    (bank / "gas.yaml").write_text("topic: gas\n", encoding="utf-8")
    assert refused(bank, GIFT)[0].startswith("questions/gas.yaml")


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(
    bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, rename = contents(bank), Path.rename

    def broken(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".making-") and self.name == bank.name:
            raise OSError
        return rename(self, target)

    monkeypatch.setattr("content.writing._exchanged", lambda *_: False)  # as where no exchange is known
    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OSError):
        take(bank, GIFT)
    assert contents(bank) == before


def ours(*topics: str) -> tuple[Chapter, ...]:
    """Some of our chapters, or all of them."""
    return tuple(one for one in load_chapters() if one.topic in topics or not topics)


@pytest.mark.parametrize(  # that the whole bank comes out of every file as it went in, is told in test_formats.py
    ("name", "topics"), [("x.gift", ()), ("x.xlsx", SOME), ("x.tsv", SOME)]
)
def test_the_bundled_bank_comes_back_from_a_file_into_an_empty_one(
    tmp_path: Path, name: str, topics: tuple[str, ...]
) -> None:
    empty = make(tmp_path)
    (empty / "fire.yaml").unlink()
    chapters = ours(*topics)
    content, _ = write(name, chapters, SECTORS)
    taken = take_in(empty, read(name, content, SECTORS), Wish())
    questions = [question for chapter in chapters for question in chapter.questions]
    assert len(taken.new) == len(questions)
    assert load_chapters(empty) == tuple(held(one, name) for one in chapters)
    assert list(load_questions(empty)) == questions


def test_a_chapter_is_written_as_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "questions"
    shutil.copytree(QUESTIONS, folder)
    for chapter in load_chapters():
        (folder / f"{chapter.topic}.yaml").write_text(chapter_text(chapter), encoding="utf-8")
    assert load_chapters(folder) == load_chapters()


def held(chapter: Chapter, name: str) -> Chapter:
    """What a file holds of a chapter: a TSV says the sector of each question, and none of a chapter."""
    return chapter.model_copy(update={"sector": None}) if name.endswith("tsv") else chapter


def tabs(heads: str, *rows: str) -> str:
    return "\n".join(row.replace(" ", "\t") for row in (heads, *rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (tabs("stem options answer", "Q a|b a b"), ["x.tsv 第2行：有4格，第1行只有3格；文字里的制表符请写成 \\t"]),
        (tabs("stem options anwser", "Q a|b a"),
         ["x.tsv 第1行：不认识“anwser”这一列，请删掉", "x.tsv 第1行：缺少“answer”这一列"]),
        (tabs("stem stem options answer", "Q Q a|b a"), ["x.tsv 第1行：“stem”这一列有2个，请留一个"]),
        (tabs("stem options answer", "Q\\x a|b a"), ["x.tsv 第2行 stem：反斜线 \\ 后面只能是"]),
        (tabs("stem options answer", "Q a|b c", "R a|a a", "S a a"),
         ["x.tsv 第2行：答案不在选项里", "x.tsv 第3行：选项有重复", "x.tsv 第4行 选项：至少要有2项"]),
        (tabs("type stem options answer", "essay Q a|b a"), ["x.tsv 第2行 题型：写的是“essay”，只能是 single、multiple、judge、order 之一"]),
        ("", ["x.tsv 第1行：不认识“”这一列"]),
    ],
)  # fmt: skip
def test_a_table_of_text_that_is_wrong_is_told_by_its_line(
    bank: Path, text: str, expected: list[str]
) -> None:
    found = refused(bank, text, PORT, "x.tsv")
    assert all(any(fault.startswith(one) for fault in found) for one in expected), found


def test_columns_of_a_table_may_stand_in_any_order_and_be_missing(bank: Path) -> None:
    taken = take(bank, tabs("answer stem options", "看看 吊装时人站哪里？ 看看|等等|远处"), PORT, "x.tsv")
    assert taken.new == ("our-port-001",)


def spoilt(content: bytes) -> list[bytes]:
    """A file cut off, with bytes changed, and with something foreign in it."""
    middle = len(content) // 2
    return [content[:middle], content[:middle] + b"\xff\xfe" + content[middle:], b"\x00" + content]


@pytest.mark.parametrize("name", ["x.xlsx", "x.gift", "x.tsv", "x.txt"])
def test_a_file_that_was_tampered_with_changes_nothing_or_is_read_whole(bank: Path, name: str) -> None:
    content, _ = write(name, ours(*SOME), SECTORS)
    before = contents(bank)
    for wrong in spoilt(content):
        with pytest.raises(ContentError) as caught:
            take_in(bank, read(name, wrong, SECTORS), PORT, FACTS)
        assert caught.value.faults
        assert contents(bank) == before
