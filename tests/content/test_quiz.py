"""What a campaign sets of its quiz is proved, told, goes through the workbook and into the next year's proposal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.campaign import contest_faults, word_faults
from content.errors import ContentError
from content.loader import available_campaigns, load, load_campaign
from content.proposals import propose
from content.quiz import Quiz
from content.telling import points
from content.workbook.export import to_workbook
from content.workbook.importing import read_workbook
from content.workbook.taking_in import take_in
from tests.content.folders import sample
from tests.content.workbooks import FIRST, held, set_cell
from tests.drawing import DRAW

CONTEST = {
    "id": "hazchem",
    "title": "危化品竞赛",
    "words": ["危化品知识竞赛"],
    "topics": ["hazchem", "pipelines"],
    "count": 8,
    "period": {"start": "2020-06-08", "end": "2020-06-20", "quote": "6月1日至30日"},
    "quote": "开展2020年“安全生产月”活动",
}
ELSEWHERE = {"id": "national", "title": "全国竞赛", "elsewhere": "全国的。", "quote": "生命至上"}
BOARDS = {"start": "2020-06-01", "end": "2020-06-30", "quote": "6月1日至30日"}
QUIZ = {
    "contests": [CONTEST, ELSEWHERE],
    "rounds_a_day": 3,
    "levels_from": "2020-06-01",
    "levels_daily": True,
    "boards": BOARDS,
}


def with_quiz(root: Path, quiz: dict[str, Any], **more: Any) -> Path:
    """The sample campaign with this section in a file of its own; JSON is YAML too."""
    files = {"quiz": {"quiz": quiz}, **more}
    return sample(root, **{name: json.dumps(data, ensure_ascii=False) for name, data in files.items()})


def test_nothing_is_set_where_nothing_is_written(tmp_path: Path) -> None:
    assert load_campaign(sample(tmp_path)).quiz == Quiz()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"contests": [CONTEST, CONTEST]}, "“hazchem”重复了"),
        (
            {"contests": [CONTEST, ELSEWHERE | {"words": ["危化品竞赛"]}]},
            "“危化品竞赛”已经是“危化品竞赛”的叫法",
        ),
        ({"contests": [CONTEST | {"quote": "本局举办竞赛"}]}, "通知原文里没有“本局举办竞赛”"),
        ({"contests": [CONTEST | {"topics": []}]}, "要在 elsewhere 写明"),
        ({"contests": [CONTEST | {"count": 3}]}, "contests.1.count：写的是“3”，不能小于5"),
        ({"levels_daily": True}, "要写 levels_from"),
        ({"rounds_a_day": 0}, "rounds_a_day"),
        ({"levels_form": "2020-06-01"}, "没有叫“levels_form”的项，是不是要写“levels_from”"),
    ],
)
def test_a_fault_is_told_in_plain_words(changed: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(ContentError) as problem:
        load_campaign(with_quiz(tmp_path, changed))
    assert told in str(problem.value)


def test_a_draw_is_within_the_days_of_the_boards(tmp_path: Path) -> None:
    later = {"boards": BOARDS | {"start": "2020-06-05"}}
    with pytest.raises(ContentError, match="抽奖的日期要在排行榜的日期里：2020-06-05 到 2020-06-30"):
        load_campaign(with_quiz(tmp_path, later, prizes={"prizes": [DRAW]}))


def test_a_name_that_means_something_else_and_a_topic_that_is_not_there_are_faults(tmp_path: Path) -> None:
    quiz = {"contests": [CONTEST | {"words": ["练习"], "topics": ["hazchem", "chemistry"]}]}
    campaign = load_campaign(with_quiz(tmp_path, quiz))
    assert word_faults(campaign) == ["sample：竞赛的叫法“练习”已经有别的意思，请换一个"]
    assert contest_faults(campaign) == ["sample：竞赛“危化品竞赛”的题目类别“chemistry”，题库里没有能计分的题"]


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_the_contests_of_all_campaigns_can_be_played(campaign_id: str) -> None:
    assert contest_faults(load(campaign_id)) == []


def test_the_section_goes_through_the_workbook_whole(tmp_path: Path) -> None:
    campaign, notice = held(with_quiz(tmp_path, QUIZ))
    content = to_workbook(campaign, notice)
    assert read_workbook(content).campaign == campaign
    content = set_cell(content, "竞赛", FIRST, "一轮几题", 12)
    take_in(tmp_path, set_cell(content, "基本情况", "每天最多开始几轮", "内容", 5))
    quiz = load_campaign(tmp_path / "sample").quiz
    assert (quiz.contests[0].count, quiz.rounds_a_day) == (12, 5)


def test_a_fault_in_the_sheet_names_its_cell(tmp_path: Path) -> None:
    content = to_workbook(*held(with_quiz(tmp_path, QUIZ)))
    with pytest.raises(ContentError, match=r"“竞赛”表 第3行 .列“到哪天”：缺少"):
        read_workbook(set_cell(content, "竞赛", FIRST, "到哪天", None))
    with pytest.raises(ContentError, match=r"“竞赛”表 第4行.*“题目类别”空着，就要写明别处由谁办"):
        read_workbook(set_cell(content, "竞赛", FIRST + 1, "别处由谁办", None))


def test_a_blank_takes_the_numbers_of_a_contest_that_is_played_here() -> None:
    content = to_workbook(*held(Path(__file__).parents[2] / "content" / "campaigns" / "gusu-2020"))
    blank = next(
        one
        for group in load("gusu-2020").tables[0].groups
        for row in group.rows
        for one in row.blanks
        if one.contest
    )
    assert (blank.id, blank.suggest, blank.contest) == ("hazchem-contest-people", "quiz_people", "hazchem")
    at = next(n for n, one in enumerate(_blanks(), start=FIRST) if one == blank.id)
    with pytest.raises(ContentError, match="没有在这里答的竞赛“national”"):
        read_workbook(set_cell(content, "统计表的填空", at, "只算哪个竞赛", "national"))
    with pytest.raises(ContentError, match="还要选“可以参考的数”"):
        read_workbook(set_cell(content, "统计表的填空", at, "可以参考的数", None))


def _blanks() -> list[str]:
    groups = load("gusu-2020").tables[0].groups
    return [blank.id for group in groups for row in group.rows for blank in row.blanks]


def test_next_years_proposal_keeps_it_with_days_that_are_assumed(tmp_path: Path) -> None:
    campaign, _ = held(with_quiz(tmp_path, QUIZ))
    quiz = propose(campaign, "sample-2027", 2027)[0].quiz
    assert quiz.levels_from == date(2027, 6, 1) and quiz.rounds_a_day == 3
    assert quiz.boards is not None and (quiz.boards.start, quiz.boards.assumed) == (date(2027, 6, 1), True)
    first, second = quiz.contests
    assert first.period is not None and (first.period.end, first.period.assumed) == (date(2027, 6, 20), True)
    assert (first.topics, second.elsewhere) == (("hazchem", "pipelines"), "全国的。")


def test_the_campaign_tells_it_as_points_to_confirm(tmp_path: Path) -> None:
    told = {one.id: one.text for one in points(load_campaign(with_quiz(tmp_path, QUIZ)))}
    assert told["contest:hazchem"].startswith("在这里答，一轮8题，2020年6月8日（周一）到")
    assert told["contest:national"] == "不在这里办"
    assert told["rounds_a_day"].startswith("3轮")
    assert told["levels_from"] == "2020年6月1日（周一），以后每天开一关"
    assert "2020年6月30日（周二）" in told["boards"]
