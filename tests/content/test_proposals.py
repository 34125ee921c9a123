"""A later year's proposal: what moves, what is open again, and when it becomes active."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.check import check_content
from content.errors import ContentError
from content.loader import available_campaigns, load, proposals
from content.models import Campaign
from content.notices import read_notice
from content.proposals import create, lines, propose, read_proposal, ready
from tests.content.notices import due_days
from tests.content.workbooks import campaigns_in, held


def proposed(campaign_id: str, year: int) -> Campaign:
    return propose(load(campaign_id), f"later-{year}", year)[0]


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, ["2021-06-03", "2021-06-10", "2021-06-17", "2021-06-24"]),
        (2026, ["2026-06-04", "2026-06-11", "2026-06-18", "2026-06-25"]),
        (2027, ["2027-06-03", "2027-06-10", "2027-06-17", "2027-06-24"]),
    ],
)
def test_every_thursday_of_june_stays_a_thursday(year: int, days: list[str]) -> None:
    weekly = [(day, assumed) for name, day, assumed in due_days(proposed("gusu-2020", year)) if "周" in name]
    assert weekly == [(day, True) for day in days]


def test_fixed_days_keep_month_and_day_and_months_their_last_day() -> None:
    assert [day for _, day, _ in due_days(proposed("ningxia-2020", 2027))] == [
        "2027-05-31",
        "2027-06-30",
        "2027-07-10",
        "2027-07-31",
        "2027-08-31",
        "2027-09-30",
        "2027-10-31",
        "2027-11-30",
        "2027-11-30",
    ]


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_no_date_is_stated_before_the_new_notice_is_there(campaign_id: str) -> None:
    later = proposed(campaign_id, 2027)
    assert all(assumed for _, _, assumed in due_days(later))
    assert later.month.assumed
    assert all(one.assumed for one in later.activities if one.on)
    assert later.notice.issued is None
    assert later.notice.number is None


@pytest.mark.parametrize(("year", "edition"), [(2021, 20), (2027, 26)])
def test_what_counts_the_years_counts_on(year: int, edition: int) -> None:
    later = proposed("ningxia-2020", year)
    assert later.notice.edition == edition
    assert later.name == f"宁夏 {year}"
    assert f"《{year}年全区" in later.notice.title
    assert later.slogans.items[27] == f"深入开展第{edition}个全国“安全生产月”和“安全生产万里行”活动"


def test_quotes_stay_the_words_of_the_earlier_notice() -> None:
    source, later = load("ningxia-2020"), proposed("ningxia-2020", 2027)
    assert [one.quote for one in later.obligations] == [one.quote for one in source.obligations]
    assert later.month.quote == source.month.quote


def test_the_reminders_may_begin_before_the_month_as_they_did() -> None:
    assert proposed("ningxia-2020", 2027).begins.isoformat() == "2027-05-20"


@pytest.mark.parametrize("year", [2020, 2019, 3000])
def test_the_year_must_be_a_later_one(year: int) -> None:
    with pytest.raises(ContentError, match="年份要在 2021"):
        propose(load("ningxia-2020"), "x", year)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = campaigns_in(tmp_path, "ningxia-2020")
    create(folder, load("ningxia-2020", folder), "ningxia-2027", 2027)
    return folder


def test_a_proposal_is_not_a_campaign_yet(folder: Path) -> None:
    assert available_campaigns(folder) == ("ningxia-2020",)
    assert proposals(folder) == ("ningxia-2027",)
    with pytest.raises(ContentError, match="还是活动草案"):
        load("ningxia-2027", folder)
    assert check_content(folder) == []


def test_every_point_is_listed_with_what_it_was(folder: Path) -> None:
    campaign = held(folder / "ningxia-2027")[0]
    found = {line.id: line for line in lines(campaign, read_proposal(folder / "ningxia-2027"), folder)}
    assert {
        "theme",
        "month",
        "programme",
        "slogans",
        "contact:1",
        "hotline:12350",
        "issued",
        "edition",
    } <= set(found)
    assert {f"obligation:{one.id}" for one in campaign.obligations} <= set(found)
    assert {f"activity:{one.id}" for one in campaign.activities} <= set(found)
    assert (found["edition"].before, found["edition"].now) == ("第19个", "第26个")
    assert "至少2份" in found["obligation:highlights"].now
    assert "三年行动" in found["programme"].note
    assert not any(line.confirmed for line in found.values())


def test_what_is_there_is_never_replaced(folder: Path) -> None:
    with pytest.raises(ContentError, match="已经有了"):
        create(folder, load("ningxia-2020", folder), "ningxia-2020", 2027)


def test_it_asks_for_the_notice(folder: Path) -> None:
    with pytest.raises(ContentError, match="--without-notice"):
        ready(folder / "ningxia-2027", None)


def test_without_a_notice_it_says_on_whose_words_it_rests(folder: Path) -> None:
    campaign, _ = ready(folder / "ningxia-2027", None, without_notice=True)
    assert campaign.notice.title.startswith("本届通知尚未下发，参照：关于印发《2020年全区")
    assert all(assumed for _, _, assumed in due_days(campaign))


def later_notice(folder: Path) -> str:
    text = held(folder / "ningxia-2020")[1]
    return text.replace("2020年", "2027年").replace("第19个", "第26个").replace("第 19 个", "第26个")


def test_a_notice_with_the_same_words_states_the_same_dates(folder: Path) -> None:
    campaign, _ = ready(folder / "ningxia-2027", later_notice(folder))
    stated = [assumed for _, _, assumed in due_days(load("ningxia-2020", folder))]
    assert [assumed for _, _, assumed in due_days(campaign)] == stated
    assert campaign.month.quote.startswith("2027年“安全生产月”活动将于6月1日")
    assert not next(one for one in campaign.activities if one.on).assumed
    assert campaign.programme
    assert campaign.programme.period.assumed
    assert campaign.slogans.own


def test_a_notice_with_another_day_is_refused_with_the_sentence_that_may_be_meant(folder: Path) -> None:
    notice = later_notice(folder).replace("7月10日前", "7月12日前")
    with pytest.raises(ContentError) as caught:
        ready(folder / "ningxia-2027", notice)
    (fault,) = caught.value.faults
    assert fault.startswith("ningxia-2027/obligations.yaml 第")
    assert "obligations.3.quote：通知原文里没有“7月10日前" in fault
    assert "最像的一句是“7月12日前，报送" in fault


def test_a_date_that_was_changed_by_hand_is_not_taken_for_stated(folder: Path) -> None:
    file = folder / "ningxia-2027" / "obligations.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("2027-07-10", "2027-07-12"), encoding="utf-8")
    campaign, _ = ready(folder / "ningxia-2027", later_notice(folder))
    assert ("月总结、统计表、影像", "2027-07-12", True) in due_days(campaign)


def test_a_notice_of_something_else_is_refused_altogether(folder: Path) -> None:
    with pytest.raises(ContentError) as caught:
        ready(folder / "ningxia-2027", "关于召开年会的通知")
    assert len(caught.value.faults) > 20


def test_an_active_campaign_is_not_a_proposal(folder: Path) -> None:
    with pytest.raises(ContentError, match="不是活动草案"):
        read_proposal(folder / "ningxia-2020")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_notice_is_read_as_offices_write_it(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes("第一行\r\n第二行\x0c\x07".encode(encoding))
    assert read_notice(file) == "第一行\n第二行\n"


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"%PDF-1.7", b"", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_plain_text_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "notice.docx"
    file.write_bytes(content)
    with pytest.raises(ContentError, match=r"notice\.docx"):
        read_notice(file)
