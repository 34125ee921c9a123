"""The XML that WeChat posts, and the XML that it gets back."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, "str | int | float | Fields | list[Fields]"]

_DOUBLED = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
KINDS = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}
TEXT_LIMIT = 2048


class ReplyError(Exception):
    """An answer of the product that WeChat would not take."""


def build(fields: Fields) -> str:
    """Write a push; words go into CDATA just as the person typed them, as WeChat does."""
    return f"<xml>{_children(fields)}</xml>"


def _children(fields: Fields) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: str | int | float | Fields | list[Fields]) -> str:
    if isinstance(value, list):
        return "".join(_element(name, entry) for entry in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def parse(text: str) -> ET.Element:
    """Read well-formed XML whose root is <xml> and in which no element is doubled."""
    if _DOUBLED.search(text):
        raise ReplyError("DOCTYPE")
    try:
        root = ET.fromstring(text)  # noqa: S314 - declarations are refused above
    except ET.ParseError as problem:
        raise ReplyError("不是规范的 XML") from problem
    names = [child.tag for child in root]
    if root.tag != "xml" or len(names) != len(set(names)):
        raise ReplyError("根元素不是 xml，或有重复的元素")
    return root


def read_reply(root: ET.Element, account: str, openid: str, articles: int) -> tuple[str, dict[str, Any]]:
    """Read a passive reply into its kind and content, checking all that WeChat checks."""
    if (_word(root, "ToUserName"), _word(root, "FromUserName")) != (openid, account):
        raise ReplyError("收发双方没有对调")
    if not _word(root, "CreateTime").isdigit():
        raise ReplyError("CreateTime 不是整数")
    kind = _word(root, "MsgType")
    if kind not in KINDS:
        raise ReplyError("MsgType 不认识")
    if kind == "text":
        return kind, _text(root)
    return kind, _news(root, articles) if kind == "news" else {
        "media_id": _word(root, f"{kind.title()}/MediaId")
    }


def _text(root: ET.Element) -> dict[str, Any]:
    words = _word(root, "Content")
    if not words:
        raise ReplyError("Content 是空的")
    if len(words.encode()) > TEXT_LIMIT:
        raise ReplyError("Content 超过 2048 字节")
    return {"text": words}


def _news(root: ET.Element, most: int) -> dict[str, Any]:
    names = {"title": "Title", "description": "Description", "url": "Url", "picurl": "PicUrl"}
    items = [{key: _word(item, tag) for key, tag in names.items()} for item in root.findall("Articles/item")]
    if _word(root, "ArticleCount") != str(len(items)) or not 1 <= len(items) <= most:
        raise ReplyError("图文的篇数不对")
    return {"articles": items}


def _word(root: ET.Element, path: str) -> str:
    return root.findtext(path) or ""
