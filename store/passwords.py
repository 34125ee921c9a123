"""Passwords of staff as they are kept: scrypt with a salt of its own each, so that none can be read back."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode

N, R, P = 2**14, 8, 5  # 16 MB and a fifth of a second for each guess
_BYTES = 32


def hashed(password: str) -> str:
    """How a password is kept."""
    salt = os.urandom(16)
    made = _scrypt(password, salt, N, R, P)
    return "$".join(("scrypt", str(N), str(R), str(P), _text(salt), _text(made)))


def matches(password: str, kept: str) -> bool:
    """Is it this password? The parameters are those that it was kept with."""
    _, n, r, p, salt, made = kept.split("$")
    return hmac.compare_digest(_scrypt(password, b64decode(salt), int(n), int(r), int(p)), b64decode(made))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=_BYTES, maxmem=64 * 1024 * 1024)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()


#: What the password of an unknown name is compared with: as much work, and nothing that could match.
NOBODY = "$".join(("scrypt", str(N), str(R), str(P), _text(os.urandom(16)), _text(os.urandom(_BYTES))))
