"""A product in few lines: it checks and deciphers pushes, and answers as it is told."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

from simulator.cipher import MessageCipher, signature
from simulator.messages import build
from simulator.settings import SimulatorSettings


@dataclass(frozen=True)
class Received:
    """One delivery that reached the product."""

    query: dict[str, str]
    fields: ET.Element

    def word(self, path: str) -> str:
        """Read one element of the push."""
        return self.fields.findtext(path) or ""


class Product:
    """Answers each push with ``say(received)``: XML fields, ready bytes, or None for success."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.received: list[Received] = []
        self.cipher = MessageCipher(settings.aes_key, settings.app_id)
        self.say: Callable[[Received], dict[str, Any] | bytes | None] = lambda _: None
        self.base_url = ""
        self.app = Flask("product")
        self.app.add_url_rule("/wechat", view_func=self._prove)
        self.app.add_url_rule("/wechat", "receive", self._receive, methods=["POST"])

    def answer_text(self, words: str) -> None:
        """Answer every push with these words."""
        self.say = lambda received: self.reply(received, MsgType="text", Content=words)

    def reply(self, received: Received, **fields: Any) -> dict[str, Any]:
        """Make the fields of a passive reply."""
        head = {"ToUserName": received.word("FromUserName"), "FromUserName": received.word("ToUserName")}
        return {**head, "CreateTime": int(time.time()), **fields}

    def _prove(self) -> Response:
        asked = request.args
        good = asked["signature"] == signature(self.settings.token, asked["timestamp"], asked["nonce"])
        return Response(asked["echostr"] if good else "", 200 if good else 403, mimetype="text/plain")

    def _receive(self) -> Response:
        root = ET.fromstring(request.get_data())
        if request.args.get("encrypt_type") == "aes":
            sealed = root.findtext("Encrypt") or ""
            expected = signature(
                self.settings.token, request.args["timestamp"], request.args["nonce"], sealed
            )
            assert request.args["msg_signature"] == expected
            root = ET.fromstring(self.cipher.decrypt(sealed))
        received = Received(dict(request.args), root)
        self.received.append(received)
        said = self.say(received)
        if said is None or isinstance(said, bytes):
            return Response(b"success" if said is None else said)
        return Response(self.seal(build(said)) if self.settings.mode == "safe" else build(said))

    def seal(self, xml: str, nonce: str = "n1") -> str:
        """Encipher and sign a reply."""
        sealed, timestamp = self.cipher.encrypt(xml), str(int(time.time()))
        signed = signature(self.settings.token, timestamp, nonce, sealed)
        return build({"Encrypt": sealed, "MsgSignature": signed, "TimeStamp": timestamp, "Nonce": nonce})
