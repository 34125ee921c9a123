"""Which messages the platform takes, which it refuses, and what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.platform_fixture import Platform
from tests.simulator.conftest import Api
from tests.simulator.product import Product

GOOD = {
    "thing1": {"value": "月总结、统计表、影像"},
    "time2": {"value": "2020年7月10日"},
    "thing3": {"value": "青泉市安委会"},
    "thing4": {"value": "明天截止，今天报最稳妥"},
}
TEMPLATE, CUSTOM = "message/template/send", "message/custom/send"


def card(openid: str, **changes: Any) -> dict[str, Any]:
    return {"touser": openid, "template_id": "deadline", "data": GOOD, "url": "http://127.0.0.1/d"} | changes


def words(openid: str, text: str = "您好") -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": text}}


# template messages


def test_a_template_message_becomes_a_card_with_labels_in_order(platform: Platform, api: Api) -> None:
    li = platform.sim.person("李敏")
    assert api.code(TEMPLATE, card(li.openid)) == 0
    bubble = platform.sim.state.chat(li)[-1]
    assert bubble.kind == "template"
    assert bubble.content["title"] == "报送提醒"
    assert bubble.content["rows"][0] == ["报送事项", "月总结、统计表、影像"]
    assert [row[0] for row in bubble.content["rows"]] == ["报送事项", "截止时间", "报送单位", "提示"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"touser": "oNobody00000000000000000000x"}, 40003),
        ({"template_id": "other"}, 40037),
        ({"data": {}}, 47003),
        ({"data": GOOD | {"thing1": {"value": ""}}}, 47003),
        ({"data": GOOD | {"thing1": {"value": "长" * 21}}}, 47003),
        ({"data": GOOD | {"thing1": {"value": "两\n行"}}}, 47003),
        ({"data": GOOD | {"time2": {"value": "7月10日"}}}, 47003),
        ({"data": GOOD | {"time2": {"value": "2020年2月30日"}}}, 47003),
    ],
)
def test_refuses_a_wrong_template_message(
    platform: Platform, api: Api, changes: dict[str, Any], code: int
) -> None:
    assert api.code(TEMPLATE, card(platform.sim.person("李敏").openid, **changes)) == code
    assert platform.sim.state.outbox.posts == 0


def test_names_the_wrong_field(platform: Platform, api: Api) -> None:
    wrong = card(platform.sim.person("李敏").openid, data=GOOD | {"thing3": {"value": "长" * 21}})
    assert "thing3" in api.post(TEMPLATE, wrong)["errmsg"]


def test_refuses_whoever_does_not_follow(platform: Platform, api: Api) -> None:
    assert api.code(TEMPLATE, card(platform.sim.person("王秀兰").openid)) == 43004


def test_the_same_client_msg_id_makes_one_card_within_ten_minutes(platform: Platform, api: Api) -> None:
    wish = card(platform.sim.person("李敏").openid, client_msg_id="r-1")
    first, second = (api.post(TEMPLATE, wish)["msgid"] for _ in range(2))
    outbox = platform.sim.state.outbox
    assert first == second
    assert (outbox.posts, outbox.cards) == (2, 1)
    platform.time.forward(601)
    assert api.post(TEMPLATE, wish)["msgid"] != first
    assert platform.sim.state.outbox.cards == 2


def test_the_same_client_msg_id_for_another_person_is_another_message(platform: Platform, api: Api) -> None:
    for name in ("李敏", "周航"):
        api.post(TEMPLATE, card(platform.sim.person(name).openid, client_msg_id="r-1"))
    assert platform.sim.state.outbox.cards == 2


def test_pushes_a_receipt(platform: Platform, api: Api, product: Product) -> None:
    msgid = api.post(TEMPLATE, card(platform.sim.person("李敏").openid))["msgid"]
    assert platform.sim.wait_quiet()
    receipt = product.received[-1]
    assert receipt.word("Event") == "TEMPLATESENDJOBFINISH"
    assert (receipt.word("MsgID"), receipt.word("Status")) == (str(msgid), "success")


def test_a_person_who_blocks_messages_gets_no_card_and_the_receipt_says_so(
    platform: Platform, api: Api, product: Product
) -> None:
    li = platform.sim.block("李敏")
    assert api.code(TEMPLATE, card(li.openid)) == 0
    assert platform.sim.wait_quiet()
    assert product.received[-1].word("Status") == "failed:user block"
    assert platform.sim.state.chat(li) == []
    assert platform.sim.state.outbox.cards == 0


def test_a_receipt_may_be_told_otherwise_or_dropped(platform: Platform, api: Api, product: Product) -> None:
    wish = card(platform.sim.person("李敏").openid)
    platform.sim.faults.receipts.append("failed:freq limit")
    api.post(TEMPLATE, wish)
    assert platform.sim.wait_quiet()
    assert product.received[-1].word("Status") == "failed:freq limit"
    platform.sim.faults.drop_receipts = True
    api.post(TEMPLATE, wish)
    assert platform.sim.wait_quiet()
    assert len(product.received) == 1


# customer-service messages


def test_five_messages_within_48_hours_after_a_word(platform: Platform, api: Api, product: Product) -> None:
    li = platform.sim.person("李敏")
    assert api.code(CUSTOM, words(li.openid)) == 45015
    platform.sim.push_text(li, "在吗")
    assert [api.code(CUSTOM, words(li.openid)) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    platform.sim.push_text(li, "再问一次")
    assert api.code(CUSTOM, words(li.openid)) == 0
    platform.time.forward(48 * 3600 + 1)
    api.token = ""
    assert api.code(CUSTOM, words(li.openid)) == 45015


def test_three_messages_within_a_minute_after_a_tap(platform: Platform, api: Api, product: Product) -> None:
    li = platform.sim.person("李敏")
    platform.sim.push_click(li, "due")
    assert [api.code(CUSTOM, words(li.openid)) for _ in range(4)] == [0, 0, 0, 45047]
    platform.sim.scan(li, "unit:1")
    platform.time.forward(61)
    assert api.code(CUSTOM, words(li.openid)) == 45015


def test_a_view_entry_opens_no_window_and_unfollowing_closes_it(
    platform: Platform, api: Api, product: Product
) -> None:
    li = platform.sim.person("李敏")
    platform.sim.push_menu_view(li, "http://127.0.0.1/x")
    assert api.code(CUSTOM, words(li.openid)) == 45015
    platform.sim.push_text(li, "在吗")
    platform.sim.unfollow(li)
    assert api.code(CUSTOM, words(li.openid)) == 45015


def test_a_tapped_item_of_a_menu_message_counts_as_a_tap(
    platform: Platform, api: Api, product: Product
) -> None:
    li = platform.sim.person("李敏")
    platform.sim.push_item(li, "m1", "是的")
    assert product.received[-1].word("bizmsgmenuid") == "m1"
    assert [api.code(CUSTOM, words(li.openid)) for _ in range(4)] == [0, 0, 0, 45047]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "长" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "长" * 682}}, 0),
        ({"msgtype": "image", "image": {"media_id": "no"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}]}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}, {"title": "b"}]}}, 45008),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "?", "list": [{"id": "1", "content": "是"}]}}, 0),
        ({"msgtype": "poem"}, 40008),
    ],
)
def test_looks_at_the_content(
    platform: Platform, api: Api, product: Product, message: dict[str, Any], code: int
) -> None:
    li = platform.sim.person("李敏")
    platform.sim.push_text(li, "在吗")
    assert api.code(CUSTOM, {"touser": li.openid} | message) == code


def test_an_uploaded_picture_can_be_sent(platform: Platform, api: Api, product: Product) -> None:
    li = platform.sim.person("李敏")
    platform.sim.push_text(li, "在吗")
    media_id = api.upload("image", b"\x89PNG rest")["media_id"]
    message = {"touser": li.openid, "msgtype": "image", "image": {"media_id": media_id}}
    assert api.code(CUSTOM, message) == 0
    assert platform.sim.state.chat(li)[-1].content == {"media_id": media_id}


def test_typing(platform: Platform, api: Api, product: Product) -> None:
    li = platform.sim.person("李敏")

    def typing(command: str = "Typing") -> int:
        return api.code("message/custom/typing", {"touser": li.openid, "command": command})

    assert typing() == 45015
    platform.sim.push_text(li, "在吗")
    assert [typing("Sing"), typing(), typing(), typing("CancelTyping"), typing()] == [45072, 0, 45081, 0, 0]
    platform.time.forward(31)
    assert typing() == 45080


# subscription notifications


def test_a_subscription_notification_spends_one_credit(
    platform: Platform, api: Api, product: Product
) -> None:
    wang = platform.sim.person("王秀兰")
    wish = {"touser": wang.openid, "template_id": "deadline", "data": GOOD}
    path = "message/subscribe/bizsend"
    assert api.code(path, wish) == 43101
    platform.sim.give_credit(wang, "deadline")
    assert [api.code(path, wish), api.code(path, wish)] == [0, 43101]
    assert platform.sim.wait_quiet()
    popup, sent = product.received
    assert popup.word("SubscribeMsgPopupEvent/List/SubscribeStatusString") == "accept"
    assert sent.word("SubscribeMsgSentEvent/List/ErrorStatus") == "success"
