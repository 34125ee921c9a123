"""One exception for all that can go wrong with WeChat's API, sorted by what to do about it (section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal[
    "retry",  # the system is busy: again in a moment
    "unsent",  # refused connection, failed look-up, no token: surely not sent, may go on for hours
    "ambiguous",  # timeout, cut answer, 5xx: perhaps sent, repeat only under an idempotency key
    "later",  # a quota is used up: after a minute, some hours, or tomorrow
    "permanent",  # this person can't be reached this way
    "content",  # what we sent is wrong: don't repeat it unchanged
    "alarm",  # the account, its secret or its rights: stop and call the administrator
]

#: The token that was shown is not, or no longer, the right one.
STALE_TOKEN = frozenset({40001, 40014, 42001})
#: This clientmsgid has been sent before.
SENT_BEFORE = 45065
NO_MENU = 46003

_CODES: Mapping[Kind, Mapping[int, str]] = {
    "retry": {
        -1: "system busy",
        40001: "access token refused",
        40014: "access token invalid",
        42001: "access token expired",
    },
    "later": {
        43117: "too often to this person",
        45009: "daily quota used up",
        45011: "too many calls in this minute",
        45066: "same client message id too fast",
        48006: "monthly resets used up",
    },
    "permanent": {
        40003: "not a person of this account",
        40029: "authorisation code invalid",
        40163: "authorisation code used before",
        42003: "authorisation code expired",
        42007: "authorisation withdrawn",
        43004: "does not follow",
        43019: "on our own blacklist",
        43101: "has not agreed to notifications, or the consent is used up",
        45015: "customer-service window closed",
        45028: "no mass quota left",
        45047: "customer-service quota used up",
        45080: "no exchange within half a minute",
        45081: "already typing",
        48002: "has switched messages off",
    },
    "content": {
        40007: "media id invalid or too old",
        40037: "template is not ours",
        44004: "text empty",
        45002: "text too long",
        45008: "more than one article",
        45065: "client message id sent before",
        45072: "bad typing command",
        47001: "body not readable",
        47003: "template value refused",
        87014: "risky content",
    },
    "alarm": {
        40013: "appid wrong",
        40125: "secret wrong",
        40164: "address of this host is not on the whitelist",
        40200: "account kind does not allow it",
        40243: "secret frozen",
        41004: "secret missing",
        48001: "account lacks this right",
        48004: "interface banned",
        50002: "account restricted",
        89503: "address needs the administrator's approval",
        89506: "address refused by the administrator",
        89507: "address needs the administrator's approval",
    },
}
_KNOWN: Mapping[int, tuple[Kind, str]] = {
    code: (kind, meaning) for kind, meanings in _CODES.items() for code, meaning in meanings.items()
}

#: What may be kept of WeChat's own words: the id its support asks for, our own address, the field it refused.
_RID = re.compile(r"\brid:? ?([0-9a-f]{6,8}(?:-[0-9a-f]{6,8}){2})\b")
_IP = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")
_FIELD = re.compile(r"\bdata\.(\w{1,32})\.value\b")


class WeChatError(Exception):
    """A call to WeChat failed; ``kind`` says what to do, and the text holds no secret, token, person or URL."""

    def __init__(self, code: int, kind: Kind, message: str) -> None:
        super().__init__(f"{message} ({code})" if code else message)
        self.code = code
        self.kind = kind
        self.message = message


def refused(code: int, errmsg: object = "") -> WeChatError:
    """The error for a return code; an unknown one is taken for a fault of what we sent."""
    kind, meaning = _KNOWN.get(code, ("content", "refused"))
    said = str(errmsg)
    details = [meaning]
    if code == 40164:
        details += _IP.findall(said)[:1]
    if code == 47003:
        details += _FIELD.findall(said)[:1]
    details += [f"rid {rid}" for rid in _RID.findall(said)[:1]]
    return WeChatError(code, kind, ", ".join(details))
