"""What a liaison's unit has to file and by when."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from content.models import Campaign, Fixed, Item, Obligation, Undated
from handlers.deadlines import items_in_full, items_in_short, my_deadlines
from store.stores import Storage
from store.units import UnitRow
from tests.conftest import SetClock
from tests.handlers.talking import Talk


@pytest.fixture
def talk(sqlite_storage: Storage, clock: SetClock, ningxia: Campaign) -> Talk:
    clock.time = datetime(2020, 7, 1, 2, 0, tzinfo=UTC)
    return Talk(sqlite_storage, clock, ningxia)


def enter(talk: Talk, unit: str = "青泉市安委会", by: str = "code", group: str = "") -> int:
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.units.import_rows([UnitRow(unit, group)], talk.clock())
        known = stores.units.named(unit)
        assert known is not None
        stores.liaisons.register(
            known.id, talk.user, {}, name="李敏", consent={}, at=talk.clock(), confirmed_by=by
        )
        return known.id


def receive(talk: Talk, unit: int, *obligations: str) -> None:
    with talk.storage.transaction(talk.campaign.id) as stores:
        for obligation in obligations:
            stores.filings.receive(obligation, "once", unit, "office:wang", talk.clock())


def test_what_is_overdue_comes_first_then_what_is_next(talk: Talk) -> None:
    unit = enter(talk)
    receive(talk, unit, "liaison-and-plan")
    assert talk.says("截止日").text.splitlines() == [
        "青泉市安委会，接下来要报：",
        "6月30日（周二），已过1天，推定，请尽快补报",
        "亮点活动信息，至少2篇",
        "7月10日（周五）前，还有9天",
        "月总结（1500字以内）、统计表（附件3）、视频、照片",
        "7月31日（周五），推定",
        "万里行7月综合信息",
        "11月30日（周一）前",
        "万里行统计表（附件4）",
        "",
        "推定的日期以办公室通知为准。",
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [(datetime(2020, 7, 9, 2, tzinfo=UTC), "明天"), (datetime(2020, 7, 9, 16, 30, tzinfo=UTC), "今天")],
)
def test_days_are_those_of_the_campaigns_zone(talk: Talk, now: datetime, words: str) -> None:
    enter(talk)
    talk.clock.time = now
    assert f"7月10日（周五）前，{words}" in talk.says("我的截止日").text


def test_a_due_day_that_is_off_says_so(talk: Talk) -> None:
    enter(talk)
    talk.clock.time = datetime(2020, 5, 25, 2, tzinfo=UTC)
    assert "5月31日（周日）前，还有6天，当天放假" in talk.says("截止日").text


def test_who_is_not_registered_may_register_or_see_all(talk: Talk) -> None:
    reply = talk.says("截止日")
    assert reply.text == "您还没有登记联络员。"
    assert reply.choices == ("现在登记", "先看全部截止日")
    assert "登记前请看" in talk.says(reply.choices[0]).text


def test_everybody_may_see_all_dates(talk: Talk) -> None:
    lines = talk.says("先看全部截止日").text.splitlines()
    assert lines[1] == "5月31日（周日），已过：联络员表、活动方案"
    assert "7月10日（周五）前：月总结、统计表、影像" in lines
    assert "7月31日（周五）到11月30日（周一），每月一次，推定：万里行每月综合信息" in lines
    assert "11月30日（周一）前：万里行统计表（附件4）" in lines
    assert lines[-1] == "推定的日期以办公室通知为准。"


def test_all_filed_names_what_comes_next(talk: Talk) -> None:
    unit = enter(talk)
    receive(talk, unit, "liaison-and-plan", "highlights", "month-summary")
    assert talk.says("截止日").text == (
        "青泉市安委会：都报齐了，谢谢您。下一项在7月31日（周五），推定：万里行7月综合信息。"
    )


def test_the_word_of_a_pending_liaison_is_shown_as_waiting(talk: Talk) -> None:
    unit = enter(talk, by="")
    with talk.storage.transaction(talk.campaign.id) as stores:
        liaison = stores.liaisons.of(talk.user)[0].id
        stores.filings.report("month-summary", "once", unit, liaison, talk.clock())
    text = talk.says("截止日").text
    assert "青泉市安委会（登记待确认）" in text
    assert "您说已报送，登记确认后才算" in text


def test_what_the_office_sent_back_is_open_again_with_its_reason(talk: Talk) -> None:
    unit = enter(talk)
    receive(talk, unit, "month-summary")
    with talk.storage.transaction(talk.campaign.id) as stores:
        stores.filings.reject(stores.filings.of_unit(unit)[0].id, "缺统计表", "office:wang", talk.clock())
    assert "办公室退回：缺统计表" in talk.says("截止日").text


def test_a_unit_sees_only_what_concerns_its_group(talk: Talk) -> None:
    for_schools = talk.campaign.obligations[2].model_copy(update={"groups": ("学校",)})
    talk.campaign = talk.campaign.model_copy(update={"obligations": (for_schools,)})
    enter(talk, "白石县教育局", group="机关")
    assert "都报齐了" in talk.says("截止日").text
    enter(talk, "白石县教育局", group="学校")
    assert "月总结" in talk.says("截止日").text
    assert "（学校）" in talk.says("全部截止日").text


def test_a_campaign_without_obligations_says_so(talk: Talk) -> None:
    talk.campaign = talk.campaign.model_copy(update={"obligations": ()})
    for word in ("截止日", "全部截止日", "报送", "已报送"):
        reply = talk.says(word)
        assert reply.text == "宁夏的通知没有要求报送材料。"
        assert reply.choices == ("看活动安排", "答题", "举报隐患")


def test_what_has_no_date_is_listed_as_welcome_at_any_time(talk: Talk) -> None:
    anytime = Obligation(
        id="any",
        title="特色做法",
        name="特色做法",
        items=(Item(id="a", name="特色做法"),),
        due=Undated(),
        quote="随时报送",
    )
    talk.campaign = talk.campaign.model_copy(update={"obligations": (*talk.campaign.obligations, anytime)})
    assert "随时：特色做法" in talk.says("全部截止日").text


def test_items_are_told_with_their_limits() -> None:
    video = Item(id="video", name="视频", formats=("mp4",), min_width=1920, min_height=1080)
    summary = Item(id="summary", name="月总结", text="阶段性总结，1500字以内", max_characters=1500)
    assert items_in_short((summary, video)) == "月总结（1500字以内）、视频（MP4，1920×1080）"
    assert items_in_full((summary, video)) == "月总结：阶段性总结，1500字以内\n视频：MP4，1920×1080"


def test_a_fixed_date_needs_no_year_in_its_own_year(talk: Talk) -> None:
    late = talk.campaign.obligations[0].model_copy(update={"id": "late", "due": Fixed(on=date(2021, 1, 4))})
    talk.campaign = talk.campaign.model_copy(update={"obligations": (late,)})
    assert "2021年1月4日（周一）前" in talk.says("全部截止日").text


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("总结什么时候交", "7月10日（周五）前：月总结、统计表、影像"),
        ("综合信息哪天报", "7月31日（周五）到11月30日（周一），每月一次，推定：万里行每月综合信息"),
    ],
)
def test_the_date_of_what_is_named_is_told_to_anybody(talk: Talk, said: str, line: str) -> None:
    with talk.storage.transaction(talk.campaign.id) as stores:
        ctx = talk._context(said, stores, None)
        assert my_deadlines(ctx).text.splitlines()[0] == line
        assert my_deadlines(talk._context("这周要报什么", stores, None)).text == "您还没有登记联络员。"
