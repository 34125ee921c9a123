"""The phone half: a page in the browser on which the people of the simulator hold a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.account import content_type, ticket_url
from simulator.acts import Acts
from simulator.calendar import View, moved, view
from simulator.errors import ApiError
from simulator.platform import COOKIE
from simulator.records import Person
from simulator.sending import Sending

LOOPBACK = {"127.0.0.1", "localhost"}
SHOWN_LOG = 60
SILENT = "产品没有回答：它可能还在启动，请过几秒再试。"
NOT_FOLLOWING = "还没有关注，先点“关注”。"

Wish = Mapping[str, Any]
Act = Callable[[Person, Wish], object]


NEEDS_FOLLOWING = {"text", "item", "place", "voice", "click", "view"}


def phone_blueprint(world: Acts, sending: Sending) -> Blueprint:
    """Everything that the browser at the simulator asks for."""
    blueprint, phone = Blueprint("phone", __name__), Phone(world, sending)
    blueprint.before_request(refuse_other_sites)
    blueprint.get("/")(phone.page)
    blueprint.get("/events")(phone.events)
    blueprint.get("/mails")(phone.mails)
    blueprint.get("/faults")(phone.faults)
    blueprint.post("/faults")(phone.set_faults)
    blueprint.post("/hold")(phone.hold)
    blueprint.post("/act/<name>")(phone.act)
    blueprint.post("/photo")(phone.photo)
    blueprint.post("/clock")(phone.clock)
    return blueprint


def refuse_other_sites() -> Response | None:
    """Let no page of another address act through the browser."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    return Response(status=403) if foreign else None


class Phone:
    """The answers to the browser."""

    def __init__(self, world: Acts, sending: Sending) -> None:
        self._world = world
        self._sending = sending
        self._acts = acts_of(world)

    def page(self) -> AnyResponse:
        """Show the page, under the host name that the product's cookies have."""
        settings = self._world.settings
        wanted = urlsplit(settings.base_url).hostname or settings.host
        asked = request.host.partition(":")[0]
        if asked != wanted and {asked, wanted} <= LOOPBACK:
            return redirect(f"http://{wanted}:{settings.port}/")
        return _page(self._world)

    def events(self) -> Response:
        """Tell the browser all that it shows; of the chat only what is new."""
        world, state = self._world, self._world.state
        person = _holder(world, request.args.get("person"))
        after = request.args.get("after", 0, type=int)
        state.mark_read(person.openid)
        return jsonify(
            version=state.version,
            me=person.openid,
            persons=_persons(world),
            typing=self._sending.is_typing(person),
            bubbles=[asdict(bubble) for bubble in state.chat(person) if bubble.number > after],
            menu=(state.menu or {}).get("button", []),
            faults=world.faults.as_json(),
            log=[asdict(line) for line in list(state.log)[: -SHOWN_LOG - 1 : -1]],
            mails=len(state.mails),
            codes=_codes(world),
            clock=_clock(world),
        )

    def mails(self) -> Response:
        """List the mails, latest first."""
        return jsonify([asdict(mail) for mail in reversed(self._world.state.mails)])

    def faults(self) -> Response:
        """Tell the faults in force."""
        return jsonify(self._world.faults.as_json())

    def set_faults(self) -> Response:
        """Have a fault, or be sound again."""
        self._world.faults.apply(_wish())
        self._world.state.touch()
        return self.faults()

    def hold(self) -> Response:
        """Give the phone into somebody's hand: authorisation then means them."""
        person = _holder(self._world, _wish().get("person"))
        answer = jsonify({"person": person.openid})
        answer.set_cookie(COOKIE, person.openid, samesite="Lax", httponly=True)
        return answer

    def act(self, name: str) -> Response:
        """Let somebody do something; what comes of it arrives with the events."""
        wish = _wish()
        person = self._world.state.persons.get(str(wish.get("person")))
        if name not in self._acts or person is None:
            return Response(status=404)
        if name in NEEDS_FOLLOWING and not person.follows:
            return _sorry(NOT_FOLLOWING, 409)
        self._world.later(lambda: self._acts[name](person, wish))
        return Response(status=204)

    def photo(self) -> Response:
        """Let somebody send a photo."""
        person = _holder(self._world, request.form.get("person"))
        file = request.files.get("photo")
        data = file.read() if file else b""
        if not person.follows:
            return _sorry(NOT_FOLLOWING, 409)
        try:
            kind = content_type("image", data)
        except ApiError:
            return _sorry("只能发 JPG、PNG、GIF 图片。", 400)
        self._world.later(lambda: self._world.push_image(person, data, kind))
        return Response(status=204)

    def clock(self) -> Response:
        """Move campaign time, which is the product's."""
        clock = self._world.clock
        known = clock.look()
        target = known and moved(known, clock.time(), str(_wish().get("to")))
        if not target or not clock.move(target):
            return _sorry(SILENT, 502)
        self._world.state.touch()
        return jsonify(_clock(self._world))


def acts_of(world: Acts) -> Mapping[str, Act]:
    """The table of what a person can do from the browser, photos apart."""
    return {
        "text": lambda who, wish: world.push_text(who, str(wish["text"])),
        "item": lambda who, wish: world.push_item(who, str(wish["id"]), str(wish["text"])),
        "place": lambda who, wish: world.push_location(
            who, float(wish["lat"]), float(wish["lon"]), str(wish["label"])
        ),
        "voice": lambda who, _: world.push_voice(who),
        "click": lambda who, wish: world.push_click(who, str(wish["key"])),
        "view": lambda who, wish: world.push_menu_view(who, str(wish["url"])),
        "scan": lambda who, wish: world.scan(who, str(wish["scene"])),
        "follow": lambda who, _: world.follow(who),
        "unfollow": lambda who, _: world.unfollow(who),
        "block": lambda who, wish: world.block(who, bool(wish["on"])),
        "credit": lambda who, wish: world.give_credit(who, str(wish["template"])),
    }


def _wish() -> dict[str, Any]:
    wish = request.get_json(force=True, silent=True)
    return wish if isinstance(wish, dict) else {}


def _sorry(words: str, status: int) -> Response:
    answer = jsonify({"sorry": words})
    answer.status_code = status
    return answer


def _holder(world: Acts, openid: object) -> Person:
    """Find whose phone the browser holds: asked for, else by its cookie, else the first who follows."""
    for key in (str(openid), request.cookies.get(COOKIE, "")):
        if key in world.state.persons:
            return world.state.persons[key]
    people = list(world.state.persons.values())
    return next((person for person in people if person.follows), people[0])


def _page(world: Acts) -> Response:
    base = urlsplit(world.settings.base_url)
    product = f"{base.scheme}://{base.netloc}"
    text = render_template(
        "simulator.html", settings=world.settings, product=product, person=_holder(world, None)
    )
    policy = (
        "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; "
        f"img-src 'self' data: {product}; frame-src 'self' {product}"
    )
    return Response(text, headers={"Content-Security-Policy": policy}, mimetype="text/html")


def _persons(world: Acts) -> list[dict[str, Any]]:
    people = list(world.state.persons.values())
    return [asdict(person) | {"unread": world.state.unread(person.openid)} for person in people]


def _codes(world: Acts) -> list[dict[str, str]]:
    codes = list(world.state.qrcodes.values())
    good = [code for code in codes if code.expires is None or code.expires > world.seconds()]
    return [{"scene": code.scene, "picture": ticket_url("", code.ticket)} for code in good]


def _clock(world: Acts) -> View | None:
    known = world.clock.look()
    return view(known, world.clock.time()) if known else None
