"""A workbook is taken in whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from content.errors import ContentError
from content.loader import CAMPAIGNS, available_campaigns, load, load_campaign, proposals
from content.proposals import create, lines, read_proposal
from content.workbook.export import to_workbook
from content.workbook.taking_in import take_in
from tests.content.workbooks import (
    FIRST,
    campaigns_in,
    cell,
    changed,
    held,
    page,
    set_cell,
    set_cells,
    workbook_of,
)


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_export_import_gives_the_same_campaign_and_notice(campaign_id: str, tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, campaign_id)
    taken = take_in(folder, workbook_of(campaign_id))
    assert taken.changed == ()
    assert not taken.is_new
    assert held(folder / campaign_id) == held(CAMPAIGNS / campaign_id)
    assert load_campaign(folder / campaign_id) == load(campaign_id)
    assert [one.name for one in folder.iterdir()] == [campaign_id]


def test_a_change_is_taken_in_and_named(tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, "gusu-2020")
    changes = ("活动", FIRST, "名称", "宣讲"), ("基本情况", "活动名称", "内容", "姑苏")
    content = set_cells(workbook_of("gusu-2020"), *changes)
    assert take_in(folder, content).changed == ("基本情况", "活动")
    assert load("gusu-2020", folder).activities[0].title == "宣讲"


def test_nothing_is_touched_while_a_fault_remains(tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, "gusu-2020")
    before = files(folder)
    changes = ("活动", FIRST, "名称", "宣讲"), ("电话", FIRST, "号码", None)
    content = set_cells(workbook_of("gusu-2020"), *changes)
    with pytest.raises(ContentError, match="“电话”表 第3行 A列“号码”"):
        take_in(folder, content)
    assert files(folder) == before


def test_a_workbook_can_become_another_campaign(tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, "gusu-2020")
    taken = take_in(folder, workbook_of("gusu-2020"), "gusu-trial")
    assert taken.is_new
    assert available_campaigns(folder) == ("gusu-2020", "gusu-trial")
    assert load("gusu-trial", folder).obligations == load("gusu-2020", folder).obligations


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, "gusu-2020")
    (folder / "gusu-2020" / "logo.txt").write_text("x")
    take_in(folder, workbook_of("gusu-2020"))
    assert (folder / "gusu-2020" / "logo.txt").exists()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "通知"])
def test_no_workbook_writes_outside_the_folder(name: str, tmp_path: Path) -> None:
    folder = campaigns_in(tmp_path, "xuming-2020")
    with pytest.raises(ContentError, match="“编号”：写的是"):
        take_in(folder, set_cell(workbook_of("xuming-2020"), "基本情况", "编号", "内容", name))
    assert [one.name for one in tmp_path.iterdir()] == ["campaigns"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder with a campaign and a proposal for a later year, and the proposal's workbook."""
    folder = campaigns_in(tmp_path_factory.mktemp("prepared"), "ningxia-2020")
    campaign, made = create(folder, load("ningxia-2020", folder), "ningxia-2027", 2027)
    notice = held(folder / "ningxia-2027")[1]
    return folder, to_workbook(campaign, notice, lines(campaign, made, folder))


@pytest.fixture
def proposal(prepared: tuple[Path, bytes], tmp_path: Path) -> tuple[Path, bytes]:
    """The same in a folder of the test's own."""
    shutil.copytree(prepared[0], tmp_path / "campaigns")
    return tmp_path / "campaigns", prepared[1]


def test_a_proposals_workbook_keeps_it_a_proposal_and_its_ticks(proposal: tuple[Path, bytes]) -> None:
    folder, content = proposal
    taken = take_in(folder, set_cell(content, "待确认", "theme", "已确认", "是"))
    assert taken.proposal
    assert proposals(folder) == ("ningxia-2027",)
    assert read_proposal(folder / "ningxia-2027").confirmed == ("theme",)


def test_a_new_notice_pasted_into_a_proposal_states_its_dates_again(proposal: tuple[Path, bytes]) -> None:
    folder, content = proposal

    def paste(book: object) -> None:
        on = page(book, "通知原文")  # type: ignore[arg-type]
        for row in range(FIRST, on.max_row + 1):
            text = str(on.cell(row, 2).value or "")
            text = text.replace("2020年", "2027年").replace("第19个", "第26个").replace("第 19 个", "第26个")
            on.cell(row, 2).value = text

    campaign = take_in(folder, changed(content, paste)).campaign
    assert campaign.notice.file == "notice.txt"
    assert campaign.month.quote.startswith("2027年“安全生产月”")
    assert not campaign.month.assumed
    assert [one.due.assumed for one in campaign.obligations if one.due.kind == "fixed"] == [
        False,
        True,
        False,
        False,
    ]
    assert campaign.slogans.own


def test_an_old_proposals_workbook_never_replaces_an_active_campaign(proposal: tuple[Path, bytes]) -> None:
    folder, content = proposal
    (folder / "ningxia-2027" / "proposal.yaml").unlink()
    with pytest.raises(ContentError, match="已经生效"):
        take_in(folder, content)
    with pytest.raises(ContentError, match="没有草案“other”"):
        take_in(folder, content, "other")


def test_the_guide_of_a_proposal_says_how_to_confirm_it(proposal: tuple[Path, bytes]) -> None:
    _, content = proposal

    def look(book: object) -> None:
        text = "".join(str(row[1].value) for row in page(book, "说明").iter_rows())  # type: ignore[arg-type]
        assert "campaign confirm" in text
        assert cell(book, "待确认", "month", "上一届").value == "2020年6月1日（周一）到2020年6月30日（周二）"  # type: ignore[arg-type]

    changed(content, look)
