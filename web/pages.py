"""The phone page: the third way into the one bot, one question a screen, and all of it without a script.

A GET never speaks to the bot: every turn is a form that is sent, answered with 303, and then looked at. What a turn
said above the open question (a refusal, the emergency card, an answer to something else) waits for that look on the
server, sealed, under an id in the address, so that reloading shows the same again. The browser's cookies hold none of it:
they can be read by whoever takes up the phone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from bot.errors import Invalid
from bot.message import Kind, Message, Place, Reply
from bot.readers import DONE, MOST_PHOTOS, SKIP
from bot.routes import Route
from content.models import Campaign
from web.login import Login, Sessions, add_login, local_path, session_id, signed_in
from web.phones import linker
from web.screen import screen_of
from web.security import LARGEST_REQUEST

BACK = "上一步"
LARGEST_FORM = 256 * 1024
LONGEST_KEPT = 200  # characters of a refused answer that stay in its field
SIZES = {"": "大字", "large": "特大", "largest": "标准"}  # the size that is set, and the one that follows
_NEXT_SIZE = {"": "large", "large": "largest", "largest": ""}
SIZE_COOKIE = "size"
YEAR = 365 * 24 * 3600

#: Pages that a reply may name, and what their link says.
PAGES = {"talk": "/p/", "menu": "/p/menu", "emergency": "/p/emergency", "privacy": "/p/privacy"}
_LABELS = {"talk": "接着写", "menu": "看能做什么", "emergency": "紧急电话", "privacy": "看全文"}
_EMERGENCY = ("119", "120", "110", "122")


class Talk(Protocol):
    """One turn of a conversation, and what it stands at."""

    def say(self, message: Message) -> Reply:
        """Take one turn; a message whose id was said before gets the same reply and does nothing."""

    def look(self, user: str) -> Reply:
        """The open question, else the last reply; nothing is said."""


KeepPhoto = Callable[[str, bytes], str]


@dataclass(frozen=True, slots=True)
class Pages:
    """All that the phone page is made of."""

    talk: Talk
    login: Login
    sessions: Sessions
    keep_photo: KeepPhoto  # cleans and keeps one, gives its token, or refuses with ``Invalid``
    campaign: Campaign
    routes: Sequence[Route]
    base_url: str
    others: Mapping[str, str] = field(default_factory=dict)  # name to path of pages built elsewhere


def page_path(name: str, others: Mapping[str, str] | None = None) -> str:
    """The path of a page that a reply names: one of ours, another's, or ``go/report`` for a route."""
    known = {**PAGES, **(others or {})}
    if name.startswith("go/"):
        return f"/p/go/{quote(name.removeprefix('go/'), safe='')}"
    return known.get(name, "")


def pages_blueprint(pages: Pages) -> Blueprint:
    """The phone page under ``/p``; the app needs ``secure()``, ``register_errors()`` and a secret key."""
    blueprint = Blueprint(
        "pages",
        __name__,
        url_prefix="/p",
        template_folder="templates",
        static_folder="static",
    )
    blueprint.url_value_preprocessor(_cap)
    _dress(blueprint, pages)
    add_login(blueprint, pages.login, pages.sessions, pages.base_url)
    _add_talk(blueprint, pages)
    _add_answers(blueprint, pages)
    _add_doors(blueprint, pages)
    _add_open_pages(blueprint, pages)
    return blueprint


def _cap(endpoint: str | None, _: Mapping[str, Any] | None) -> None:
    """Read no more of a request than its form may hold; runs before the form's token is looked for."""
    request.max_content_length = LARGEST_REQUEST if endpoint == "pages.photo" else LARGEST_FORM


def _dress(blueprint: Blueprint, pages: Pages) -> None:
    """Hand all templates what they share."""
    link, where = linker(pages.campaign), f"{pages.campaign.welcome.audience}安全生产月"

    @blueprint.app_context_processor
    def shared() -> dict[str, Any]:
        size = request.cookies.get(SIZE_COOKIE, "")
        size = size if size in SIZES else ""
        here = request.full_path.rstrip("?") if request.method == "GET" else PAGES["talk"]
        return {"tel": link, "where": where, "size": size, "next_size": SIZES[size], "here": here}


def _add_talk(blueprint: Blueprint, pages: Pages) -> None:
    """What the conversation stands at, and a word said to it."""
    member = signed_in(pages.sessions)

    @blueprint.get("/")
    @member
    def show(user: str) -> str:
        open_now, aside = pages.talk.look(user), _aside(pages.sessions)
        reply = _carried(aside) or open_now
        if reply.silent:
            return render_template("pages/home.html", campaign=pages.campaign, **_fresh(open_now))
        return _draw(pages, reply, open_now, aside)

    @blueprint.post("/say")
    @member
    def say(user: str) -> AnyResponse:
        text = _posted("choice") or _posted("text").replace("\r\n", "\n").strip()
        return _turn(pages, user, _message(user, "text", text))

    @blueprint.post("/back")
    @member
    def back(user: str) -> AnyResponse:
        return _turn(pages, user, _message(user, "text", BACK))


def _add_answers(blueprint: Blueprint, pages: Pages) -> None:
    """Answers that are more than words."""
    member = signed_in(pages.sessions)

    @blueprint.post("/place")
    @member
    def place(user: str) -> AnyResponse:
        label, point = _posted("label").strip(), _point()
        if point is None:
            return _turn(pages, user, _message(user, "text", label))
        return _turn(pages, user, _message(user, "location", place=point))

    @blueprint.post("/photo")
    @member
    def photo(user: str) -> AnyResponse:
        files = [one for one in request.files.getlist("photos") if one.filename]
        tokens, refused = _keep_all(pages.keep_photo, user, files[:MOST_PHOTOS])
        if len(files) > MOST_PHOTOS:
            refused.append(f"一次最多{MOST_PHOTOS}张，多出的没有存上。")
        messages = [_message(user, "image", media=token, part=str(n)) for n, token in enumerate(tokens)]
        if _posted("then") and not refused:
            messages.append(_message(user, "text", DONE, part="done"))
        return _turn(pages, user, *messages, refused=refused)


def _add_doors(blueprint: Blueprint, pages: Pages) -> None:
    """The ways into the bot's routes. Links in chat arrive by GET, so that only shows a button."""
    member = signed_in(pages.sessions)
    doors = {name: route for route in pages.routes for name in (*route.words, route.name)}

    @blueprint.get("/go/<name>")
    @member
    def go(user: str, name: str) -> str:
        route = doors.get(name) or abort(404)
        open_now = pages.talk.look(user)
        return render_template("pages/go.html", route=route, name=name, **_fresh(open_now))

    @blueprint.post("/go/<name>")
    @member
    def enter(user: str, name: str) -> AnyResponse:
        route = doors.get(name) or abort(404)
        return _turn(pages, user, _message(user, "menu", route.word))

    @blueprint.get("/menu")
    @member
    def menu(user: str) -> str:
        tops = {
            top: [one for one in pages.routes if one.top == top] for top in ("学安全", "报隐患", "联络员")
        }
        return render_template("pages/menu.html", tops=tops, **_fresh(pages.talk.look(user)))


def _add_open_pages(blueprint: Blueprint, pages: Pages) -> None:
    """What anybody may read, signed in or not; none of it touches the bot, the sessions or a store."""
    campaign = pages.campaign
    local = [one for one in campaign.hotlines if one.confirmed and one.number not in _EMERGENCY]

    @blueprint.get("/emergency")
    def emergency() -> str:
        return render_template("pages/emergency.html", local=local)

    @blueprint.get("/privacy")
    def privacy() -> str:
        return render_template("pages/privacy.html", campaign=campaign)

    @blueprint.get("/left")
    def left() -> str:
        return render_template("pages/left.html")

    @blueprint.post("/size")
    def size() -> Response:
        following = _NEXT_SIZE.get(request.cookies.get(SIZE_COOKIE, ""), "large")
        response = make_response(redirect(local_path(_posted("here")), 303))
        https = pages.base_url.startswith("https:")
        response.set_cookie(
            SIZE_COOKIE, following, max_age=YEAR, httponly=True, samesite="Lax", secure=https, path="/"
        )
        return response


def _draw(pages: Pages, reply: Reply, open_now: Reply, aside: Mapping[str, Any]) -> str:
    screen = screen_of(reply, aside.get("before", ""), aside.get("danger", False))
    return render_template(
        "pages/talk.html",
        screen=screen,
        verdict_first=bool(screen.verdict and screen.key and not request.args.get("on")),
        elsewhere=bool(open_now.asks) and not reply.asks,
        refused=aside.get("refused", []),
        typed=aside.get("typed", ""),
        skip=SKIP,
        page_link=page_path(screen.page, pages.others),
        page_label=_LABELS.get(screen.page, "打开"),
        **_fresh(open_now),
    )


def _fresh(open_now: Reply) -> dict[str, Any]:
    """What a form brings back: a word that makes its turn unique, and the question that was open when it was drawn."""
    return {"nonce": secrets.token_urlsafe(12), "open_key": open_now.asks}


# -- one turn ------------------------------------------------------------------------------------------------


def _posted(name: str) -> str:
    return request.form.get(name, "")


def _message(
    user: str, kind: Kind, text: str = "", *, media: str = "", place: Place | None = None, part: str = ""
) -> Message:
    """What a form says; sent twice, it is the same message."""
    nonce = _posted("nonce") or secrets.token_urlsafe(12)
    known_by = hashlib.sha256(f"{user}\n{nonce}\n{part}".encode()).hexdigest()[:32]
    asks = "" if kind == "menu" else _posted("key")
    return Message(user, kind, id=f"page:{known_by}", text=text, media=media, place=place, asks=asks)


def _turn(pages: Pages, user: str, *messages: Message, refused: Sequence[str] = ()) -> AnyResponse:
    """Say something and have the browser look at what came of it; a page that is out of date says nothing."""
    talk = pages.talk
    if _out_of_date(talk, user, messages):
        return redirect(url_for(".show"), 303)
    reply = None
    for message in messages:
        reply = talk.say(message)
    aside = _to_carry(reply, talk.look(user)) if reply else {}
    if refused:
        aside["refused"] = list(refused)
    return _look_again(pages.sessions, aside)


def _out_of_date(talk: Talk, user: str, messages: Sequence[Message]) -> bool:
    """Was a word meant for no question, and one has been opened since? (To a question's key the bot itself looks.)"""
    drawn_for = request.form.get("open")
    bound = any(message.asks or message.kind == "menu" for message in messages)
    return drawn_for is not None and not bound and drawn_for != talk.look(user).asks


def _to_carry(reply: Reply, open_now: Reply) -> dict[str, Any]:
    """What a turn said that looking at the open question would not show."""
    if reply.silent or reply == open_now:
        return {}
    if not (reply.asks and reply.asks == open_now.asks and reply.choices == open_now.choices):
        return {"reply": asdict(reply)}
    before = reply.text.removesuffix(open_now.text).strip()
    if not before or open_now.text.startswith(reply.text):
        return {}
    again = reply.asks == _posted("key")
    typed = (_posted("text") or _posted("label"))[:LONGEST_KEPT] if again else ""
    return {"before": before, "danger": reply.danger, "typed": typed}


def _look_again(sessions: Sessions, aside: dict[str, Any]) -> AnyResponse:
    if not aside:
        sessions.set_aside(session_id(), "")
        return redirect(url_for(".show"), 303)
    said = secrets.token_hex(4)
    sessions.set_aside(session_id(), json.dumps({**aside, "id": said}, ensure_ascii=False))
    return redirect(url_for(".show", said=said), 303)


def _aside(sessions: Sessions) -> dict[str, Any]:
    """What the turn that led to this look said above the question, while it is kept."""
    said = request.args.get("said")
    kept = sessions.aside(session_id()) if said else ""
    aside: dict[str, Any] = json.loads(kept) if kept else {}
    return aside if aside.get("id") == said else {}


def _carried(aside: Mapping[str, Any]) -> Reply | None:
    """The whole reply that the last turn gave, where it was not the open question."""
    said = aside.get("reply")
    if not said:
        return None
    known = {name: said[name] for name in Reply.__dataclass_fields__ if name in said}
    return Reply(**{**known, "choices": tuple(known.get("choices", ()))})


def _point() -> Place | None:
    """The point on the map that a form gives, if it gives a real one."""
    try:
        latitude, longitude = float(_posted("lat")), float(_posted("lon"))
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(latitude, longitude, _posted("label").strip())


def _keep_all(keep: KeepPhoto, user: str, files: Sequence[FileStorage]) -> tuple[list[str], list[str]]:
    """The tokens of the photos that were kept, and a sentence for each that was not."""
    tokens: list[str] = []
    refused: list[str] = []
    for number, file in enumerate(files, start=1):
        try:
            tokens.append(keep(user, file.read()))
        except Invalid as problem:
            refused.append(f"第{number}张“{str(file.filename)[:24]}”：{problem}")
    return tokens, refused
