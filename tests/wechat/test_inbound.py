"""Every kind of message and event becomes a Message (platform page, sections 4 and 5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.message import Message, Place, Receipt
from tests.wechat.pushes import ACCOUNT, USER, a_codec, event, query, xml


def read(body: bytes) -> Message:
    return a_codec().parse(body, query())


def test_a_text_carries_who_when_and_what() -> None:
    message = read(xml(inner="<Content><![CDATA[来条标语\n谢谢]]></Content><MsgId>1</MsgId>"))
    assert (message.kind, message.user, message.account) == ("text", USER, ACCOUNT)
    assert message.text == "来条标语\n谢谢"
    assert message.at == datetime(2020, 5, 31, 8, 0, tzinfo=UTC)


def test_an_empty_text_is_an_empty_string() -> None:
    assert read(xml(inner="<Content></Content><MsgId>1</MsgId>")).text == ""


def test_a_tapped_item_of_a_menu_message_is_its_content() -> None:
    inner = "<Content>满意</Content><MsgId>1</MsgId><bizmsgmenuid>101</bizmsgmenuid>"
    assert (read(xml(inner=inner)).kind, read(xml(inner=inner)).text) == ("text", "满意")


def test_a_sticker_is_a_text_that_we_cannot_read() -> None:
    message = read(xml(inner="<Content>【收到不支持的消息类型，暂无法显示】</Content><MsgId>1</MsgId>"))
    assert (message.kind, message.detail) == ("text", "unsupported")


def test_an_image_carries_its_media_id() -> None:
    message = read(xml("image", "<PicUrl>http://x/y</PicUrl><MediaId>M1</MediaId><MsgId>1</MsgId>"))
    assert (message.kind, message.media) == ("image", "M1")


@pytest.mark.parametrize(("recognition", "text"), [("<Recognition>举报</Recognition>", "举报"), ("", "")])
def test_a_voice_carries_what_was_heard_if_anything(recognition: str, text: str) -> None:
    inner = (
        f"<MediaId>M1</MediaId><Format>amr</Format><MediaId16K>M2</MediaId16K>{recognition}<MsgId>1</MsgId>"
    )
    message = read(xml("voice", inner))
    assert (message.kind, message.media, message.text, message.detail) == ("voice", "M1", text, "M2")


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
def test_both_kinds_of_video_are_a_video(kind: str) -> None:
    message = read(xml(kind, "<MediaId>M1</MediaId><ThumbMediaId>T</ThumbMediaId><MsgId>1</MsgId>"))
    assert (message.kind, message.media) == ("video", "M1")


def test_a_location_is_a_place() -> None:
    inner = (
        "<Location_X>38.47</Location_X><Location_Y>106.27</Location_Y><Scale>16</Scale><Label>银川</Label>"
    )
    message = read(xml("location", inner + "<MsgId>1</MsgId>"))
    assert (message.kind, message.place) == ("location", Place(38.47, 106.27, "银川"))


@pytest.mark.parametrize("x", ["91", "-91", "inf", "nan", "", "x"])
def test_a_location_off_the_earth_is_refused(x: str) -> None:
    from bot.errors import BadPush

    with pytest.raises(BadPush):
        read(xml("location", f"<Location_X>{x}</Location_X><Location_Y>1</Location_Y>"))


def test_a_link_carries_title_and_address() -> None:
    message = read(xml("link", "<Title>通知</Title><Description/><Url>http://a.cn/</Url><MsgId>1</MsgId>"))
    assert (message.kind, message.text, message.detail) == ("link", "通知", "http://a.cn/")


@pytest.mark.parametrize("kind", ["file", "miniprogrampage", "device_text"])
def test_an_unknown_kind_is_an_event(kind: str) -> None:
    assert (read(xml(kind)).kind, read(xml(kind)).detail) == ("event", kind)


@pytest.mark.parametrize(
    ("inner", "scene"),
    [
        ("<EventKey></EventKey>", ""),
        ("", ""),
        ("<EventKey>qrscene_unit-7</EventKey><Ticket>T</Ticket>", "unit-7"),
        ("<EventKey>last_trade_no_1</EventKey>", ""),
    ],
)
def test_a_follow_knows_the_code_that_led_here(inner: str, scene: str) -> None:
    assert (read(event("subscribe", inner)).kind, read(event("subscribe", inner)).scene) == ("follow", scene)


def test_a_scan_of_a_follower() -> None:
    message = read(event("SCAN", "<EventKey>unit-7</EventKey><Ticket>T</Ticket>"))
    assert (message.kind, message.scene) == ("scan", "unit-7")


def test_an_unfollow() -> None:
    assert read(event("unsubscribe", "<EventKey></EventKey>")).kind == "unfollow"


def test_a_menu_entry() -> None:
    message = read(event("CLICK", "<EventKey>答题</EventKey>"))
    assert (message.kind, message.text) == ("menu", "答题")


def test_a_scanned_code_that_waits_for_us_is_a_menu_entry() -> None:
    inner = "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>U7</ScanResult></ScanCodeInfo>"
    message = read(event("scancode_waitmsg", f"<EventKey>签到</EventKey>{inner}"))
    assert (message.kind, message.text, message.detail) == ("menu", "签到", "U7")
    assert read(event("scancode_waitmsg", "<EventKey>签到</EventKey>")).detail == ""


PICTURES = (
    "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList></SendPicsInfo>"
)
PLACE = "<SendLocationInfo><Location_X>1</Location_X><Location_Y>2</Location_Y></SendLocationInfo>"


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("VIEW", "<EventKey>http://a.cn/</EventKey><MenuId>1</MenuId>"),
        ("view_miniprogram", "<EventKey>pages/a</EventKey>"),
        ("LOCATION", "<Latitude>1</Latitude><Longitude>1</Longitude><Precision>9</Precision>"),
        ("location_select", PLACE),
        ("pic_sysphoto", PICTURES),
        ("pic_photo_or_album", PICTURES),
        ("pic_weixin", "<SendPicsInfo><Count>0</Count></SendPicsInfo>"),
        ("scancode_push", "<EventKey>x</EventKey>"),
        ("MASSSENDJOBFINISH", "<MsgID>1</MsgID><Status>send success</Status>"),
        ("something_new", ""),
        ("", ""),
    ],
)
def test_an_event_that_needs_no_answer_is_known_by_its_name(name: str, inner: str) -> None:
    message = read(event(name, inner))
    assert (message.kind, message.detail, message.place) == ("event", name.lower(), None)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("success", "success"),
        ("failed:user block", "failed:userblock"),
        ("failed: system failed", "failed:systemfailed"),
        ("Failed:Freq Limit", "failed:freqlimit"),
    ],
)
def test_the_receipt_of_a_template_message(said: str, status: str) -> None:
    message = read(event("TEMPLATESENDJOBFINISH", f"<MsgID>200163836</MsgID><Status>{said}</Status>"))
    assert (message.kind, message.receipt) == ("receipt", Receipt("200163836", status))


@pytest.mark.parametrize(
    ("inner", "status"),
    [
        ("<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus>", "success"),
        ("<ErrorCode>0</ErrorCode>", "success"),
        ("<ErrorCode>43101</ErrorCode>", "failed:43101"),
    ],
)
def test_the_receipt_of_a_notification(inner: str, status: str) -> None:
    item = f"<List><TemplateId>T</TemplateId><MsgID>17</MsgID>{inner}</List>"
    body = event("subscribe_msg_sent_event", f"<SubscribeMsgSentEvent>{item}</SubscribeMsgSentEvent>")
    assert read(body).receipt == Receipt("17", status)


def choice(template: str, answer: str) -> str:
    status = f"<SubscribeStatusString>{answer}</SubscribeStatusString>"
    return f"<List><TemplateId>{template}</TemplateId>{status}<PopupScene>1</PopupScene></List>"


@pytest.mark.parametrize("tag", ["SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"])
def test_a_change_of_consent_under_either_tag(tag: str) -> None:
    message = read(event("subscribe_msg_change_event", f"<{tag}>{choice('T1', 'reject')}</{tag}>"))
    assert (message.kind, message.text, message.detail) == ("consent", "T1", "reject")


def test_several_consents_are_one_line_each() -> None:
    inner = choice("T1", "accept") + choice("T2", "reject")
    body = event("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{inner}</SubscribeMsgPopupEvent>")
    message = read(body)
    assert (message.text, message.detail) == ("T1\nT2", "accept\nreject")
