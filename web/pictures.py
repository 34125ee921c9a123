"""Certificates and posters on the phone page: the pictures themselves, and the pages that show them.

Nothing is drawn here: whoever comes before a picture is there gets a page that looks again by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from content.models import Campaign
from rules.certificates import Held
from rules.numbers import whole
from web.login import Sessions, View, signed_in

MOST_LOOKS = 15  # by itself, before the page says that it takes long
DAY = 24 * 3600


class Studio(Protocol):
    """Where pictures come from."""

    def certificates(self, user: str) -> Sequence[Held]: ...
    def find(self, user: str, picture: str) -> Any | None: ...
    def ready(self, piece: Any) -> bytes | None: ...


def pictures_blueprint(studio: Studio, sessions: Sessions, campaign: Campaign) -> Blueprint:
    """``/p/poster/3`` and ``/p/certificate/…`` are pictures, ``/p/posters/3`` and ``/p/certificates`` show them."""
    blueprint = Blueprint("pictures", __name__, url_prefix="/p", template_folder="templates")
    _add_posters(blueprint, studio, campaign)
    _add_certificates(blueprint, studio, signed_in(sessions))
    return blueprint


def _add_posters(blueprint: Blueprint, studio: Studio, campaign: Campaign) -> None:
    """What anybody may see."""
    count = len(campaign.slogans.items)

    @blueprint.get("/poster/<int:number>")
    def poster(number: int) -> AnyResponse:
        piece = studio.find("", f"poster/{number}") or abort(404)
        return _picture(studio.ready(piece), f"安全标语海报{number}.png", f"public, max-age={DAY}")

    @blueprint.get("/posters/<int:number>")
    def posters(number: int) -> AnyResponse:
        piece = studio.find("", f"poster/{number}") or abort(404)
        shown = [(url_for(".poster", number=number), campaign.slogans.items[number - 1])]
        following = url_for(".posters", number=number % count + 1)
        return _page(studio, [piece], shown, heading="标语海报", following=following, measures=(1080, 1440))


def _add_certificates(blueprint: Blueprint, studio: Studio, member: Callable[[View], View]) -> None:
    """What only its owner sees."""

    @blueprint.get("/certificate/<number>")
    @member
    def certificate(user: str, number: str) -> AnyResponse:
        piece = studio.find(user, f"certificate/{number}") or abort(404)
        return _picture(studio.ready(piece), "安全知识学习证书.png", "private, no-cache")

    @blueprint.get("/certificates")
    @member
    def certificates(user: str) -> AnyResponse:
        mine = studio.certificates(user)
        pieces = [studio.find(user, f"certificate/{held.number}") for held in mine]
        shown = [
            (url_for(".certificate", number=held.number), f"学习证书：{held.told}，编号 {held.number}")
            for held in mine
        ]
        return _page(studio, pieces, shown, heading="我的证书", following="", measures=(1080, 1527))


def _page(
    studio: Studio, pieces: Sequence[Any], shown: Sequence[tuple[str, str]], **more: Any
) -> AnyResponse:
    """The pictures, once all are drawn; until then a page that looks again every second or two."""
    waiting = [piece for piece in pieces if studio.ready(piece) is None]
    looks = _looks()
    page = Response(
        render_template(
            "pages/pictures.html", shown=shown, waiting=bool(waiting), tired=looks >= MOST_LOOKS, **more
        )
    )
    if waiting and looks < MOST_LOOKS:
        page.headers["Refresh"] = f"{1 if looks < 5 else 2}; url={request.path}?look={looks + 1}"
    return page


def _picture(data: bytes | None, name: str, cache: str) -> AnyResponse:
    """The bytes under a name that long-pressing saves; without them, a word that they are on their way."""
    if data is None:
        wait = Response(
            "图片正在画，几秒钟就好。", 202, {"Retry-After": "1"}, content_type="text/plain; charset=utf-8"
        )
        if _looks() < MOST_LOOKS:
            wait.headers["Refresh"] = f"1; url={request.path}?look={_looks() + 1}"
        return wait
    answer = Response(data, content_type="image/png")
    answer.headers["Content-Disposition"] = (
        f"inline; filename=\"picture.png\"; filename*=UTF-8''{quote(name)}"
    )
    answer.headers["Cache-Control"] = cache
    answer.set_etag(hashlib.sha256(data).hexdigest()[:32])
    return answer.make_conditional(request)


def _looks() -> int:
    """How often this page has looked by itself."""
    return whole(request.args.get("look", ""), 3) or 0
