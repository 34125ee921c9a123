"""The simulator's cipher against vectors that another implementation made."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.cipher import CipherError, MessageCipher, signature

KNOWN: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "wechat-crypto.json").read_text(encoding="utf-8")
)
CIPHER = MessageCipher(KNOWN["encoding_aes_key"], KNOWN["appid"])
VECTORS = pytest.mark.parametrize("vector", KNOWN["vectors"], ids=lambda vector: vector["name"])


@VECTORS
def test_deciphers_what_another_implementation_enciphered(vector: dict[str, str]) -> None:
    assert CIPHER.decrypt(vector["encrypt"]) == vector["xml"]


@VECTORS
def test_enciphers_to_the_same_bytes_with_the_same_salt(vector: dict[str, str]) -> None:
    salt, text = CIPHER.open(vector["encrypt"])
    assert CIPHER.encrypt(text, salt) == vector["encrypt"]


@VECTORS
def test_signs_alike(vector: dict[str, str]) -> None:
    parts = (KNOWN["token"], vector["timestamp"], vector["nonce"])
    assert signature(*parts) == vector["signature"]
    assert signature(*parts, vector["encrypt"]) == vector["msg_signature"]


@pytest.mark.parametrize("junk", ["", "!", "AAAA", base64.b64encode(bytes(32)).decode(), "é"])
def test_refuses_junk(junk: str) -> None:
    with pytest.raises(CipherError):
        CIPHER.decrypt(junk)


def test_refuses_what_was_enciphered_for_another_account() -> None:
    other = MessageCipher(KNOWN["encoding_aes_key"], "wx0000000000000000")
    with pytest.raises(CipherError):
        CIPHER.decrypt(other.encrypt("<xml/>"))
