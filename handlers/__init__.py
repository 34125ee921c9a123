"""What the bot can do, one file per subject; ``ROUTES`` is the table of contents of the whole bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.context import Context
from bot.message import Reply
from bot.routes import Route
from handlers import (
    advice,
    campaign,
    danger,
    deadlines,
    filings,
    hazards,
    liaisons,
    outside,
    privacy,
    quiz,
    report_status,
    slogans,
    welcome,
)

ROUTES: tuple[Route, ...] = (
    *hazards.ROUTES,
    *report_status.ROUTES,
    *quiz.ROUTES,
    *slogans.ROUTES,
    *advice.ROUTES,
    *deadlines.ROUTES,
    *filings.ROUTES,
    *liaisons.ROUTES,
    *campaign.ROUTES,
    *privacy.ROUTES,
    *outside.ROUTES,
    *danger.ROUTES,
    *welcome.ROUTES,
)

#: What answers a message that asks for nothing by words.
EVENTS: Mapping[str, Callable[[Context], Reply]] = {
    **welcome.EVENTS,
    **outside.EVENTS,
    "unfollow": privacy.on_unfollow,
}
