"""The same hazard told twice by one person, and more reports than we take from one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.message import Place
from store.stores import Storage
from tests.conftest import SetClock
from tests.handlers.reporting import SHORTEST, Reporter
from tests.store.reporting import AT, ZONE


@pytest.fixture
def reporter(sqlite_storage: Storage, clock: SetClock) -> Reporter:
    clock.time = AT
    return Reporter(sqlite_storage, clock)


def numbers(reporter: Reporter) -> list[str]:
    with reporter.storage.transaction(reporter.campaign.id) as stores:
        return [view.number for view in stores.reports.listed()]


def test_the_same_again_within_a_day_is_asked_about(reporter: Reporter) -> None:
    reporter.reports()
    reporter.says("举报")
    asked = reporter.all("没有", "临港路8号物流园3号库", "不知道", "仓库里面设了员工宿舍")
    assert "和您6月16日 15:02反映的那份（0616-001）像是同一件事" in asked.text
    assert asked.choices == ("补充到那份", "另报一份")


def test_it_is_added_with_its_photos(reporter: Reporter, clock: SetClock) -> None:
    reporter.reports()
    reporter.says("举报")
    reporter.all("没有", "临港路8号物流园3号库", "不知道", "仓库里面设了员工宿舍，住了十几个人", "补充到那份")
    reporter.sends_photo("m1")
    done = reporter.says("完成")
    assert done.text == "补充的内容和1张照片记下了，放进了 0616-001。"
    assert numbers(reporter) == ["0616-001"]
    with reporter.storage.transaction(reporter.campaign.id) as stores:
        claimed = stores.photos.claim("a", clock())
        assert claimed is not None and stores.photos.keep(claimed, b"x", clock())
        view = stores.reports.by_number("0616-001")
        assert view is not None
        case = stores.reports.case(view.id, ZONE)
        assert case.additions == ("仓库里面设了员工宿舍，住了十几个人",)
        assert len(case.photos) == 1
        assert len([one for one in (stores.outbox.claim("a", clock()) for _ in range(5)) if one]) == 2
    assert reporter.repeats().text == done.text


def test_it_may_be_another_one(reporter: Reporter) -> None:
    reporter.reports()
    reporter.says("举报")
    reporter.all(*SHORTEST[:4], "另报一份", *SHORTEST[4:], "不留", "提交")
    assert numbers(reporter) == ["0616-002", "0616-001"]


@pytest.mark.parametrize(
    ("where", "what", "hours"),
    [
        ("黄河东路2号", "仓库里设了员工宿舍", 1),
        ("临港路8号物流园3号库", "二楼的安全出口被货物堵住了", 1),
        ("临港路8号物流园3号库", "仓库里设了员工宿舍", 25),
    ],
    ids=["elsewhere", "something else", "a day later"],
)
def test_what_is_not_the_same_is_not_asked_about(
    reporter: Reporter, clock: SetClock, where: str, what: str, hours: int
) -> None:
    reporter.reports()
    clock.forward(hours=hours)
    reporter.says("举报")
    assert "什么时候看到的" in reporter.all("没有", where, "不知道", what).text


def test_a_point_near_the_first_is_the_same_place(reporter: Reporter) -> None:
    def at(latitude: float) -> str:
        reporter.all("举报", "没有")
        reporter.says(place=Place(latitude, 106.27, ""))
        return reporter.all("不知道", "仓库里设了员工宿舍").text

    assert "什么时候看到的" in at(38.48)
    reporter.all(*SHORTEST[4:], "不留", "提交")
    assert "同一件事" in at(38.4808)


def test_a_report_of_somebody_else_is_never_mentioned(reporter: Reporter, clock: SetClock) -> None:
    reporter.reports()
    other = Reporter(reporter.storage, clock, "oBob-openid")
    other.says("举报")
    assert "什么时候看到的" in other.all(*SHORTEST[:4]).text


def test_after_twenty_in_a_month_comes_a_kind_word_and_never_before_the_card(
    reporter: Reporter, clock: SetClock
) -> None:
    clock.time = AT.replace(day=1)
    for _day in range(5):
        for _ in range(4):
            assert "已收到，谢谢您" in reporter.reports().text
        clock.forward(days=1)
    refused = reporter.all("举报", "没有").text
    assert "这个月已收到您20份" in refused
    assert "12350" in refused
    assert reporter.all("举报", "正在发生").text.startswith("马上拨 119、120")
    assert "这个月已收到您20份" in reporter.says("继续").text
    clock.time = clock.time.replace(month=7, day=1) + timedelta(hours=1)
    assert "已收到，谢谢您" in reporter.reports().text
