"""Xumingsi: a town that asks for nothing to be filed and names a fire number that is not confirmed."""

from __future__ import annotations

from datetime import date

import pytest

from content.loader import load
from content.models import Campaign
from tests.content.notices import dated, hotline, notice_of


@pytest.fixture(scope="module")
def xuming() -> Campaign:
    return load("xuming-2020")


def test_the_notice(xuming: Campaign) -> None:
    assert xuming.notice.number is None
    assert xuming.notice.issued == date(2020, 6, 1)
    assert xuming.notice.issuers == ("丰都县许明寺镇人民政府",)


def test_the_month_is_followed_by_xumingsixing_whose_last_day_is_ours(xuming: Campaign) -> None:
    assert (xuming.month.start, xuming.month.end) == (date(2020, 6, 1), date(2020, 6, 30))
    assert xuming.programme
    assert xuming.programme.name == "安全生产许明寺行"
    assert xuming.ends == date(2020, 12, 31)
    assert xuming.programme.period.assumed


def test_nothing_has_to_be_filed(xuming: Campaign) -> None:
    assert xuming.obligations == ()
    assert xuming.tables == ()
    assert xuming.missing == ()
    assert "报送" not in notice_of(xuming)
    assert "附件" not in notice_of(xuming)


def test_a_form_stands_by_and_is_ours(xuming: Campaign) -> None:
    assert xuming.liaison_form.ours
    assert "联络员" not in notice_of(xuming)


def test_96119_waits_for_the_organisers_word(xuming: Campaign) -> None:
    assert not hotline(xuming, "96119").confirmed
    assert "96119" in hotline(xuming, "96119").quote
    assert hotline(xuming, "119").quote
    assert hotline(xuming, "12350").source == "通知"
    assert xuming.phone is None


def test_seven_activities_one_with_a_day_and_one_with_a_month(xuming: Campaign) -> None:
    assert len(xuming.activities) == 7
    assert dated(xuming) == {"consultation-day": "2020-06-16"}
    months = {one.id: one.period for one in xuming.activities if one.period}
    assert list(months) == ["best-workers"]
    assert months["best-workers"].end == date(2020, 6, 30)


def test_the_menu_offers_the_activities(xuming: Campaign) -> None:
    assert xuming.welcome.third_menu == "看活动"
    assert xuming.welcome.lines[-1].word == "活动"
    assert [(one.platform, one.name) for one in xuming.accounts] == [
        ("微信", "重庆应急发布"),
        ("抖音", "重庆应急"),
    ]
