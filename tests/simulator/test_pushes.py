"""What people do reaches the product as real pushes, and what it answers comes back as bubbles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from simulator.messages import build
from simulator.pusher import OUT_OF_ORDER
from simulator.world import Timing
from tests.platform_fixture import Platform
from tests.simulator.product import Product, Received


def test_a_word_brings_a_reply(platform: Platform, product: Product) -> None:
    product.answer_text("您好")
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.text, result.status, result.attempts) == ("您好", "replied", 1)
    received = product.received[0]
    assert (received.word("MsgType"), received.word("Content")) == ("text", "在吗")
    assert received.query["openid"] == received.word("FromUserName") == platform.sim.person("李敏").openid
    assert received.query["encrypt_type"] == "aes"


@pytest.mark.parametrize("mode", ["plain", "compatible"])
def test_the_other_two_modes(platform: Platform, product: Product, mode: Any) -> None:
    platform.sim.settings = product.settings = replace(platform.settings, mode=mode)
    product.answer_text("您好")
    assert platform.sim.push_text("李敏", "在吗").text == "您好"
    assert ("msg_signature" in product.received[0].query) is (mode == "compatible")


def test_success_and_an_empty_body_show_nothing(platform: Platform, product: Product) -> None:
    assert platform.sim.push_text("李敏", "在吗").status == "success"
    product.say = lambda _: b""
    assert platform.sim.push_text("李敏", "在吗").status == "success"
    assert [bubble.side for bubble in platform.sim.state.chat("李敏")] == ["person", "person"]


def test_an_unanswered_push_comes_again_with_new_signature_and_same_content(
    platform: Platform, product: Product
) -> None:
    product.answer_text("您好")
    platform.sim.faults.lost_answers = 2
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.status, result.attempts) == ("replied", 3)
    assert len({received.query["nonce"] for received in product.received}) == 3
    assert len({received.query["msg_signature"] for received in product.received}) == 3
    assert len({received.word("MsgId") for received in product.received}) == 1


def test_an_answer_that_got_lost_can_be_compared_with_the_next(platform: Platform, product: Product) -> None:
    answers = iter(("甲", "乙"))
    product.say = lambda received: product.reply(received, MsgType="text", Content=next(answers))
    platform.sim.faults.lost_answers = 1
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.text, result.heard) == ("乙", ("甲", "乙"))


def test_a_silent_product_is_cut_off(platform: Platform, product: Product) -> None:
    platform.sim.timing = Timing(answer_within=0.05, deliveries=(0.0, 0.0, 0.0))

    def stay_silent(received: Received) -> None:
        platform.sim.stopping.wait(0.5)

    product.say = stay_silent
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.status, result.attempts) == ("failed", 3)
    assert platform.sim.state.chat("李敏")[-1].text == OUT_OF_ORDER


def test_nobody_at_home(platform: Platform) -> None:
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.status, result.attempts) == ("failed", 3)


def test_a_failed_receipt_shows_nothing_to_the_person(platform: Platform) -> None:
    platform.sim.push_event("李敏", "TEMPLATESENDJOBFINISH", MsgID=1, Status="success")
    assert platform.sim.state.chat("李敏") == []


BAD: dict[str, Any] = {
    "json": lambda p, r: b'{"a": 1}',
    "not enciphered": lambda p, r: build(p.reply(r, MsgType="text", Content="x")).encode(),
    "wrong signature": lambda p, r: (
        p.seal(build(p.reply(r, MsgType="text", Content="x")))
        .replace("<Nonce><![CDATA[n1", "<Nonce><![CDATA[n2")
        .encode()
    ),
    "not swapped": lambda p, r: {**p.reply(r, MsgType="text", Content="x"), "ToUserName": "gh_safetymonth"},
    "empty content": lambda p, r: p.reply(r, MsgType="text", Content=""),
    "too long": lambda p, r: p.reply(r, MsgType="text", Content="长" * 683),
    "control character": lambda p, r: p.reply(r, MsgType="text", Content="a\x08b"),
    "broken out of CDATA": lambda p, r: p.reply(
        r, MsgType="text", Content="x]]></Content><MsgType>image</MsgType><Content><![CDATA["
    ),
    "unknown kind": lambda p, r: p.reply(r, MsgType="poem"),
    "unknown picture": lambda p, r: p.reply(r, MsgType="image", Image={"MediaId": "no"}),
    "two articles": lambda p, r: p.reply(
        r, MsgType="news", ArticleCount=2, Articles={"item": [{"Title": "a"}, {"Title": "b"}]}
    ),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_malformed_answer_is_no_answer(platform: Platform, product: Product, bad: Any) -> None:
    product.say = lambda received: bad(product, received)
    result = platform.sim.push_text("李敏", "在吗")
    assert (result.status, result.attempts) == ("failed", 3)
    assert result.problem


def test_several_articles_may_answer_an_event(platform: Platform, product: Product) -> None:
    items = {"item": [{"Title": "a", "Url": "http://x"}, {"Title": "b"}]}
    product.say = lambda r: product.reply(r, MsgType="news", ArticleCount=2, Articles=items)
    result = platform.sim.push_click("李敏", "news")
    assert [article["title"] for article in result.replies[0].content["articles"]] == ["a", "b"]


def test_kinds_of_messages_and_their_fields(platform: Platform, product: Product) -> None:
    sim = platform.sim
    sim.push_image("李敏", b"\xff\xd8\xff")
    sim.push_location("李敏", 38.5, 106.2, "青泉路")
    sim.push_voice("李敏")
    image, place, voice = product.received
    assert sim.state.media_bytes(image.word("MediaId")) == b"\xff\xd8\xff"
    assert image.word("PicUrl") == f"{platform.url}/media/{image.word('MediaId')}"
    assert [place.word(name) for name in ("Location_X", "Location_Y", "Label")] == ["38.5", "106.2", "青泉路"]
    assert voice.word("Recognition") == ""


def test_follow_scan_and_unfollow(platform: Platform, product: Product) -> None:
    sim = platform.sim
    sim.follow("王秀兰", scene="unit:1")
    sim.scan("王秀兰", "unit:2")
    sim.unfollow("王秀兰")
    told = [(received.word("Event"), received.word("EventKey")) for received in product.received]
    assert told == [("subscribe", "qrscene_unit:1"), ("SCAN", "unit:2"), ("unsubscribe", "")]
    assert not sim.person("王秀兰").follows
    with pytest.raises(ValueError, match="does not follow"):
        sim.push_text("王秀兰", "在吗")


def test_characters_that_xml_forbids_are_passed_on_as_they_were_typed(platform: Platform) -> None:
    seen: list[bytes] = []

    def raw(environ: dict[str, Any], start: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"success"]

    platform.sim.settings = replace(platform.settings, mode="plain")
    platform.host(raw)
    platform.sim.push_text("李敏", "a\x02b]]>c")
    assert b"<Content><![CDATA[a\x02b]]>c]]></Content>" in seen[0]


def test_dropped_pushes_do_not_reach_the_product(platform: Platform, product: Product) -> None:
    platform.sim.faults.drop_pushes = True
    assert platform.sim.push_text("李敏", "在吗").status == "dropped"
    assert product.received == []


def test_the_same_push_can_be_delivered_again(platform: Platform, product: Product) -> None:
    result = platform.sim.push_text("李敏", "在吗")
    platform.sim.push_again(result.push)
    first, second = product.received
    assert first.word("MsgId") == second.word("MsgId")


def test_the_callback_proves_itself(platform: Platform, product: Product) -> None:
    assert platform.sim.verify_callback()
    product.settings = replace(product.settings, token="other")
    assert not platform.sim.verify_callback()
