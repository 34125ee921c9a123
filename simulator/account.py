"""The interfaces that are not about sending: tokens, authorisation, menu, media, QR codes, quota."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from flask import Response

from simulator.acts import Acts
from simulator.call import Answer, Call
from simulator.errors import ApiError
from simulator.menus import checked_buttons
from simulator.records import QrCode
from simulator.settings import read_template

MEDIA_LIFE = 3 * 86400.0
SIZES = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "audio/amr": "amr",
    "video/mp4": "mp4",
}
SCENE_LIFE, LONGEST_SCENE = 30, 2_592_000
OK = {"errcode": 0, "errmsg": "ok"}


class Account:
    """Answers the calls by which the product manages the account."""

    def __init__(self, world: Acts) -> None:
        self._world = world

    # tokens and authorisation

    def stable_token(self, call: Call) -> Answer:
        """stable_token"""
        if call.request.method != "POST":
            raise ApiError(43002)
        body = call.json()
        self._check_credentials(body.get("appid"), body.get("secret"), body.get("grant_type"))
        return _token(*self._world.tokens.stable(bool(body.get("force_refresh"))))

    def token(self, call: Call) -> Answer:
        """token, the older kind"""
        self._check_credentials(call.argument("appid"), call.argument("secret"), call.argument("grant_type"))
        return _token(*self._world.tokens.plain())

    def authorised(self, call: Call) -> Answer:
        """sns/oauth2/access_token: whose code is this"""
        self._check_credentials(
            call.argument("appid"), call.argument("secret"), call.argument("grant_type"), "authorization_code"
        )
        if not call.argument("code"):
            raise ApiError(41008)
        openid = self._world.codes.take(call.argument("code"))
        tokens = {name: secrets.token_urlsafe(66) for name in ("access_token", "refresh_token")}
        return {**tokens, "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}

    def _check_credentials(
        self, app_id: object, secret: object, grant: object, expected: str = "client_credential"
    ) -> None:
        settings = self._world.settings
        if not app_id:
            raise ApiError(41002)
        if not secret:
            raise ApiError(41004)
        if app_id != settings.app_id:
            raise ApiError(40013)
        if secret != settings.app_secret:
            raise ApiError(40125)
        if grant != expected:
            raise ApiError(40002)

    # templates

    def templates(self, call: Call) -> Answer:  # noqa: ARG002
        """template/get_all_private_template"""
        known = [read_template(name, spec) for name, spec in self._world.settings.templates.items()]
        return {
            "template_list": [
                {
                    "template_id": one.id,
                    "title": one.title,
                    "content": "\n".join(f"{field.label}：{{{{{field.name}.DATA}}}}" for field in one.fields),
                }
                for one in known
            ]
        }

    # menu

    def create_menu(self, call: Call) -> Answer:
        """menu/create"""
        self._set_menu({"button": checked_buttons(call.json())})
        return OK

    def get_menu(self, call: Call) -> Answer:  # noqa: ARG002
        """menu/get"""
        if self._world.state.menu is None:
            raise ApiError(46003)
        return {"menu": self._world.state.menu}

    def delete_menu(self, call: Call) -> Answer:  # noqa: ARG002
        """menu/delete"""
        self._set_menu(None)
        return OK

    def _set_menu(self, menu: dict[str, object] | None) -> None:
        self._world.state.menu = menu
        self._world.state.touch()
        self._world.log("菜单", "done", "已更新" if menu else "已删除")

    # media

    def upload(self, call: Call) -> Answer:
        """media/upload"""
        kind, file = call.argument("type"), call.request.files.get("media")
        if kind not in SIZES:
            raise ApiError(40004)
        data = file.read() if file else b""
        if not data:
            raise ApiError(41005)
        if len(data) > SIZES[kind]:
            raise ApiError(40009 if kind == "image" else 40006)
        media = self._world.keep_media(kind, content_type(kind, data), data)
        return {"type": kind, "media_id": media.id, "created_at": int(media.created)}

    def download(self, call: Call) -> Answer:
        """media/get"""
        media = self._world.state.media.get(call.argument("media_id"))
        if media is None or self._world.seconds() - media.created > MEDIA_LIFE:
            raise ApiError(40007)
        name = f"{media.id}.{SUFFIXES.get(media.content_type, 'bin')}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(
            self._world.state.media_bytes(media.id), 200, headers, content_type=media.content_type
        )

    # QR codes

    def create_qrcode(self, call: Call) -> Answer:
        """qrcode/create"""
        body = call.json()
        scene, lasting = _scene(body)
        seconds = min(int(body.get("expire_seconds") or SCENE_LIFE), LONGEST_SCENE)
        ticket = "gQ" + secrets.token_urlsafe(60)
        url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
        self._world.add_qrcode(
            QrCode(ticket, scene, url, None if lasting else self._world.seconds() + seconds)
        )
        return {"ticket": ticket, "url": url} | ({} if lasting else {"expire_seconds": seconds})

    # addresses and quota

    def addresses(self, call: Call) -> Answer:  # noqa: ARG002
        """getcallbackip, get_api_domain_ip"""
        return {"ip_list": [self._world.settings.host]}

    def clear_quota(self, call: Call) -> Answer:
        """clear_quota"""
        if call.json().get("appid") != self._world.settings.app_id:
            raise ApiError(40013)
        self._world.limits.clear()
        return OK


def _token(token: str, seconds: int) -> Answer:
    return {"access_token": token, "expires_in": seconds}


def content_type(kind: str, data: bytes) -> str:
    """Tell what a file is by its first bytes; an image must be one."""
    marks = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG": "image/png",
        b"GIF8": "image/gif",
        b"#!AMR": "audio/amr",
    }
    found = next((name for mark, name in marks.items() if data.startswith(mark)), "application/octet-stream")
    if kind in ("image", "thumb") and not found.startswith("image/"):
        raise ApiError(40005)
    return found


def _scene(body: dict[str, object]) -> tuple[str, bool]:
    """Read which scene a QR code is asked for, and whether it is to last."""
    action = str(body.get("action_name"))
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise ApiError(40053)
    value = scene.get("scene_str" if "STR" in action else "scene_id") if isinstance(scene, dict) else None
    most = 100_000 if "LIMIT" in action else 2**32 - 1
    good = (
        isinstance(value, str) and 1 <= len(value) <= 64
        if "STR" in action
        else isinstance(value, int) and 1 <= value <= most
    )
    if not good:
        raise ApiError(40053)
    return str(value), "LIMIT" in action


def ticket_url(base: str, ticket: str) -> str:
    """Tell where the picture of a QR code is found."""
    return f"{base}/mp/cgi-bin/showqrcode?ticket={quote(ticket)}"
