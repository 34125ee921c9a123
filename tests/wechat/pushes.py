"""Pushes as the platform makes them, for tests: signed, and enciphered by wechatpy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from wechatpy.crypto import WeChatCrypto

from wechat.codec import Codec, Mode

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "wechat-crypto.json").read_text(encoding="utf-8")
)
TOKEN, APP_ID, AES_KEY = VECTORS["token"], VECTORS["appid"], VECTORS["encoding_aes_key"]
NOW = 1590912100
USER, ACCOUNT = "oyORnuP8q7ou2gfYjqLzSIWZf0rs", "gh_10f6c3c3ac5a"


def a_codec(mode: Mode = "plain", now: float = NOW, **more: Any) -> Codec:
    return Codec(TOKEN, APP_ID, AES_KEY, mode, lambda: now, **more)


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode()).hexdigest()


def query(at: int = NOW, nonce: str = "12345", **more: str) -> dict[str, str]:
    return {"timestamp": str(at), "nonce": nonce, "signature": sign(str(at), nonce), **more}


def xml(kind: str = "text", inner: str = "", user: str = USER, at: object = 1590912000) -> bytes:
    """A push body; ``inner`` is what the kind adds to the common fields."""
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}</xml>"
    ).encode()


def event(name: str, inner: str = "") -> bytes:
    return xml("event", f"<Event><![CDATA[{name}]]></Event>{inner}")


def envelope(sealed: str) -> tuple[bytes, dict[str, str]]:
    """Body and query of an enciphered push around any ciphertext, rightly signed."""
    body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    args = query(encrypt_type="aes")
    args["msg_signature"] = sign(args["timestamp"], args["nonce"], sealed)
    return body, args


def sealed(body: bytes, app_id: str = APP_ID) -> tuple[bytes, dict[str, str]]:
    """The same push as the platform sends it in safe mode."""
    from wechat.cipher import Cipher

    return envelope(Cipher(AES_KEY, app_id).encipher(body))


def open_reply(answer: str) -> str:
    """An enciphered answer as wechatpy, standing in for the platform, deciphers it."""
    import xmltodict

    fields = xmltodict.parse(answer)["xml"]
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    opened = crypto.decrypt_message(answer, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
    return str(opened)
