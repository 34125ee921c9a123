"""The doors of the platform: api.weixin.qq.com, open.weixin.qq.com and mp.weixin.qq.com on one address."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.account import Account
from simulator.acts import Acts
from simulator.call import Call, Handler
from simulator.errors import ApiError
from simulator.faults import Fault
from simulator.sending import Sending

WITHOUT_TOKEN = {"/cgi-bin/stable_token", "/cgi-bin/token", "/sns/oauth2/access_token"}
COOKIE = "sim_person"


def platform_blueprint(world: Acts, sending: Sending) -> Blueprint:
    """Everything that the product calls."""
    blueprint = Blueprint("platform", __name__)
    gate = Gate(world, handlers(Account(world), sending))

    @blueprint.route("/cgi-bin/<path:_name>", methods=["GET", "POST"])
    @blueprint.route("/sns/<path:_name>", methods=["GET", "POST"])
    def api(_name: str) -> Response:
        return gate.answer()

    @blueprint.get("/open/connect/oauth2/authorize")
    def authorize() -> AnyResponse:
        return _authorize(world)

    @blueprint.get("/mp/cgi-bin/showqrcode")
    def show_qrcode() -> Response:
        code = world.state.qrcodes.get(request.args.get("ticket", ""))
        return Response(qr_picture(code.scene), mimetype="image/svg+xml") if code else Response(status=404)

    @blueprint.get("/media/<media_id>")
    def picture(media_id: str) -> Response:
        media = world.state.media.get(media_id)
        if media is None:
            return Response(status=404)
        return Response(world.state.media_bytes(media_id), content_type=media.content_type)

    return blueprint


def handlers(account: Account, sending: Sending) -> Mapping[str, Handler]:
    """The table of interfaces."""
    return {
        "/cgi-bin/stable_token": account.stable_token,
        "/cgi-bin/token": account.token,
        "/sns/oauth2/access_token": account.authorised,
        "/cgi-bin/message/template/send": sending.template,
        "/cgi-bin/message/custom/send": sending.custom,
        "/cgi-bin/message/custom/typing": sending.typing,
        "/cgi-bin/message/subscribe/bizsend": sending.subscription,
        "/cgi-bin/template/get_all_private_template": account.templates,
        "/cgi-bin/menu/create": account.create_menu,
        "/cgi-bin/menu/get": account.get_menu,
        "/cgi-bin/menu/delete": account.delete_menu,
        "/cgi-bin/media/upload": account.upload,
        "/cgi-bin/media/get": account.download,
        "/cgi-bin/qrcode/create": account.create_qrcode,
        "/cgi-bin/getcallbackip": account.addresses,
        "/cgi-bin/get_api_domain_ip": account.addresses,
        "/cgi-bin/clear_quota": account.clear_quota,
    }


class Gate:
    """Lets a call through to its handler, after faults, token and quota have had their say."""

    def __init__(self, world: Acts, table: Mapping[str, Handler]) -> None:
        self._world = world
        self._table = table

    def answer(self) -> Response:
        """Answer the present request."""
        fault = self._world.faults.take(request.path)
        if fault and fault.action == "drop":
            return _refuse(fault)
        if fault and fault.action == "delay":
            self._world.pause(fault.seconds)
        answer = self._handle(fault)
        if self._world.faults.silent:
            self._world.pause(self._world.timing.silence)
        if fault and fault.action == "lose":
            self._world.pause(fault.seconds)
            return _refuse(fault)
        return answer

    def _handle(self, fault: Fault | None) -> Response:
        try:
            if fault and fault.action == "error":
                raise ApiError(fault.errcode, fault.errmsg)
            answer = self._admit()(Call(request))
        except ApiError as refusal:
            self._world.log(request.path.removeprefix("/cgi-bin/"), "heed", f"错误 {refusal.code}")
            return _json(refusal.as_json())
        return answer if isinstance(answer, Response) else _json(answer)

    def _admit(self) -> Handler:
        """Find the handler of a call that may be made."""
        path = request.path
        handler = self._table.get(path)
        if handler is None:
            raise ApiError(40066)
        if path in WITHOUT_TOKEN:
            self._check_address(path)
        else:
            self._world.tokens.check(request.args.get("access_token", ""))
        self._world.limits.count(path)
        return handler

    def _check_address(self, path: str) -> None:
        if self._world.faults.refuse_ip and path.startswith("/cgi-bin/"):
            raise ApiError(40164, f"{request.remote_addr}, not in whitelist")


def _json(answer: Mapping[str, object]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def _refuse(fault: Fault) -> Response:
    """Leave a call without a proper answer: a bare status, or the connection closed."""
    connection = request.environ.get("werkzeug.socket")
    if not fault.status and connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return Response(status=fault.status or 502)


def _authorize(world: Acts) -> AnyResponse:
    """Send the browser back to the product with a code for the person who holds the phone."""
    wanted = request.args
    target = urlsplit(wanted.get("redirect_uri", ""))
    if wanted.get("appid") != world.settings.app_id or wanted.get("response_type") != "code":
        return _page("参数错误", 400)
    if target.hostname != urlsplit(world.settings.base_url).hostname:
        return _page("redirect_uri 域名与后台配置不一致（10003）", 400)
    if wanted.get("scope") not in ("snsapi_base", "snsapi_userinfo"):
        return _page("Scope 参数错误（10005）", 400)
    person = world.state.persons.get(wanted.get(COOKIE) or request.cookies.get(COOKIE, ""))
    if person is None:
        return _page("请先在模拟器里选一个人", 400)
    query = [
        *parse_qsl(target.query),
        ("code", world.codes.give(person.openid)),
        ("state", wanted.get("state", "")),
    ]
    return redirect(target._replace(query=urlencode(query), fragment="").geturl())


def _page(words: str, status: int) -> Response:
    text = f"<!doctype html><meta charset=utf-8><title>微信</title><p>{escape(words)}"
    return Response(text, status, mimetype="text/html")


def qr_picture(scene: str) -> str:
    """Draw something that looks like a QR code and says its scene in words; no camera can read it."""
    bits = "".join(f"{byte:08b}" for byte in hashlib.sha512(scene.encode()).digest() * 2)
    cells = [(n % 29, n // 29) for n in range(29 * 29) if bits[(n * 7) % len(bits)] == "1" and not _corner(n)]
    dots = "".join(f"M{x + 2} {y + 2}h1v1h-1z" for x, y in cells)
    eyes = "".join(
        f'<path fill="none" stroke="#1A2631" d="M{x + 2.5} {y + 2.5}h6v6h-6z"/>'
        f'<path d="M{x + 4} {y + 4}h3v3h-3z"/>'
        for x, y in ((0, 0), (22, 0), (0, 22))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 38" width="330" height="380" fill="#1A2631">'
        f'<rect width="33" height="38" fill="#fff"/><path d="{dots}"/>{eyes}'
        f'<text x="16.5" y="35.5" font-size="2" text-anchor="middle">场景：{escape(scene)}</text></svg>'
    )


def _corner(cell: int) -> bool:
    x, y = cell % 29, cell // 29
    return (x < 8 and y < 8) or (x > 20 and y < 8) or (x < 8 and y > 20)
