"""The organiser shows, proposes, confirms, exports and imports campaigns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.campaign import campaign_group
from content.loader import available_campaigns, load
from tests.content.workbooks import FIRST, campaigns_in, held, set_cell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return campaigns_in(tmp_path, "ningxia-2020", "gusu-2020")


def run(folder: Path, *arguments: str, say: str = "") -> Result:
    return CliRunner().invoke(campaign_group, list(arguments), obj=folder, input=say)


def propose(folder: Path) -> Result:
    return run(folder, "new", "ningxia-2027", "--from", "ningxia-2020", "--year", "2027")


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_show_tells_all_that_a_campaign_holds(campaign_id: str) -> None:
    shown = CliRunner().invoke(campaign_group, ["show", campaign_id]).output
    campaign = load(campaign_id)
    told = [campaign.theme.text, campaign.notice.title, campaign.liaison_form.title, campaign.organiser]
    told += [*campaign.slogans.items, *campaign.missing, *campaign.notice.issuers]
    told += [text for one in campaign.activities for text in (one.title, one.text, one.quote)]
    told += [text for one in campaign.obligations for text in (one.title, one.quote)]
    told += [line.number for line in campaign.hotlines] + [one.name for one in campaign.accounts]
    told += [field.label for field in campaign.liaison_form.fields]
    tables = [row for table in campaign.tables for group in table.groups for row in group.rows]
    told += [text for row in tables for text in (row.title, row.requirement, *(b.label for b in row.blanks))]
    assert [text for text in told if text not in shown] == []


def test_show_as_json_holds_every_field() -> None:
    told = json.loads(CliRunner().invoke(campaign_group, ["show", "gusu-2020", "--json"]).output)
    assert set(type(load("gusu-2020")).model_fields) <= set(told)
    assert (told["begins"], told["ends"], told["proposal"]) == ("2020-06-01", "2020-06-30", False)


def test_new_makes_a_proposal_and_lists_what_to_confirm(folder: Path) -> None:
    result = propose(folder)
    assert result.exit_code == 0
    assert "还没有生效" in result.output
    assert "第几个安全生产月：第26个\n    上一届：第19个" in result.output
    assert "2027年：该年放假安排未公布" in result.output
    assert "ningxia-2027\t草案" in run(folder, "list").output
    assert "草案，还没有生效" in run(folder, "show", "ningxia-2027").output


@pytest.mark.parametrize("campaign_id", ["../x", "Ningxia", "宁夏", ""])
def test_a_proposals_name_is_a_plain_one(folder: Path, campaign_id: str) -> None:
    result = run(folder, "new", campaign_id, "--from", "ningxia-2020", "--year", "2027")
    assert result.exit_code == 1
    assert "只能用小写字母" in result.output


def test_confirm_refuses_without_a_notice(folder: Path) -> None:
    propose(folder)
    result = run(folder, "confirm", "ningxia-2027")
    assert result.exit_code == 1
    assert "--without-notice" in result.output
    assert available_campaigns(folder) == ("gusu-2020", "ningxia-2020")


def test_confirm_asks_before_it_makes_active(folder: Path) -> None:
    propose(folder)
    refused = run(folder, "confirm", "ningxia-2027", "--without-notice", say="n\n")
    assert refused.exit_code == 1
    assert "都核对过了吗" in refused.output
    assert "ningxia-2027" not in available_campaigns(folder)
    assert run(folder, "confirm", "ningxia-2027", "--without-notice", say="y\n").exit_code == 0
    assert load("ningxia-2027", folder).month.assumed


def test_confirm_with_a_notice_that_says_otherwise_lists_the_faults(folder: Path, tmp_path: Path) -> None:
    propose(folder)
    before = held(folder / "ningxia-2027")
    notice = tmp_path / "notice.txt"
    notice.write_text("关于召开年会的通知", encoding="utf-8")
    result = run(folder, "confirm", "ningxia-2027", "--notice", str(notice), "--yes")
    assert result.exit_code == 1
    assert "ningxia-2027/campaign.yaml 第" in result.output
    assert "草案没有生效，也没有改动" in result.output
    assert held(folder / "ningxia-2027") == before


def test_confirm_with_the_notice_makes_active(folder: Path, tmp_path: Path) -> None:
    propose(folder)
    text = held(folder / "ningxia-2020")[1].replace("2020年", "2027年").replace("第19个", "第26个")
    notice = tmp_path / "notice.txt"
    notice.write_text(text.replace("第 19 个", "第26个"), encoding="gb18030")
    result = run(folder, "confirm", "ningxia-2027", "--notice", str(notice), "--yes")
    assert result.exit_code == 0, result.output
    campaign = load("ningxia-2027", folder)
    assert not campaign.month.assumed
    assert sorted(one.name for one in (folder / "ningxia-2027").glob("notice*")) == ["notice.txt"]


def test_the_workbook_goes_out_and_in(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "gusu.xlsx"
    assert run(folder, "export", "gusu-2020", str(file)).exit_code == 0
    assert "内容和原来一样" in run(folder, "import", str(file)).output
    file.write_bytes(set_cell(file.read_bytes(), "活动", FIRST, "名称", "宣讲"))
    assert "改了：活动。" in run(folder, "import", str(file)).output
    assert "这是新的一届活动" in run(folder, "import", str(file), "--as", "gusu-trial").output


def test_a_workbook_is_not_written_over_by_accident(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "gusu.xlsx"
    file.write_bytes(b"mine")
    assert "没有覆盖" in run(folder, "export", "gusu-2020", str(file)).output
    assert file.read_bytes() == b"mine"
    assert run(folder, "export", "gusu-2020", str(file), "--force").exit_code == 0


def test_faults_of_a_workbook_are_listed_and_nothing_is_imported(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "gusu.xlsx"
    run(folder, "export", "gusu-2020", str(file))
    content = set_cell(file.read_bytes(), "欢迎词", FIRST, "回复什么", "跳舞")
    file.write_bytes(set_cell(content, "电话", FIRST, "号码", None))
    result = run(folder, "import", str(file))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "“电话”表 第3行 A列“号码”：这里要填",
        "“欢迎词”表 第3行 B列“回复什么”：写的是“跳舞”，助手不认得，请写 答题、举报、登记、活动 这样的词",
        "Error: 共2处要改，没有导入。",
    ]


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_each_word_of_the_notice_is_shown_in_quotation_marks(campaign_id: str) -> None:
    shown = CliRunner().invoke(campaign_group, ["show", campaign_id]).output
    lines = [line.strip() for line in shown.splitlines() if line.strip().startswith("依据：")]
    assert lines
    assert [line for line in lines if not (line.startswith("依据：“") and line.endswith("”"))] == []
