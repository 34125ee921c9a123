"""A reporter who talks to the handlers of reports alone, through the dialogue but without the rest of the bot."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from bot.context import Context, Draft
from bot.dialogue import converse, draw, start
from bot.language.normalise import normalise
from bot.message import Message, Place, Reply, Said
from bot.routes import Route
from content.loader import load
from content.models import Campaign
from handlers import hazards, privacy, report_status
from handlers.hazard_again import ANOTHER
from store.stores import Storage, Stores
from tests.conftest import SetClock

ROUTES: tuple[Route, ...] = (*hazards.ROUTES, *report_status.ROUTES, *privacy.ROUTES)
SHORTEST = ("没有", "临港路8号物流园3号库", "不知道", "仓库里设了员工宿舍", "今天", "还在", "消防", "跳过")


class Reporter:
    """One person's conversation; the open dialogue takes what is said, else a word begins one."""

    def __init__(self, storage: Storage, clock: SetClock, user: str = "oAlice-openid") -> None:
        self.storage, self.clock, self.user = storage, clock, user
        self.campaign: Campaign = load("ningxia-2020")
        self.draft: Draft | None = None
        self.memory: dict[str, Any] = {}
        self._drafts = 0
        self._before: tuple[Draft | None, dict[str, Any]] = (None, {})
        self._last: tuple[str, str, Place | None] = ("", "", None)

    def says(self, text: str = "", *, media: str = "", place: Place | None = None) -> Reply:
        """Say one thing; what a turn wrote is kept only at a dialogue's end."""
        self._before, self._last = deepcopy((self.draft, self.memory)), (text, media, place)
        with self.storage.transaction(self.campaign.id) as stores:
            return self._turn(stores, Said(text, media, place, self.clock().isoformat()))

    def all(self, *texts: str) -> Reply:
        """Say one thing after another; the last reply."""
        return [self.says(text) for text in texts][-1]

    def repeats(self) -> Reply:
        """The last message comes again, its turn written but its record lost."""
        self.draft, self.memory = deepcopy(self._before)
        text, media, place = self._last
        return self.says(text, media=media, place=place)

    def sends_photo(self, media_id: str) -> Reply:
        """A photo in WeChat: wanted at once, then said by its token."""
        with self.storage.transaction(self.campaign.id) as stores:
            token = stores.photos.token(self.user, media_id)
            stores.photos.want(token, media_id, self.storage.clock(), self.user)
        return self.says(media=f"photo:{token}")

    def begins(self, route: str, words: str = "", **kept: Any) -> Reply:
        """Begin a dialogue with what was said or brought before it."""
        self.draft = self._new_draft(route, words)
        self.draft.kept.update(kept)
        with self.storage.transaction(self.campaign.id) as stores:
            return self._converse(stores, None)

    def reports(self, contact: tuple[str, ...] = ("不留",)) -> Reply:
        """A whole report, down to its receipt; told again, it is another one."""
        self.says("举报")
        if ANOTHER in self.all(*SHORTEST[:4]).choices:
            self.says(ANOTHER)
        return self.all(*SHORTEST[4:], *contact, "提交")

    def _turn(self, stores: Stores, said: Said) -> Reply:
        if self.draft is not None:
            return self._converse(stores, said)
        route = next(one for one in ROUTES if normalise(said.text) in map(normalise, one.words))
        if not route.asks:
            reply = route.handler(self._context(stores, said.text, None))
            assert isinstance(reply, Reply)
            return reply
        self.draft = self._new_draft(route.name, said.text)
        return self._converse(stores, None)

    def _new_draft(self, route: str, words: str) -> Draft:
        self._drafts += 1
        draft = Draft(f"{self.user}-draft-{self._drafts}", route, self.clock().isoformat(), 0.0)
        draft.kept["words"] = words
        return draft

    def _converse(self, stores: Stores, said: Said | None) -> Reply:
        draft = self.draft
        assert draft is not None
        route = next(one for one in ROUTES if one.name == draft.route)
        text = said.text if said else ""
        outcome = converse(start(self._context(stores, text, draft), route.handler), draft, said)
        if outcome.question is None:
            self.draft = None
        else:
            stores.undo()
        return draw(outcome)

    def _context(self, stores: Stores, text: str, draft: Draft | None) -> Context:
        message = Message(self.user, "text", text=text)
        return Context(message, self.clock(), self.campaign, stores, ROUTES, (), self.memory, draft)
