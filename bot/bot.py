"""The bot of one campaign: from a message to its reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import news
from bot.context import Context, Draft, Person, Unfinished
from bot.dialogue import converse, draw, start
from bot.language.intents import likely
from bot.language.normalise import normalise
from bot.message import Message, Reply
from bot.routes import Route, of_campaign
from bot.steering import BROUGHT_S, DANGER_S, FILED_S
from bot.understanding import Turn
from content.bank import Bank, Question
from content.models import Campaign
from store.stores import Storage, Stores

Clock = Callable[[], datetime]
ENDED, SEE = "这一轮的时间到了，答过的都算。", "看结果"
#: What a person's memory holds only for a while, in seconds.
_REMEMBERED = {"danger": DANGER_S, "brought": BROUGHT_S, "filed": FILED_S}
_CAMPAIGN_TIME = frozenset({"brought", "filed"})  # of these, what bears campaign time


class Bot:
    """From a message to its reply, for one campaign; knows no adapter."""

    def __init__(
        self,
        campaign: Campaign,
        questions: Sequence[Question],
        routes: Sequence[Route],
        storage: Storage,
        clock: Clock,
        events: Mapping[str, Callable[[Context], Reply]],
    ) -> None:
        self.campaign = campaign
        self.routes = of_campaign(routes, campaign)
        self._questions = questions if isinstance(questions, Bank) else Bank(questions)
        self._storage = storage
        self._clock = clock  # machine time
        self._events = events  # what answers follow, unfollow, voice, photo and place without a question …
        self._by_name = {route.name: route for route in self.routes}
        self._by_word = {normalise(word): route for route in self.routes for word in route.words}
        for line in campaign.welcome.lines:
            self._by_word.setdefault(normalise(line.label), self._by_word[normalise(line.word)])
        self._by_intent: dict[str, Route] = {}
        for route in self.routes:
            if route.intent:
                self._by_intent.setdefault(route.intent, route)
        self._certain = [(re.compile(route.certain), route) for route in self.routes if route.certain]
        self._hints = [(normalise(hint), route) for route in self.routes for hint in route.hints]
        self._hints.sort(key=lambda pair: -len(pair[0]))  # what says more comes first

    def answer(self, message: Message, person: Person) -> Reply:
        """Answer one message and bring the person's record up to date."""
        if news.NEWS not in person.memory:
            return Turn(self, message, person).run()
        message = news.ended_before(message, person)
        return news.tell(message, person, Turn(self, message, person).run())

    def close(self, user: str, person: Person, draft_id: str) -> bool:
        """Bring a dialogue to its end whose time ran out while its person was away; False where it still asks.

        What is written at its end is kept. The end is told with their next message, and a page shows it.
        """
        draft = next(one for one in person.drafts if one.id == draft_id)
        route = self._by_name.get(draft.route)
        if route is None:
            return False
        with self._storage.transaction(self.campaign.id) as stores:
            ctx = self.context(Message(user, "event"), person, stores, draft)
            outcome = converse(start(ctx, route.handler), draft)
            if outcome.question is not None:
                stores.undo()
        if outcome.reply is None:
            return False
        self._lay_down(person, draft, outcome.reply)
        return True

    def _lay_down(self, person: Person, draft: Draft, end: Reply) -> None:
        """Take an ended dialogue out of the record and leave word of its end."""
        was_open = draft is person.open
        person.drafts.remove(draft)
        person.paused = bool(person.drafts) and (was_open or person.paused)
        if was_open:
            person.shown, person.rest = end, ""
        news.leave(person, end.text, draft.choices if was_open else ())

    def open_question(self, user: str, person: Person) -> Reply:
        """The open question, or the last reply, for a page that is looked at; nothing is said or changed."""
        draft = person.open
        if draft is None or draft.route not in self._by_name:
            return person.shown
        with self._storage.transaction(self.campaign.id) as stores:
            stores.undo()
            ctx = self.context(Message(user, "text"), person, stores, draft)
            outcome = converse(start(ctx, self._by_name[draft.route].handler), draft)
        if outcome.question is None:  # its time ran out; a look ends nothing, whatever is said next does
            return Reply(ENDED, choices=(SEE,), asks=draft.open, input="choice")
        return draw(outcome, whole=True)

    def unfinished(self, person: Person) -> tuple[Unfinished, ...]:
        """What a person has begun and not ended, the last first."""
        now, routes = self.machine_time(), self._by_name
        living = [draft for draft in reversed(person.drafts) if _lives(draft, routes, now)]
        return tuple(Unfinished(routes[draft.route].word, draft.until) for draft in living)

    def glance(self, user: str, person: Person, name: str) -> Reply | None:
        """What a route that only reads would say now; nothing is said, remembered or kept. None for any other route."""
        route = self._by_name.get(name)
        if route is None or not route.looks or route.asks:
            return None
        with self._storage.transaction(self.campaign.id) as stores:
            stores.undo()
            ctx = replace(self.context(Message(user, "text"), person, stores, None), memory={})
            reply = route.handler(ctx)
        return reply if isinstance(reply, Reply) else None

    def context(self, message: Message, person: Person, stores: Stores, draft: Draft | None) -> Context:
        """What a handler may see in this turn."""
        now = self._clock()
        if person.offset:
            now += timedelta(seconds=person.offset)
        return Context(
            message, now, self.campaign, stores, self.routes, self._questions, person.memory, draft
        )

    def route_of(self, text: str) -> Route | None:
        """The route that a text names exactly."""
        return self._by_word.get(normalise(text))

    def route_named(self, name: str) -> Route | None:
        return self._by_name.get(name)

    def routes_meant(self, text: str, calm: bool = False) -> tuple[Route, ...]:
        """The routes that free text may mean, the likeliest first; ``calm`` where it is known that nobody is in danger."""
        plain = normalise(text)
        for pattern, route in self._certain:
            if pattern.fullmatch(plain):
                return (route,)
        meant = (self._finer(label, plain) for label in likely(text, calm))
        return tuple(dict.fromkeys(route for route in meant if route))

    def _finer(self, label: str, plain: str) -> Route | None:
        """The route of a label, or the one of its finer wishes of which a word is in the text."""
        hinted = (route for hint, route in self._hints if hint in plain and label in route.refines)
        return next(hinted, self._by_intent.get(label))

    def tidy(self, person: Person) -> bool:
        """Drop what has been kept long enough; was there any?"""
        return tidy(person, self._by_name, self.machine_time())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.zone)

    @property
    def storage(self) -> Storage:
        return self._storage

    def event(self, name: str) -> Callable[[Context], Reply]:
        return self._events[name]

    def machine_time(self) -> float:
        return self._clock().timestamp()


def tidy(person: Person, routes: Mapping[str, Route], now: float) -> bool:
    """Drop what has been kept long enough: drafts by their route, words that were waiting; was there any?"""
    last = person.drafts[-1:]
    living = [draft for draft in person.drafts if _lives(draft, routes, now)]
    stale = [name for name, seconds in _REMEMBERED.items() if _is_old(person, name, seconds, now)]
    if len(living) == len(person.drafts) and not stale:
        return False
    if len(living) < len(person.drafts):
        person.shown, person.rest = Reply(), ""  # they may hold the draft's words
    person.drafts = living
    if last and last[0] not in living:
        person.paused = bool(living)
    for name in stale:
        person.memory.pop(name)
    return True


def _lives(draft: Draft, routes: Mapping[str, Route], now: float) -> bool:
    route = routes.get(draft.route)
    return route is not None and now - draft.touched < route.expires.total_seconds()


def _is_old(person: Person, name: str, seconds: float, now: float) -> bool:
    """Has it been remembered for too long?"""
    held = person.memory.get(name)
    return held is not None and now + (person.offset if name in _CAMPAIGN_TIME else 0) - held["at"] > seconds
