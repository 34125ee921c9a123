"""Where a push becomes a ``Message`` and a ``Reply`` the answer to it (platform page, sections 1 to 6)."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from wechatpy.replies import ImageReply

from bot.errors import BadPush, SettingsError
from bot.message import Message, Reply
from wechat.cipher import RANDOM, Cipher, CipherError
from wechat.inbound import message_of
from wechat.text import compose, split
from wechat.xml import XmlError, encrypted, read

log = logging.getLogger(__name__)

Mode = Literal["plain", "compatible", "safe"]

#: How far the time that a push bears may be from ours, either way: repeated by others later, it is refused.
WINDOW_S = 120
#: The largest body we read; a real push has one or two KiB.
LARGEST = 64 * 1024
SILENCE = "success"
_SHA1 = hashlib.sha1(usedforsecurity=False)  # to copy it is cheaper than to have it looked up each time

_TEXT = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{us}]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
)
_CIPHER = (
    "<xml><Encrypt><![CDATA[{cipher}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{at}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


class Codec:
    """Checks, deciphers and reads what WeChat sends to one account, and writes what it is answered."""

    def __init__(
        self,
        token: str,
        app_id: str,
        aes_key: str,
        mode: Mode,
        now: Callable[[], float],
        window: int = WINDOW_S,
        address: Callable[[str], str] | None = None,
    ) -> None:
        if not re.fullmatch(r"[a-zA-Z0-9]{3,32}", token):  # with an empty one, anything would verify
            raise SettingsError("the token has to be 3 to 32 letters and digits")
        if mode not in get_args(Mode):
            raise SettingsError(f"the mode has to be one of {', '.join(get_args(Mode))}")
        self._token = token.encode()
        self._mode = mode
        self._cipher = None if mode == "plain" else Cipher(aes_key, app_id)
        self._now = now
        self._window = window
        self._address = address

    def echo(self, args: Mapping[str, str]) -> str:
        """What proves to WeChat that the address is ours (section 1); raises ``BadPush`` for anybody else."""
        try:
            self._check(args)
            return _argument(args, "echostr")
        except BadPush as problem:
            log.warning("push refused with %d: %s", problem.status, problem)
            raise

    def parse(self, body: bytes, args: Mapping[str, str]) -> Message:
        """The message in a push; raises ``BadPush`` for all that isn't one, after one line in the log."""
        try:
            return self._parse(body, args)
        except BadPush as problem:
            log.warning("push refused with %d: %s", problem.status, problem)
            raise

    def render(self, reply: Reply, to: Message) -> str:
        """The whole body that answers a message; a longer text is cut where ``parts`` cuts it."""
        if reply.silent:
            return SILENCE
        at = int(self._now())
        if reply.picture and not reply.danger:
            picture = ImageReply(source=to.account, target=to.user, time=at, image=_data(reply.picture))
            return self._seal(str(picture.render()), at)
        text = self.parts(reply)[0]
        return self._seal(_TEXT.format(to=_data(to.user), us=_data(to.account), at=at, text=_data(text)), at)

    def parts(self, reply: Reply) -> list[str]:
        """All messages that a reply's text needs; ``render`` sends the first, the others are said on 更多."""
        return split(compose(reply, self._address))

    def _parse(self, body: bytes, args: Mapping[str, str]) -> Message:
        if len(body) > LARGEST:
            raise BadPush("body too large")
        self._check(args)
        if self._cipher is not None and args.get("encrypt_type") == "aes":
            body = self._open(self._cipher, body, args)
        elif self._mode == "safe":
            raise BadPush("plain body in safe mode")
        try:
            return message_of(read(body))
        except XmlError as problem:
            raise BadPush(f"unreadable: {problem}", 403 if problem.forged else 200) from None

    def _check(self, args: Mapping[str, str]) -> None:
        """The signature that every call bears; it doesn't cover the body (section 1)."""
        expected = self._signature(_argument(args, "timestamp"), _argument(args, "nonce"))
        if not _same(expected, _argument(args, "signature")):
            raise BadPush("wrong signature")
        if not self._current(args["timestamp"]):
            raise BadPush("timestamp out of window")

    def _current(self, timestamp: str) -> bool:
        plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        return plain and abs(self._now() - int(timestamp)) <= self._window

    def _open(self, cipher: Cipher, body: bytes, args: Mapping[str, str]) -> bytes:
        try:
            return cipher.decipher(self._signed(body, args))
        except CipherError as problem:
            raise BadPush(f"undecipherable: {problem}") from None

    def _signed(self, body: bytes, args: Mapping[str, str]) -> str:
        """The cipher text that bears the platform's signature; nothing else of the envelope is believed."""
        with_words = self._mode == "compatible"
        try:
            found = encrypted(body, with_words=with_words)
        except XmlError as problem:
            status = 200 if with_words and not problem.forged else 403
            raise BadPush(f"unreadable envelope: {problem}", status) from None
        if not found:
            raise BadPush("no Encrypt")
        given = _argument(args, "msg_signature")
        for sealed in found:
            if _same(self._signature(args["timestamp"], args["nonce"], sealed), given):
                return sealed
        raise BadPush("wrong msg_signature")

    def _seal(self, xml: str, at: int) -> str:
        """Enciphered in safe mode; compatible mode takes either kind of answer."""
        if self._cipher is None or self._mode != "safe":
            return xml
        drawn = os.urandom(RANDOM + 8)  # at once, for each draw is a call to the system
        sealed, nonce = self._cipher.encipher(xml.encode(), drawn[:RANDOM]), drawn[RANDOM:].hex()
        signature = self._signature(str(at), nonce, sealed)
        return _CIPHER.format(cipher=sealed, signature=signature, at=at, nonce=nonce)

    def _signature(self, *parts: str) -> str:
        hashing = _SHA1.copy()
        hashing.update(b"".join(sorted([self._token, *(part.encode("utf-8", "replace") for part in parts)])))
        return hashing.hexdigest()


def _argument(args: Mapping[str, str], name: str) -> str:
    value = args.get(name)
    if not value:
        raise BadPush(f"no {name}")
    return value


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def _data(text: str) -> str:
    """Text that can't end its CDATA (wechatpy pastes it as it is)."""
    return text.replace("]]>", "]]]]><![CDATA[>")
