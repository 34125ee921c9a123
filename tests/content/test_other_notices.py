"""What the other four notices ask for that Ningxia's doesn't: the models must hold it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from content.loader import load_campaign
from content.models import Campaign
from content.occurrences import occurrences
from tests.content.folders import CAMPAIGN, NOTICE, sample

SHENZHEN = """obligations:
  - id: month-summary
    title: 报送“安全生产月”活动总结
    name: 月总结、视频、照片
    due: {kind: fixed, on: 2020-07-05}
    items:
      - {id: video, name: 视频, formats: [mp4], min_width: 1920, min_height: 1080}
      - {id: photo, name: 照片, formats: [jpg], min_width: 1920, min_height: 1080}
    quote: 7月5日前和12月28日前分别报送
"""
BINHAI = """obligations:
  - id: good-practice
    title: 提供活动期间好的做法
    name: 好的做法、特色项目
    due: {kind: undated}
    items:
      - {id: material, name: 视频、图片、文字}
    quote: 及时提供活动期间好的做法、特色项目
"""


def load_with(root: Path, *, campaign: str = "", notice: str = "", **files: str) -> Campaign:
    texts = {"campaign": CAMPAIGN + campaign, "notice": NOTICE + notice, **files}
    return load_campaign(sample(root, **texts))


def test_shenzhen_states_the_form_of_pictures_and_holds_no_annex(tmp_path: Path) -> None:
    loaded = load_with(
        tmp_path,
        campaign="missing: [附件：联络员信息表]\n",
        notice="7月5日前和12月28日前分别报送",
        obligations=SHENZHEN,
    )
    assert loaded.obligations[0].items[0].formats == ("mp4",)
    assert loaded.liaison_form.ours
    assert loaded.missing == ("附件：联络员信息表",)


def test_xuming_asks_for_nothing_and_borrows_the_national_slogans(tmp_path: Path) -> None:
    national = "slogans: {title: 全国标语, own: false, items: [安全生产 人人有责]}\n"
    loaded = load_with(tmp_path, obligations="obligations: []\n", slogans=national)
    assert loaded.obligations == ()
    assert not loaded.slogans.own


def test_gusu_lacks_a_date_and_a_programme_and_asks_every_thursday(tmp_path: Path) -> None:
    loaded = load_with(tmp_path)
    assert loaded.begins == date(2020, 6, 1)
    assert loaded.ends == date(2020, 6, 30)
    assert [time.due.day for time in occurrences(loaded.obligations[0])] == [4, 11, 18, 25]


def test_binhai_asks_for_material_without_a_day_and_names_a_fax(tmp_path: Path) -> None:
    loaded = load_with(
        tmp_path,
        campaign="contacts: [{phone: 65305645, fax: 65305658}]\n",
        notice="及时提供活动期间好的做法、特色项目。联系电话：65305645,65305658（传真）",
        obligations=BINHAI,
    )
    assert loaded.contacts[0].fax == "65305658"
    assert occurrences(loaded.obligations[0]) == ()
