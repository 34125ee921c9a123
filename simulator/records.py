"""The things a platform remembers, each a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Side = Literal["account", "person", "note"]


@dataclass(frozen=True)
class Person:
    """Somebody with a phone; ``blocked`` means that they refuse the account's messages."""

    openid: str
    name: str
    note: str
    follows: bool = False
    blocked: bool = False


@dataclass(frozen=True)
class Bubble:
    """One thing in a chat: what the person or the account said, or a grey line of WeChat's own."""

    number: int
    openid: str
    side: Side
    kind: str
    content: Mapping[str, Any]
    at: str

    @property
    def text(self) -> str:
        """The words of a text, empty for anything else."""
        return str(self.content.get("text", ""))


@dataclass(frozen=True)
class Sent:
    """A post to one of the sending interfaces that was accepted; ``shown`` is False where it made no card."""

    kind: str
    touser: str
    payload: Mapping[str, Any]
    at: str
    msgid: int
    client_msg_id: str
    shown: bool


@dataclass(frozen=True)
class Mail:
    """A mail that the simulator's post office took in."""

    number: int
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[str, ...]
    at: str


@dataclass(frozen=True)
class Media:
    """A picture or recording that WeChat keeps for three days."""

    id: str
    type: str
    content_type: str
    created: float


@dataclass(frozen=True)
class QrCode:
    """A QR code with a scene; ``expires`` is None for a permanent one."""

    ticket: str
    scene: str
    url: str
    expires: float | None


@dataclass(frozen=True)
class Traffic:
    """One line of the log of traffic: a time, what happened, a mark (done or heed) and a word."""

    number: int
    at: str
    what: str
    mark: Literal["done", "heed", "plain"]
    word: str


PERSONS: tuple[Person, ...] = (
    Person("oSimWangXiulan00000000000001", "王秀兰", "居民"),
    Person("oSimMaJianguo000000000000002", "马建国", "工人", follows=True),
    Person("oSimLiMin0000000000000000003", "李敏", "联络员，青泉市安委会", follows=True),
    Person("oSimZhouHang0000000000000004", "周航", "联络员，河湾县应急管理局", follows=True),
)
