"""Playing for a unit: joined by its QR code or by name, changed once in ten days after the first round for it."""

from __future__ import annotations

import pytest

from rules.units import scene_unit, unit_scene
from store.stores import Storage
from tests.chatting import CAMPAIGN, RESIDENT, Chat, build_bot
from tests.conftest import SetClock
from tests.store.playing import a_unit, join, play


@pytest.fixture
def chat(sqlite_storage: Storage) -> Chat:
    return Chat(build_bot(sqlite_storage))


def unit_of(chat: Chat, user: str = RESIDENT) -> int | None:
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        return stores.players.of(user).unit_id


@pytest.mark.parametrize("kind", ["follow", "scan"])
def test_a_units_code_is_an_offer_to_join(chat: Chat, sqlite_storage: Storage, kind: str) -> None:
    unit = a_unit(sqlite_storage)
    reply = chat.follows(unit_scene(unit)) if kind == "follow" else chat.scans(unit_scene(unit))
    assert reply.text == "您好，您扫的是青泉市安委会的二维码。"
    assert reply.choices == ("加入这个单位答题", "登记为联络员", "先看看")
    assert "隐私" in reply.tail and "119" in reply.tail
    assert unit_of(chat) is None
    assert "加入了青泉市安委会" in chat.says("1").text
    assert unit_of(chat) == unit
    assert "请先扫单位的二维码" in chat.says("加入这个单位答题").text


def test_the_other_choices_of_a_units_code_lead_on(chat: Chat, sqlite_storage: Storage) -> None:
    scene = unit_scene(a_unit(sqlite_storage))
    chat.follows(scene)
    assert "登记前请看" in chat.says("2").text
    chat.says("取消")
    chat.scans(scene)
    assert "今年主题" in chat.says("3").text
    assert unit_of(chat) is None


@pytest.mark.parametrize("scene", ["", "unit:999", "unit:", "unit:1x", "unit:-1", "poster-7", "unit:１"])
def test_any_other_code_is_a_welcome(chat: Chat, sqlite_storage: Storage, scene: str) -> None:
    a_unit(sqlite_storage)
    assert "今年主题" in chat.follows(scene).text


def test_a_scene_names_its_unit() -> None:
    assert scene_unit(unit_scene(12)) == 12


def test_a_unit_is_found_by_its_name(chat: Chat, sqlite_storage: Storage) -> None:
    unit = a_unit(sqlite_storage)
    a_unit(sqlite_storage, "白石小学", "学校")
    chat.says("加入单位")
    assert "都不是" in chat.says("青泉安委会").choices
    assert "加入了青泉市安委会" in chat.says("1").text
    assert unit_of(chat) == unit


def test_a_unit_nobody_knows_is_not_made_up(chat: Chat, sqlite_storage: Storage) -> None:
    a_unit(sqlite_storage)
    chat.says("加入单位")
    assert "没有找到“天边的公司”" in chat.says("天边的公司").text
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert len(stores.units.all()) == 1


def test_a_change_within_ten_days_is_refused_with_the_day(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    one, two = a_unit(sqlite_storage), a_unit(sqlite_storage, "白石小学", "学校")
    chat.scans(unit_scene(one))
    chat.says("1")
    play(sqlite_storage, RESIDENT, 5, at=clock())
    clock.forward(days=9)
    chat.scans(unit_scene(two))
    assert "5月30日" in chat.says("1").text
    assert "5月30日" in chat.says("换单位").text
    assert unit_of(chat) == one
    clock.forward(days=1)
    chat.scans(unit_scene(two))
    chat.says("1")
    assert unit_of(chat) == two


def test_a_wrong_unit_is_put_right_before_the_first_round_for_it(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    a_unit(sqlite_storage)
    two = a_unit(sqlite_storage, "白石小学", "学校")
    chat.says("加入单位")
    assert "答过题以后，十天里只能换一次" in chat.says("青泉市安委会").text
    chat.says("1")
    chat.says("换单位")
    chat.says("白石小学")
    assert "加入了白石小学" in chat.says("1").text
    assert unit_of(chat) == two
    play(sqlite_storage, RESIDENT, 5, at=clock())
    assert "十天里只能换一次，5月30日" in chat.says("换单位").text


def test_a_region_that_was_offered_before_the_first_round_is_not_taken_after_it(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    a_unit(sqlite_storage)
    a_unit(sqlite_storage, "白石小学", "白石县")
    chat.says("选地区")
    chat.says("青泉市")
    chat.says("选地区")
    play(sqlite_storage, RESIDENT, 5, at=clock())
    assert "十天里只能换一次" in chat.says("白石县").text
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.players.of(RESIDENT).region == "青泉市"


def test_the_same_unit_again_is_no_change(chat: Chat, sqlite_storage: Storage) -> None:
    scene = unit_scene(a_unit(sqlite_storage))
    for expected in ("加入了青泉市安委会", "您已经在青泉市安委会了"):
        chat.scans(scene)
        assert expected in chat.says("1").text


def test_my_unit_tells_rounds_people_and_the_average(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    assert "还没有加入单位" in chat.says("我的单位").text
    unit = a_unit(sqlite_storage)
    join(sqlite_storage, RESIDENT, unit, at=clock())
    assert "本单位还没有计入的成绩" in chat.says("我的单位").text
    for right in (5, 3):
        play(sqlite_storage, RESIDENT, right, at=clock())
    text = chat.says("我的单位").text
    assert "您在青泉市安委会答题。地区是青泉市。" in text
    assert "2人次，1人，平均答对80%" in text


def test_one_may_leave_and_what_was_played_stays(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    assert "没有加入单位" in chat.says("退出单位").text
    unit = a_unit(sqlite_storage)
    join(sqlite_storage, RESIDENT, unit, at=clock())
    play(sqlite_storage, RESIDENT, 5, at=clock())
    chat.says("退出单位")
    assert "还在原来的单位" in chat.says("不退出").text
    chat.says("退出单位")
    assert "退出了" in chat.says("1").text
    assert unit_of(chat) is None
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.participation.unit(unit).rounds == 1


def test_a_region_is_chosen_where_there_are_some(
    chat: Chat, sqlite_storage: Storage, clock: SetClock
) -> None:
    a_unit(sqlite_storage, "白石小学", "")
    assert "没有分地区" in chat.says("选地区").text
    assert "选地区" not in chat.says("我的单位").choices
    for n in range(9):
        a_unit(sqlite_storage, f"第{n}中学校区", f"{n}区")
    assert len(chat.says("选地区").choices) == 8
    chat.says("看其他的")
    assert chat.last.choices == ("7区", "8区", "先不选")
    assert "以后答的题算进8区" in chat.says("8区").text
    assert "地区是8区" in chat.says("我的单位").text
    play(sqlite_storage, RESIDENT, 5, at=clock())
    assert "十天里只能换一次" in chat.says("选地区").text


def test_the_region_follows_the_unit(chat: Chat, sqlite_storage: Storage, clock: SetClock) -> None:
    join(sqlite_storage, RESIDENT, a_unit(sqlite_storage), at=clock())
    assert "跟着单位走" in chat.says("选地区").text


def test_who_finds_only_a_like_name_is_told_so(chat: Chat, sqlite_storage: Storage) -> None:
    a_unit(sqlite_storage)
    chat.says("加入单位")
    assert "没有正好叫“青泉安委会”的" in chat.says("青泉安委会").text


def test_the_groups_of_reminders_are_no_regions(chat: Chat, sqlite_storage: Storage) -> None:
    a_unit(sqlite_storage, "白石小学", "青泉市", group="学校")
    a_unit(sqlite_storage, "某某化工", "河湾县", group="企业")
    assert chat.says("选地区").choices == ("河湾县", "青泉市", "先不选")


def test_who_joins_a_unit_plays_for_its_region_or_for_none(chat: Chat, sqlite_storage: Storage) -> None:
    for name, region in (("白石小学", "青泉市"), ("某某化工", "")):
        chat.scans(unit_scene(a_unit(sqlite_storage, name, region)))
        chat.says("1")
        with sqlite_storage.transaction(CAMPAIGN) as stores:
            assert stores.players.of(RESIDENT).region == region
        chat.bot.storage.clock.forward(days=11)  # type: ignore[attr-defined]
