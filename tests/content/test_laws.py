"""The laws that the content cites: which version is the present one, and that an older one is told."""

from __future__ import annotations

import pytest

from content.bank import Question
from content.check import faults_by_question
from content.citations import Citation, citations
from content.facts import Fact, load_facts
from content.laws import LAWS, Law, Laws, load_laws, table_faults
from content.loader import load_chapters
from tests.content.test_balance import a_chapter


def cited(source: str) -> list[tuple[str, int | None, list[str]]]:
    return [(one.name, one.year, sorted(one.articles)) for one in citations(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("《消防法》（2021年修正）第28条", [("消防法", 2021, ["28"])]),
        ("《中华人民共和国消防法》第二十八条、第一百零三条", [("消防法", None, ["103", "28"])]),
        ("《刑法》（现行文本）第134条之一", [("刑法", None, ["134之1"])]),
        ("《工贸企业有限空间作业安全规定》（应急管理部令第13号，2024-01-01施行）第4条",
         [("工贸企业有限空间作业安全规定", 2024, ["4"])]),
        ("《生态环境法典》（2026-08-15施行）第1242条；《消防法》（2021年修正）第2条",
         [("生态环境法典", 2026, ["1242"]), ("消防法", 2021, ["2"])]),
        ("GB 12158-2024《防止静电事故通用要求》（2026-01-01施行）第8.1.8条", [("GB 12158", 2024, ["8.1.8"])]),
        ("GB/T2900.13—2008", [("GB/T 2900.13", 2008, [])]),
        ("TSG D7004-2010和XF 1131-2014第6.8条", [("TSG D7004", 2010, []), ("XF 1131", 2014, ["6.8"])]),
        ("JGJ80", [("JGJ 80", None, [])]),
        ("本港安全手册第5条", []),
        ("四份官方“安全生产月”通知（2020年，宁夏、深圳）均载明", []),
    ],
)  # fmt: skip
def test_each_law_of_a_source_is_read(source: str, expected: list[tuple[str, int | None, list[str]]]) -> None:
    assert cited(source) == expected


def test_a_citation_is_written_as_one_writes_it() -> None:
    shown = [one.shown for one in citations("《中华人民共和国消防法》；GB12158-2006")]
    assert shown == ["《消防法》", "GB 12158"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("《消防法》（2021年修正）第44条", []),
        ("《渔业法》（2025年修订，2026-05-01施行）第2条", []),
        ("《渔业法》（2026-05-01施行）第2条", []),
        ("《刑法》（现行文本）第134条", []),
        ("GB 46768-2025《有限空间作业安全技术规范》（2026-05-01施行）第5.8.2条", []),
        ("《消防法》（2019年修正）第44条", ["《消防法》引的是2019年的，现在是2021年的"]),
        ("《中华人民共和国消防法》（2008年修订）第44条", ["《消防法》引的是2008年的，现在是2021年的"]),
        ("《消防法》（2030年修正）第44条", ["《消防法》引的是2030年的，laws.tsv 里是2021年的，请核对后改成一样"]),
        ("《消防法》第44条", ["《消防法》没有写年份，现在是2021年的"]),
        ("《刑法》第134条", ["《刑法》请写成《刑法》（现行文本）"]),
        ("《刑法》（2020年修正）第134条", ["《刑法》请写成《刑法》（现行文本）"]),
        ("《渔业法》（2013年修正）第2条；《消防法》（2021年修正）第2条", ["《渔业法》引的是2013年的，现在是2025年的"]),
        ("《固体废物污染环境防治法》（2020年修订）第1条", ["《固体废物污染环境防治法》已经废止，现在是《生态环境法典》"]),
        ("《森林防火条例》第1条", ["《森林防火条例》已经废止，现在是《森林草原防灭火条例》"]),
        ("《危险化学品安全管理条例》（2013年修订）第1条",
         ["《危险化学品安全管理条例》请改引《危险化学品安全法》（2026-05-01起施行）"]),
        ("GB 12158-2006《防止静电事故通用导则》第1条", ["GB 12158引的是2006年的，现在是2024年的"]),
        ("GB2894—2008", ["GB 2894引的是2008年的，现在是2025年的"]),
        ("GB 7231-2003", ["GB 7231已经废止，现在是GB 2894"]),
        ("XF 1131-2007第6.8条", ["XF 1131引的是2007年的，现在是2014年的"]),
        ("TSG 21-2009", ["TSG 21引的是2009年的，现在是2016年的"]),
        ("GB 12158", ["GB 12158没有写年份，现在是2024年的"]),
        ("《防止静电事故通用要求》（2006）", ["《防止静电事故通用要求》引的是2006年的，现在是2024年的"]),
        ("《没见过的法》（1990）第1条", ["《没见过的法》不在 laws.tsv 里，请先核对它现在还有没有效，再加进去"]),
        ("JGJ 80-1991", ["JGJ 80不在 laws.tsv 里，请先核对它现在还有没有效，再加进去"]),
    ],
)  # fmt: skip
def test_what_is_replaced_unknown_or_without_its_year_is_told(source: str, expected: list[str]) -> None:
    assert list(load_laws().faults(source)) == expected


def test_an_organiser_may_cite_the_unknown_but_nothing_that_was_replaced() -> None:
    laws = load_laws()
    assert list(laws.faults("《本港手册》；AQ 3013-2008；《某市安全生产条例》（2019）", own=True)) == []
    assert list(laws.unknown("《本港手册》；《某市安全生产条例》（2019）；《消防法》")) == [
        "《某市安全生产条例》"
    ]
    assert list(laws.faults("《消防法》（2008年修订）；《草原防火条例》；GB 2893-2008", own=True)) == [
        "《消防法》引的是2008年的，现在是2021年的",
        "《草原防火条例》已经废止，现在是《森林草原防灭火条例》",
        "GB 2893已经废止，现在是GB 2894",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《消防法》要求这样做。", []),
        ("《刑法》里有这一条。", []),
        ("《森林草原防灭火条例》施行，《森林防火条例》同时废止。", []),
        ("《森林防火条例》要求这样做。", ["《森林防火条例》已经废止，现在是《森林草原防灭火条例》"]),
        ("按《危险化学品安全管理条例》办。", ["《危险化学品安全管理条例》请改引《危险化学品安全法》（2026-05-01起施行）"]),
        ("按 GB 12158-2006 办。", ["GB 12158引的是2006年的，现在是2024年的"]),
        ("按《没见过的法》办。", ["《没见过的法》不在 laws.tsv 里，请先核对它现在还有没有效，再加进去"]),
    ],
)  # fmt: skip
def test_a_sentence_may_name_a_law_without_its_year(text: str, expected: list[str]) -> None:
    assert list(load_laws().faults_in_text(text)) == expected


def test_the_table_says_what_the_facts_say() -> None:
    laws, facts = load_laws(), load_facts()
    assert list(table_faults(laws, facts)) == []
    named = {one.name for fact in facts.values() for one in citations(fact.source)}
    assert set(laws.by_name) == named
    assert len(named) > 60


def a_fact(name: str, source: str) -> Fact:
    return Fact(name, "x", "……", source, "verified")


@pytest.mark.parametrize(
    ("law", "source", "expected"),
    [
        (Law("消防法", "", "2021", known_by="A-1"), "《消防法》（2021年修正）第1条", []),
        (Law("消防法", "", "2021", known_by="A-1"), "《消防法》（2019年修正）第1条",
         ["依据 A-1：《消防法》引的是2019年的，现在是2021年的"]),
        (Law("消防法", "", "2021", known_by="A-2"), "《消防法》（2021年修正）第1条",
         ["laws.tsv：《消防法》的 known_by 要先写一条引用它的依据，写的是“A-2”"]),
        (Law("劳动法", "", "2018", known_by="A-1"), "《消防法》（2021年修正）第1条",
         ["依据 A-1：《消防法》不在 laws.tsv 里，请先核对它现在还有没有效，再加进去",
          "laws.tsv：没有依据引用《劳动法》，请删掉这一行",
          "laws.tsv：《劳动法》的 known_by 要先写一条引用它的依据，写的是“A-1”"]),
    ],
)  # fmt: skip
def test_a_table_that_says_something_else_is_told(law: Law, source: str, expected: list[str]) -> None:
    assert list(table_faults(Laws([law]), {"A-1": a_fact("A-1", source)})) == expected


def test_what_ended_a_law_says_so() -> None:
    """A replaced law stands in the table because a fact tells of its end, or with where else it is known from."""
    facts = load_facts()
    for law in load_laws().by_name.values():
        proof = law.known_by.split("；")
        for name in law.replaces if law.replaces else ():
            told = [facts[one].text for one in proof if one in facts]
            assert any(f"《{name}》" in text and "废止" in text for text in told) or len(proof) > 1, name


def test_the_table_has_each_law_once_and_in_order() -> None:
    names = [line.split("\t")[0] for line in LAWS.read_text(encoding="utf-8").splitlines()[1:]]
    assert names == sorted(set(names))


def test_a_question_on_a_replaced_law_is_told_and_so_is_one_that_names_it() -> None:
    chapter, laws = a_chapter("t", 2), load_laws()
    one, other = chapter.questions
    changed: tuple[Question, ...] = (
        one.model_copy(update={"source": "《消防法》（2019年修正）第5条"}),
        other.model_copy(update={"why": "GB 2894-2008有规定。"}),
    )
    told = list(faults_by_question([chapter.model_copy(update={"questions": changed})], laws))
    assert (("t-0",), "题目 t-0：《消防法》引的是2019年的，现在是2021年的") in told
    assert (("t-1",), "题目 t-1：GB 2894引的是2008年的，现在是2025年的") in told
    assert not [fault for _, fault in faults_by_question([chapter], laws) if "现在是" in fault]


def test_no_question_of_the_bank_rests_on_a_replaced_law() -> None:
    laws = load_laws()
    bank = [question for chapter in load_chapters() for question in chapter.questions]
    assert [fault for question in bank for fault in laws.faults(question.source)] == []


def test_a_citation_holds_what_was_written() -> None:
    (one,) = citations("《刑法》（现行文本）第134条")
    assert one == Citation("刑法", None, "现行文本", frozenset({"134"}))
