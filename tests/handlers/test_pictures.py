"""证书 and 海报 in chat and on the page."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.context import to_plain
from bot.message import Message, Reply
from store.picture_orders import Order, PictureOrders
from store.redis_link import Link
from store.stores import Storage
from tests.chatting import CAMPAIGN, RESIDENT, Chat, build_bot
from tests.store.playing import play
from wechat.text import LIMIT, compose

AT = datetime(2020, 6, 18, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class InWeChat(Chat):
    """The same person in WeChat, where a message names our account."""

    def says(self, text: str, asks: str = "") -> Reply:
        person = self.person
        self.count += 1
        message = Message(self.user, "text", f"m{self.count}", text, asks=asks, account="gh_office")
        self.last = self.bot.answer(message, person)
        self.record = json.dumps(to_plain(person), ensure_ascii=False)
        return self.last

    def hears_again(self, text: str) -> Reply:
        """The last message once more, as when its turn is run twice."""
        self.count -= 1
        return self.says(text)


@pytest.fixture
def here(sqlite_storage: Storage, link: Link) -> Storage:
    return replace(sqlite_storage, link=link)


@pytest.fixture
def wechat(here: Storage) -> InWeChat:
    return InWeChat(build_bot(here))


def ordered(storage: Storage) -> list[Order]:
    orders, found = PictureOrders(storage, CAMPAIGN), []
    while (order := orders.take()) is not None:
        found.append(order)
    return found


def test_a_poster_is_ordered_and_linked(wechat: InWeChat, here: Storage) -> None:
    reply = wechat.says("海报")
    number = int(reply.page.removeprefix("posters/"))
    slogan = wechat.bot.campaign.slogans.items[number - 1]
    assert f"第{number}条：{slogan}" in reply.text
    assert "图片马上发来" in reply.text
    assert not reply.picture
    assert [(one.user, one.picture) for one in ordered(here)] == [(RESIDENT, f"poster/{number}")]
    assert len(compose(reply, lambda page: f"https://example.org/p/{page}").encode()) <= LIMIT


def test_the_same_message_orders_once_and_another_orders_again(wechat: InWeChat, here: Storage) -> None:
    wechat.says("海报")
    wechat.hears_again("海报")
    assert len(ordered(here)) == 1
    wechat.says("海报")
    assert len(ordered(here)) == 1


def test_a_poster_that_wechat_still_has_is_the_answer_itself(wechat: InWeChat, here: Storage) -> None:
    PictureOrders(here, CAMPAIGN).keep_media("poster/5", "media-5")
    wechat.says("海报")
    ordered(here)
    assert wechat.says("5").picture == "media-5"
    assert ordered(here) == []


def test_after_a_poster_a_number_means_another(wechat: InWeChat) -> None:
    wechat.says("海报")
    assert wechat.says("1").page == "posters/1"
    assert wechat.says("二十八").page == "posters/28"
    assert "1到28" in wechat.says("29").text
    assert wechat.says("3").page == "posters/3"
    assert wechat.says("海报").page == "posters/3"


@pytest.mark.parametrize(
    ("said", "number"),
    [("第三条做成海报", 3), ("把第12条标语做成海报", 12), ("5号标语的海报", 5), ("第二十八条海报", 28)],
)
def test_a_slogan_that_is_named_becomes_the_poster(wechat: InWeChat, said: str, number: int) -> None:
    wechat.says("标语")
    assert wechat.says(said).page == f"posters/{number}"


def test_a_slogan_that_is_not_there_becomes_no_poster(wechat: InWeChat) -> None:
    reply = wechat.says("第99条做成海报")
    assert not reply.page
    assert "一共28条" in reply.text


def test_another_poster_is_another(wechat: InWeChat) -> None:
    before = wechat.says("海报").page
    for _ in range(10):
        page = wechat.says("换一张海报").page
        assert page != before
        before = page


def test_after_a_slogan_its_poster_is_meant(wechat: InWeChat) -> None:
    wechat.says("海报")
    wechat.says("3")
    wechat.says("标语")
    assert "第7条" in wechat.says("7").text
    assert wechat.says("海报").page == "posters/7"


def test_on_the_page_there_is_a_link_and_nothing_is_sent(here: Storage) -> None:
    PictureOrders(here, CAMPAIGN).keep_media("poster/3", "media-3")
    chat = Chat(build_bot(here))
    chat.says("海报")
    reply = chat.says("3")
    assert (reply.page, reply.picture) == ("posters/3", "")
    assert "点开" in reply.text
    assert ordered(here) == []


def test_without_a_certificate_one_learns_how_to_get_one(wechat: InWeChat, here: Storage) -> None:
    reply = wechat.says("证书")
    assert reply.text.startswith("您还没有证书")
    assert reply.choices[:2] == ("考试", "闯关")
    assert ordered(here) == []


def test_a_certificate_is_ordered_and_linked(wechat: InWeChat, here: Storage) -> None:
    play(here, RESIDENT, 18, 20, kind="exam", at=AT)
    reply = wechat.says("证书")
    assert "安全知识考试，20题答对18题" in reply.text
    assert "“这位朋友”" in reply.text
    assert reply.page == "certificates"
    (order,) = ordered(here)
    with here.transaction(CAMPAIGN) as stores:
        assert order.picture == f"certificate/{stores.certificates.of(RESIDENT)[0].number}"


def test_the_name_that_was_chosen_is_told_and_a_hidden_one_is_not(wechat: InWeChat, here: Storage) -> None:
    play(here, RESIDENT, 18, 20, kind="exam", at=AT)
    with here.transaction(CAMPAIGN) as stores:
        player = stores.players.rename(RESIDENT, "细心的老李", AT)
        number = player.id
    text = wechat.says("证书").text
    assert f"上面先写“{player.shown}”。您起的“细心的老李”由工作人员看过，再要一次就写上。" in text
    assert player.shown.startswith("玩家·")
    with here.transaction(CAMPAIGN) as stores:
        stores.players.approve({number: "细心的老李"}, who="office", at=AT)
    assert "上面写的是“细心的老李”，改名请回复“昵称”" in wechat.says("证书").text
    with here.transaction(CAMPAIGN) as stores:
        stores.players.hide(number, True, who="office", reason="test", at=AT)
    assert "老李" not in wechat.says("证书").text
