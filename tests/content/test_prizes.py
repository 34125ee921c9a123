"""Draws stand in a campaign only as the organiser sets them, and go through the workbook whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from content.errors import ContentError
from content.loader import available_campaigns, load, load_campaign
from content.proposals import propose
from content.telling import points
from content.workbook.export import to_workbook
from content.workbook.importing import read_workbook
from content.workbook.taking_in import take_in
from tests.content.folders import sample
from tests.content.workbooks import FIRST, held, set_cell
from tests.drawing import DRAW

EXAM = DRAW | {
    "id": "exam",
    "needs": {"exam": 80, "days": 3, "rounds": 6},
    "quote": "7月1日前报送总结报告和统计表",
    "prizes": [{"title": "=1+1", "count": 3}],
}


def with_draws(root: Path, *draws: dict[str, Any]) -> Path:
    """The sample campaign with these draws; JSON is YAML too."""
    return sample(root, prizes=json.dumps({"prizes": draws}, ensure_ascii=False))


def faults(root: Path, **changed: Any) -> str:
    with pytest.raises(ContentError) as problem:
        load_campaign(with_draws(root, DRAW | changed))
    return str(problem.value)


def test_no_notice_of_2020_states_a_draw() -> None:
    assert [name for name in available_campaigns() if name.endswith("-2020") and load(name).prizes] == []


def test_a_draw_is_read_from_its_file(tmp_path: Path) -> None:
    (draw,) = load_campaign(with_draws(tmp_path, DRAW)).prizes
    assert draw.places == ("灭火器", "急救包", "急救包")
    assert f"{draw.source.due('Asia/Shanghai'):%Y-%m-%d %H:%M}" == "2020-07-02 13:15"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"needs": {}}, "至少写一项"),
        ({"needs": {"shares": 3}}, "没有叫“shares”的项"),
        ({"source": DRAW["source"] | {"known_on": "2020-06-30"}}, "截止日 2020-06-30 之后"),
        ({"source": DRAW["source"] | {"ref": "61"}}, "7位数字"),
        ({"source": DRAW["source"] | {"kind": "drand", "ref": "第一轮"}}, "drand 的轮次是一个整数"),
        ({"source": DRAW["source"] | {"kind": "drand", "ref": "9" * 12}}, "drand 的轮次是一个整数"),
        ({"source": DRAW["source"] | {"kind": "drand", "ref": "9" * 5000}}, "drand 的轮次是一个整数"),
        ({"source": DRAW["source"] | {"kind": "dice"}}, "kind：写的是“dice”，只能是 drand"),
        ({"prizes": []}, "至少要有1项"),
        ({"prizes": [{"title": "急救包", "count": 1}] * 2}, "奖品的名称重复"),
        ({"quote": "闯关得奖"}, "通知原文里没有“闯关得奖”"),
    ],
)
def test_a_fault_is_told_in_plain_words(changed: dict[str, Any], told: str, tmp_path: Path) -> None:
    assert told in faults(tmp_path, **changed)


def test_a_drand_round_has_a_time_of_its_own(tmp_path: Path) -> None:
    source = {"kind": "drand", "ref": "1", "known_on": "2020-07-02", "known_at": "21:15"}
    assert "drand 第1轮在 2023-08-23 23:09 公布，写的是 2020-07-02 21:15" in faults(tmp_path, source=source)


def test_two_draws_can_not_share_an_id(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="“levels”重复了"):
        load_campaign(with_draws(tmp_path, DRAW, DRAW))


def test_draws_go_through_the_workbook_whole(tmp_path: Path) -> None:
    campaign, notice = held(with_draws(tmp_path, DRAW, EXAM))
    content = to_workbook(campaign, notice)
    assert read_workbook(content).campaign == campaign
    taken = take_in(tmp_path, set_cell(content, "抽奖", FIRST, "考试满几分", 90))
    assert taken.changed == ("抽奖",)
    assert [draw.needs.exam for draw in load_campaign(tmp_path / "sample").prizes] == [90, 80]
    assert (tmp_path / "sample" / "prizes.yaml").exists()


def test_a_fault_in_the_sheet_names_its_cell(tmp_path: Path) -> None:
    content = to_workbook(*held(with_draws(tmp_path, DRAW)))
    with pytest.raises(ContentError, match=r"“抽奖”表 第3行 .列“轮次或期号”.*7位数字"):
        read_workbook(set_cell(content, "抽奖", FIRST, "轮次或期号", "61"))
    with pytest.raises(ContentError, match="“抽奖的奖品”表 第3行 A列“抽奖编号”：“抽奖”表里没有编号“other”"):
        read_workbook(set_cell(content, "抽奖的奖品", FIRST, "抽奖编号", "other"))


def test_next_years_proposal_holds_no_draw(tmp_path: Path) -> None:
    campaign, _ = held(with_draws(tmp_path, DRAW))
    assert propose(campaign, "sample-2027", 2027)[0].prizes == ()


def test_the_campaign_tells_its_draws_in_full(tmp_path: Path) -> None:
    told = [one for one in points(load_campaign(with_draws(tmp_path, DRAW))) if one.section == "抽奖"]
    assert [(one.id, one.text) for one in told] == [
        ("draw:levels", "2020年6月1日（周一）到2020年6月30日（周二）")
    ]
    assert "公开数值：双色球第2020061期，2020年7月2日（周四） 21:15" in told[0].detail
    assert "条件：闯关至少2" in told[0].detail
