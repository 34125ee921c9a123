"""Raw connections to Redis: one a thread, because the client's own layers cost more than the calls."""

from __future__ import annotations

import hashlib
import logging
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import hiredis
import redis
from redis.exceptions import ConnectionError as LostConnection
from redis.exceptions import InvalidResponse, NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as SlowConnection

log = logging.getLogger(__name__)

#: So long a thread looks for the answer before it sleeps: Redis takes less, and waking up takes as long again.
SPIN_S = 0.0002

#: So long after Redis has not answered nobody waits for it: whoever needs none of it is answered meanwhile.
HUNG_S = 3.0
IDLE_S = 30.0  # a connection that has not been used for longer may be dead alone
#: What Redis says where it takes nothing more: no memory left, its disk full, a copy of another, a script that does not end.
_FULL = ("OOM", "MISCONF", "READONLY", "NOREPLICAS", "BUSY")

Command = tuple[Any, ...]
#: What Redis refuses when it takes nothing more; it is gone in a second.
PROBE: Command = ("SET", "probe", 1, "PX", 1000)
Heard = Callable[[Any], None]


class Unavailable(Exception):
    """Redis can't be reached now."""


class Refusing(RedisError):
    """Redis is there and takes nothing now; why, in one word."""


class Script:
    """A Lua script and the digest that Redis knows it by."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class _Wire:
    """One connection: the client opens it and signs in, then bytes go straight to its socket and from it."""

    def __init__(self, connection: Any) -> None:
        connection.connect()
        self._connection = connection
        self._socket = connection._sock
        self.answered = time.monotonic()
        self._reader = hiredis.Reader(protocolError=InvalidResponse, replyError=_fault)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def send(self, commands: Sequence[Command]) -> None:
        self._socket.sendall(b"".join([hiredis.pack_command(command) for command in commands]))

    def read(self) -> Any:
        """The next answer; an error of Redis is one, too, unless it can't serve anybody now."""
        while (answer := self._reader.gets()) is False:
            self._look_out()
            data = self._socket.recv(65536)
            if not data:
                raise LostConnection("closed by Redis")
            self._reader.feed(data)
        if isinstance(answer, LostConnection):
            raise answer
        self.answered = time.monotonic()
        return answer

    def _look_out(self) -> None:
        """Wait awake for a moment; whoever else wants this core may have it."""
        until = time.perf_counter() + SPIN_S
        while not self._poll.poll(0) and time.perf_counter() < until:
            os.sched_yield()

    def close(self) -> None:
        self._connection.disconnect()


def _fault(text: str) -> RedisError:
    """What Redis says is wrong, as the client would raise it."""
    kind = text.partition(" ")[0]
    if kind in ("LOADING", "MASTERDOWN"):
        return LostConnection(text)
    if kind in _FULL:
        return Refusing(kind)
    return NoScriptError(text) if kind == "NOSCRIPT" else ResponseError(text)


class Link:
    """Sends commands over this thread's own connection and opens it anew where it was lost."""

    def __init__(self, url: str, timeout: float = 3.0) -> None:
        self._hung_until = 0.0  # of time.monotonic()
        self._pool = redis.ConnectionPool.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=None
        )
        self._own = threading.local()

    def call(self, *command: Any) -> Any:
        """One command, one round trip. Raises ``Unavailable``."""
        return self.many(command)[0]

    def many(self, *commands: Command) -> list[Any]:
        """Several commands in one round trip. Raises ``Unavailable``, or the first error that Redis gave."""
        if time.monotonic() < self._hung_until:
            raise Unavailable("no answer a moment ago")
        try:
            return self._try(commands)
        except (SlowConnection, TimeoutError) as slow:
            self._give_up(slow)
        except (LostConnection, OSError):
            self._forget()
        try:
            return self._try(commands)
        except (LostConnection, SlowConnection, OSError) as lost:
            self._give_up(lost)

    def run(self, script: Script, keys: Sequence[str], *values: Any) -> Any:
        """One script, one round trip (two where Redis does not know it yet)."""
        try:
            return self.call("EVALSHA", script.digest, len(keys), *keys, *values)
        except NoScriptError:
            return self.call("EVAL", script.text, len(keys), *keys, *values)

    def post(self, script: Script, *calls: tuple[Sequence[str], Sequence[Any]], heard: Heard) -> None:
        """Send a script for each call (keys and values) and don't wait for the answers.

        ``heard`` gets each (or the error) with this thread's next command. What is sent reaches Redis although this
        process should end; so the script goes in full, for there is nobody to send it again if Redis did not know it.
        Raises ``Unavailable`` if it can't be sent.
        """
        try:
            self._wire().send([("EVAL", script.text, len(keys), *keys, *values) for keys, values in calls])
        except (LostConnection, SlowConnection, OSError) as lost:
            self._give_up(lost)
        self._own.posted = [*self._posted(), *([heard] * len(calls))]

    def close(self) -> None:
        self._forget()
        self._pool.disconnect()

    def _try(self, commands: Sequence[Command]) -> list[Any]:
        wire = self._wire()
        wire.send(commands)
        for heard in self._posted():
            heard(wire.read())
        self._own.posted = None
        answers = [wire.read() for _ in commands]
        for answer in answers:
            if isinstance(answer, Refusing):
                raise Unavailable(str(answer))
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def _give_up(self, lost: Exception) -> NoReturn:
        """Nobody waits a second time for what has not answered; what has refused is asked anew at once.

        That a connection which lay idle says nothing tells only of the way to Redis: somebody between may have dropped it.
        """
        wire: _Wire | None = getattr(self._own, "wire", None)
        idle = wire is not None and wire.answered < time.monotonic() - IDLE_S
        self._forget()
        if isinstance(lost, SlowConnection | TimeoutError) and not idle:
            self._hung_until = time.monotonic() + HUNG_S
        raise Unavailable(type(lost).__name__) from None

    def _wire(self) -> _Wire:
        wire: _Wire | None = getattr(self._own, "wire", None)
        if wire is None:
            pool = self._pool  # which only knows the address: it would count connections that are long gone
            wire = self._own.wire = _Wire(pool.connection_class(**pool.connection_kwargs))
        return wire

    def _posted(self) -> Sequence[Heard]:
        """Who is to hear the answers that have not been read yet."""
        return getattr(self._own, "posted", None) or ()

    def _forget(self) -> None:
        if self._posted():
            log.warning("redis was lost before it said whether a turn was kept")
        wire: _Wire | None = getattr(self._own, "wire", None)
        self._own.wire = None
        self._own.posted = None
        if wire is not None:
            wire.close()


__all__ = ["Link", "RedisError", "Refusing", "ResponseError", "Script", "Unavailable"]
