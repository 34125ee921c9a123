"""The way from a word or an intent to its handler."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from bot.context import Context
from bot.message import Ask, Reply
from content.models import Campaign

Dialogue = Generator[Ask, Any, Reply]
Handler = Callable[[Context], Reply] | Callable[[Context], Dialogue]
Top = Literal["学安全", "报隐患", "联络员", ""]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing the bot can do: its intent, its words, its handler and its line in help and menu."""

    name: str
    handler: Handler
    words: tuple[str, ...]  # the first is its name to people, and the key of its menu entry
    summary: str
    intent: str = ""  # a label of the intents; the first route of a label takes it
    top: Top = ""  # under which menu button
    entry: str = ""  # what the menu entry is called
    expires: timedelta = timedelta(hours=72)  # how long an unfinished dialogue is kept
    dropped: str = "好的，没有改动。"  # what 取消 is answered
    stopped: Callable[[Context], str] | None = None  # keeps what a draft leaves that is given up; what to say
    offers_kept: bool = False  # an unfinished one is offered before a new one begins
    again: Callable[[Context], Reply | None] | None = (
        None  # asked about an unclear message right after this route
    )
    ends: tuple[str, ...] = ()  # choices that end it; one said once more goes to ``again`` first

    hints: tuple[str, ...] = ()  # words in free text that prefer it to the route that takes the label
    refines: tuple[str, ...] = ()  # the labels of which it is a finer wish
    certain: str = ""  # a pattern of whole messages, normalised, that mean nothing else

    looks: bool = False  # a plain handler that only reads, so that a page may show its reply at once

    files: bool = False  # is about filing, and offered only where the notice asks for material

    within: Callable[[Campaign], Iterable[Route]] | None = None  # what stands in its place in a campaign

    @property
    def asks(self) -> bool:
        """Is it a dialogue?"""
        return inspect.isgeneratorfunction(self.handler)

    @property
    def word(self) -> str:
        return self.words[0]


def of_campaign(routes: Iterable[Route], campaign: Campaign) -> tuple[Route, ...]:
    """The routes of a campaign: where one depends on it, those that it has: a route for each of its contests."""
    return tuple(one for route in routes for one in (route.within(campaign) if route.within else (route,)))


def offered(routes: Iterable[Route], campaign: Campaign) -> tuple[Route, ...]:
    """What menus and lists offer in a campaign: nothing about filing where its notice asks for no material."""
    return tuple(route for route in of_campaign(routes, campaign) if campaign.obligations or not route.files)
