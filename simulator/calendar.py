"""Campaign time as the simulator's calendar shows and moves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

Known = Mapping[str, Any]
View = dict[str, Any]
MORNING = time(9)
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def view(known: Known, now: datetime) -> View:
    """Make what the browser shows of what the product told about its time."""
    campaign = known.get("campaign") or {}
    return {
        "now": now.astimezone(_zone(known)).isoformat(timespec="seconds"),
        "campaign": str(campaign.get("name", "")),
        "dues": known.get("dues") or [],
        "jump": bool(known.get("next_jump")),
    }


def moved(known: Known, now: datetime, to: str) -> datetime | None:
    """Tell the time that a button means: next, start, hour, day, or a date; None if there is none."""
    if to in STEPS:
        return now.astimezone(_zone(known)) + STEPS[to]
    campaign = known.get("campaign") or {}
    wanted = {"next": known.get("next_jump"), "start": campaign.get("start")}.get(to, to)
    return _moment(str(wanted), known) if wanted else None


def _moment(text: str, known: Known) -> datetime | None:
    """Read a moment; a bare date means nine in the morning."""
    try:
        if len(text) == len("2020-07-10"):
            return datetime.combine(date.fromisoformat(text), MORNING, _zone(known))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone(known))


def _zone(known: Known) -> Any:
    return datetime.fromisoformat(str(known["now"])).tzinfo
