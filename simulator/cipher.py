"""WeChat's signature and cipher, written from the description so that it can prove another implementation."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # WeChat pads to 32 bytes although the cipher's own block has 16
SALT = 16


class CipherError(Exception):
    """A text that was not enciphered with this key for this account."""


def signature(*parts: str) -> str:
    """Sign strings the way WeChat does: sorted, joined, hashed."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


class MessageCipher:
    """Enciphers and deciphers messages with one account's EncodingAESKey."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()

    def encrypt(self, text: str, salt: bytes | None = None) -> str:
        """Encipher a message; the salt is random unless a test gives one."""
        body = text.encode()
        plain = (salt or secrets.token_bytes(SALT)) + struct.pack(">I", len(body)) + body + self._app_id
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(
            encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        ).decode()

    def decrypt(self, text: str) -> str:
        """Decipher a message, or raise CipherError whatever is wrong with it."""
        return self.open(text)[1]

    def open(self, text: str) -> tuple[bytes, str]:
        """Decipher a message into its salt and its text."""
        try:
            return self._split(self._plain(base64.b64decode(text, validate=True)))
        except (binascii.Error, ValueError, struct.error) as problem:
            raise CipherError(str(problem)) from problem

    def _plain(self, data: bytes) -> bytes:
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
        fill = plain[-1] if plain else 0
        if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
            raise CipherError("padding")
        return plain[:-fill]

    def _split(self, plain: bytes) -> tuple[bytes, str]:
        size = struct.unpack(">I", plain[SALT : SALT + 4])[0]
        body, owner = plain[SALT + 4 : SALT + 4 + size], plain[SALT + 4 + size :]
        if len(body) != size or owner != self._app_id:
            raise CipherError("app id")
        return plain[:SALT], body.decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
