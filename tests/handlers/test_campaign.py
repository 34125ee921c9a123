from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from store.stores import Storage
from tests.chatting import Chat, build_bot
from tests.conftest import SetClock

Place = Callable[[str], Chat]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("今年主题是什么", "消除事故隐患，筑牢安全防线"),
        ("6月16号有什么活动", "咨询日"),
        ("6月16日有什么", "6月16日（周二）"),
        ("安全生产月是谁发的通知", "自治区应急管理厅"),
        ("宁夏行是什么", "12月31日（周四），结束日推定"),
        ("关注哪些公众号", "宁夏应急微聚焦"),
        ("安全月", "6月1日（周一）到6月30日（周二）"),
        ("2月30日有什么活动", "没有这一天"),
    ],
)
def test_it_speaks_the_words_of_the_notice(chat: Chat, said: str, found: str) -> None:
    assert found in chat.says(said).text


def test_an_activity_is_told_by_its_number_after_the_list(chat: Chat) -> None:
    chat.says("全部活动")
    assert "1." not in chat.says("1").text


@pytest.mark.parametrize("asked", ["你们是谁", "你是谁？", "你是机器人吗", "是真人吗"])
def test_it_says_who_it_is_and_that_it_answers_by_itself(chat: Chat, asked: str) -> None:
    told = chat.says(asked)
    assert "由自治区安委会办公室开办，消息是自动回复的。" in told.text
    assert "人工" in told.choices


def test_the_hotlines_and_the_office(chat: Chat) -> None:
    assert "12350" in chat.says("举报电话是多少").text
    assert "0951-8622127" in chat.says("转人工").text


@pytest.fixture
def place(sqlite_storage: Storage, clock: SetClock) -> Place:
    """A resident of any campaign on the tenth of June."""
    clock.time = datetime(2020, 6, 10, 1, 0, tzinfo=UTC)
    return lambda campaign: Chat(build_bot(sqlite_storage, campaign))


@pytest.mark.parametrize(
    ("campaign", "name", "dates"),
    [
        ("ningxia-2020", "安全生产万里行，这里叫安全生产宁夏行", "12月31日（周四），结束日推定"),
        ("shenzhen-2020", "安全生产万里行", "12月31日（周四），结束日推定"),
        ("xuming-2020", "安全生产许明寺行", "12月31日（周四），结束日推定"),
        ("binhai-2020", "安全生产专题行", "起止日推定\n通知没有写起止日期。"),
        ("gusu-2020", "通知没有安排月后继续的活动", "6月30日（周二）。"),
    ],
)
def test_the_programme_goes_by_its_own_name(place: Place, campaign: str, name: str, dates: str) -> None:
    text = place(campaign).says("万里行").text
    assert text.startswith(name)
    assert dates in text


@pytest.mark.parametrize(
    ("campaign", "first"),
    [
        ("ningxia-2020", "通知请各单位关注："),
        ("shenzhen-2020", "通知没有说要关注哪些号，文中提到的有："),
        ("gusu-2020", "通知没有写要关注的账号。"),
    ],
)
def test_to_follow_is_only_what_the_notice_asks_to_follow(place: Place, campaign: str, first: str) -> None:
    assert place(campaign).says("关注哪些号").text.startswith(first)


@pytest.mark.parametrize("said", ["6月16", "六月十六号", "下周二", "16号", "2020-06-16", "6.16"])
def test_a_day_is_known_however_it_is_said(place: Place, said: str) -> None:
    assert "时间：6月16日（周二）" in place("gusu-2020").says(f"{said}有什么活动").text


def test_a_day_alone_goes_on_from_the_day_before(place: Place) -> None:
    chat = place("shenzhen-2020")
    chat.says("今天有什么活动")
    assert chat.says("那明天呢").text.startswith("6月11日（周四），通知没有写这天的活动。")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("5月20日", "安全生产月6月1日（周一）开始。"),
        ("6月10日", "没写日期的活动有6项"),
        ("7月5日", "安全生产月到6月30日（周二）为止。\n安全生产宁夏行"),
    ],
)
def test_a_day_without_activity_is_placed_in_the_campaign(place: Place, day: str, words: str) -> None:
    assert words in place("ningxia-2020").says(f"{day}有什么活动").text


def test_a_long_list_comes_in_two_parts_and_counts_on(place: Place) -> None:
    chat = place("binhai-2020")
    first = chat.says("全部活动").text
    assert first.count("\n") < 9
    assert "后面还有5项" in first
    assert "10 各单位的主打活动" in chat.says("其余活动").text
    assert chat.says("10").text.startswith("各单位的主打活动")


def test_an_activity_is_found_by_a_part_of_its_name(place: Place) -> None:
    assert place("shenzhen-2020").says("大家来找茬是什么活动").text.startswith("咨询日线上活动")


@pytest.mark.parametrize(
    ("campaign", "number", "day"),
    [
        ("gusu-2020", "文号：姑苏民卫〔2020〕120号", "日期：通知上没有写"),
        ("binhai-2020", "文号：通知上没有写", "日期：2020年5月27日（周三）"),
    ],
)
def test_what_the_notice_does_not_state_is_said(place: Place, campaign: str, number: str, day: str) -> None:
    text = place(campaign).says("通知").text
    assert number in text
    assert day in text


def test_whom_to_ask(place: Place) -> None:
    assert "传真：65305658" in place("binhai-2020").says("联系人").text
    assert "用手机拨要先加区号" in place("gusu-2020").says("转人工").text
    assert "可以问深圳市安委办" in place("shenzhen-2020").says("联系方式").text
