"""Shenzhen: two summaries with films and photos of a stated size, and an annex that was not published with it."""

from __future__ import annotations

from datetime import date

import pytest

from content.loader import load
from content.models import Campaign, Item
from tests.content.notices import dated, due_days, notice_of


@pytest.fixture(scope="module")
def shenzhen() -> Campaign:
    return load("shenzhen-2020")


def test_the_notice(shenzhen: Campaign) -> None:
    assert shenzhen.notice.number == "深安办〔2020〕79号"
    assert shenzhen.notice.issued == shenzhen.begins == date(2020, 5, 22)
    assert shenzhen.notice.issuers == ("深圳市安全管理委员会办公室",)


def test_the_month_is_followed_by_wanlixing_whose_last_day_is_ours(shenzhen: Campaign) -> None:
    assert (shenzhen.month.start, shenzhen.month.end) == (date(2020, 6, 1), date(2020, 6, 30))
    assert shenzhen.programme
    assert shenzhen.programme.name == "安全生产万里行"
    assert shenzhen.programme.period.start == date(2020, 6, 1)
    assert shenzhen.ends == date(2020, 12, 31)
    assert shenzhen.programme.period.assumed


def test_three_filings_on_stated_days(shenzhen: Campaign) -> None:
    assert due_days(shenzhen) == [
        ("联络员表、活动方案", "2020-05-28", False),
        ("月总结、视频、照片", "2020-07-05", False),
        ("万里行总结、视频、照片", "2020-12-28", False),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_films_are_of_one_size_and_photos_of_at_least_it(shenzhen: Campaign, number: int) -> None:
    items = {item.id: item for item in shenzhen.obligations[number].items}
    assert form_of(items["video"]) == (("mp4",), 1920, 1080, True)
    assert form_of(items["photo"]) == (("jpg",), 1920, 1080, False)
    assert form_of(items["summary"]) == ((), None, None, False)


def form_of(item: Item) -> tuple[tuple[str, ...], int | None, int | None, bool]:
    return item.formats, item.min_width, item.min_height, item.exact_size


def test_the_notice_says_neither_where_to_file_nor_whom_to_ask(shenzhen: Campaign) -> None:
    assert [one.where for one in shenzhen.obligations] == [None, None, None]
    assert shenzhen.contacts == ()
    assert "@" not in notice_of(shenzhen)


def test_the_annex_is_missing_and_the_form_is_ours(shenzhen: Campaign) -> None:
    assert shenzhen.missing == ("附件：深圳市2020年“安全生产月”活动联络员信息表",)
    assert notice_of(shenzhen).count("QQ") == 0
    assert shenzhen.liaison_form.ours
    assert shenzhen.tables == ()


def test_activities_and_where_to_follow_them(shenzhen: Campaign) -> None:
    assert len(shenzhen.activities) == 8
    assert dated(shenzhen) == {"launch": "2020-06-01", "consultation-day": "2020-06-16"}
    assert [one.name for one in shenzhen.accounts] == [
        "学习强安",
        "深圳应急管理",
        "应急360频道",
        "深圳应急管理",
    ]
