"""Enciphered pushes in safe mode, made before the clock runs."""

from __future__ import annotations

import hashlib
import secrets
import time
import xml.etree.ElementTree as ET
from urllib.parse import urlencode

from wechatpy.crypto import WeChatCrypto


class Account:
    """An account with its keys, and the requests that its platform would send."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(12)
        self.key = (secrets.token_hex(32))[:43]
        self.app_id = "wx" + secrets.token_hex(8)
        self._crypto = WeChatCrypto(self.token, self.key, self.app_id)
        self._count = 0

    def environment(self) -> dict[str, str]:
        return {
            "WECHAT_TOKEN": self.token,
            "WECHAT_AES_KEY": self.key,
            "WECHAT_APP_ID": self.app_id,
            "WECHAT_APP_SECRET": secrets.token_hex(16),
        }

    def push(self, user: str, text: str) -> bytes:
        """One whole HTTP request of a person who says a text; every one is different."""
        self._count += 1
        at, nonce = str(int(time.time())), secrets.token_hex(5)
        xml = (
            f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
            f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{text}]]></Content><MsgId>{10**17 + self._count}</MsgId></xml>"
        )
        sealed = self._crypto.encrypt_message(xml, nonce, at)
        cipher = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        body = f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>".encode()
        query = {
            "signature": _sha1(self.token, at, nonce),
            "timestamp": at,
            "nonce": nonce,
            "openid": user,
            "encrypt_type": "aes",
            "msg_signature": _sha1(self.token, at, nonce, cipher),
        }
        head = (
            f"POST /wechat?{urlencode(query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def words(self, answer: bytes) -> str:
        """What an enciphered answer says."""
        told = ET.fromstring(answer)
        signed = (told.findtext(name, "") for name in ("MsgSignature", "TimeStamp", "Nonce"))
        return ET.fromstring(self._crypto.decrypt_message(answer.decode(), *signed)).findtext("Content", "")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
