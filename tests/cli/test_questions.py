"""The bank on the command line: told, exported, imported, and a workbook to fill in."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from cli.main import commands
from cli.questions import questions_group
from content.bank import KIND_NAMES
from content.loader import load_chapters, load_questions
from tests.content.folders import some_chapters

KEYS = ["id", "type", "topic", "stem", "options", "answer", "why", "source", "fact", "reviewed"]


def run(*arguments: str, bank: Path | None = None) -> Result:
    return CliRunner().invoke(questions_group, list(arguments), obj=bank)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return some_chapters(tmp_path / "bank")


def test_json_tells_each_question_on_a_line_of_its_own() -> None:
    told = [json.loads(line) for line in run("--json").output.splitlines()]
    bank = load_questions()
    assert [list(one) for one in told] == [KEYS] * len(bank)
    assert [one["id"] for one in told] == [question.id for question in bank]
    for one, question in zip(told, bank, strict=True):
        several = question.type in ("multiple", "order")
        assert one["answer"] == (list(question.answer) if several else question.answer[0])
        assert one["options"] == list(question.options)
        assert one["reviewed"] == (question.reviewed and question.reviewed.isoformat())
        assert (one["type"], one["fact"], one["source"]) == (question.type, question.fact, question.source)


def test_json_can_be_narrowed_by_topic_and_type() -> None:
    told = [
        json.loads(line)
        for line in run("--json", "--topic", "消防", "--type", "multiple").output.splitlines()
    ]
    assert {(one["topic"], one["type"]) for one in told} == {("fire", "multiple")}
    assert len(told) == sum(one.type == "multiple" for one in load_questions().by_topic["fire"])


def test_the_table_counts_by_topic_type_and_level() -> None:
    head, *rows = [line.split("\t") for line in run().output.splitlines()]
    assert head == ["类别", "名称", *KIND_NAMES.values(), "难度1", "难度2", "难度3", "计分", "共"]
    chapters = load_chapters()
    assert [row[:2] for row in rows] == [*([one.topic, one.title] for one in chapters), ["", "合计"]]
    fire = next(one for one in chapters if one.topic == "fire").questions
    (row,) = (row for row in rows if row[0] == "fire")
    kinds = [sum(one.type == kind for one in fire) for kind in KIND_NAMES]
    levels = [sum(one.level == level for one in fire) for level in (1, 2, 3)]
    assert list(map(int, row[2:])) == [*kinds, *levels, len(load_questions().scored["fire"]), len(fire)]
    assert list(map(int, rows[-1][2:])) == [sum(int(row[n]) for row in rows[:-1]) for n in range(2, 11)]


def test_a_topic_that_there_is_not_is_told_with_those_that_there_are() -> None:
    result = run("--topic", "space")
    assert result.exit_code == 1
    assert "没有“space”这个类别，有的是：agriculture（农业）" in result.output


def test_an_option_before_a_subcommand_is_no_silent_nothing(tmp_path: Path) -> None:
    result = run("--topic", "fire", "export", str(tmp_path / "a.tsv"))
    assert result.exit_code == 2
    assert "请写在子命令后面" in result.output


@pytest.mark.parametrize("name", ["a.xlsx", "a.gift", "a.gift.txt", "a.tsv"])
def test_what_is_exported_can_be_imported_and_is_the_same(tmp_path: Path, bank: Path, name: str) -> None:
    file = tmp_path / name
    before = load_chapters(bank)
    count = sum(len(chapter.questions) for chapter in before)
    assert f"导出好了：{file}，{count}道题。" in run("export", str(file), bank=bank).output
    result = run("import", str(file), bank=bank)
    assert result.output == f"导入好了：新的0道，改了0道，和原来一样的{count}道。\n"
    assert load_chapters(bank) == before


def test_the_export_to_aiken_says_what_is_left_out(tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "a.txt"), "--topic", "fire")
    fire = load_questions().by_topic["fire"]
    left = [one.id for one in fire if one.type in ("multiple", "order")]
    assert f"{len(fire) - len(left)}道题。有{len(left)}道没有导出。" in result.output
    assert all(f"没有导出 {name}：Aiken 放不下" in result.output for name in left)
    assert "Aiken 放不下编号、类别、解释、出处" in result.output


def test_a_file_that_is_there_is_not_written_over_unless_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text("mine", encoding="utf-8")
    assert "已经有了，没有覆盖" in run("export", str(file)).output
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("export", str(file), "--force").exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("id\t")


@pytest.mark.parametrize("arguments", [["export", "a.docx"], ["template", "a.xls"]])
def test_a_name_with_another_end_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / arguments[1]
    result = run(arguments[0], str(file))
    assert result.exit_code == 1
    assert not file.exists()


def test_staff_fill_in_the_empty_workbook_and_it_is_imported(tmp_path: Path, bank: Path) -> None:
    file = tmp_path / "空白.xlsx"
    assert "填法见第一张表“说明”" in run("template", str(file), bank=bank).output
    book = openpyxl.load_workbook(file)
    rows = {
        "类别": {"A": "our-port", "B": "港区安全"},
        "题目": {"B": "港区安全", "C": "判断题", "G": "吊装作业时，可以在吊物下面走过。", "M": "错", "N": "吊物会掉。", "O": "本港安全手册"},
    }  # fmt: skip
    for sheet, cells in rows.items():
        row = 3 if sheet == "题目" else 3 + len(load_chapters(bank))
        for column, value in cells.items():
            book[sheet][f"{column}{row}"].value = value
    book.save(file)
    result = run("import", str(file), bank=bank)
    assert result.output.startswith("导入好了：新的1道，改了0道，和原来一样的0道。新的类别：港区安全。")
    assert "重新启动" in result.output
    (question,) = load_questions(bank).by_topic["our-port"]
    assert (question.id, question.answer) == ("our-port-001", ("错",))
    assert "our-port\t港区安全（自己的）\t0\t0\t1\t0\t1\t0\t0\t0\t1" in run(bank=bank).output


def test_a_gift_file_of_moodle_is_imported_with_what_the_command_says(tmp_path: Path, bank: Path) -> None:
    file = tmp_path / "moodle.gift"
    file.write_text("港口夜里要锁门吗？{~不用#夜里没人 =要 ~随便}\n", encoding="utf-8")
    more = ("--topic", "our-port", "--title", "港区安全", "--source", "本港安全手册")
    result = run("import", str(file), *more, bank=bank)
    assert "第1行：各个选项的点评没有收进来" in result.output
    assert "新的1道" in result.output


def test_faults_are_listed_and_nothing_is_imported(tmp_path: Path, bank: Path) -> None:
    file = tmp_path / "x.gift"
    file.write_text("A{#1}\n\nB{}\n\nC{T}\n", encoding="utf-8")
    before = {one.name: one.read_bytes() for one in bank.iterdir()}
    result = run("import", str(file), "--topic", "fire", bank=bank)
    assert result.exit_code == 1
    assert "x.gift 第1行：这是数字题，没有选项，收不进题库\nx.gift 第3行：这是问答题" in result.output
    assert "共5处要改，没有导入。" in result.output
    assert {one.name: one.read_bytes() for one in bank.iterdir()} == before


def test_a_title_without_a_topic_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.gift"
    file.write_text("A{T}", encoding="utf-8")
    assert "--title 要和 --topic 一起用" in run("import", str(file), "--title", "港区").output


def test_the_command_stands_in_the_table_of_contents() -> None:
    assert CliRunner().invoke(commands, ["questions", "--type", "order"]).exit_code == 0
