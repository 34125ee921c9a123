"""WeChat's API, called with one token, bounded retries and timeouts."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from wechatpy import WeChatClient

from wechat.errors import NO_MENU, SENT_BEFORE, STALE_TOKEN, WeChatError
from wechat.media import ENDINGS, picture_fault, sniff
from wechat.network import Session, Sessions, Timeout, attempt, error_in, json_of, read_json, status_error
from wechat.oauth import authorize_url, exchange
from wechat.text import LIMIT, clean
from wechat.tokens import AccessTokens, TokenStore

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_DOWNLOAD = 60.0  # seconds
LONGEST_QR = 30 * 24 * 3600  # seconds, of a temporary QR code
_CHUNK = 64 << 10
_FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")  # in a template's text


class _Client(WeChatClient):  # type: ignore[misc]
    """wechatpy's client without its token handling, its endless retry and its secret."""

    def __init__(self, app_id: str, api_base: str, sessions: Sessions, timeout: Timeout) -> None:
        self._sessions = sessions
        super().__init__(app_id, "", timeout=timeout, auto_retry=False)
        self.API_BASE_URL = f"{api_base}/cgi-bin/"

    @property
    def _http(self) -> Session:
        return self._sessions.own

    @_http.setter
    def _http(self, _: requests.Session) -> None:
        """wechatpy makes a session of its own, shared by all threads and without a timeout."""

    @property
    def access_token(self) -> str:
        """Every call brings its token, so wechatpy has none to thrash."""
        raise AttributeError("access_token")

    def call(self, method: str, path: str, token: str, **more: Any) -> dict[str, Any]:
        """One call under this token, and only one."""
        params = {**more.pop("params", {}), "access_token": token}
        answer: dict[str, Any] = attempt(lambda: self._request(method, path, params=params, **more))
        return answer

    def _handle_result(self, res: requests.Response, *_: object, **__: object) -> dict[str, Any]:
        """wechatpy would keep request, token and client in its exception, and read non-numbers as codes."""
        return json_of(res)


class WeChat:
    """What we ask of WeChat; every failure is a ``WeChatError``."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        tokens: TokenStore,
        api_base: str = "https://api.weixin.qq.com",
        open_base: str = "https://open.weixin.qq.com",
        mp_base: str = "https://mp.weixin.qq.com",
        timeout: Timeout = (3, 5),
    ) -> None:
        self._app_id = app_id
        self._secret = app_secret
        self._api, self._open, self._mp = (base.rstrip("/") for base in (api_base, open_base, mp_base))
        self._sessions = Sessions(timeout)
        self._client = _Client(app_id, self._api, self._sessions, timeout)
        self._tokens = AccessTokens(tokens, self._fetch_token)

    def send_template(
        self, touser: str, template_id: str, data: Mapping[str, str], url: str = "", client_msg_id: str = ""
    ) -> str:
        """Send a template message and return its msgid; a repeat of ``client_msg_id`` is sent once (section 8)."""
        body = _card(touser, template_id, data, url=url, client_msg_id=client_msg_id)
        try:
            answer = self._post("message/template/send", body)
        except WeChatError as problem:
            if problem.code != SENT_BEFORE:
                raise
            log.info("template message %s was sent before", client_msg_id)
            return ""
        return str(answer.get("msgid", ""))

    def send_notification(
        self, touser: str, template_id: str, data: Mapping[str, str], page: str = ""
    ) -> str:
        """Send a subscription notification (section 9); a repeat is a second message."""
        answer = self._post("message/subscribe/bizsend", _card(touser, template_id, data, page=page))
        return str(answer.get("msgid", ""))

    def send_text(self, touser: str, text: str) -> None:
        """Send a customer-service message (section 7); a repeat is a second message."""
        content = clean(text)
        if len(content.encode()) > LIMIT:
            raise WeChatError(0, "content", "text too long")
        self._post("message/custom/send", {"touser": touser, "msgtype": "text", "text": {"content": content}})

    def send_image(self, touser: str, media_id: str) -> None:
        """Send an uploaded picture as a customer-service message (section 7); a repeat is a second message."""
        self._post(
            "message/custom/send", {"touser": touser, "msgtype": "image", "image": {"media_id": media_id}}
        )

    def create_menu(self, buttons: Mapping[str, Any]) -> None:
        """Put the menu that ``menu.build`` made under the chat."""
        self._post("menu/create", dict(buttons))

    def get_menu(self) -> dict[str, Any] | None:
        """The menu in force, if there is one."""
        try:
            return self._get("menu/get")
        except WeChatError as problem:
            if problem.code == NO_MENU:
                return None
            raise

    def upload_image(self, name: str, data: bytes, content_type: str = "") -> str:
        """Upload a picture for three days and return its media id; bytes, for a file object is sent once."""
        fault = picture_fault(data)
        if fault:
            raise WeChatError(0, "content", f"picture refused: {fault}")
        content_type = content_type if content_type in ENDINGS else sniff(data)
        stem = "".join(sign for sign in name.rsplit(".", 1)[0] if sign.isascii() and sign.isalnum())
        file = (f"{stem or 'picture'}.{ENDINGS[content_type]}", data, content_type)
        answer = self._call("post", "media/upload", params={"type": "image"}, files={"media": file})
        return _text_of(answer, "media_id")

    def download(self, media_id: str, limit: int) -> tuple[str, bytes]:
        """Content type and bytes of what a person sent, never more than ``limit`` bytes."""
        return self._with_token(lambda token: attempt(lambda: self._download(media_id, limit, token)))

    def qr_code(self, scene: str, seconds: int | None = None) -> tuple[str, str]:
        """Ticket and picture address of a QR code for a scene, permanent without ``seconds`` (section 11)."""
        ticket = _text_of(self._qr_code(scene, seconds), "ticket")
        return ticket, f"{self._mp}/cgi-bin/showqrcode?ticket={quote(ticket, safe='')}"

    def qr_content(self, scene: str) -> str:
        """What a permanent QR code for a scene says, to be drawn by ourselves."""
        return _text_of(self._qr_code(scene, None), "url")

    def _qr_code(self, scene: str, seconds: int | None) -> dict[str, Any]:
        if not 1 <= len(scene) <= 64:
            raise WeChatError(0, "content", "a scene has 1 to 64 characters")
        body: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}}
        if seconds is None:
            body["action_name"] = "QR_LIMIT_STR_SCENE"
        else:
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": min(max(seconds, 60), LONGEST_QR)}
        return self._post("qrcode/create", body)

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where to send a browser that we don't know yet."""
        return authorize_url(self._open, self._app_id, redirect_uri, state)

    def openid_of(self, code: str) -> str:
        """Who came back with this code; it works once and for five minutes (section 12)."""
        url, query = f"{self._api}/sns/oauth2/access_token", exchange(self._app_id, self._secret, code)
        answer = attempt(lambda: json_of(self._sessions.own.get(url, params=query)))
        return _text_of(answer, "openid")

    def check_token(self) -> None:
        """Have an access token, or raise ``WeChatError``; asks WeChat only where none is kept."""
        self._tokens.current()

    def examine(self) -> tuple[WeChatError | None, datetime | None]:
        """Ask for a token as if none were kept: why there is none, and the time that WeChat's clock shows.

        A refusal (of secret, appid or this machine's address) tells the time, too.
        """
        shown = None
        try:
            response = attempt(self._ask_for_token)
            shown = _moment(response.headers.get("Date", ""))
            _text_of(attempt(lambda: json_of(response)), "access_token")
        except WeChatError as problem:
            return problem, shown
        return None, shown

    def templates(self) -> dict[str, frozenset[str]]:
        """The account's templates: by id, the names of their fields (thing1, date2)."""
        listed = self._get("template/get_all_private_template").get("template_list", [])
        return {
            str(one.get("template_id", "")): frozenset(_FIELD.findall(str(one.get("content", ""))))
            for one in listed
        }

    def callback_ips(self) -> list[str]:
        """The addresses that pushes come from."""
        return [str(address) for address in self._get("getcallbackip").get("ip_list", [])]

    def _get(self, path: str) -> dict[str, Any]:
        return self._call("get", path)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("post", path, data=body)

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        return self._with_token(lambda token: self._client.call(method, path, token, **more))

    def _with_token(self, call: Callable[[str], T]) -> T:
        """Call, and once more with another token where the first was refused."""
        token = self._tokens.current()
        try:
            return call(token)
        except WeChatError as problem:
            if problem.code not in STALE_TOKEN:
                raise
            log.info("access token refused with %d, renewing", problem.code)
        return call(self._tokens.renewed(token))

    def _fetch_token(self) -> tuple[str, int]:
        """stable_token takes the secret in a body and gives all processes the same token."""
        answer = attempt(lambda: json_of(self._ask_for_token()))
        seconds = answer.get("expires_in")
        return _text_of(answer, "access_token"), seconds if isinstance(seconds, int) else 0

    def _ask_for_token(self) -> requests.Response:
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        url = f"{self._api}/cgi-bin/stable_token"
        return self._sessions.own.post(url, json={**body, "force_refresh": False})

    def _download(self, media_id: str, limit: int, token: str) -> tuple[str, bytes]:
        url, query = f"{self._api}/cgi-bin/media/get", {"access_token": token, "media_id": media_id}
        with self._sessions.own.get(url, params=query, stream=True) as response:
            if response.status_code != 200:
                raise status_error(response.status_code)
            told = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            data = _read(response.iter_content(_CHUNK), limit)
        if told.startswith(("application/json", "text/")):
            raise _no_media(data)
        return sniff(data) or told, data


def _read(chunks: Iterable[bytes], limit: int) -> bytes:
    """All chunks, unless they are too many or drip too slowly."""
    data, until = bytearray(), time.monotonic() + LONGEST_DOWNLOAD
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise WeChatError(0, "content", f"larger than {limit} bytes")
        if time.monotonic() > until:
            raise WeChatError(0, "unsent", "download too slow")
    return bytes(data)


def _no_media(data: bytes) -> WeChatError:
    """What it means that JSON came where a file was asked for."""
    answer = read_json(data)
    if "video_url" in answer:
        return WeChatError(0, "content", "a video, not a file")
    return error_in(answer)


def _card(touser: str, template_id: str, data: Mapping[str, str], **more: str) -> dict[str, Any]:
    values = {name: {"value": value} for name, value in data.items()}
    given = {name: value for name, value in more.items() if value}
    return {"touser": touser, "template_id": template_id, "data": values, **given}


def _moment(date: str) -> datetime | None:
    """The time in a header of HTTP."""
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _text_of(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise WeChatError(0, "ambiguous", f"answer without {name}")
    return value
