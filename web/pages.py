"""The phone page: the third way into the one bot, one question a screen, and all of it without a script.

A GET never speaks to the bot: every turn is a form that is sent, answered with 303, and then looked at. What a turn
said above the open question (a refusal, the emergency card, an answer to something else) waits for that look on the
server, sealed, under an id in the address, so that reloading shows the same again. The browser's cookies hold none of it:
they can be read by whoever takes up the phone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.context import Unfinished
from bot.message import Place, Reply
from bot.readers import SKIP
from bot.routes import Route, offered
from bot.steering import PAUSE, RESUME
from content.models import Campaign
from content.scenes import Scene, scenes
from rules.prizes import ENTRANTS_KEPT_DAYS
from web.hunt import add_hunt, picture_of
from web.login import Login, Sessions, add_login, local_path, signed_in
from web.marks import fault_of, is_marked, kept_of, letters_of, ticked
from web.phones import linker
from web.photos import Album, DrawCode, KeepPhoto, NoAlbum, add_photos
from web.playing import runs_on, seconds_left, time_left
from web.screen import Screen, screen_of
from web.security import LARGEST_REQUEST
from web.turns import Talk, aside_of, carried, fresh, look_again, message_of, posted, take_turn, to_carry

BACK = "上一步"
LARGEST_FORM = 256 * 1024
SIZES = {"": "大字", "large": "特大", "largest": "标准"}  # the size that is set, and the one that follows
_NEXT_SIZE = {"": "large", "large": "largest", "largest": ""}
SIZE_COOKIE = "size"
YEAR = 365 * 24 * 3600

#: Pages that a reply may name, and what their link says.
PAGES = {
    "talk": "/p/",
    "menu": "/p/menu",
    "emergency": "/p/emergency",
    "privacy": "/p/privacy",
    "certificates": "/p/certificates",
}
_LABELS = {
    "talk": "接着写",
    "menu": "看能做什么",
    "emergency": "紧急电话",
    "privacy": "看全文",
    "certificates": "看证书",
    "posters": "看海报",
}
_EMERGENCY = ("119", "120", "110", "122")
_GAMES = ("daily", "levels", "exam", "hunt", "practice", "rumours", "notebook", "ranking")


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
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)  # campaign time, for the time that is left
    scenes: Mapping[str, Scene] = field(default_factory=scenes)
    album: Album = field(default_factory=NoAlbum)  # the photos that were sent and no report has yet
    draw_code: DrawCode | None = None  # a query code as a picture
    glance: Callable[[str, str], Reply | None] = lambda _user, _route: (
        None
    )  # what a route that only reads would say
    unfinished: Callable[[str], Sequence[Unfinished]] = lambda _user: ()  # the last first


def page_path(name: str, others: Mapping[str, str] | None = None) -> str:
    """The path of a page that a reply names: one of ours, another's, or ``go/report`` for a route."""
    known = {**PAGES, **(others or {})}
    if name.startswith("posters/"):
        return f"/p/{quote(name)}"
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
    blueprint.after_request(_for_script)
    _dress(blueprint, pages)
    add_login(blueprint, pages.login, pages.sessions, pages.base_url)
    _add_talk(blueprint, pages)
    _add_answers(blueprint, pages)
    add_photos(blueprint, pages.talk, pages.sessions, pages.keep_photo, pages.album, pages.draw_code)
    _add_doors(blueprint, pages)
    add_hunt(blueprint, pages.talk, pages.sessions, pages.scenes)
    _add_open_pages(blueprint, pages)
    return blueprint


def _cap(endpoint: str | None, _: Mapping[str, Any] | None) -> None:
    """Read no more of a request than its form may hold; runs before the form's token is looked for."""
    request.max_content_length = LARGEST_REQUEST if endpoint == "pages.photo" else LARGEST_FORM


def _for_script(response: Response) -> Response:
    """A script that has sent a form is told where to look instead of being led there, so that it looks once."""
    if response.status_code == 303 and request.headers.get("X-Requested-With") == "fetch":
        response.status_code = 204
        response.set_data(b"")
    return response


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
        open_now, aside = pages.talk.look(user), aside_of(pages.sessions)
        reply = carried(aside) or open_now
        if reply.silent:
            games = _games(pages)
            return render_template("pages/home.html", campaign=pages.campaign, games=games, **fresh(open_now))
        return _draw(pages, user, reply, open_now, aside)

    @blueprint.post("/say")
    @member
    def say(user: str) -> AnyResponse:
        if is_marked(request.form):
            return _say_marks(pages, user)
        text = posted("choice") or posted("text").replace("\r\n", "\n").strip()
        return take_turn(pages.talk, pages.sessions, user, message_of(user, "text", text))

    @blueprint.post("/back")
    @member
    def back(user: str) -> AnyResponse:
        return take_turn(pages.talk, pages.sessions, user, message_of(user, "text", BACK))

    @blueprint.post("/stop")
    @member
    def stop(user: str) -> AnyResponse:
        reply = pages.talk.say(replace(message_of(user, "order", PAUSE), asks=""))  # whatever is open now
        if reply.stopped:
            return redirect(url_for("pages.menu"), 303)
        return look_again(pages.sessions, to_carry(reply, pages.talk.look(user), ""))


def _add_answers(blueprint: Blueprint, pages: Pages) -> None:
    """Answers that are more than words."""
    member = signed_in(pages.sessions)

    @blueprint.post("/place")
    @member
    def place(user: str) -> AnyResponse:
        label, point = posted("label").strip(), _point()
        if point is None:
            return take_turn(pages.talk, pages.sessions, user, message_of(user, "text", label))
        return take_turn(pages.talk, pages.sessions, user, message_of(user, "location", place=point))


def _add_doors(blueprint: Blueprint, pages: Pages) -> None:
    """The ways into the bot's routes. Links in chat arrive by GET, so that shows a button, or what only has to be read."""
    member = signed_in(pages.sessions)
    doors = {name: route for route in pages.routes for name in (*route.words, route.name)}

    @blueprint.get("/go/<name>")
    @member
    def go(user: str, name: str) -> str:
        route = doors.get(name) or abort(404)
        open_now, seen = pages.talk.look(user), pages.glance(user, route.name)
        if seen is not None:
            return _draw(pages, user, seen, open_now, {})
        return render_template("pages/go.html", route=route, name=name, **fresh(open_now))

    @blueprint.post("/go/<name>")
    @member
    def enter(user: str, name: str) -> AnyResponse:
        route = doors.get(name) or abort(404)
        message = message_of(user, "menu", route.word, part=route.name)
        return take_turn(pages.talk, pages.sessions, user, message)

    @blueprint.get("/menu")
    @member
    def menu(user: str) -> str:
        routes, third = offered(pages.routes, pages.campaign), pages.campaign.welcome.third_menu
        names = {"学安全": "学安全", "报隐患": "报隐患", "联络员": third}
        tops = {name: [one for one in routes if one.top == top] for top, name in names.items()}
        open_now, unfinished = pages.talk.look(user), pages.unfinished(user)
        runs = [one.word + runs_on(one.until, pages.clock()) for one in unfinished if one.until]
        return render_template(
            "pages/menu.html", tops=tops, unfinished=unfinished, runs=runs, resume=RESUME, **fresh(open_now)
        )


def _add_open_pages(blueprint: Blueprint, pages: Pages) -> None:
    """What anybody may read, signed in or not; none of it touches the bot, the sessions or a store."""
    campaign = pages.campaign
    local = [one for one in campaign.hotlines if one.confirmed and one.number not in _EMERGENCY]

    @blueprint.get("/emergency")
    def emergency() -> str:
        return render_template("pages/emergency.html", local=local)

    @blueprint.get("/privacy")
    def privacy() -> str:
        return render_template("pages/privacy.html", campaign=campaign, entrants_kept=ENTRANTS_KEPT_DAYS)

    @blueprint.get("/left")
    def left() -> str:
        return render_template("pages/left.html")

    @blueprint.post("/size")
    def size() -> Response:
        following = _NEXT_SIZE.get(request.cookies.get(SIZE_COOKIE, ""), "large")
        response = make_response(redirect(local_path(posted("here")), 303))
        https = pages.base_url.startswith("https:")
        response.set_cookie(
            SIZE_COOKIE, following, max_age=YEAR, httponly=True, samesite="Lax", secure=https, path="/"
        )
        return response


def _games(pages: Pages) -> list[Route]:
    """The ways to play, as the first page offers them, and the contests of today."""
    known = {name: route for route in pages.routes for name in (route.word, route.name)}
    today = pages.clock().astimezone(ZoneInfo(pages.campaign.zone)).date()
    contests = (contest.title for contest in pages.campaign.quiz.running(today))
    return [known[name] for name in (*_GAMES, *contests) if name in known]


def _draw(pages: Pages, user: str, reply: Reply, open_now: Reply, aside: Mapping[str, Any]) -> str:
    screen = screen_of(reply, aside.get("before", ""), aside.get("danger", False))
    refused, typed = aside.get("refused", []), aside.get("typed", "")
    return render_template(
        "pages/talk.html",
        screen=screen,
        verdict_first=bool(screen.verdict and not (request.args.get("on") or refused or screen.remark)),
        elsewhere=bool(open_now.asks) and not reply.asks,
        refused=refused,
        typed=typed,
        ticked=ticked(typed, [choice.mark for choice in screen.choices]),
        skip=SKIP,
        page_link=page_path(screen.page, pages.others) if not screen.scene else "",
        page_label=_LABELS.get(screen.page.partition("/")[0], "打开"),
        picture=picture_of(screen, pages.scenes),
        said=request.args.get("said"),
        shots=pages.album.shots(user) if screen.input == "photos" else (),
        code_picture=pages.draw_code is not None,
        **_clock(pages, screen),
        **fresh(open_now),
    )


def _clock(pages: Pages, screen: Screen) -> dict[str, Any]:
    """The time that is left for a round against the clock, as the server has it."""
    if not screen.until:
        return {}
    now = pages.clock()
    return {"left": time_left(screen.until, now), "left_s": seconds_left(screen.until, now)}


def _say_marks(pages: Pages, user: str) -> AnyResponse:
    """Say what was ticked or put in order; what is no answer yet is told, and says nothing."""
    fault, kept = fault_of(request.form), kept_of(request.form)
    messages = () if fault else (message_of(user, "text", letters_of(request.form)),)
    refused = (fault,) if fault else ()
    return take_turn(pages.talk, pages.sessions, user, *messages, refused=refused, typed=kept)


# -- what a form holds ----------------------------------------------------------------------------------------


def _point() -> Place | None:
    """The point on the map that a form gives, if it gives a real one."""
    try:
        latitude, longitude = float(posted("lat")), float(posted("lon"))
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(latitude, longitude, posted("label").strip())
