"""The codec against the simulated platform, which has a cipher of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bot.errors import BadPush
from bot.message import Message, Receipt, Reply
from tests.platform_fixture import Platform
from wechat.codec import Codec

SAID = Reply("收到 ]]> <b>&amp;\x08", choices=("答题", "举报"))
ON_THE_PHONE = "收到 ]]> <b>&amp;\n1 答题\n2 举报"


class Product:
    """The smallest webhook: remembers what it is told and answers the same to everybody."""

    def __init__(self, codec: Codec, reply: Reply) -> None:
        self.codec = codec
        self.reply = reply
        self.heard: list[Message] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = Response(self._answer(request))
        except BadPush as problem:
            response = Response(status=problem.status)
        return response(environ, start)

    def _answer(self, request: Request) -> str:
        if request.method == "GET":
            return self.codec.echo(request.args)
        message = self.codec.parse(request.get_data(), request.args)
        self.heard.append(message)
        return self.codec.render(self.reply if message.kind != "receipt" else Reply(), message)


@pytest.fixture(params=["plain", "compatible", "safe"])
def product(request: pytest.FixtureRequest, platform: Platform) -> Product:
    platform.sim.settings = replace(platform.sim.settings, mode=request.param)
    settings = platform.sim.settings
    codec = Codec(settings.token, settings.app_id, settings.aes_key, request.param, time.time)
    built = Product(codec, SAID)
    platform.host(built)
    platform.sim.add_person("oWangFang0123456789", "王芳")
    return built


def test_the_platform_is_shown_that_the_address_is_ours(platform: Platform, product: Product) -> None:
    assert platform.sim.verify_callback()


def test_what_is_said_is_heard_and_the_answer_shown(platform: Platform, product: Product) -> None:
    result = platform.sim.push_text("王芳", "楼道堆满电动车🔥\x02 <xml>&amp;")
    assert (result.text, result.attempts) == (ON_THE_PHONE, 1)
    (message,) = product.heard
    assert (message.kind, message.text) == ("text", "楼道堆满电动车🔥 <xml>&amp;")


def test_words_that_end_their_cdata_are_answered(platform: Platform, product: Product) -> None:
    said = "厂房着火了 ]]> 快来"
    assert (
        platform.sim.push_text("王芳", said).text == ON_THE_PHONE
    )  # in compatible mode they break the envelope
    assert [message.text for message in product.heard] == [said]


def test_words_that_break_out_of_their_element_are_answered_with_silence(
    platform: Platform, product: Product
) -> None:
    result = platform.sim.push_text(
        "王芳", "]]></Content><FromUserName>oVictim</FromUserName><Content><![CDATA["
    )
    assert (result.status, result.attempts, product.heard) == ("success", 1, [])


def test_every_act_of_a_person_is_understood(platform: Platform, product: Product) -> None:
    sim = platform.sim
    sim.push_image("王芳", b"\xff\xd8\xff")
    sim.push_voice("王芳")
    sim.push_location("王芳", 38.47, 106.27, "银川")
    sim.push_click("王芳", "答题")
    sim.push_menu_view("王芳", "http://a.cn/")
    sim.scan("王芳", "unit-7")
    sim.give_credit("王芳", "deadline", accept=False)
    sim.unfollow("王芳")
    sim.follow("王芳", "unit-7")
    kinds = [message.kind for message in product.heard]
    assert kinds == ["image", "voice", "location", "menu", "event", "scan", "consent", "unfollow", "follow"]
    assert product.heard[0].media and product.heard[1].detail
    assert product.heard[2].place is not None and product.heard[2].place.label == "银川"
    assert (product.heard[6].text, product.heard[6].detail) == ("deadline", "reject")
    assert product.heard[5].scene == product.heard[8].scene == "unit-7"


def test_a_receipt_is_heard_and_answered_with_success(platform: Platform, product: Product) -> None:
    result = platform.sim.push_event(
        "王芳", "TEMPLATESENDJOBFINISH", MsgID=17, Status="failed: system failed"
    )
    assert product.heard[0].receipt == Receipt("17", "failed:systemfailed")
    assert result.status == "success"


def test_a_repeat_is_known_by_its_id(platform: Platform, product: Product) -> None:
    result = platform.sim.push_text("王芳", "答题")
    platform.sim.push_again(result.push)
    assert len({message.id for message in product.heard}) == 1
    platform.sim.push_text("王芳", "答题")
    assert len({message.id for message in product.heard}) == 2
