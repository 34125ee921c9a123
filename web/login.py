"""Who looks at a page: WeChat's web authorisation, and a session that only the server knows."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, make_response, redirect, request, session, url_for
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as AnyResponse

from store.redis_link import Unavailable
from web.cookies import PHONE, give, held, named, take_back
from web.errors import NOT_SIGNED_IN, SIGNED_OUT, trouble_page
from wechat.errors import WeChatError

log = logging.getLogger(__name__)

HOME = "/p/"
MOST_LOGINS = 5  # that one browser may have begun and not finished


class Login(Protocol):
    """WeChat's web authorisation."""

    def authorize_url(self, redirect_uri: str, state: str) -> str: ...
    def openid_of(self, code: str) -> str: ...


class Sessions(Protocol):
    """Who is signed in, by a random id, and what their next page shows; kept on the server."""

    def create(self, openid: str) -> str: ...
    def get(self, sid: str) -> str | None: ...
    def drop(self, sid: str) -> None: ...
    def set_aside(self, sid: str, text: str) -> None: ...
    def aside(self, sid: str) -> str: ...


View = Callable[..., Any]


def session_id() -> str:
    """The id of the session that this browser has, empty without one."""
    return held(PHONE)


def visitor(sessions: Sessions) -> str | None:
    """The OpenID of who looks at this page, if they are signed in."""
    sid = session_id()
    return sessions.get(sid) if sid else None


def has_session(sessions: Sessions, cookie: str) -> bool:
    """Is the sender of this ``Cookie`` header signed in? To be asked before a large body is read; one trip to Redis.

    Where Redis can't tell, nobody is turned away: the page says what is amiss.
    """
    brought = parse_cookie(cookie)
    sid = brought.get(named(PHONE, https=True)) or brought.get(named(PHONE, https=False), "")
    try:
        return bool(sid) and sessions.get(sid) is not None
    except Unavailable:
        return True


def signed_in(sessions: Sessions) -> Callable[[View], View]:
    """Give a view the OpenID as its first argument; a reader is sent to sign in and comes back.

    A form is not sent on, for the browser would refuse to leave for WeChat from it: its page asks for one tap.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(**kwargs: Any) -> Any:
            user = visitor(sessions)
            if user is not None:
                return view(user, **kwargs)
            if request.method in ("GET", "HEAD"):
                return redirect(login_address(request.full_path.rstrip("?")))
            return trouble_page(SIGNED_OUT, 401, login_address(HOME))

        return inner

    return wrap


def login_address(target: str) -> str:
    """Where to sign in and then go on to a page of ours."""
    return f"/p/login?{urlencode({'next': local_path(target)})}"


def local_path(target: str) -> str:
    """A path on this host, or the first page: never an address elsewhere, however it is written."""
    plain = target.isprintable() and "\\" not in target
    parts = urlsplit(target) if plain and target.startswith("/") and not target.startswith("//") else None
    return target if parts and not parts.scheme and not parts.netloc else HOME


def add_login(blueprint: Blueprint, login: Login, sessions: Sessions, base_url: str) -> None:
    """Add the addresses of signing in and out to a blueprint."""

    @blueprint.get("/login")
    def begin_login() -> AnyResponse:
        target = local_path(request.args.get("next", HOME))
        if visitor(sessions) is not None:
            return redirect(target)
        state = _begin(target)
        return redirect(login.authorize_url(f"{base_url.rstrip('/')}/p/callback", state))

    @blueprint.get("/callback")
    def callback() -> Any:
        state = request.args.get("state", "")
        target = _take(state)
        if target is None:
            return _second_time(state, sessions)
        return _exchange(login, sessions, state, target)

    @blueprint.get("/known")
    def known() -> tuple[str, int]:
        """For the proxy in front, before it reads photos: does the sender have a session?"""
        return "", 204 if has_session(sessions, request.headers.get("Cookie", "")) else 401

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        _forget(sessions)
        response = redirect(url_for(".left"), 303)
        take_back(response, PHONE)
        return response


def _begin(target: str) -> str:
    """Draw a state that only this browser may bring back, once."""
    state = secrets.token_urlsafe(24)
    begun = list(session.get("logins", []))
    session["logins"] = [*begun, [state, target]][-MOST_LOGINS:]
    return state


def _take(state: str) -> str | None:
    """Where the login of this state leads; a state is good for one time."""
    begun = list(session.get("logins", []))
    session["logins"] = [one for one in begun if one[0] != state]
    return next((target for begun_state, target in begun if begun_state == state), None)


def _exchange(login: Login, sessions: Sessions, state: str, target: str) -> Any:
    try:
        openid = login.openid_of(request.args.get("code", ""))
    except WeChatError as problem:
        log.warning("a login was refused: %s", problem.code)
        return _failed(sessions, target)
    _forget(sessions)
    session["landed"] = {state: target}
    response = make_response(redirect(target))
    give(response, PHONE, sessions.create(openid), "Lax")
    return response


def _forget(sessions: Sessions) -> None:
    """End the session that this browser has, so that a new one has a new id."""
    if sid := session_id():
        sessions.drop(sid)
    session.clear()


def _second_time(state: str, sessions: Sessions) -> Any:
    """WeChat's clients open the callback twice: who is signed in by now just goes on."""
    return _failed(sessions, dict(session.get("landed", {})).get(state, HOME))


def _failed(sessions: Sessions, target: str) -> Any:
    if visitor(sessions) is not None:
        return redirect(target)
    return trouble_page(NOT_SIGNED_IN, 400, login_address(target))
