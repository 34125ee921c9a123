"""What is kept of a person between two messages, and all that a handler may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.message import Message, Place, Reply, Said

if TYPE_CHECKING:
    from bot.routes import Route
    from content.bank import Bank
    from content.models import Campaign
    from store.stores import Stores


@dataclass(slots=True)
class Draft:
    """One person's unfinished dialogue: plain data, nothing else is kept of it."""

    id: str  # drawn at the start; with the person it makes what is written unique
    route: str
    began: str  # campaign time, ISO
    touched: float  # machine time, seconds; the route says when it expires
    said: dict[str, list[list[Any]]] = field(default_factory=dict)  # to each question, see ``heard``
    kept: dict[str, Any] = field(default_factory=dict)
    final: list[str] = field(default_factory=list)  # keys of answers that can't be taken back
    open: str = ""  # the key of the open question
    choices: list[str] = field(default_factory=list)  # and what it offers
    lettered: bool = False
    input: str = ""
    until: str = ""  # when the time to answer ends, in campaign time, ISO
    carded: bool = False  # the emergency card has been shown in full

    def heard(self, key: str) -> list[Said]:
        """All that was said to a question. It is kept as plain data, for of twenty answers a turn looks at two."""
        return [_said_from_plain(one) for one in self.said.get(key, ())]

    def hear(self, key: str, fresh: Sequence[Said]) -> None:
        """Keep what else was said to a question."""
        if fresh:
            self.said[key] = [*self.said.get(key, ()), *map(_said_to_plain, fresh)]

    def media(self) -> list[str]:
        """What photos were sent in answer to any question, also those taken out again."""
        heard = (one for key in self.said for one in self.heard(key))
        return [one.media for one in heard if one.media]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A dialogue that waits, as a person knows it."""

    word: str  # 考试
    until: str = ""  # when its time ends, in campaign time, ISO


@dataclass(slots=True)
class Person:
    """The one record of a person: all that a turn reads and writes."""

    drafts: list[Draft] = field(default_factory=list)  # the last one is open unless ``paused``
    paused: bool = False  # every draft waits for 继续
    shown: Reply = field(default_factory=Reply)  # the last reply, for marks, 更多 and the page
    rest: str = ""  # what did not fit into the last reply
    last_said: float = 0.0  # machine time of the last message that opens the customer-service window
    memory: dict[str, Any] = field(default_factory=dict)  # what a handler remembers without a dialogue
    pace: list[float] = field(
        default_factory=lambda: [0.0, 0]
    )  # since when so many messages have come, machine time
    offset: float = 0.0  # campaign time minus machine time, seconds; from the demo clock, not stored
    answered_by: str = ""  # the route that answered this message, for counting; not stored

    @property
    def open(self) -> Draft | None:
        """The dialogue that the next message belongs to."""
        return self.drafts[-1] if self.drafts and not self.paused else None


@dataclass(slots=True)
class Context:
    """All that a handler may see and do."""

    message: Message
    now: datetime  # campaign time, aware
    campaign: Campaign
    stores: Stores
    routes: tuple[Route, ...]
    questions: Bank
    memory: dict[str, Any]
    draft: Draft | None = None

    @property
    def user(self) -> str:
        """The OpenID of who speaks."""
        return self.message.user

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.zone)

    @property
    def local(self) -> datetime:
        """Campaign time where people read it."""
        return self.now.astimezone(self.zone)

    @property
    def began(self) -> datetime:
        """When the open dialogue started."""
        return datetime.fromisoformat(self._draft.began)

    @property
    def draft_id(self) -> str:
        return self._draft.id

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """Make a plain value once in a dialogue and give the same on every later turn."""
        kept = self._draft.kept
        if name not in kept:
            kept[name] = make()
        return kept[name]

    def kept(self, name: str) -> Any:
        """What was kept under a name, or nothing."""
        return self._draft.kept.get(name)

    def has_said(self, key: str) -> bool:
        """Has this question been answered in an earlier turn?"""
        return key in self._draft.said

    def said(self, key: str) -> list[Said]:
        """All that was said to a question."""
        return self._draft.heard(key)

    def said_at(self, key: str) -> datetime:
        """When the (last) answer to a question was given, in campaign time."""
        return datetime.fromisoformat(self._draft.heard(key)[-1].at)

    @property
    def _draft(self) -> Draft:
        if self.draft is None:
            raise RuntimeError("only a dialogue keeps something")
        return self.draft


def to_plain(person: Person) -> dict[str, Any]:
    """The record as plain data, for the store."""
    return {
        "drafts": [_draft_to_plain(draft) for draft in person.drafts],
        "paused": person.paused,
        "shown": reply_to_plain(person.shown),
        "rest": person.rest,
        "last_said": person.last_said,
        "memory": person.memory,
        "pace": person.pace,
    }


def from_plain(data: dict[str, Any]) -> Person:
    """The record back from plain data; ``to_plain`` backwards. What a turn changes of it leaves the data as they are."""
    return Person(
        drafts=[_draft_from_plain(draft) for draft in data.get("drafts", ())],
        paused=data.get("paused", False),
        shown=reply_from_plain(data.get("shown", {})),
        rest=data.get("rest", ""),
        last_said=data.get("last_said", 0.0),
        memory=dict(data.get("memory", {})),
        pace=data.get("pace", [0.0, 0]),
    )


def _draft_to_plain(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "route": draft.route,
        "began": draft.began,
        "touched": draft.touched,
        "said": draft.said,
        "kept": draft.kept,
        "final": draft.final,
        "open": draft.open,
        "choices": draft.choices,
        "lettered": draft.lettered,
        "input": draft.input,
        "until": draft.until,
        "carded": draft.carded,
    }


def _draft_from_plain(data: dict[str, Any]) -> Draft:
    draft = Draft(**data)
    draft.said, draft.kept, draft.final = dict(draft.said), dict(draft.kept), list(draft.final)
    return draft


def _said_to_plain(said: Said) -> list[Any]:
    text, media, place, at = said
    return [text, media, place and [place.latitude, place.longitude, place.label], at]


def _said_from_plain(data: list[Any]) -> Said:
    said = Said._make(data)
    return said if said.place is None else said._replace(place=Place(*data[2]))


def reply_to_plain(reply: Reply) -> dict[str, Any]:
    """A reply as plain data; what is empty is left out."""
    plain = {name: getattr(reply, name) for name in Reply.__dataclass_fields__}
    return {name: value for name, value in plain.items() if value}


def reply_from_plain(data: dict[str, Any]) -> Reply:
    """``reply_to_plain`` backwards."""
    lists = {name: tuple(data.get(name, ())) for name in ("choices", "progress", "found")}
    return Reply(**{**data, **lists})
