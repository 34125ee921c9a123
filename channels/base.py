"""What a channel is: a way to bring one notification to one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wechat.errors import Kind, WeChatError

__all__ = ["Address", "Channel", "ChannelError", "Kind", "Notification"]


@dataclass(frozen=True, slots=True)
class Notification:
    """What is to be said, in every form that a channel may need."""

    key: str  # the same for every attempt: client_msg_id, Message-ID
    title: str
    fields: Mapping[str, str]  # by meaning: matter 报送事项, due 截止时间, unit 报送单位, hint 提示
    text: str  # in full, for chat and mail
    subject: str = ""
    page: str = ""  # the name of the page to open
    kind: str = "reminder"  # which template it takes


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached."""

    openid: str = ""
    email: str = ""
    last_said: datetime | None = None  # when they last wrote to us (UTC): opens the customer-service window
    allows: frozenset[str] | None = None  # names of the channels they agreed to; None where nobody asked

    def allows_channel(self, name: str) -> bool:
        """Whether the person lets this channel be used."""
        return self.allows is None or name in self.allows


class Channel(Protocol):
    """A way to reach a person."""

    name: str
    repeatable: bool  # a repeat of the same key within ten minutes reaches the person once

    def reaches(self, to: Address, now: datetime) -> bool:
        """Whether it is worth trying."""

    def send(self, to: Address, notification: Notification) -> str:
        """Send, and return what a receipt will name (empty where none comes); raises ``ChannelError``."""


class ChannelError(Exception):
    """A notification was not, or perhaps not, sent; the text names no person, address or secret."""

    def __init__(self, kind: Kind, code: int, reason: str) -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.kind = kind
        self.code = code
        self.reason = reason

    @classmethod
    def of(cls, problem: WeChatError) -> ChannelError:
        """The same, said by WeChat."""
        return cls(problem.kind, problem.code, problem.message)

    @property
    def permanent(self) -> bool:
        """This person can't be reached this way: try their next channel."""
        return self.kind == "permanent"

    @property
    def ambiguous(self) -> bool:
        """It may have been sent: repeat only where the channel is ``repeatable``."""
        return self.kind == "ambiguous"

    @property
    def alarming(self) -> bool:
        """No notification will go this way before a person has looked."""
        return self.kind in ("alarm", "content")
