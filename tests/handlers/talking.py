"""A person who talks to the liaison handlers alone, without the rest of the bot."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from bot.context import Context, Draft
from bot.dialogue import converse, draw, start
from bot.language.normalise import normalise
from bot.message import Message, Reply, Said
from bot.routes import Route
from content.models import Campaign
from handlers import deadlines, filings, liaisons
from store.stores import Storage, Stores
from tests.conftest import SetClock

ROUTES: tuple[Route, ...] = (*liaisons.ROUTES, *deadlines.ROUTES, *filings.ROUTES)


class Talk:
    """One person's conversation: the open dialogue takes what is said, else a word begins one."""

    def __init__(self, storage: Storage, clock: SetClock, campaign: Campaign, user: str = "openid-1") -> None:
        self.storage = storage
        self.clock = clock
        self.campaign = campaign
        self.user = user
        self.draft: Draft | None = None
        self.memory: dict[str, Any] = {}
        self.drafts = 0
        self._before: tuple[Draft | None, dict[str, Any], str] = (None, {}, "")

    def says(self, text: str) -> Reply:
        """Say one thing and get the reply; what a turn wrote is kept only at a dialogue's end."""
        self._before = deepcopy((self.draft, self.memory, text))
        with self.storage.transaction(self.campaign.id) as stores:
            return self._turn(text, stores)

    def begins(self, route: str, text: str) -> Reply:
        """Say something that is understood as meant for a route, as a recognised intent is."""
        self.draft = self._new_draft(route, text)
        with self.storage.transaction(self.campaign.id) as stores:
            return self._converse(self.draft, stores, text, said=False)

    def say_all(self, *texts: str) -> Reply:
        """Say one thing after another; the last reply."""
        replies = [self.says(text) for text in texts]
        return replies[-1]

    def repeats(self) -> Reply:
        """The last message comes again, as if its turn had been written but its record lost."""
        self.draft, self.memory, text = deepcopy(self._before)
        return self.says(text)

    def _turn(self, text: str, stores: Stores) -> Reply:
        if self.draft is not None:
            return self._converse(self.draft, stores, text, said=True)
        route = next(one for one in ROUTES if normalise(text) in map(normalise, one.words))
        if not route.asks:
            reply = route.handler(self._context(text, stores, None))
            assert isinstance(reply, Reply)
            return reply
        self.draft = self._new_draft(route.name, text)
        return self._converse(self.draft, stores, text, said=False)

    def _new_draft(self, route: str, text: str) -> Draft:
        self.drafts += 1
        draft = Draft(f"draft-{self.drafts}", route, self.clock().isoformat(), 0.0)
        draft.kept["words"] = text
        return draft

    def _converse(self, draft: Draft, stores: Stores, text: str, *, said: bool) -> Reply:
        route = next(one for one in ROUTES if one.name == draft.route)
        answer = Said(text, at=self.clock().isoformat()) if said else None
        outcome = converse(start(self._context(text, stores, draft), route.handler), draft, answer)
        if outcome.question is None:
            self.draft = None
        else:
            stores.undo()
        return draw(outcome)

    def _context(self, text: str, stores: Stores, draft: Draft | None) -> Context:
        message = Message(self.user, "text", text=text)
        return Context(message, self.clock(), self.campaign, stores, ROUTES, (), self.memory, draft)
