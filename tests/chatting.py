"""A person who talks to the whole bot: ``chat.says("答题")`` returns the ``Reply``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache

import handlers
from bot.bot import Bot
from bot.context import Person, from_plain, to_plain
from bot.message import Kind, Message, Place, Reply
from content.loader import load, load_questions
from store.stores import Storage

RESIDENT = "oResident0000000000000000001"
CAMPAIGN = "ningxia-2020"


known_questions, known_campaign = (
    cache(load_questions),
    cache(load),
)  # frozen values, so one reading is enough


def build_bot(storage: Storage, campaign: str = CAMPAIGN) -> Bot:
    """The whole bot on these stores."""
    return Bot(
        known_campaign(campaign), known_questions(), handlers.ROUTES, storage, storage.clock, handlers.EVENTS
    )


@dataclass
class Chat:
    """One person's conversation; the record goes through JSON between messages, as it does through Redis."""

    bot: Bot
    user: str = RESIDENT
    record: str = "{}"
    last: Reply = field(default_factory=Reply)
    count: int = 0

    def says(self, text: str, asks: str = "") -> Reply:
        return self._send("text", text=text, asks=asks)

    def taps(self, word: str) -> Reply:
        return self._send("menu", text=word)

    def sends_photo(self, media: str) -> Reply:
        return self._send("image", media=media)

    def sends_place(self, label: str, latitude: float = 38.47, longitude: float = 106.28) -> Reply:
        return self._send("location", place=Place(latitude, longitude, label))

    def follows(self, scene: str = "") -> Reply:
        return self._send("follow", scene=scene)

    def scans(self, scene: str) -> Reply:
        return self._send("scan", scene=scene)

    def unfollows(self) -> Reply:
        return self._send("unfollow")

    def sends(self, kind: Kind) -> Reply:
        return self._send(kind)

    @property
    def person(self) -> Person:
        return from_plain(json.loads(self.record))

    def page(self) -> Reply:
        """What a page would show."""
        return self.bot.open_question(self.user, self.person)

    def _send(
        self,
        kind: Kind,
        text: str = "",
        media: str = "",
        place: Place | None = None,
        asks: str = "",
        scene: str = "",
    ) -> Reply:
        self.count += 1
        person = self.person
        message = Message(self.user, kind, f"push-{self.count}", text, media, place, scene, asks)
        self.last = self.bot.answer(message, person)
        self.record = json.dumps(to_plain(person), ensure_ascii=False)
        return self.last
