"""What the product is measured against: a constant, and wechatpy that only deciphers, echoes and enciphers."""

from __future__ import annotations

import os

from flask import Flask, Response, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature


def constant() -> Flask:
    """A Flask view that answers a constant."""
    app = Flask("constant", static_folder=None)

    @app.post("/wechat")
    def receive() -> Response:
        request.get_data()
        return Response("success", mimetype="text/plain")

    return app


def echo() -> Flask:
    """Flask with bare wechatpy: deciphers, echoes the text, enciphers."""
    token, key, app_id = (os.environ[f"WECHAT_{name}"] for name in ("TOKEN", "AES_KEY", "APP_ID"))
    crypto = WeChatCrypto(token, key, app_id)
    app = Flask("echo", static_folder=None)

    @app.post("/wechat")
    def receive() -> Response:
        args = request.args
        check_signature(token, args["signature"], args["timestamp"], args["nonce"])
        xml = crypto.decrypt_message(
            request.get_data(), args["msg_signature"], args["timestamp"], args["nonce"]
        )
        message = parse_message(xml)
        reply = TextReply(message=message, content=message.content).render()
        return Response(
            crypto.encrypt_message(reply, args["nonce"], args["timestamp"]), mimetype="application/xml"
        )

    return app
