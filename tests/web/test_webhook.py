"""The callback as a server calls it: what comes in by WSGI, and what goes out."""

from __future__ import annotations

import hashlib
import io
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from bot.message import Message, Reply
from store.turn import Unanswered
from web.webhook import Webhook
from wechat.codec import LARGEST, Codec

TOKEN = "token1234"
TEXT = (
    "<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1590000000</CreateTime>"
    "<MsgType>text</MsgType><Content>{}</Content><MsgId>1</MsgId></xml>"
)


class Echo:
    """Says what it hears, or fails as told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def say_all(
        self, messages: Sequence[Message], came: Sequence[float] = ()
    ) -> Iterator[tuple[int, Reply | Exception]]:
        for number, message in enumerate(messages):
            yield number, self.fault or Reply(f"听到{message.text}")


def call(
    talk: Echo, method: str, body: bytes = b"", query: str = "", **more: str
) -> tuple[str, dict[str, str], str]:
    stamp = str(int(time.time()))
    signed = hashlib.sha1("".join(sorted((TOKEN, stamp, "n"))).encode()).hexdigest()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/wechat",
        "QUERY_STRING": f"signature={signed}&timestamp={stamp}&nonce=n{query}",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **more,
    }
    answered: list[Any] = []
    start: Callable[..., Any] = lambda status, headers, error=None: answered.extend((status, dict(headers)))  # noqa: E731
    out = b"".join(Webhook(Codec(TOKEN, "wx1", "", "plain", time.time), talk)(environ, start))
    status, headers = answered
    assert headers["content-length"] == str(len(out))
    return status, headers, out.decode()


def test_a_message_is_answered_in_xml() -> None:
    status, headers, body = call(Echo(), "POST", TEXT.format("你好").encode())
    assert status == "200 OK"
    assert headers["content-type"] == "application/xml; charset=utf-8"
    assert "听到你好" in body


def test_the_address_is_proved_with_what_was_sent_even_if_it_is_quoted() -> None:
    status, headers, body = call(Echo(), "GET", query="&echostr=a%2Bb+c&echostr=second")
    assert (status, body) == ("200 OK", "a+b c")
    assert headers["content-type"].startswith("text/plain")


def test_a_wrong_signature_is_refused() -> None:
    assert call(Echo(), "GET", QUERY_STRING="signature=x&timestamp=1&nonce=n&echostr=a")[0] == "403 Forbidden"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(method: str) -> None:
    assert call(Echo(), method)[0] == "405 Method Not Allowed"


@pytest.mark.parametrize("length", ["", "-1", "x", "²"])
def test_a_body_without_a_length_is_not_read(length: str) -> None:
    assert call(Echo(), "POST", TEXT.format("好").encode(), CONTENT_LENGTH=length)[2] in ("", "success")


def test_no_more_is_read_than_shows_that_it_is_too_much() -> None:
    source = io.BytesIO(b"x" * (LARGEST * 3))
    status, _, _ = call(Echo(), "POST", CONTENT_LENGTH=str(LARGEST * 3), **{"wsgi.input": source})  # type: ignore[arg-type]
    assert status == "403 Forbidden"
    assert source.tell() == LARGEST + 1


def test_a_delivery_that_is_worked_on_elsewhere_is_asked_for_again() -> None:
    assert call(Echo(Unanswered()), "POST", TEXT.format("好").encode())[0] == "503 Service Unavailable"


def test_a_fault_of_ours_is_logged_once_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        status, _, body = call(Echo(RuntimeError("secret words")), "POST", TEXT.format("好").encode())
    assert (status, body) == ("500 Internal Server Error", "")
    assert len(caplog.records) == 1
