"""Who may speak to us, and that nothing but a Message or BadPush comes of it."""

from __future__ import annotations

import base64
import logging
import re
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.crypto.base import WeChatCipher

from bot.errors import BadPush, SettingsError
from bot.message import Message, Reply
from tests.wechat.pushes import (
    ACCOUNT,
    AES_KEY,
    APP_ID,
    NOW,
    TOKEN,
    USER,
    VECTORS,
    a_codec,
    envelope,
    event,
    open_reply,
    query,
    sealed,
    xml,
)
from wechat.cipher import Cipher
from wechat.codec import LARGEST, Codec

HELLO = "<Content><![CDATA[你好]]></Content><MsgId>6831234567890123456</MsgId>"


def status_of(codec: Codec, body: bytes, args: dict[str, str]) -> int:
    with pytest.raises(BadPush) as problem:
        codec.parse(body, args)
    return problem.value.status


def encipher_raw(plain: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    return base64.b64encode(WeChatCipher(key).encrypt(plain)).decode()


def padded(inner: bytes, pad: int | None = None) -> bytes:
    size = 32 - len(inner) % 32
    return inner + bytes([size if pad is None else pad]) * size


# --- the vectors of an independent implementation


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: str(v["name"]))
class TestVectors:
    def test_is_deciphered_and_read_as_wechatpy_reads_it(self, vector: dict[str, str]) -> None:
        body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()
        names = "timestamp", "nonce", "signature", "msg_signature"
        args = {name: vector[name] for name in names} | {"encrypt_type": "aes"}
        message = a_codec("safe", now=int(vector["timestamp"])).parse(body, args)
        theirs = parse_message(vector["xml"])
        assert (message.user, message.account) == (theirs.source, theirs.target)
        assert message.at is not None and message.at.timestamp() == theirs.time
        if theirs.type == "text":
            assert (message.kind, message.text) == ("text", theirs.content or "")

    def test_a_changed_signature_is_refused(self, vector: dict[str, str]) -> None:
        body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>".encode()
        args = {name: vector[name] for name in ("timestamp", "nonce", "signature")}
        args |= {"encrypt_type": "aes", "msg_signature": vector["signature"]}
        assert status_of(a_codec("safe", now=int(vector["timestamp"])), body, args) == 403


# --- settings


@pytest.mark.parametrize("token", ["", "ab", "a" * 33, "with blank", "令牌令牌"])
def test_a_token_that_could_be_guessed_stops_the_start(token: str) -> None:
    with pytest.raises(SettingsError):
        Codec(token, APP_ID, AES_KEY, "plain", lambda: NOW)


@pytest.mark.parametrize("key", ["", AES_KEY[:-1], AES_KEY + "A", AES_KEY[:-1] + "="])
def test_a_wrong_aes_key_stops_the_start(key: str) -> None:
    with pytest.raises(SettingsError):
        Codec(TOKEN, APP_ID, key, "safe", lambda: NOW)


def test_plain_mode_needs_no_key() -> None:
    assert Codec(TOKEN, "", "", "plain", lambda: NOW).parse(xml(inner=HELLO), query()).text == "你好"


# --- the address is ours


def test_the_echo_comes_back_unchanged() -> None:
    assert a_codec().echo(query(echostr="<b>1</b>")) == "<b>1</b>"


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce", "echostr"])
def test_an_echo_with_a_part_missing_is_refused(missing: str) -> None:
    args = query(echostr="1")
    del args[missing]
    with pytest.raises(BadPush) as problem:
        a_codec().echo(args)
    assert problem.value.status == 403


@pytest.mark.parametrize("signature", ["0" * 40, "é", "签名", "\ud800", ""])
def test_any_other_signature_is_refused_even_if_it_is_not_ascii(signature: str) -> None:
    with pytest.raises(BadPush):
        a_codec().echo(query(echostr="1") | {"signature": signature})


@pytest.mark.parametrize(
    ("age", "taken"), [(0, True), (119, True), (-119, True), (121, False), (-121, False)]
)
def test_a_query_is_good_for_two_minutes(age: int, taken: bool) -> None:
    codec = a_codec(now=NOW + age)
    if taken:
        assert codec.echo(query(echostr="1")) == "1"
    else:
        with pytest.raises(BadPush):
            codec.echo(query(echostr="1"))


@pytest.mark.parametrize("timestamp", ["x", "１５９０", "1_0", "-1", "9" * 5000, " 1590912100"])
def test_a_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    from tests.wechat.pushes import sign

    args = {"timestamp": timestamp, "nonce": "1", "signature": sign(timestamp, "1")}
    assert status_of(a_codec(), xml(inner=HELLO), args) == 403


# --- modes


def test_safe_mode_refuses_a_plain_body() -> None:
    assert status_of(a_codec("safe"), xml(inner=HELLO), query()) == 403
    assert status_of(a_codec("safe"), xml(inner=HELLO), query(encrypt_type="raw")) == 403


def test_safe_mode_refuses_a_plain_body_that_calls_itself_enciphered() -> None:
    args = query(encrypt_type="aes", msg_signature="0" * 40)
    assert status_of(a_codec("safe"), xml(inner=HELLO), args) == 403


def test_compatible_mode_believes_the_cipher_part() -> None:
    genuine, args = sealed(xml(inner=HELLO))
    forged = xml(inner="<Content>forged</Content><MsgId>1</MsgId>", user="oVictim")
    inner = genuine[genuine.index(b"<Encrypt>") : genuine.index(b"</xml>")]
    both = forged.replace(b"</xml>", inner + b"</xml>")
    message = a_codec("compatible").parse(both, args)
    assert (message.user, message.text) == (USER, "你好")


FAKE = "<Encrypt><![CDATA[QUJD]]></Encrypt>"


def both_parts(words: str, before: bool) -> tuple[bytes, dict[str, str]]:
    """A push in compatible mode: the words in the open and, before or behind them, enciphered."""
    plain = xml(inner=f"<Content><![CDATA[{words}]]></Content><MsgId>1</MsgId>")
    genuine, args = sealed(plain)
    cipher = genuine[genuine.index(b"<Encrypt>") : genuine.index(b"</xml>")]
    if before:
        return plain.replace(b"<xml>", b"<xml>" + cipher, 1), args
    return plain[: -len(b"</xml>")] + cipher + b"</xml>", args


@pytest.mark.parametrize("before", [True, False], ids=["cipher first", "cipher last"])
@pytest.mark.parametrize("words", ["厂房着火了 ]]> 快来", "]]>", "a]]></Content>b", f"{FAKE}"])
def test_compatible_mode_answers_words_that_break_the_envelope(words: str, before: bool) -> None:
    message = a_codec("compatible").parse(*both_parts(words, before))
    assert (message.user, message.kind) == (USER, "text")
    assert message.text == words


@pytest.mark.parametrize("before", [True, False], ids=["cipher first", "cipher last"])
def test_a_broken_envelope_is_believed_only_with_the_right_signature(before: bool) -> None:
    body, args = both_parts("厂房着火了 ]]> 快来", before)
    codec = a_codec("compatible")
    assert status_of(codec, body, args | {"msg_signature": "0" * 40}) == 403
    assert status_of(codec, body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A"), args) == 403
    assert status_of(codec, b"<!DOCTYPE x>" + body, args) == 403
    assert status_of(codec, body[: body.index(b"<Encrypt>")] + b"]]>", args) == 200
    assert status_of(a_codec("safe"), body, args) == 403


@pytest.mark.parametrize("before", [True, False], ids=["cipher first", "cipher last"])
def test_words_can_not_put_a_cipher_text_of_their_own_in_the_envelope(before: bool) -> None:
    """The words bring an enciphered push of another person, which nobody has signed for this envelope."""
    other, _ = sealed(xml(inner=HELLO, user="oVictim"))
    theirs = other[other.index(b"<Encrypt>") : other.index(b"</xml>")].decode()
    codec = a_codec("compatible")
    for words in (
        f"x]]></Content>{theirs}<Content><![CDATA[",
        f"]]>{theirs}",
        f"x]]></Content></xml>{theirs}",
    ):
        try:
            message = codec.parse(*both_parts(words, before))
        except BadPush as problem:
            assert problem.status == 200  # words that break out of their element are nobody's message
        else:
            assert message.user == USER


def test_compatible_mode_takes_a_plain_body_where_nothing_is_enciphered() -> None:
    assert a_codec("compatible").parse(xml(inner=HELLO), query()).text == "你好"


# --- broken ciphertexts: one kind of failure, wherever wechatpy would raise another

SHORT = b"r" * 16 + b"\0\0"
TOO_LONG = b"r" * 16 + (10**6).to_bytes(4, "big") + b"<xml/>" + APP_ID.encode()
NOT_UTF8 = b"r" * 16 + (2).to_bytes(4, "big") + b"\xff\xfe" + APP_ID.encode()
ROUND = b"r" * 16 + (10).to_bytes(4, "big") + b"<xml   />\n" + APP_ID.encode()
GOOD = b"r" * 16 + (6).to_bytes(4, "big") + b"<xml/>" + APP_ID.encode()


@pytest.mark.parametrize(
    "text",
    [
        "%%%",
        "AAA",
        "密文",
        "AAAA",
        encipher_raw(padded(GOOD))[:-4],
        encipher_raw(padded(SHORT)),
        encipher_raw(padded(TOO_LONG)),
        encipher_raw(padded(NOT_UTF8)),
        encipher_raw(padded(GOOD, pad=0)),
        encipher_raw(padded(GOOD, pad=33)),
        encipher_raw(padded(GOOD, pad=255)),
        encipher_raw(b"\x20" * 32),
        encipher_raw(GOOD + b"\0" * (31 - len(GOOD) % 32) + bytes([32 - len(GOOD) % 32])),
        encipher_raw(ROUND + b"\x30" * 48),
        base64.b64encode(bytes(range(64))).decode(),
    ],
)
def test_a_broken_ciphertext_is_refused(text: str) -> None:
    assert status_of(a_codec("safe"), *envelope(text)) == 403


def test_the_ciphertext_of_another_account_is_refused() -> None:
    assert status_of(a_codec("safe"), *sealed(xml(inner=HELLO), app_id="wx0000000000000000")) == 403


@pytest.mark.parametrize(
    "body", [b"", b"<xml/>", b"<xml><Encrypt/></xml>", b"junk", b"<a><Encrypt>x</Encrypt></a>"]
)
def test_a_body_without_a_ciphertext_is_refused(body: bytes) -> None:
    args = query(encrypt_type="aes", msg_signature="0" * 40)
    assert status_of(a_codec("safe"), body, args) == 403


def test_what_deciphers_but_cannot_be_read_is_answered_with_success() -> None:
    assert status_of(a_codec("safe"), *sealed(b"<xml><unclosed>")) == 200


# --- bodies


def test_a_body_above_64_kib_is_refused() -> None:
    body = xml(inner=f"<Content>{'a' * LARGEST}</Content>")
    assert status_of(a_codec(), body, query()) == 403


def test_a_doctype_is_refused_but_one_in_a_sentence_is_not() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml(inner="<Content>&a;</Content>")
    assert status_of(a_codec(), bomb, query()) == 403
    said = xml(inner="<Content><![CDATA[<!DOCTYPE html>]]></Content><MsgId>1</MsgId>")
    assert a_codec().parse(said, query()).text == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    "inner",
    [
        "<Content><![CDATA[hi]]></Content><FromUserName>oVictim</FromUserName>",
        "<Content><![CDATA[hi]]></Content><Content>x</Content>",
        "<MsgType>image</MsgType>",
        "<Content>hi<FromUserName>oVictim</FromUserName></Content>",
        "<Content><a/></Content>",
        "<MsgId>1</MsgId><MsgId>2</MsgId>",
    ],
)
def test_a_text_that_breaks_out_of_its_element_is_refused(inner: str) -> None:
    assert status_of(a_codec(), xml(inner=inner), query()) == 200


END = "]]></Content></xml>"


@pytest.mark.parametrize(
    "words",
    [
        "]]>",
        "厂房着火了 ]]> 快来",
        "if (a[b[0]]>1) </script>",
        f"x{END}",
        "]]></Content></xml><xml><FromUserName><![CDATA[oVictim]]></FromUserName><Content><![CDATA[",
        f"x{END}" + xml(inner=f"<Content><![CDATA[y{END}", user="oVictim").decode(),
        "]]>" * 600,
    ],
)
@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", "<MsgId>7</MsgId>"),
        ("", "<MsgId>7</MsgId><bizmsgmenuid>101</bizmsgmenuid>"),
        ("<MsgId>7</MsgId>", ""),
    ],
)
def test_words_that_end_their_cdata_are_heard_as_their_senders(words: str, before: str, behind: str) -> None:
    body = xml(inner=f"{before}<Content><![CDATA[{words}]]></Content>{behind}")
    message = a_codec("safe").parse(*sealed(body))
    assert (message.user, message.account, message.kind, message.text) == (USER, ACCOUNT, "text", words)
    assert (
        message.id == a_codec("safe").parse(*sealed(xml(inner=HELLO.replace("6831234567890123456", "7")))).id
    )


def test_a_number_in_the_words_is_not_the_messages() -> None:
    words = "x]]></Content><MsgId>9</MsgId></xml>"
    ids = {
        a_codec("safe").parse(*sealed(xml(inner=f"<Content><![CDATA[{said}]]></Content><MsgId>7</MsgId>"))).id
        for said in (words, "你好")
    }
    assert len(ids) == 1


@pytest.mark.parametrize(
    "body",
    [
        xml(
            inner="<Content><![CDATA[]]></Content><FromUserName>oVictim</FromUserName>]]></Content><MsgId>1</MsgId>"
        ),
        xml("link", "<Title><![CDATA[]]><]]></Title><Content><![CDATA[a]]></Content><MsgId>1</MsgId>"),
        xml("image", "<Content><![CDATA[]]><]]></Content><MsgId>1</MsgId>"),
        xml(inner="<Content><![CDATA[]]><]]></Content><MsgId>1</MsgId>")[:-1],
        xml(inner="<Content><![CDATA[]]><]]></Content>"),
        b"<a/>" + xml(inner="<Content><![CDATA[]]><]]></Content><MsgId>1</MsgId>"),
        xml(inner="<FromUserName>oVictim</FromUserName><Content><![CDATA[]]><]]></Content><MsgId>1</MsgId>"),
        xml(inner="<Content><![CDATA[<]]</Content><MsgId>1</MsgId>"),
    ],
)
def test_nothing_but_a_spoilt_text_is_recovered(body: bytes) -> None:
    assert status_of(a_codec("safe"), *sealed(body)) == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml/>",
        b"<xml><MsgType/></xml>",
        b"<html/>",
        b"{}",
        xml(at=""),
        xml(at="soon"),
        xml(at="9" * 13),
        xml(at="253402300800"),
        xml(user=""),
        xml(user="o" * 129),
        xml("location", "<Location_X>nan</Location_X><Location_Y>1</Location_Y>"),
        xml("location", "<Location_X>1</Location_X>"),
        b"<a>" * 9000,
        b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
        xml(inner="<Content>&#2;</Content>"),
        xml(inner="<Content>hi</Content>" + "<a>" * 8 + "</a>" * 8),
    ],
)
def test_what_is_no_message_is_answered_with_success(body: bytes) -> None:
    assert status_of(a_codec(), body, query()) == 200


@pytest.mark.parametrize("character", ["\x02", "\x10", "\x1d", "\x00", "\ufffe", "\uffff"])
def test_characters_that_xml_does_not_know_are_dropped(character: str) -> None:
    body = xml(inner=f"<Content><![CDATA[a{character}b]]></Content><MsgId>1</MsgId>")
    assert a_codec().parse(body, query()).text == "ab"


def test_a_sentence_with_xml_in_it_stays_a_sentence() -> None:
    body = xml(inner="<Content><![CDATA[<xml><a>&amp;</a></xml>]]></Content><MsgId>1</MsgId>")
    assert a_codec().parse(body, query()).text == "<xml><a>&amp;</a></xml>"


def test_a_refusal_leaves_one_line_without_a_person_or_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    body = xml(inner="<Content><![CDATA[我的秘密]]></Content><Content>x</Content>")
    with caplog.at_level(logging.DEBUG):
        status_of(a_codec(), body, query())
    (record,) = caplog.records
    assert record.exc_info is None
    assert USER not in record.getMessage() and "秘密" not in record.getMessage()


# --- the key of a repeat


def test_a_repeat_is_known_by_its_id_though_its_timestamp_is_new() -> None:
    codec = a_codec()
    first = codec.parse(xml(inner=HELLO), query())
    again = codec.parse(xml(inner=HELLO), query(at=NOW + 5, nonce="9"))
    assert first.id == again.id and re.fullmatch("[0-9a-f]{32}", first.id)


@pytest.mark.parametrize(
    "other",
    [
        xml(inner=HELLO, user="oAnother"),
        xml(inner=HELLO, at=1590912001),
        xml(inner=HELLO.replace("456</MsgId>", "457</MsgId>")),
    ],
)
def test_equal_message_ids_of_two_people_are_two_messages(other: bytes) -> None:
    codec = a_codec()
    assert codec.parse(xml(inner=HELLO), query()).id != codec.parse(other, query()).id


def test_two_events_of_one_person_in_one_second_are_two() -> None:
    bodies = [
        event("LOCATION", "<Latitude>1</Latitude><Longitude>1</Longitude>"),
        event("CLICK", "<EventKey>答题</EventKey>"),
        event("CLICK", "<EventKey>举报</EventKey>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>"),
        event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID><Status>success</Status>"),
        event(
            "subscribe_msg_popup_event",
            "<SubscribeMsgPopupEvent><List><TemplateId>1</TemplateId></List></SubscribeMsgPopupEvent>",
        ),
        event(
            "subscribe_msg_popup_event",
            "<SubscribeMsgPopupEvent><List><TemplateId>2</TemplateId></List></SubscribeMsgPopupEvent>",
        ),
        event("wxa_media_check", "<trace_id>1</trace_id>"),
        event("wxa_media_check", "<trace_id>2</trace_id>"),
    ]
    assert len({a_codec().parse(body, query()).id for body in bodies}) == len(bodies)


# --- nothing but a Message or BadPush, whatever comes

args_of_anyone = st.dictionaries(
    st.sampled_from(["signature", "timestamp", "nonce", "echostr", "encrypt_type", "msg_signature"]),
    st.text(),
)
odd = st.one_of(
    st.binary(max_size=200), st.binary(max_size=60).map(lambda junk: xml(inner="").replace(b"text", junk))
)
elements = st.text(alphabet="<>/![]CDATA&;ab xml\x02", max_size=60)


def outcome(codec: Codec, body: bytes, args: dict[str, str]) -> Message | None:
    try:
        return codec.parse(body, args)
    except BadPush:
        return None


@given(st.binary(), args_of_anyone, st.sampled_from(["plain", "compatible", "safe"]))
def test_an_unsigned_push_is_never_a_message(body: bytes, args: dict[str, str], mode: Any) -> None:
    assert outcome(a_codec(mode), body, args) is None


@given(odd)
def test_a_signed_body_is_a_message_or_bad(body: bytes) -> None:
    result = outcome(a_codec(), body, query())
    assert result is None or result.user


@given(elements)
def test_a_sentence_never_changes_its_sender(said: str) -> None:
    inner = f"<Content><![CDATA[{said}]]></Content><MsgId>1</MsgId>"
    result = outcome(a_codec(), xml(inner=inner), query())
    assert result is None or (result.user, result.account, result.kind) == (USER, ACCOUNT, "text")


@given(st.text(max_size=100))
def test_a_rightly_signed_ciphertext_is_a_message_or_bad(text: str) -> None:
    body, args = envelope("x")
    from tests.wechat.pushes import sign

    body = body.replace(b"x]]>", text.encode("utf-8", "replace") + b"]]>")
    args["msg_signature"] = sign(args["timestamp"], args["nonce"], text.encode("utf-8", "replace").decode())
    assert outcome(a_codec("safe"), body, args) is None


@given(st.binary(max_size=200))
def test_rightly_enciphered_noise_is_a_message_or_bad(plain: bytes) -> None:
    assert outcome(a_codec("safe"), *envelope(encipher_raw(padded(plain)))) is None


@given(st.integers(0, 400), st.integers(1, 255))
def test_one_changed_bit_of_the_envelope_never_passes_unseen(where: int, flip: int) -> None:
    body, args = sealed(xml(inner=HELLO))
    at = where % len(body)
    changed = body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :]
    result = outcome(a_codec("safe"), changed, args)
    assert result is None or result.text == "你好"


# --- answers

TEXT = Message(user=USER, account=ACCOUNT, kind="text", text="你好")


def answer(reply: Reply, **more: Any) -> dict[str, Any]:
    fields = xmltodict.parse(a_codec(**more).render(reply, TEXT), strip_whitespace=False)["xml"]
    assert isinstance(fields, dict)
    return fields


def test_an_answer_goes_from_us_to_the_person() -> None:
    fields = answer(Reply("收到"))
    assert fields == {
        "ToUserName": USER,
        "FromUserName": ACCOUNT,
        "CreateTime": str(NOW),
        "MsgType": "text",
        "Content": "收到",
    }


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_silence_is_success_in_every_mode(mode: Any) -> None:
    assert a_codec(mode).render(Reply(), TEXT) == "success"


def test_in_safe_mode_the_platform_can_open_the_answer() -> None:
    sealed_answer = a_codec("safe").render(Reply("收到"), TEXT)
    assert "收到" not in sealed_answer
    assert xmltodict.parse(open_reply(sealed_answer))["xml"]["Content"] == "收到"


def test_no_two_ciphertexts_of_one_answer_are_alike() -> None:
    cipher = Cipher(AES_KEY, APP_ID)
    assert cipher.encipher(b"<xml/>") != cipher.encipher(b"<xml/>")


@given(st.text(alphabet="]>< ![CDATA&\x00\x08\r\n\ud800\uffffab你🔥", min_size=1))
def test_no_text_breaks_the_answer(text: str) -> None:
    content = answer(Reply("。" + text))["Content"]
    kept = re.sub("[\x00\x08\ud800\uffff]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    assert content == ("。" + kept).rstrip("\n")


def test_a_picture_is_sent_as_a_picture() -> None:
    fields = answer(Reply(picture="MEDIA-1"))
    assert (fields["MsgType"], fields["Image"]["MediaId"]) == ("image", "MEDIA-1")


def test_a_picture_never_hides_an_emergency_card() -> None:
    assert answer(Reply("请拨 119", picture="MEDIA-1", danger=True))["Content"] == "请拨 119"


def test_a_page_is_offered_as_a_link() -> None:
    content = answer(
        Reply("登记表在这里。", page="register"), address=lambda name: f"https://a.cn/{name}?x=1&y=2"
    )
    assert content["Content"] == '登记表在这里。\n<a href="https://a.cn/register?x=1&y=2">点这里打开</a>'


def test_a_page_without_an_address_is_left_out() -> None:
    assert answer(Reply("好的。", page="register"))["Content"] == "好的。"


def test_wechatpy_opens_what_we_seal_and_we_open_what_wechatpy_seals() -> None:
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    theirs = crypto.encrypt_message(xml(inner=HELLO).decode(), "nonce", str(NOW))
    fields = xmltodict.parse(theirs)["xml"]
    args = query(nonce="nonce", encrypt_type="aes", msg_signature=fields["MsgSignature"])
    assert a_codec("safe").parse(theirs.encode(), args).text == "你好"
