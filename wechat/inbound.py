"""From the fields of a push to a ``Message`` (platform page, sections 4 and 5)."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.message import Message, Place, Receipt
from wechat.xml import Fields, XmlError

#: What WeChat says instead of a sticker, a file or a card.
_UNSUPPORTED = "【收到不支持的消息类型"
_LATEST = 253_402_300_800  # the year 10000
_LONGEST_NAME = 128
_SHA256 = hashlib.sha256()  # to copy it is cheaper than to have it looked up each time

#: What one kind of push adds to its Message.
_Read = Callable[[Fields], dict[str, Any]]


def message_of(fields: Fields) -> Message:
    """The message that a push carries; raises ``XmlError`` where it doesn't say who, when and what."""
    user, account, kind = fields.get("FromUserName"), fields.get("ToUserName"), fields.get("MsgType").lower()
    if not (user and account and kind) or len(user) > _LONGEST_NAME or len(account) > _LONGEST_NAME:
        raise XmlError("no sender, receiver or kind")
    at = _time(fields.get("CreateTime"))
    if kind == "event":
        name = fields.get("Event").lower()
        said = _EVENTS.get(name, _event)(fields)
        key = _event_key(fields)
    else:
        said = _MESSAGES.get(kind, _unknown)(fields)
        key = _message_key(fields)
    return Message(user=user, account=account, at=at, id=key, **said)


def _time(text: str) -> datetime:
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) >= _LATEST:
        raise XmlError("no time")
    return datetime.fromtimestamp(int(text), UTC)


def _message_key(fields: Fields) -> str:
    """MsgId alone repeats between people (section 3)."""
    return _hash(fields, "ToUserName", "FromUserName", "MsgId", "CreateTime")


def _event_key(fields: Fields) -> str:
    """Two different events of one person in one second exist, so all that tells them apart is in it."""
    names = "ToUserName", "FromUserName", "CreateTime", "Event", "EventKey", "MsgID", "trace_id"
    return _hash(fields, *names, nested=True)


def _hash(fields: Fields, *names: str, nested: bool = False) -> str:
    parts = [fields.get(name) for name in names]
    if nested:
        parts += [value for _, value in fields.leaves]
    hashing = _SHA256.copy()
    hashing.update("|".join(parts).encode())
    return hashing.hexdigest()[:32]


def _text(fields: Fields) -> dict[str, Any]:
    content = fields.get("Content")
    detail = "unsupported" if content.startswith(_UNSUPPORTED) else ""
    return {"kind": "text", "text": content, "detail": detail}


def _image(fields: Fields) -> dict[str, Any]:
    return {"kind": "image", "media": fields.get("MediaId")}


def _voice(fields: Fields) -> dict[str, Any]:
    """Recognition is being withdrawn, so it is taken where it stands and never relied on."""
    media, better = fields.get("MediaId"), fields.get("MediaId16K")
    return {"kind": "voice", "media": media, "text": fields.get("Recognition"), "detail": better}


def _video(fields: Fields) -> dict[str, Any]:
    return {"kind": "video", "media": fields.get("MediaId")}


def _location(fields: Fields) -> dict[str, Any]:
    latitude, longitude = _degrees(fields, "Location_X", 90), _degrees(fields, "Location_Y", 180)
    return {"kind": "location", "place": Place(latitude, longitude, fields.get("Label"))}


def _degrees(fields: Fields, name: str, limit: int) -> float:
    try:
        value = float(fields.get(name))
    except ValueError:
        raise XmlError("no place") from None
    if not math.isfinite(value) or abs(value) > limit:
        raise XmlError("no place")
    return value


def _link(fields: Fields) -> dict[str, Any]:
    return {"kind": "link", "text": fields.get("Title"), "detail": fields.get("Url")}


def _unknown(fields: Fields) -> dict[str, Any]:
    return {"kind": "event", "detail": fields.get("MsgType").lower()}


def _event(fields: Fields) -> dict[str, Any]:
    return {"kind": "event", "detail": fields.get("Event").lower()}


def _subscribe(fields: Fields) -> dict[str, Any]:
    key = fields.get("EventKey")
    return {"kind": "follow", "scene": key.removeprefix("qrscene_") if key.startswith("qrscene_") else ""}


def _unsubscribe(_: Fields) -> dict[str, Any]:
    return {"kind": "unfollow"}


def _scan(fields: Fields) -> dict[str, Any]:
    return {"kind": "scan", "scene": fields.get("EventKey")}


def _click(fields: Fields) -> dict[str, Any]:
    return {"kind": "menu", "text": fields.get("EventKey")}


def _scanned(fields: Fields) -> dict[str, Any]:
    result = fields.leaf("ScanCodeInfo/ScanResult")
    return {"kind": "menu", "text": fields.get("EventKey"), "detail": result}


def _template_sent(fields: Fields) -> dict[str, Any]:
    return {"kind": "receipt", "receipt": Receipt(fields.get("MsgID"), _status(fields.get("Status")))}


def _notification_sent(fields: Fields) -> dict[str, Any]:
    item = next(fields.items("SubscribeMsgSentEvent/List"), {})
    code = item.get("ErrorCode", "")
    status = item.get("ErrorStatus") or ("success" if code == "0" else f"failed:{code}")
    return {"kind": "receipt", "receipt": Receipt(item.get("MsgID", ""), _status(status))}


def _status(text: str) -> str:
    """The platform writes both "failed:user block" and "failed: system failed" (section 8)."""
    return "".join(text.lower().split())


def _consent(fields: Fields) -> dict[str, Any]:
    """One line a template in ``text`` and in ``detail``; a change may bear the popup's tag (section 5)."""
    tags = "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"
    items = [item for tag in tags for item in fields.items(f"{tag}/List")]
    templates = [item.get("TemplateId", "") for item in items]
    answers = [item.get("SubscribeStatusString", "").lower() for item in items]
    return {"kind": "consent", "text": "\n".join(templates), "detail": "\n".join(answers)}


_MESSAGES: dict[str, _Read] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
}

_EVENTS: dict[str, _Read] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "scan": _scan,
    "click": _click,
    "scancode_waitmsg": _scanned,
    "templatesendjobfinish": _template_sent,
    "subscribe_msg_sent_event": _notification_sent,
    "subscribe_msg_popup_event": _consent,
    "subscribe_msg_change_event": _consent,
}
