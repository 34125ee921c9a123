"""Raw connections to Redis: one a thread, because the client's own layers cost more than the calls."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import redis
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as SlowConnection

log = logging.getLogger(__name__)


class Unavailable(Exception):
    """Redis can't be reached now."""


class Script:
    """A Lua script and the digest that Redis knows it by."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class _Posted:
    """A script on its way whose answer nobody waits for."""

    script: Script
    command: tuple[Any, ...]
    heard: Callable[[Any], None]


class Link:
    """Sends commands over this thread's own connection and opens it anew where it was lost."""

    def __init__(self, url: str, timeout: float = 3.0) -> None:
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=None
        )
        self._own = threading.local()

    def call(self, *command: Any) -> Any:
        """One command, one round trip. Raises ``Unavailable``."""
        try:
            return self._try(command)
        except (LostConnection, SlowConnection, OSError):
            if getattr(self._own, "posted", None) is not None:
                log.warning("redis was lost before it said whether a turn was kept")
            self._forget()
        try:
            return self._try(command)
        except (LostConnection, SlowConnection, OSError) as lost:
            self._forget()
            raise Unavailable(type(lost).__name__) from None

    def run(self, script: Script, keys: Sequence[str], *values: Any) -> Any:
        """One script, one round trip (two where Redis does not know it yet)."""
        try:
            return self.call("EVALSHA", script.digest, len(keys), *keys, *values)
        except NoScriptError:
            return self.call("EVAL", script.text, len(keys), *keys, *values)

    def post(self, script: Script, keys: Sequence[str], *values: Any, heard: Callable[[Any], None]) -> None:
        """Send a script and don't wait for its answer: ``heard`` gets it before this thread's next command.

        What is sent reaches Redis although this process should end. Raises ``Unavailable`` if it can't be sent.
        """
        command = (len(keys), *keys, *values)
        try:
            self._connection().send_command("EVALSHA", script.digest, *command)
        except (LostConnection, SlowConnection, OSError) as lost:
            self._forget()
            raise Unavailable(type(lost).__name__) from None
        self._own.posted = _Posted(script, command, heard)

    def settle(self) -> None:
        """Hear the answer to what was posted, if something was."""
        posted: _Posted | None = getattr(self._own, "posted", None)
        if posted is None:
            return
        try:
            answer = self._own.connection.read_response()
        except NoScriptError:
            answer = None
        self._own.posted = None
        posted.heard(self.call("EVAL", posted.script.text, *posted.command) if answer is None else answer)

    def close(self) -> None:
        self._forget()
        self._pool.disconnect()

    def _try(self, command: tuple[Any, ...]) -> Any:
        self.settle()
        connection = self._connection()
        connection.send_command(*command)
        answer = connection.read_response()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _connection(self) -> Any:
        connection: Any = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._pool.make_connection()
            connection.connect()
            self._own.connection = connection
        return connection

    def _forget(self) -> None:
        connection = getattr(self._own, "connection", None)
        self._own.connection = None
        self._own.posted = None
        if connection is not None:
            connection.disconnect()


__all__ = ["Link", "RedisError", "ResponseError", "Script", "Unavailable"]
