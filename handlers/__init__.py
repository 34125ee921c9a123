"""What the bot can do, one file per subject; ``ROUTES`` is the table of contents of the whole bot."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.context import Context
from bot.message import Reply
from bot.routes import Route
from handlers import advice as advice
from handlers import boards as boards
from handlers import campaign as campaign
from handlers import contests as contests
from handlers import danger as danger
from handlers import deadlines as deadlines
from handlers import exam as exam
from handlers import filings as filings
from handlers import hazards as hazards
from handlers import hunt as hunt
from handlers import levels as levels
from handlers import liaisons as liaisons
from handlers import my_unit as my_unit
from handlers import notebook as notebook
from handlers import outside as outside
from handlers import pictures as pictures
from handlers import privacy as privacy
from handlers import prizes as prizes
from handlers import quiz as quiz
from handlers import report_status as report_status
from handlers import slogans as slogans
from handlers import welcome as welcome
from handlers.news import events_with_news, with_news

ROUTES: tuple[Route, ...] = with_news(
    (
        *hazards.ROUTES,
        *report_status.ROUTES,
        *quiz.ROUTES,
        *levels.ROUTES,
        *exam.ROUTES,
        *contests.ROUTES,
        *notebook.ROUTES,
        *hunt.ROUTES,
        *prizes.ROUTES,
        *boards.ROUTES,
        *my_unit.ROUTES,
        *slogans.ROUTES,
        *pictures.ROUTES,
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
)

#: What answers a message that asks for nothing by words.
EVENTS: Mapping[str, Callable[[Context], Reply]] = events_with_news(
    {
        **welcome.EVENTS,
        **my_unit.EVENTS,
        **outside.EVENTS,
        "unfollow": privacy.on_unfollow,
    }
)
