"""WeChat's return codes, as far as the simulator gives them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

MEANING: Mapping[int, str] = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40037: "invalid template_id",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    42001: "access_token expired",
    42003: "oauth_code expired",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    43117: "sending to this openid too frequently, try later",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command typing state error",
    45080: "no message between client and server in the past 30 seconds",
    45081: "it's typing",
    46003: "no menu",
    47001: "data format error",
    47003: "argument invalid!",
    48002: "user refuse receive message",
    48006: "forbid to clear quota because of reaching the limit",
}


class ApiError(Exception):
    """A refusal, to be told to the caller as errcode and errmsg."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def as_json(self) -> dict[str, int | str]:
        """Write the refusal the way WeChat does, with the id that its support asks for."""
        words = " ".join(part for part in (MEANING.get(self.code, "error"), self.detail) if part)
        rid = "-".join(secrets.token_hex(size) for size in (4, 4, 4))
        return {"errcode": self.code, "errmsg": f"{words} rid: {rid}"}
