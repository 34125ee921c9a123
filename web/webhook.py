"""Where WeChat calls us: GET to prove that the address is ours, POST for every message."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Response, request

from bot.errors import BadPush
from bot.message import Message, Reply
from store.turn import Unanswered
from wechat.codec import Codec


class Talk(Protocol):
    """What answers a message."""

    def say(self, message: Message) -> Reply: ...


def wechat_blueprint(codec: Codec, talk: Talk) -> Blueprint:
    """The callback ``/wechat``."""
    blueprint = Blueprint("wechat", __name__)

    @blueprint.get("/wechat")
    def prove() -> Response:
        return Response(codec.echo(request.args), mimetype="text/plain")

    @blueprint.post("/wechat")
    def receive() -> Response:
        message = codec.parse(request.get_data(), request.args)
        body = codec.render(talk.say(message), message)
        return Response(body, mimetype="text/plain" if body == "success" else "application/xml")

    @blueprint.errorhandler(BadPush)
    def refuse(problem: BadPush) -> Response:
        return Response(
            "success" if problem.status == 200 else "", status=problem.status, mimetype="text/plain"
        )

    @blueprint.errorhandler(Unanswered)
    def later(_: Unanswered) -> Response:
        return Response("", status=503, mimetype="text/plain")  # the platform asks again

    return blueprint
