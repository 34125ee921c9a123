"""What is read at a glance is read as the parser would read it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import wechat.xml
from wechat.xml import XmlError, encrypted, read

NEVER = wechat.xml.re.compile("(?!)")


def push(words: str, rest: str = "<MsgId>1</MsgId>") -> bytes:
    return (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName>\n<FromUserName><![CDATA[oA-_1]]></FromUserName>\n"
        "<CreateTime>1590000000</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n"
        f"<Content><![CDATA[{words}]]></Content>\n{rest}\n</xml>"
    ).encode("utf-8", "surrogatepass")


def said(body: bytes) -> dict[str, str] | str:
    try:
        return read(body).plain
    except XmlError as problem:
        return str(problem)


@given(st.text(max_size=40))
@example(" 两头有空 ")
@example("a\r\nb\rc")
@example("]]>")
@example("<b>&amp;</b>]")
@example("\x00\x0b\ufffe")
def test_a_text_at_a_glance_is_the_text_that_the_parser_reads(words: str) -> None:
    body = push(words)
    glance = said(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wechat.xml, "_USUAL", NEVER)
        assert said(body) == glance


@pytest.mark.parametrize(
    "rest", ["<MsgId>1</MsgId><bizmsgmenuid>7</bizmsgmenuid>", "<MsgId>1</MsgId><Content>x</Content>"]
)
def test_what_differs_goes_through_the_parser(rest: str) -> None:
    body = push("好", rest)
    assert wechat.xml._USUAL.fullmatch(body.decode()) is None
    assert said(body) in ("repeated element", {**read(push("好")).plain, "bizmsgmenuid": "7"})


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[aGk=]]></Encrypt></xml>",
        b"<xml>\n  <ToUserName><![CDATA[gh_1]]></ToUserName>\n  <Encrypt><![CDATA[aGk=]]></Encrypt>\n</xml>\n",
        b"<xml><Encrypt>aGk=</Encrypt></xml>",
    ],
)
def test_an_envelope_is_opened_either_way(body: bytes) -> None:
    assert encrypted(body) == (read(body).get("Encrypt"),) == ("aGk=",)


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        b"<!DOCTYPE x><xml><Encrypt>a</Encrypt></xml>",
        b"<xml><Encrypt>a</Encrypt>",
        b"",
    ],
)
def test_an_envelope_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(XmlError):
        encrypted(body)
