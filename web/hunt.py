"""找隐患 on the page: the picture, the taps on it, and rings around what was found; the same dialogue as in chat.

A tap is an ``<input type="image">``, so that it needs no script: the browser sends where in the shown picture it was. How
wide that was tells the name of the input, since a page holds one for each width and shows the one that fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content.scenes import LOOKED, SCENES, Scene, Thing
from rules.numbers import whole
from web.login import Sessions, signed_in
from web.screen import Choice, Screen
from web.turns import Talk, look_again, message_of, posted, take_turn

WIDTHS = (
    248,
    288,
    328,
    343,
    358,
    380,
    448,
)  # pixels at which a picture may stand; pages.css shows one of them
REACH = 22.0  # pixels around a thing that still mean it: half a finger
MISSED = "这里没有点到东西。再点一次，或从图下面选。"
KNOWN = "已经看过了，换一处。"


@dataclass(frozen=True, slots=True)
class Ring:
    """A frame around a thing, in units of the picture; a number where it was found, in full where it was found in time."""

    x: int
    y: int
    width: int
    height: int
    number: str
    state: str  # found, wrong, missed
    label: str
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene as a page shows it."""

    scene: Scene
    address: str
    rings: tuple[Ring, ...]
    total: int
    over: bool
    left: tuple[Choice, ...] = ()  # what was not pointed at yet, each with its letter

    @property
    def of_state(self) -> Mapping[str, tuple[Ring, ...]]:
        states = ("found", "missed", "wrong")
        return {state: tuple(ring for ring in self.rings if ring.state == state) for state in states}

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        return tuple((width, round(width * self.scene.height / self.scene.width)) for width in WIDTHS)


def picture_of(screen: Screen, known: Mapping[str, Scene]) -> Picture | None:
    """What a page draws of a scene: what was found, and once it is over what was missed; nothing else is marked."""
    scene = known.get(screen.scene)
    if scene is None:
        return None
    over, offered = not screen.key, {choice.text for choice in screen.choices}
    rings: list[Ring] = []
    for thing in scene.things:
        state = _state(thing, scene, screen, over, offered)
        if state:
            rings.append(_ring(thing, scene, screen, state))
    order = {label: n for n, label in enumerate(screen.found)}
    rings.sort(key=lambda ring: order.get(ring.label, len(order)))
    left = tuple(choice for choice in screen.choices if not choice.text.endswith(LOOKED))
    return Picture(scene, _address(scene), tuple(rings), len(scene.hazards), over, left)


def _state(thing: Thing, scene: Scene, screen: Screen, over: bool, offered: set[str]) -> str:
    """found, missed or wrong; nothing for what must not be told yet."""
    if thing.label in screen.found:
        return "found"
    if over:
        return "missed" if thing in scene.hazards else ""
    return "" if thing.label in offered else "wrong"


def _ring(thing: Thing, scene: Scene, screen: Screen, state: str) -> Ring:
    left, top, width, height = thing.box
    across, down = scene.width / 1000, scene.height / 1000
    return Ring(
        round(left * across),
        round(top * down),
        round(width * across),
        round(height * down),
        str(screen.found.index(thing.label) + 1) if state == "found" else "",
        state,
        thing.label,
        getattr(thing, "why", ""),
        getattr(thing, "source", ""),
    )


def add_hunt(blueprint: Blueprint, talk: Talk, sessions: Sessions, known: Mapping[str, Scene]) -> None:
    """The pictures, and the taps on them."""
    member = signed_in(sessions)

    @blueprint.get("/scene/<name>.svg", endpoint="scene_static")  # kept for a year, as all that is static
    def drawn(name: str) -> Response:
        scene = known.get(name) or abort(404)
        return Response(_drawn(scene.picture), mimetype="image/svg+xml")

    @blueprint.post("/tap")
    @member
    def tap(user: str) -> AnyResponse:
        open_now = talk.look(user)
        scene = known.get(open_now.scene)
        if scene is None or not open_now.asks or open_now.asks != posted("key"):
            return redirect(url_for("pages.show"), 303)
        thing = _tapped(scene)
        if thing is None:
            return look_again(sessions, {"refused": [MISSED]})
        if thing.label not in open_now.choices:
            return look_again(sessions, {"refused": [f"“{thing.label}”{KNOWN}"]})
        return take_turn(talk, sessions, user, message_of(user, "text", thing.label))


def _tapped(scene: Scene) -> Thing | None:
    """What was tapped, within a finger's reach; nothing where a keyboard pressed the picture."""
    for width in WIDTHS:
        x, y = (whole(request.form.get(f"at{width}.{axis}", ""), 4) for axis in "xy")
        if x is not None and y is not None and (x or y):
            across, down = 1000 / width, 1000 / (width * scene.height / scene.width)
            return scene.at(x * across, y * down, (REACH * across, REACH * down))
    return None


@lru_cache(maxsize=64)
def _drawn(picture: str) -> bytes:
    return (SCENES / picture).read_bytes()


def _address(scene: Scene) -> str:
    """The address of a picture, which changes when the picture does."""
    version = hashlib.sha256(_drawn(scene.picture)).hexdigest()[:12]
    return url_for("pages.scene_static", name=scene.id, v=version)
