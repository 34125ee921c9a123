"""Questions chosen by what they rest on and by when they were reviewed: for whoever reads them again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.questions import questions_group
from content.citations import citations
from content.loader import load_questions
from tests.content.folders import SOME, some_chapters

BANK = load_questions()


def run(*arguments: str, bank: Path | None = None) -> Result:
    return CliRunner().invoke(questions_group, list(arguments), obj=bank)


def ids(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    head, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert head == ["编号", "类别", "计分", "复核日期", "出处", "题干"]
    return [row[0] for row in rows]


def rest_on(title: str, article: str = "") -> list[str]:
    return [
        question.id
        for question in BANK
        if any(
            one.name == title and (not article or article in one.articles)
            for one in citations(question.source)
        )
    ]


def test_the_questions_on_a_law_are_told_and_those_on_no_other() -> None:
    told = ids(run("--source", "《消防法》"))
    assert told == rest_on("消防法")
    assert len(told) > 30
    assert all(BANK.by_id[name].source.startswith("《消防法》") for name in told)


@pytest.mark.parametrize(
    "source",
    [
        "《消防法》第28条",
        "《中华人民共和国消防法》第28条",
        "消防法第二十八条",
        "《消防法》（2021年修正）第28条",
    ],
)
def test_an_article_is_found_however_it_is_written(source: str) -> None:
    assert ids(run("--source", source)) == rest_on("消防法", "28")
    assert ids(run("--law", source)) == rest_on("消防法", "28")


@pytest.mark.parametrize("source", ["GB 12158", "GB12158-2024", "《防止静电事故通用要求》", "gb 12158"])
def test_a_standard_is_found_by_its_number_or_its_title(source: str) -> None:
    assert ids(run("--source", source)) == rest_on("GB 12158") != []


def test_an_article_is_not_another_that_begins_alike() -> None:
    told = ids(run("--source", "《刑法》第134条"))
    assert told == rest_on("刑法", "134")
    assert {"134之1"} in [set(one.articles) for q in BANK for one in citations(q.source)]
    assert not [name for name in told if "之一" in BANK.by_id[name].source]


def test_what_else_rests_on_the_law_is_told_beside() -> None:
    result = run("--source", "《消防法》第28条")
    assert f"共{len(rest_on('消防法', '28'))}道题。" in result.stderr
    assert "依据3条：FIR-014、FIR-015、FIR-016" in result.stderr
    assert "fire-passage" in result.stderr
    assert "找隐患3条：classroom、stairwell、warehouse" in result.stderr


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("消防", "没有题目的出处引用《消防》，引用的有：《公共娱乐场所消防安全管理规定》"),
        ("《消防法》（2019年修正）", "没有题目的出处引用《消防法》（2019）"),
        ("《消防法》第999条", "没有题目的出处引用《消防法》第999条"),
        ("《没有的法》", "没有题目的出处引用《没有的法》。"),
        ("《消防法》《劳动法》", "看不出是哪部法律"),
    ],
)
def test_a_law_that_no_question_cites_is_told_with_those_like_it(source: str, expected: str) -> None:
    result = run("--source", source)
    assert result.exit_code == 1
    assert expected in result.output


def test_choices_join() -> None:
    told = ids(run("--source", "《消防法》", "--topic", "home", "--type", "judge"))
    assert told == [
        name
        for name in rest_on("消防法")
        if (one := BANK.by_id[name]).topic == "home" and one.type == "judge"
    ]
    lines = run("--json", "--source", "《消防法》第28条").output.splitlines()
    assert [json.loads(line)["id"] for line in lines] == rest_on("消防法", "28")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    folder = some_chapters(tmp_path / "bank")
    text = (folder / "fire.yaml").read_text(encoding="utf-8")
    last = BANK.by_topic["fire"][-1]
    head, tail = text.split(f"id: {last.id}\n")
    tail = tail.replace(f"reviewed: {last.reviewed}", "reviewed: 2026-11-02")
    (folder / "fire.yaml").write_text(f"{head}id: {last.id}\n{tail}", encoding="utf-8")
    return folder


def test_what_was_reviewed_before_a_day_is_told(bank: Path) -> None:
    last = BANK.by_topic["fire"][-1].id
    assert ids(run("--reviewed-before", "2026-11-02", bank=bank)) == []
    assert ids(run("--reviewed-before", "2026-11-03", bank=bank)) == [last]
    assert "日期请写成 2026-11-22 这样" in run("--reviewed-before", "gestern", bank=bank).output


def test_what_nobody_reviewed_is_before_any_day(bank: Path) -> None:
    text = (bank / "fire.yaml").read_text(encoding="utf-8")
    (bank / "fire.yaml").write_text(text.replace("    reviewed: 2026-11-02\n", ""), encoding="utf-8")
    result = run("--reviewed-before", "2020-01-01", bank=bank)
    assert ids(result) == [BANK.by_topic["fire"][-1].id]
    assert "\t否\t没有\t" in result.stdout


def test_the_questions_on_a_changed_law_go_out_and_come_back_without_their_reviews(
    tmp_path: Path, bank: Path
) -> None:
    file, concerned = tmp_path / "again.tsv", rest_on("消防法", "28")
    exported = run("export", str(file), "--source", "《消防法》第28条", bank=bank)
    assert f"{len(concerned)}道题。" in exported.output
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    assert head.endswith("\treviewed")
    emptied = [row.rpartition("\t")[0] + "\t" for row in rows]
    file.write_text("\n".join([head, *emptied]), encoding="utf-8")
    result = run("import", str(file), bank=bank)
    assert (
        f"有{len(concerned)}道要再复核，复核以前只用来练习，不计分：{'、'.join(concerned)}。" in result.output
    )
    scored = {one.id for some in load_questions(bank).scored.values() for one in some}
    assert scored == {one.id for topic in SOME for one in BANK.scored[topic]} - set(concerned)
    assert ids(run("--reviewed-before", "2020-01-01", bank=bank)) == concerned


def test_an_export_of_nothing_is_told(tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "a.tsv"), "--reviewed-before", "2020-01-01")
    assert "没有这样的题，没有导出" in result.output
    assert not (tmp_path / "a.tsv").exists()


def counted(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.output
    _, *rows, total = [line.split("\t") for line in result.stdout.splitlines()]
    assert int(total[-1]) == sum(int(row[-1]) for row in rows)
    return {row[0]: int(row[-1]) for row in rows}


def test_the_questions_of_a_sector_are_counted_whatever_their_chapter() -> None:
    told = counted(run("--sector", "non_coal_mine"))
    expected = [question.topic for question in BANK if question.sector == "non_coal_mine"]
    assert told == {topic: expected.count(topic) for topic in told}
    assert set(told) == {"mine", "electrical", "hazchem"}
    assert counted(run("--sector", "非煤矿山")) == told


def test_the_questions_for_everybody_are_those_of_no_sector() -> None:
    told = counted(run("--sector", "none"))
    assert sum(told.values()) == sum(question.sector is None for question in BANK)
    assert "fire" not in told


def test_a_sector_that_there_is_not_is_told_with_those_that_there_are() -> None:
    result = run("--sector", "space")
    assert result.exit_code == 1
    assert "没有“space”这个行业，有的是：hazchem（危险化学品）" in result.output
    assert "没有“other”这个行业" in run("--sector", "other").output


def test_a_sector_goes_out_into_the_workbook_and_comes_back(tmp_path: Path, bank: Path) -> None:
    file = tmp_path / "hazchem.xlsx"
    assert run("export", str(file), "--sector", "hazchem", bank=bank).exit_code == 0
    result = run("import", str(file), bank=bank)
    count = sum(question.sector == "hazchem" for question in BANK)
    assert result.output == f"导入好了：新的0道，改了0道，和原来一样的{count}道。\n"


def test_an_unknown_sector_is_not_taken_in(tmp_path: Path, bank: Path) -> None:
    file = tmp_path / "x.tsv"
    file.write_text("stem\toptions\tanswer\tsector\n港口夜里锁门吗？\t锁|不锁\t锁\tspace\n", encoding="utf-8")
    more = ("--topic", "our-port", "--title", "港区安全", "--source", "本港手册")
    result = run("import", str(file), *more, bank=bank)
    assert result.exit_code == 1
    assert "题目 our-port-001：没有“space”这个行业" in result.output
