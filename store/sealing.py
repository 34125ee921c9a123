"""What may not be read is enciphered, what must be found again is a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes


class Unreadable(Exception):
    """A sealed value was made with another key or has been changed."""


class Sealing:
    """One key, and from it a cipher and keyed hashes that can't be joined across purposes."""

    def __init__(self, key: str) -> None:
        raw = hashlib.sha256(b"safety-month:" + key.encode()).digest()
        self._hashing = hmac.new(hmac.digest(raw, b"hash", "sha256"), digestmod="sha256")
        self._cipher = AESGCM(hmac.digest(raw, b"cipher", "sha256"))

    def hash(self, purpose: str, value: str) -> str:
        """Find the same value again without storing it; 32 hexadecimal digits."""
        return self.digest(purpose, value).hex()[:32]

    def digest(self, purpose: str, value: str) -> bytes:
        """Draw 32 bytes from a value, for codes and tokens that a second run must make again."""
        hashing = self._hashing.copy()  # with the key in it: to begin anew costs six times as much
        hashing.update(f"{purpose}\0{value}".encode())
        return hashing.digest()

    def seal(self, data: bytes) -> bytes:
        """Encipher; every call gives another result."""
        return self.seal_all(data)[0]

    def seal_all(self, *data: bytes) -> list[bytes]:
        """Encipher each; what is random is drawn at once, for each draw is a call to the system."""
        drawn = os.urandom(_NONCE * len(data))
        nonces = [drawn[_NONCE * n : _NONCE * (n + 1)] for n in range(len(data))]
        return [
            nonce + self._cipher.encrypt(nonce, one, None) for nonce, one in zip(nonces, data, strict=True)
        ]

    def open(self, sealed: bytes) -> bytes:
        """Decipher, or raise ``Unreadable``."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError):
            raise Unreadable("sealed value can't be opened with this key") from None

    def seal_text(self, text: str) -> str:
        """Encipher a text so that it fits a text column."""
        return b64encode(self.seal(text.encode())).decode()

    def open_text(self, sealed: str) -> str:
        """Decipher what ``seal_text`` made."""
        return self.open(b64decode(sealed)).decode()
