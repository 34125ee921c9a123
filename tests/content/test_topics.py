"""Each chapter of the bank by itself: of a known sector where it is of a trade, scored enough or not at all."""

from __future__ import annotations

import pytest

from content.bank import Chapter
from content.check import check_content, faults_by_question
from content.facts import load_facts
from content.laws import Laws
from content.loader import load_chapters, load_questions
from content.topics import FOR_ALL, LEAST_SCORED, topic_faults, unknown_sectors
from rules.sectors import SECTORS
from tests.content.test_balance import a_chapter

KEYS = frozenset(one.key for one in SECTORS)
UNPROVED = [fact.id for fact in load_facts().values() if not fact.usable]
CHAPTERS = {chapter.topic: chapter for chapter in load_chapters()}


def of_sectors(chapter: Chapter, *sectors: str | None) -> Chapter:
    """A chapter whose questions are of these sectors, one after another."""
    some = tuple(
        question.model_copy(update={"sector": sectors[number % len(sectors)]})
        for number, question in enumerate(chapter.questions)
    )
    return chapter.model_copy(update={"questions": some})


def test_the_bundled_bank_has_its_sectors_and_enough_that_counts() -> None:
    assert list(topic_faults(load_chapters(), UNPROVED)) == []
    assert list(unknown_sectors(load_chapters(), KEYS)) == []
    assert set(CHAPTERS) >= FOR_ALL


@pytest.mark.parametrize(
    ("topic", "sectors"),
    [
        ("hazchem", {"hazchem", "non_coal_mine"}),
        ("construction", {"urban_construction"}),
        ("gas", {"urban_construction"}),
        ("fire", {"fire"}),
        ("special-equipment", {"special_equipment"}),
        ("warehouse-logistics", {"warehouse_logistics"}),
        ("hazardous-waste", {"hazardous_waste"}),
        ("fishery-and-shipping", {"traffic_fishery"}),
        ("pipelines", {"pipeline", "urban_construction"}),
        ("traffic", {"road_transport", "traffic_fishery", None}),
        ("mine", {"non_coal_mine", None}),  # of coal mines there is no sector
        ("law", {None}),
        ("home", {None}),
    ],
)
def test_each_chapter_has_the_sectors_of_its_matter(topic: str, sectors: set[str | None]) -> None:
    assert {question.sector for question in CHAPTERS[topic].questions} == sectors


def test_a_question_on_coal_mines_is_of_no_sector() -> None:
    for question in CHAPTERS["mine"].questions:
        assert (question.sector is None) == question.source.startswith("《煤矿"), question.id


def test_a_sector_that_is_not_known_is_told() -> None:
    one, other = of_sectors(a_chapter("a", 2), "hazchem", "space"), a_chapter("b", 1)
    other = of_sectors(other.model_copy(update={"sector": "moon"}), "moon")
    assert list(unknown_sectors([one, other], KEYS)) == [
        ("a-1", "题目 a-1：没有“space”这个行业"),
        ("b-0", "“B”：没有“moon”这个行业"),
    ]
    told = [fault for _, fault in faults_by_question([one], Laws(()), KEYS)]
    assert "题目 a-1：没有“space”这个行业" in told
    assert not [fault for _, fault in faults_by_question([one], Laws(())) if "行业" in fault]


@pytest.mark.parametrize(
    ("chapter", "expected"),
    [
        (of_sectors(a_chapter("space", 20), None), ["“SPACE”没有写行业，请写上 sector"]),
        (of_sectors(a_chapter("space", 20), None, "fire"), []),
        (a_chapter("law", 20), []),
        (a_chapter("law", LEAST_SCORED), []),
        (a_chapter("law", LEAST_SCORED - 1), ["“LAW”只有14道计分的题，要么至少15道，要么一道也没有"]),
        (a_chapter("space", 3, own=True), []),
    ],
)
def test_what_is_missing_in_a_chapter_is_told(chapter: Chapter, expected: list[str]) -> None:
    assert list(topic_faults([chapter], UNPROVED)) == expected


def test_a_chapter_on_unproved_facts_is_scored_not_at_all() -> None:
    chapter = a_chapter("law", 3)
    assert list(topic_faults([chapter], [str(question.fact) for question in chapter.questions])) == []
    scored = load_questions().scored
    assert {topic for topic in CHAPTERS if topic not in scored} == {"first-aid", "self-rescue", "signs"}
    assert all(len(some) >= LEAST_SCORED for some in scored.values())


def test_the_check_of_the_content_asks_for_known_sectors() -> None:
    assert check_content(sectors=KEYS) == []
    assert "“消防”：没有“fire”这个行业" in check_content(sectors=KEYS - {"fire"})
