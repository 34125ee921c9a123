"""For trying the product: the simulator moves campaign time and changes the person. Never there in production."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, redirect, request, session

from content.models import Campaign
from content.occurrences import occurrences
from store.turn import DemoClock
from web.cookies import PHONE, take_back
from web.login import local_path

Clock = Callable[[], datetime]


def demo_blueprint(campaign: Campaign, clock: DemoClock, machine_time: Clock, key: str) -> Blueprint:
    """The clock behind a key, and a way to put down one person's phone and take up another's."""
    blueprint = Blueprint("demo", __name__, url_prefix="/demo")
    zone = ZoneInfo(campaign.zone)

    def now() -> datetime:
        return (machine_time() + timedelta(seconds=clock.offset())).astimezone(zone)

    @blueprint.get("/clock")
    def tell() -> Response:
        _check(key)
        return jsonify(_state(campaign, now()))

    @blueprint.post("/clock")
    def move() -> Response:
        _check(key)
        try:
            wanted = datetime.fromisoformat(str((request.get_json(silent=True) or {})["now"]))
        except (KeyError, ValueError):
            abort(400, "now has to be an ISO time with zone")
        if wanted.tzinfo is None:
            wanted = wanted.replace(tzinfo=zone)
        clock.move((wanted - machine_time()).total_seconds())
        return jsonify(_state(campaign, now()))

    @blueprint.get("/switch")
    def switch() -> Response:
        session.clear()
        response = redirect(local_path(request.args.get("to", "/p/")), 303)
        take_back(response, PHONE)
        return response  # type: ignore[return-value]

    return blueprint


def start_of(campaign: Campaign) -> datetime:
    """Where a demo's calendar starts: nine o'clock on the first day that counts."""
    return datetime.combine(campaign.begins, time(9, 0), ZoneInfo(campaign.zone))


def _check(key: str) -> None:
    if not hmac.compare_digest(request.headers.get("X-Demo-Key", "").encode(), key.encode()):
        abort(403)


def _state(campaign: Campaign, now: datetime) -> dict[str, object]:
    dues = sorted(
        (one for each in campaign.obligations for one in occurrences(each)), key=lambda one: one.due
    )
    upcoming: list[date] = [one.due for one in dues if _eve(one.due, now) > now]
    return {
        "now": now.isoformat(),
        "campaign": {"id": campaign.id, "name": campaign.name, "start": start_of(campaign).isoformat()},
        "dues": [{"date": one.due.isoformat(), "name": one.name, "stated": not one.assumed} for one in dues],
        "next_jump": _eve(upcoming[0], now).isoformat() if upcoming else None,
    }


def _eve(due: date, now: datetime) -> datetime:
    return datetime.combine(due - timedelta(days=1), time(9, 0), now.tzinfo)
