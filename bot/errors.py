"""What can go wrong, by who has to hear of it."""

from __future__ import annotations

from content.errors import ContentError as ContentError


class Invalid(Exception):
    """An answer can't be taken; its sentence is said to the person, and the question again."""


class Refused(Invalid):
    """An answer that was understood and can't be: it is told so, and means nothing else."""


class Unfinished(Exception):
    """An answer is taken so far and more may follow; its sentence is said to the person."""


class Lost(Exception):
    """A dialogue can't go on, for what it rests on is gone; its sentence is said to the person."""


class SettingsError(Exception):
    """The settings stop the start; its text lists every fault."""


class BadPush(Exception):
    """A push that isn't WeChat's, or can't be read; answered with ``status`` and no details."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status
