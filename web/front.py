"""What stands between the server and the pages: a request comes in whole, in its time and size, or not at all.

The server would lend its one thread to whoever sends a body slowly, and everybody else would wait. So bodies are
awaited here, many at once, and only a request that is there is answered, one after the other in one thread; pushes that are
there together are answered together, which spares trips to Redis. What takes long by its nature (photos to clean, the desk's
figures, what asks WeChat) is answered in threads of its own.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from web.pages import LARGEST_FORM
from web.security import LARGEST_REQUEST
from web.webhook import Answer, Call
from wechat.codec import LARGEST

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

MOST_TOGETHER = 8  # pushes
LOOK_S = 0.5  # between looks at what is late
MOST_IN_HAND = 3 * LARGEST_REQUEST  # bytes of large bodies that one process holds at a time
T = TypeVar("T")
CALLBACK, UPLOADS = "/wechat", "/p/photo"
Chat = Callable[[Sequence[Call], Sequence[float]], Iterator[tuple[int, Answer]]]

_PHOTOS, _DESK, _LOGIN, _CHECKS = "photos", "desk", "login", "checks"
_TEXT = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
_LATE = "内容没有传完，请再试一次。有危险不要等，先打119、120、110。"
_FULL = "现在传照片的人多，请过一会儿再试。有危险不要等，先打119、120、110。"
_BROKEN = "系统正忙，请过一会儿再试。有危险不要等，先打119、120、110。"


class Headers(Protocol):
    """The headers of a request, names in small letters; one that came twice is there twice."""

    def items(self) -> list[tuple[str, str]]: ...
    def get(self, key: str, default: str) -> str: ...


class Scope(Protocol):
    """What the server says of a request."""

    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    http_version: str

    @property
    def headers(self) -> Headers: ...


class Exchange(Protocol):
    """The body that comes, part by part, and the one answer that goes."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def __call__(self) -> bytes: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """How long and how large the body of one address may be."""

    bytes: int
    seconds: float
    counted: bool = False  # large enough to be counted with the others of its kind


_PUSH = Measure(LARGEST, 5.0)  # the platform itself waits no longer
_FORM = Measure(LARGEST_FORM, 20.0)
_UPLOAD = Measure(LARGEST_REQUEST, 180.0, counted=True)


class Refused(Exception):
    """A body that was not waited for any longer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status)
        self.status = status
        self.text = text


class Patience:
    """Ends what waits too long. All are looked at together, for a timer each takes as long as half an answer."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[Any], float] = {}
        self._looking = False

    async def wait(self, awaited: Awaitable[T], seconds: float, loop: asyncio.AbstractEventLoop) -> T:
        """What is awaited; raises ``TimeoutError`` at most ``LOOK_S`` late."""
        task = asyncio.current_task(loop)
        assert task is not None
        self._until[task] = loop.time() + seconds
        if not self._looking:
            self._looking = True
            loop.call_later(LOOK_S, self._look, loop)
        try:
            return await awaited
        except asyncio.CancelledError:
            if task in self._until:
                raise  # somebody else ends it
            task.uncancel()
            raise TimeoutError from None
        finally:
            self._until.pop(task, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        for task in [task for task, until in self._until.items() if until <= loop.time()]:
            del self._until[task]
            task.cancel()
        self._looking = bool(self._until)
        if self._looking:
            loop.call_later(LOOK_S, self._look, loop)


class Front:
    """The server's way in: awaits the request and has the pages answer it."""

    def __init__(
        self, app: WSGIApplication, chat: Chat, known: Callable[[str], bool], most_in_hand: int = MOST_IN_HAND
    ) -> None:
        self._app = app
        self._chat = chat
        self._known = known  # by the cookies of a request: has its sender signed in?
        self._most = most_in_hand
        self._in_hand = 0
        self._loop: asyncio.AbstractEventLoop | None = None  # a worker has one
        self._patience = Patience()
        self._pushes: list[tuple[Call, float, Exchange, asyncio.Future[None]]] = []
        self._beside = {
            _PHOTOS: ThreadPoolExecutor(2, thread_name_prefix="photos"),
            _DESK: ThreadPoolExecutor(1, thread_name_prefix="desk-pages"),
            _LOGIN: ThreadPoolExecutor(8, thread_name_prefix="login"),
            _CHECKS: ThreadPoolExecutor(1, thread_name_prefix="checks"),
        }

    async def __call__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        try:
            if scope.path == CALLBACK and (length := _short(scope)):
                await self._push(scope, exchange, length)
            else:
                await self._page(scope, exchange)
        except Refused as refused:
            exchange.response_bytes(refused.status, _TEXT, refused.text.encode())

    async def _page(self, scope: Scope, exchange: Exchange) -> None:
        body, measure = io.BytesIO(), await self._measured(scope)
        try:
            await self._receive(scope, exchange, measure, body)
            exchange.response_bytes(*await self._answered(scope, body))
        finally:
            self._in_hand -= len(body.getbuffer()) if measure.counted else 0

    async def _push(self, scope: Scope, exchange: Exchange, length: int) -> None:
        """A message of usual size goes the shortest way, with all that are there at this moment."""
        came = time.perf_counter()  # what waits for its turn from here on counts as time to answer
        loop = self._loop = (
            self._loop or asyncio.get_running_loop()
        )  # to ask for it each time is a call to the system
        try:
            body = await self._patience.wait(exchange(), _PUSH.seconds, loop)
        except TimeoutError:
            raise Refused(408, _LATE) from None
        except RuntimeError:  # so the server says that the sender went away
            body = b""
        if len(body) < length:
            raise Refused(400, _LATE)
        if not self._pushes:
            loop.call_soon(self._answer_pushes, loop)
        told: asyncio.Future[None] = loop.create_future()
        self._pushes.append(((scope.method, scope.query_string, body), came, exchange, told))
        await told

    def _answer_pushes(self, loop: asyncio.AbstractEventLoop) -> None:
        now, self._pushes = self._pushes[:MOST_TOGETHER], self._pushes[MOST_TOGETHER:]
        if self._pushes:
            loop.call_soon(self._answer_pushes, loop)
        try:
            for number, answer in self._chat([push[0] for push in now], [push[1] for push in now]):
                exchange, told = now[number][2:]
                with suppress(RuntimeError):  # so the server says that the sender went away
                    exchange.response_bytes(*answer)
                if not told.done():  # its task may have been ended meanwhile
                    told.set_result(None)
        except Exception:
            log.exception("pushes could not be answered")
        for *_, told in now:
            if not told.done():
                told.set_exception(Refused(500, _BROKEN))

    async def _answered(self, scope: Scope, body: io.BytesIO) -> Answer:
        environ = environ_of(scope, body)
        aside = self._beside.get(_kind(scope.path))
        if aside is None:
            return self._answer(environ)
        return await asyncio.get_running_loop().run_in_executor(aside, self._answer, environ)

    async def _measured(self, scope: Scope) -> Measure:
        """How much is read of a body: a large one only of somebody who has signed in."""
        if scope.path == CALLBACK:
            return _PUSH
        if scope.path != UPLOADS or scope.method in ("GET", "HEAD"):
            return _FORM
        cookies = "; ".join(value for name, value in scope.headers.items() if name == "cookie")
        known = await asyncio.get_running_loop().run_in_executor(None, self._known, cookies)
        return _UPLOAD if known else _FORM

    async def _receive(self, scope: Scope, exchange: Exchange, measure: Measure, body: io.BytesIO) -> None:
        """Write down the whole body; of one that is too long only so much as shows it."""
        named = _lengths(scope.headers)
        if not named or scope.method in ("GET", "HEAD"):
            return
        length = named.get("content-length", "")
        if length.isdecimal() and int(length) > measure.bytes:
            return  # the page says so by the length alone
        try:
            loop = asyncio.get_running_loop()
            await self._patience.wait(self._read(exchange, measure, body), measure.seconds, loop)
        except TimeoutError:
            raise Refused(408, _LATE) from None
        if length.isdecimal() and body.tell() < int(length):
            raise Refused(400, _LATE)  # the sender went away in the middle
        body.seek(0)

    async def _read(self, exchange: Exchange, measure: Measure, body: io.BytesIO) -> None:
        async for part in exchange:
            if measure.counted and self._in_hand + len(part) > self._most:
                raise Refused(503, _FULL)
            body.write(part)
            self._in_hand += len(part) if measure.counted else 0
            if body.tell() > measure.bytes:
                return

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        """What the pages answer, in one piece."""
        begun: list[tuple[int, list[tuple[str, str]]]] = []

        def start(
            status: str, headers: list[tuple[str, str]], _fault: Any = None
        ) -> Callable[[bytes], object]:
            begun[:] = [(int(status[:3]), headers)]
            return lambda _part: None

        try:
            parts = self._app(environ, start)
            try:
                said = b"".join(parts)
            finally:
                getattr(parts, "close", lambda: None)()
        except Exception:
            log.exception("a request could not be answered")
            return 500, _TEXT, _BROKEN.encode()
        status, headers = begun[0]
        return status, headers, said


def environ_of(scope: Scope, body: io.BytesIO) -> WSGIEnvironment:
    """The request as WSGI writes it; nothing of this process's own environment goes along."""
    path = scope.path
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path if path.isascii() else path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # in WSGI it could not be told from the one with a dash, which a proxy has written
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ


def _lengths(headers: Headers) -> Mapping[str, str]:
    """The headers that announce a body."""
    return {name: value for name, value in headers.items() if name in ("content-length", "transfer-encoding")}


def _short(scope: Scope) -> int:
    """How long a push of usual size says that it is; 0 of another."""
    length = scope.headers.get("content-length", "")
    return int(length) if len(length) < 6 and length.isdecimal() and int(length) <= LARGEST else 0


def _kind(path: str) -> str:
    """Which of the threads beside answers an address; empty for the one that answers all else."""
    if path.startswith("/desk"):
        return _DESK
    if path in ("/p/callback", "/readyz"):  # both ask WeChat, which may take its time
        return _LOGIN if path == "/p/callback" else _CHECKS
    return _PHOTOS if path.startswith((UPLOADS, "/p/code.png")) else ""
