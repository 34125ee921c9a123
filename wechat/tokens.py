"""One access token for all processes (section 12)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar

from wechat.errors import WeChatError

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds before its end at which a token is no longer used, and for how long a late one is kept all the same.
EARLY, SHORTEST = 300, 60


class TokenStore(Protocol):
    """Where the token is kept for all processes."""

    def get(self) -> str | None:
        """The token, unless its time is over."""

    def set(self, token: str, seconds: int) -> None:
        """Keep a token for so long."""

    def drop(self, failed: str) -> None:
        """Forget the token, but only if it is still this one."""

    def lock(self) -> AbstractContextManager[bool]:
        """A lock among all processes; False where it could not be had in good time."""


class OwnToken:
    """Keeps the token for this one process, where nothing does it for all; its time is for the platform to say."""

    def __init__(self) -> None:
        self._token = ""

    def get(self) -> str | None:
        return self._token or None

    def set(self, token: str, seconds: int) -> None:  # noqa: ARG002
        self._token = token

    def drop(self, failed: str) -> None:
        if self._token == failed:
            self._token = ""

    def lock(self) -> AbstractContextManager[bool]:
        return nullcontext(True)


class AccessTokens:
    """Gives the token that is kept, and fetches one at a time."""

    def __init__(self, store: TokenStore, fetch: Callable[[], tuple[str, int]]) -> None:
        self._store = store
        self._fetch = fetch

    def current(self) -> str:
        """The token to show; raises ``WeChatError``, never of the kind "ambiguous": nothing was sent yet."""
        return _before_sending(lambda: self._store.get() or self._fetched())

    def renewed(self, failed: str) -> str:
        """Another token than the one that failed; one that somebody else fetched meanwhile is as good."""
        return _before_sending(lambda: self._replaced(failed))

    def _replaced(self, failed: str) -> str:
        self._store.drop(failed)
        return self._store.get() or self._fetched()

    def _fetched(self) -> str:
        """Without the lock too: stable_token gives everybody the same token, so a second fetch does no harm."""
        with self._store.lock():
            token = self._store.get()
            if token:
                return token
            token, seconds = self._fetch()
            self._store.set(token, max(seconds - EARLY, SHORTEST))
            return token


def _before_sending(call: Callable[[], T]) -> T:
    try:
        return call()
    except WeChatError as problem:
        kind = "unsent" if problem.kind == "ambiguous" else problem.kind
        error = WeChatError(problem.code, kind, f"no access token: {problem.message}")
    except Exception as problem:  # the store's own, of whatever library it is made
        log.error("the token store failed: %s", type(problem).__name__)
        error = WeChatError(0, "unsent", "no access token: the store failed")
    raise error
