"""The platform's cipher: AES-256-CBC around random bytes, a length, the XML and our appid (section 2)."""

from __future__ import annotations

import binascii
import hmac
import os
import re
from base64 import b64decode, b64encode

from wechatpy.crypto.base import WeChatCipher

from bot.errors import SettingsError

_BLOCK = 32
RANDOM = 16
_LENGTH = 4


class CipherError(Exception):
    """The text can't be deciphered, or it isn't meant for us."""


class Cipher:
    """Enciphers and deciphers for one account; the key schedule is made once."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        if not re.fullmatch(r"[a-zA-Z0-9]{43}", aes_key):
            raise SettingsError("EncodingAESKey has to be 43 letters and digits")
        if not app_id:
            raise SettingsError("the appid is missing")
        self._aes = WeChatCipher(b64decode(aes_key + "="))
        self._app_id = app_id.encode()

    def decipher(self, text: str) -> bytes:
        """The XML inside; every fault is ``CipherError``, whatever wechatpy would raise."""
        try:
            raw = b64decode(text.encode(), validate=True)
        except (binascii.Error, ValueError):
            raise CipherError("base64") from None
        if not raw or len(raw) % RANDOM:
            raise CipherError("length")
        return self._unpack(_unpad(self._aes.decrypt(raw)))

    def encipher(self, xml: bytes, drawn: bytes = b"") -> str:
        """The same way back, with sixteen random bytes from the system: they stand in for the fixed IV."""
        packed = (drawn or os.urandom(RANDOM)) + len(xml).to_bytes(_LENGTH, "big") + xml + self._app_id
        pad = _BLOCK - len(packed) % _BLOCK
        return b64encode(self._aes.encrypt(packed + bytes([pad]) * pad)).decode()

    def _unpack(self, plain: bytes) -> bytes:
        start = RANDOM + _LENGTH
        if len(plain) < start:
            raise CipherError("short")
        end = start + int.from_bytes(plain[RANDOM:start], "big")
        if not hmac.compare_digest(plain[end:], self._app_id):
            raise CipherError("appid")
        return plain[start:end]


def _unpad(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise CipherError("padding")
    return plain[:-pad]
