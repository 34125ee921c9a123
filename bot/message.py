"""What is said to the bot and what it says, whatever the adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

Kind = Literal[
    "text",
    "image",
    "voice",
    "video",
    "location",
    "link",
    "menu",  # a tapped menu entry; ``text`` is its key, a word of ROUTES
    "order",  # a button of a page that steers, whatever the open question offers; ``text`` is 退出
    "scan",  # a scanned QR code of a follower; ``scene`` says which
    "follow",  # ``scene`` is set where a QR code led here
    "unfollow",
    "receipt",  # what became of a template message: ``receipt``
    "consent",  # a change of subscription to notifications
    "event",  # any other event: answered with silence
]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map (GCJ-02 degrees, as WeChat gives it) and its name."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word on one sent message."""

    message_id: str
    status: str  # as sent by WeChat, blanks and case removed: success, failed:userblock …


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that a person said, tapped or did."""

    user: str  # the OpenID; never logged
    kind: Kind
    id: str = ""  # what a repeat of the same push is known by
    text: str = ""
    media: str = ""  # WeChat's media id, or the token of an uploaded photo
    place: Place | None = None
    scene: str = ""
    asks: str = ""  # on the phone page: the key of the question that was shown
    receipt: Receipt | None = None
    at: datetime | None = None  # when the platform says it was sent (UTC)
    account: str = ""  # our gh_… id, needed for the answer
    detail: str = ""  # for "consent": accept or reject; for "event": its name

    def saying(self, text: str) -> Message:
        """The same message with other words; on the way of every message, and faster than ``replace``."""
        if text == self.text:
            return self
        made = object.__new__(Message)
        for name in Message.__slots__:
            object.__setattr__(made, name, getattr(self, name))
        object.__setattr__(made, "text", text)
        return made


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answers; the adapter draws it. An empty reply is silence (``success``)."""

    text: str = ""
    choices: tuple[str, ...] = ()
    tail: str = ""  # stands below the choices
    page: str = ""  # the name of a page to offer; the adapter knows its address
    picture: str = ""  # the media id of an uploaded picture
    asks: str = ""  # the key of the open question, if the reply asks one
    input: str = ""  # how the open question wants to be answered: choice, or what ``Reader.input`` names
    lettered: bool = False  # choices are marked A–D instead of 1–9
    step: int = 0  # which question of its dialogue this is, from 1
    danger: bool = False  # an emergency card stands in the text
    secret: bool = False  # holds what is shown once and not kept: a query code
    progress: tuple[int, ...] = ()  # of a round: the number of the open question, and of how many
    until: str = ""  # of an exam against the clock: when it ends, in campaign time, ISO
    scene: str = ""  # the id of a picture with hazards, for a page to show
    found: tuple[str, ...] = ()  # which of them have been found, in that order
    stopped: bool = False  # 退出 was said: nothing is under way, what was begun waits

    @property
    def silent(self) -> bool:
        return not (self.text or self.choices or self.picture)


class Said(NamedTuple):
    """One thing said in answer to a question, as it was said."""

    text: str = ""
    media: str = ""
    place: Place | None = None
    at: str = ""  # campaign time, ISO


SEVERAL, ORDER = "several", "order"  # inputs whose reader takes marks and choices itself

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """How an answer is read, and with what a page should take it.

    ``read`` makes a value of all that was said to one question; it refuses with ``Invalid``, wants more with
    ``Unfinished``, and is pure, for it runs again on every turn.
    """

    read: Callable[[Sequence[Said]], T]
    input: str = "text"  # text, long, several (choices), order (of all choices), photos, place, mobile, email
    buttons: tuple[str, ...] = ()  # words that this question understands, shown as choices: 跳过, 完成


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person."""

    key: str
    text: str
    choices: tuple[str, ...] = ()
    reader: Reader[Any] | None = None  # none: one of the choices, or, without choices, any text
    final: bool = False  # can't be taken back
    lettered: bool = False
    lead: str | Callable[[], str] = ""  # stands above the question when it is first put
    tail: str = ""  # stands below the choices
    progress: tuple[int, ...] = ()  # of a round: the number of this question, and of how many
    until: str = ""  # when the time to answer ends, in campaign time, ISO
    page: str = ""  # the name of a page on which it is better answered
    scene: str = ""  # the picture that it is about
    found: tuple[str, ...] = ()  # and what has been found in it
