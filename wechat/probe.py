"""Calls of ``/wechat`` as the platform would make them, to see whether they arrive: a doctor's, that change nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from wechat.cipher import Cipher

_NONCE = "doctor-"  # by which the one who refuses such a call knows that it was no push
#: An event that no platform sends and that is answered with silence.
_XML = (
    "<xml><ToUserName><![CDATA[gh_doctor]]></ToUserName><FromUserName><![CDATA[doctor]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[doctor]]></Event></xml>"
)
_SEALED = "<xml><ToUserName><![CDATA[gh_doctor]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"


def greeting(token: str, now: float) -> dict[str, str]:
    """The query by which the platform asks whether the address is ours; ``echostr`` has to come back."""
    return {**_signed(token, now), "echostr": secrets.token_hex(8)}


def event(token: str, aes_key: str, app_id: str, now: float) -> tuple[Mapping[str, str], bytes]:
    """Query and body of an enciphered push that asks for nothing."""
    query = _signed(token, now)
    cipher = Cipher(aes_key, app_id).encipher(_XML.format(at=int(now)).encode())
    signed = _signature(token, query["timestamp"], query["nonce"], cipher)
    body = _SEALED.format(cipher=cipher).encode()
    return {**query, "encrypt_type": "aes", "msg_signature": signed}, body


def is_probe(query: Mapping[str, str]) -> bool:
    """Did a doctor call? Anybody may say so: it only keeps a refusal out of the counts."""
    return query.get("nonce", "").startswith(_NONCE)


def _signed(token: str, now: float) -> dict[str, str]:
    at, nonce = str(int(now)), _NONCE + secrets.token_hex(5)
    return {"signature": _signature(token, at, nonce), "timestamp": at, "nonce": nonce}


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
