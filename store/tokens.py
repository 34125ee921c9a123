"""What all processes share besides the records: the access token, and the sessions of the phone page."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from store.redis_link import Link, Script, Unavailable
from store.sealing import Sealing, Unreadable

log = logging.getLogger(__name__)

SESSION_S = 12 * 3600
ASIDE_S = 600
_DROP = Script("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end")


class Tokens:
    """The one access token of the account, and a lock so that one process fetches it.

    While Redis is gone each process goes on with the token that it knows, or fetches one for itself: WeChat gives all
    that ask the same one.
    """

    def __init__(
        self,
        link: Link,
        sealing: Sealing,
        app_id: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._sealing = sealing
        self._key = f"token:{app_id}"
        self._lock = f"token-lock:{app_id}"
        self._monotonic = monotonic
        self._own: tuple[str, float] = ("", 0.0)  # what this process knows, and until when

    def get(self) -> str | None:
        """The token, if one is kept."""
        try:
            sealed = self._link.call("GET", self._key)
        except Unavailable:
            token, until = self._own
            return token if token and self._monotonic() < until else None
        return self._open(sealed) if sealed else None

    def set(self, token: str, seconds: int) -> None:
        self._own = (token, self._monotonic() + seconds)
        try:
            self._link.call("SET", self._key, self._sealing.seal(token.encode()), "EX", max(1, seconds))
        except Unavailable:
            log.warning("the access token is kept in this process alone: no redis")

    def drop(self, failed: str) -> None:
        """Remove the token, only if it is still the one that failed."""
        if self._own[0] == failed:
            self._own = ("", 0.0)
        try:
            sealed = self._link.call("GET", self._key)
            if sealed and self._open(sealed) == failed:
                self._link.run(_DROP, (self._key,), sealed)
        except Unavailable:
            return

    @contextmanager
    def lock(self) -> Iterator[bool]:
        """Hold the lock of all processes for at most ten seconds; false where it could not be had in time."""
        mine = secrets.token_hex(8)
        held = self._held(mine)
        try:
            yield held
        finally:
            if held:
                with suppress(Unavailable):  # it ends by itself
                    self._link.run(_DROP, (self._lock,), mine)

    def _held(self, mine: str) -> bool:
        until = self._monotonic() + 10
        while self._monotonic() < until:
            try:
                if self._link.call("SET", self._lock, mine, "NX", "PX", 10_000):
                    return True
            except Unavailable:
                return False
            time.sleep(0.05)
        return False

    def _open(self, sealed: bytes) -> str | None:
        try:
            return self._sealing.open(sealed).decode()
        except Unreadable:
            return None


class Sessions:
    """Who is logged in on the phone page: the cookie holds a random id, Redis the sealed OpenID."""

    def __init__(self, link: Link, sealing: Sealing) -> None:
        self._link = link
        self._sealing = sealing

    def create(self, openid: str) -> str:
        """Begin a session and give its id."""
        sid = secrets.token_urlsafe(32)
        sealed = self._sealing.seal(openid.encode())
        self._link.call("SET", self._key(sid), sealed, "EX", SESSION_S)
        mine = self._mine(openid)
        self._link.call("SADD", mine, self._key(sid), self._aside(sid))
        self._link.call("EXPIRE", mine, SESSION_S)
        return sid

    def get(self, sid: str) -> str | None:
        """The OpenID of a session, if it is still there."""
        return self._read(self._key(sid)) if sid else None

    def drop(self, sid: str) -> None:
        self._link.call("DEL", self._key(sid), self._aside(sid))

    def set_aside(self, sid: str, text: str) -> None:
        """Keep for ten minutes what the page shows next, in place of what was kept; an empty text takes it away."""
        if text:
            self._link.call("SET", self._aside(sid), self._sealing.seal(text.encode()), "EX", ASIDE_S)
        else:
            self._link.call("DEL", self._aside(sid))

    def aside(self, sid: str) -> str:
        """What was set aside for the page, empty where there is nothing or no longer."""
        return self._read(self._aside(sid)) or ""

    def forget(self, openid: str) -> None:
        """End all sessions of a person."""
        mine = self._mine(openid)
        keys = self._link.call("SMEMBERS", mine)
        self._link.call("DEL", mine, *keys)

    def _read(self, key: str) -> str | None:
        sealed = self._link.call("GET", key)
        if not sealed:
            return None
        try:
            return self._sealing.open(sealed).decode()
        except Unreadable:
            return None

    def _key(self, sid: str) -> str:
        return f"session:{self._sealing.hash('session', sid)}"

    def _aside(self, sid: str) -> str:
        return f"aside:{self._sealing.hash('aside', sid)}"

    def _mine(self, openid: str) -> str:
        return f"sessions:{self._sealing.hash('session of', openid)}"
