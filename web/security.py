"""What every answer of the web side carries, and the guard around every form."""

from __future__ import annotations

import hashlib
import hmac
import logging
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf

from web.assets import dress, keep_long
from web.cookies import DESK, PHONE, held, named

log = logging.getLogger(__name__)

LARGEST_REQUEST = 64 * 1024 * 1024


_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_ELSEWHERE = ("cross-site", "same-site")
_BEFORE_SESSION = ("desk.login", "desk.enter")


def secure(app: Flask, base_url: str, frame_ancestors: str = "none") -> FormGuard:
    """Set the cookies, headers, form tokens and style sheets of the whole app; give what exempts a blueprint."""
    https = base_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME=named("session", https),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: a phone is laid aside for hours
    )
    if app.config["MAX_CONTENT_LENGTH"] is None:
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    dress(app)
    policy = content_policy(frame_ancestors)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        keep_long(response)
        return _without_host(response)

    return FormGuard(app, base_url)


class FormGuard:
    """Lets a form through that one of our pages gave to this very session, and no other."""

    def __init__(self, app: Flask, base_url: str) -> None:
        parts = urlsplit(base_url.lower())
        self._scheme, self._host = parts.scheme, parts.netloc
        self._exempt: set[str] = set()
        app.jinja_env.globals["csrf_token"] = _form_token
        app.before_request(self._check)

    def exempt(self, blueprint: Blueprint) -> None:
        """What a blueprint is sent comes from no page of ours."""
        self._exempt.add(blueprint.name)

    def _check(self) -> None:
        if request.method not in _CHANGING or request.endpoint is None or request.blueprint in self._exempt:
            return
        if self._from_elsewhere():
            log.warning("a form came from a page of somebody else")
            raise CSRFError("The form is of another origin.")
        try:
            validate_csrf(request.form.get("csrf_token"), _key())
        except ValueError as fault:
            raise CSRFError(str(fault)) from None

    def _from_elsewhere(self) -> bool:
        """Does the browser name another site's page as the sender?

        Browsers within WeChat may name none, and where a page sends no referrer, as ours, ``null`` stands for it.
        """
        if request.headers.get("Sec-Fetch-Site", "") in _ELSEWHERE:
            return True
        origin = request.headers.get("Origin", "null").lower()
        ours = (f"{self._scheme}://{self._host}", f"{self._scheme}://{request.host.lower()}")
        return origin not in ("null", *ours)


def _form_token() -> str:
    """What a form of ours holds; good with this browser's cookies alone."""
    return str(generate_csrf(_key()))


def _key() -> str:
    """What a token is signed with: another for each session, on the phone and at the desk, and for none.

    Not at the desk's login: its cookie is withheld from whoever comes by a link of another site, and sent with the form.
    """
    at_desk = request.blueprint == "desk"
    cookie = "" if request.endpoint in _BEFORE_SESSION else held(DESK if at_desk else PHONE)
    whose = f"{request.blueprint if at_desk else PHONE} {cookie}".encode()
    return hmac.new(str(current_app.secret_key).encode(), b"form " + whose, hashlib.sha256).hexdigest()


def _without_host(response: Response) -> Response:
    """What the router itself redirects leads to a path: a caller could have named any host."""
    location = response.headers.get("Location", "")
    if response.status_code == 308 and location.startswith(request.host_url):
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
    return response


def content_policy(frame_ancestors: str) -> str:
    """The Content-Security-Policy: nothing inline, nothing from elsewhere, framed by nobody who isn't named."""
    named = frame_ancestors.split() or ["none"]
    framed_by = " ".join(f"'{one}'" if one in ("self", "none") else one for one in named)
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )
