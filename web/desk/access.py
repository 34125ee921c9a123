"""Who may open the desk: a name and a password, a session that only the server knows, and few tries."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from rules.names import tidy
from store.staff import LEAST, MOST, StaffView, sign_in
from store.staff_sessions import Signed
from web.cookies import DESK, give, held, take_back
from web.desk.desk import Desk

log = logging.getLogger(__name__)

PATH = "/desk"
_OPEN = ("desk.login", "desk.enter", "desk.static")
_CHOOSING = ("desk.password", "desk.choose", "desk.leave")
WRONG = "名字或口令不对，请再试一次。"
OFTEN = "试的次数多了，请过15分钟再来。"
SHORT = f"口令至少{LEAST}个字符，可以是一句话。"
UNLIKE = "两次写的不一样，请再写一遍。"
SAME = "请自己想一个，不要用发给您的那个。"


def me() -> StaffView:
    """Who is signed in."""
    staff: StaffView = g.staff
    return staff


def guard(desk: Desk) -> Any:
    """What stands before every page: lets in who is signed in, sends others to the login."""
    if request.endpoint in _OPEN:
        return None
    staff = _visitor(desk)
    if staff is None:
        return redirect(url_for("desk.login"), 303)
    g.staff = staff
    if staff.must_choose and request.endpoint not in _CHOOSING:
        return redirect(url_for("desk.password"), 303)
    return None


def _visitor(desk: Desk) -> StaffView | None:
    """The account behind the browser's session, as long as it is there and has the password of then."""
    signed = desk.sessions.get(held(DESK))
    if signed is None:
        return None
    with desk.storage.looking(desk.campaign.id) as stores:
        staff = stores.staff.get(signed.number)
    return staff if staff is not None and staff.version == signed.version else None


def add_access(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of signing in and out."""

    @blueprint.get("/login")
    def login() -> str:
        return render_template("desk/login.html", fault="", name="")

    @blueprint.post("/login")
    def enter() -> Any:
        name, password = tidy(_written("name"))[:40], _written("password")[:MOST]
        address = request.remote_addr or ""
        if not desk.sessions.may_try(name, address):
            log.warning("the desk was tried too often")
            return render_template("desk/login.html", fault=OFTEN, name=name), 429
        staff = sign_in(desk.storage, desk.campaign.id, name, password)
        if staff is None:
            return render_template("desk/login.html", fault=WRONG, name=name), 403
        desk.sessions.succeeded(name, address)
        return _with_session(desk, staff, redirect(url_for("desk.overview"), 303))

    @blueprint.post("/leave")
    def leave() -> AnyResponse:
        _forget(desk)
        response = redirect(url_for("desk.login"), 303)
        take_back(response, DESK, PATH)
        return response

    _add_password(blueprint, desk)


def _add_password(blueprint: Blueprint, desk: Desk) -> None:
    """The page on which the first password is replaced."""

    @blueprint.get("/password")
    def password() -> Any:
        if not me().must_choose:
            return redirect(url_for("desk.overview"), 303)
        return render_template("desk/password.html", fault="", least=LEAST, most=MOST)

    @blueprint.post("/password")
    def choose() -> Any:
        if not me().must_choose:
            return redirect(url_for("desk.overview"), 303)
        chosen = _written("password")
        fault = _fault(desk, chosen)
        if fault:
            return render_template("desk/password.html", fault=fault, least=LEAST, most=MOST), 422
        with desk.storage.transaction(desk.campaign.id) as stores:
            staff = stores.staff.choose(me().id, chosen)
        if staff is None:
            return redirect(url_for("desk.login"), 303)
        return _with_session(desk, staff, redirect(url_for("desk.overview"), 303))


def _fault(desk: Desk, chosen: str) -> str:
    """Why a password can't be taken; empty where it can."""
    if not LEAST <= len(chosen) <= MOST:
        return SHORT
    if chosen != _written("again"):
        return UNLIKE
    return SAME if sign_in(desk.storage, desk.campaign.id, me().name, chosen) is not None else ""


def _written(name: str) -> str:
    return request.form.get(name, "").strip()


def _forget(desk: Desk) -> None:
    """End the session that this browser has, so that a new one has a new id and its forms a new token."""
    if sid := held(DESK):
        desk.sessions.drop(sid)
    session.pop("csrf_token", None)


def _with_session(desk: Desk, staff: StaffView, response: AnyResponse) -> Response:
    _forget(desk)
    answer = make_response(response)
    sid = desk.sessions.create(Signed(staff.id, staff.version))
    give(answer, DESK, sid, "Strict", PATH)
    return answer
