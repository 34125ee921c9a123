"""Binhai: slogans whose breaks were lost, material without a day, annexes 2 to 4 that were not published."""

from __future__ import annotations

from datetime import date

import pytest

from content.loader import load
from content.models import Campaign
from content.occurrences import occurrences
from tests.content.notices import dated, due_days, hotline, letters, notice_of


@pytest.fixture(scope="module")
def binhai() -> Campaign:
    return load("binhai-2020")


def test_the_notice_has_a_date_and_no_number_of_its_own(binhai: Campaign) -> None:
    assert binhai.notice.number is None
    assert binhai.notice.issued == binhai.begins == date(2020, 5, 27)
    assert binhai.notice.issuers == ("区安委会办公室", "区应急管理局")


def test_the_dates_of_zhuantixing_are_ours(binhai: Campaign) -> None:
    assert binhai.programme
    assert binhai.programme.name == "安全生产专题行"
    assert binhai.programme.period.assumed
    assert binhai.programme.period.quote == ""
    assert "12月" not in notice_of(binhai)


def test_three_filings_on_stated_days_and_two_without_a_day(binhai: Campaign) -> None:
    assert due_days(binhai) == [
        ("活动计划表、联络员推荐表", "2020-05-31", False),
        ("活动方案", "2020-06-05", False),
        ("综合情况、统计表", "2020-06-30", False),
    ]
    undated = [one.id for one in binhai.obligations if not occurrences(one)]
    assert undated == ["good-practice", "other-news"]


def test_everything_goes_to_the_office(binhai: Campaign) -> None:
    assert {one.where for one in binhai.obligations} == {"区安委会办公室（yjjbgs@tjbh.gov.cn）"}


def test_annexes_2_to_4_are_missing(binhai: Campaign) -> None:
    assert [words.partition("：")[0] for words in binhai.missing] == ["附件2", "附件3", "附件4"]
    assert all(words.partition("：")[2] in notice_of(binhai) for words in binhai.missing)
    assert notice_of(binhai).endswith("“安全生产万里行”活动")
    assert binhai.tables == ()
    assert binhai.liaison_form.ours


def test_the_slogans_are_the_annexs_letter_by_letter(binhai: Campaign) -> None:
    annex = notice_of(binhai).rpartition("附件1")[2].removeprefix("全国“安全生产月”活动宣传标语")
    assert "".join(f"{n}.{letters(item)}" for n, item in enumerate(binhai.slogans.items, start=1)) == annex


def test_the_breaks_of_the_slogans_are_restored(binhai: Campaign) -> None:
    assert binhai.slogans.own
    assert binhai.slogans.items[16] == "多看一眼 安全保险 多防一步 少出事故"
    assert sum(" " in item for item in binhai.slogans.items) == 23


def test_one_contact_with_telephone_fax_and_mail(binhai: Campaign) -> None:
    contact = binhai.contacts[0]
    assert (contact.name, contact.phone, contact.fax) == ("曹国梁", "65305645", "65305658")
    assert binhai.email == "yjjbgs@tjbh.gov.cn"
    assert hotline(binhai, "12350").source == "通知"


def test_activities(binhai: Campaign) -> None:
    assert len(binhai.activities) == 10
    assert dated(binhai) == {"consultation-day": "2020-06-16"}
