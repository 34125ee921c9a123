"""The boards in chat, the name that others see, and the wish to stand on none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from store.redis_link import Link
from store.standing import rebuild, settle
from store.stores import Storage
from tests.chatting import CAMPAIGN, RESIDENT, Chat, build_bot
from tests.conftest import SetClock
from tests.handlers.playing import play as answer_round
from tests.store.playing import ZONE, a_unit, bear, join, play
from wechat.text import LIMIT, compose


@pytest.fixture
def storage(sqlite_storage: Storage, link: Link, clock: SetClock) -> Storage:
    """Stores with boards that stand."""
    kept = replace(sqlite_storage, link=link)
    rebuild(kept, CAMPAIGN, clock().astimezone(ZONE).date())
    return kept


@pytest.fixture
def chat(storage: Storage) -> Chat:
    return Chat(build_bot(storage))


@pytest.fixture
def ends(storage: Storage, clock: SetClock) -> Callable[..., None]:
    """Somebody ends a round now; each a second after the one before."""

    def end(user: str, right: int, total: int = 5) -> None:
        play(storage, user, right, total, at=clock())
        clock.forward(seconds=1)

    return end


def name_them(storage: Storage, clock: SetClock, user: str, name: str) -> None:
    bear(storage, user, name, clock())


def test_the_board_shows_places_and_the_own_one(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    name_them(storage, clock, "one", "安全员小李")
    ends("one", 5)
    ends(RESIDENT, 4)
    ends("two", 4)
    text = chat.says("排行榜").text
    lines = text.splitlines()
    assert lines[0] == "个人榜，全程"
    assert lines[1] == "第1名 安全员小李 5题"
    assert lines[2].startswith("第2名 玩家·") and lines[2].endswith(" 4题，您")
    assert lines[3].startswith("第3名 玩家·") and lines[3].endswith(" 4题")
    assert "您在第2名，对了4题" in text
    assert RESIDENT not in text


def test_somebody_far_below_sees_the_own_place(chat: Chat, ends: Callable[..., None]) -> None:
    for n in range(12):
        ends(f"user-{n}", 5)
    ends(RESIDENT, 1)
    text = chat.says("排行榜").text
    assert "您在第13名，对了1题" in text
    assert len([line for line in text.splitlines() if line.startswith("第")]) == 10


def test_a_full_board_fits_one_message(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    for n in range(10):
        name_them(storage, clock, f"user-{n}", f"一二三名字很长的人{'甲乙丙丁戊己庚辛壬癸'[n]}")
        ends(f"user-{n}", 5)
    ends(RESIDENT, 1)
    reply = chat.says("排行榜")
    assert "回复“更多”" not in reply.text
    assert len(reply.text) < 400
    assert len(compose(reply, "https://your.domain/p").encode()) <= LIMIT


def test_today_begins_anew(chat: Chat, clock: SetClock, ends: Callable[..., None]) -> None:
    ends("one", 5)
    clock.forward(days=1)
    ends(RESIDENT, 2)
    today = chat.says("今天个人榜").text
    assert today.startswith("个人榜，今天（5月21日")
    assert "您在第1名，对了2题" in today
    assert "您在第2名" in chat.says("排行榜").text


@pytest.mark.parametrize(
    ("said", "head"),
    [
        ("单位排名今天", "单位榜，今天（5月20日"),
        ("今天哪个单位第一", "单位榜，今天（5月20日"),
        ("今天地区排名", "地区榜，今天（5月20日"),
        ("今天我排第几", "个人榜，今天（5月20日"),
        ("单位排名", "单位榜，全程"),
    ],
)
def test_whose_ranks_and_of_which_day_is_heard_in_the_words(
    chat: Chat, storage: Storage, said: str, head: str
) -> None:
    a_unit(storage)
    assert chat.says(said).text.startswith(head)


def test_the_day_is_the_campaigns_not_that_of_greenwich(
    chat: Chat, clock: SetClock, ends: Callable[..., None]
) -> None:
    clock.time = clock.time.replace(hour=17)  # an hour past midnight in China
    ends(RESIDENT, 2)
    assert "今天（5月21日" in chat.says("今天个人榜").text
    assert "您在第1名" in chat.last.text


def test_before_the_first_round_there_is_no_place(chat: Chat) -> None:
    reply = chat.says("排行榜")
    assert "还没有名次" in reply.text
    assert "答题" in reply.choices


def test_boards_that_are_lost_are_said_to_be_on_their_way(
    chat: Chat, storage: Storage, link: Link, ends: Callable[..., None]
) -> None:
    a_unit(storage)
    ends(RESIDENT, 3)
    link.call("FLUSHALL")
    for word in ("排行榜", "单位榜", "地区榜", "今天个人榜"):
        assert "过几分钟再看" in chat.says(word).text


def test_without_redis_the_board_is_no_error(sqlite_storage: Storage) -> None:
    assert "过几分钟再看" in Chat(build_bot(sqlite_storage)).says("排行榜").text


def test_a_round_played_in_chat_is_on_the_board(chat: Chat) -> None:
    chat.says("答题")
    answer_round(chat, rights=3)
    assert "您在第1名，对了3题" in chat.says("排行榜").text


def test_a_name_is_chosen_and_shown_once_staff_has_seen_it(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    ends(RESIDENT, 3)
    assert "显示“玩家·" in chat.says("昵称").text
    told = chat.says(" 安全员小李 ").text
    assert "记下了：安全员小李。名字先由工作人员看过再显示。在那以前显示“玩家·" in told
    text = chat.says("排行榜").text
    assert "第1名 玩家·" in text and "“安全员小李”要等工作人员看过再显示。" in text
    assert "小李" not in Chat(chat.bot, "oSomebody").says("排行榜").text
    with storage.transaction(CAMPAIGN) as stores:
        (player,) = stores.players.named()
        stores.players.approve({player.id: player.name}, who="office:wang", at=clock())
    assert "第1名 安全员小李 3题，您" in chat.says("排行榜").text
    assert chat.says("昵称").choices == ("不改了", "不用名字")
    assert "玩家·" in chat.says("不用名字").text
    assert "第1名 玩家·" in chat.says("排行榜").text


@pytest.mark.parametrize(
    ("name", "why"),
    [("加微信abc", "联系方式"), ("安委办小王", "工作人员"), ("13800001234", "10个字"), ("李", "2到10个字")],
)
def test_a_name_that_is_refused_is_asked_for_again(chat: Chat, name: str, why: str) -> None:
    question = chat.says("昵称")
    again = chat.says(name)
    assert why in again.text
    assert again.asks == question.asks
    assert "还是“玩家·" in chat.says("不改了").text


def test_a_name_that_staff_has_hidden_is_not_shown(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    name_them(storage, clock, RESIDENT, "安全员小李")
    ends(RESIDENT, 3)
    with storage.transaction(CAMPAIGN) as stores:
        number = stores.players.named()[0].id
        stores.players.hide(number, True, who="office:wang", reason="像真名", at=clock())
    assert "小李" not in chat.says("排行榜").text
    chat.says("昵称")
    assert "工作人员看过再显示" in chat.says("安全员老李").text
    assert "老李" not in Chat(chat.bot, "oSomebody").says("排行榜").text


def test_who_wants_no_place_is_on_no_board(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    ends(RESIDENT, 3)
    ends("one", 1)
    assert "个人榜上不再有您" in chat.says("不上榜").text
    text = chat.says("排行榜").text
    assert "第1名" in text and "3题" not in text
    assert "您选了不上榜" in text
    assert "一分钟内" in chat.says("上榜").text
    settle(storage, CAMPAIGN, clock().astimezone(ZONE).date())
    assert "您在第1名，对了3题" in chat.says("排行榜").text


def test_units_and_regions_have_boards(
    chat: Chat, storage: Storage, clock: SetClock, ends: Callable[..., None]
) -> None:
    unit = a_unit(storage, "青泉市安全生产委员会办公室第一支部", "青泉市")
    join(storage, RESIDENT, unit, at=clock())
    ends(RESIDENT, 5)
    for n in range(9):
        assert ("还没有名次。" in chat.says("单位榜").text) == (n < 4)
        join(storage, f"user-{n}", unit, at=clock())
        ends(f"user-{n}", 4)
    text = chat.says("单位榜").text
    assert "第1名 青泉市安全生产委员会办公室… 82分，您" in text
    assert "您的单位排第1名，82分" in text
    assert "参与率乘答对率，满5人" in text
    assert "地区榜" in chat.last.choices
    region = chat.says("地区榜").text
    assert "第1名 青泉市 82分，您" in region
    assert "满10人" in region
    assert "今天（" in chat.says("今天地区榜").text
    assert "82分" in chat.last.text


def test_without_regions_no_board_of_them_is_offered(chat: Chat, storage: Storage) -> None:
    a_unit(storage, region="")
    assert "地区榜" not in chat.says("排行榜").choices
    for word in ("地区榜", "今天地区榜"):
        reply = chat.says(word)
        assert "没有分地区" in reply.text and "第1名" not in reply.text
        assert reply.choices == ("个人榜", "单位榜", "答题")


def test_a_day_later_the_name_may_be_changed_again(chat: Chat, clock: SetClock) -> None:
    for name in ("安全员小李", "安全员小王"):
        chat.says("昵称")
        assert name in chat.says(name).text
        clock.time += timedelta(days=1)
