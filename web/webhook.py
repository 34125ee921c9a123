"""Where WeChat calls us: GET to prove that the address is ours, POST for every message.

No framework stands around it: its request, context and response would take as long as the whole answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar
from urllib.parse import unquote_plus

from bot.errors import BadPush
from bot.message import Message, Reply
from store.counts import ERROR, REFUSED
from store.turn import Unanswered
from wechat.codec import LARGEST, Codec
from wechat.probe import is_probe

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

_STATUS = {
    200: "200 OK",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


T = TypeVar("T")
P = ParamSpec("P")
Call = tuple[str, str, bytes]  # method, query and body
Answer = tuple[int, list[tuple[str, str]], bytes]


class Talk(Protocol):
    """What answers messages."""

    def say_all(
        self, messages: Sequence[Message], came: Sequence[float] = ()
    ) -> Iterator[tuple[int, Reply | Exception]]: ...


class Webhook:
    """The callback ``/wechat``."""

    def __init__(self, codec: Codec, talk: Talk, note: Callable[[str, str], object] | None = None) -> None:
        self._codec = codec
        self._talk = talk
        self._note = note or (lambda _event, _detail: None)  # counts what goes wrong

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The same by WSGI."""
        query = environ.get("QUERY_STRING", "")
        status, headers, body = self.answer((environ["REQUEST_METHOD"], query, _body(environ)))
        start_response(_STATUS[status], headers)
        return (body,)

    def answer(self, call: Call) -> Answer:
        """What one call is answered."""
        ((_, answer),) = self.answers((call,))
        return answer

    def answers(self, calls: Sequence[Call], came: Sequence[float] = ()) -> Iterator[tuple[int, Answer]]:
        """Status, headers and body for each of several calls by its number, as soon as it is worked out.

        ``came`` says when each came in (``time.perf_counter``), where it had to wait.
        """
        heard: dict[int, Message] = {}
        for number, call in enumerate(calls):
            found = self._guarded(self._heard, call)
            if isinstance(found, Message):
                heard[number] = found
            else:
                yield number, _answer(*found)
        numbers = list(heard)
        since = [came[number] for number in numbers] if came else ()
        for place, reply in self._talk.say_all(list(heard.values()), since):
            told = self._guarded(self._told, reply, heard[numbers[place]])
            yield numbers[place], _answer(*told)

    def _guarded(self, step: Callable[P, T], *given: P.args, **more: P.kwargs) -> T | tuple[int, str]:
        """What a step gives, or the status and text that tell what went wrong."""
        try:
            return step(*given, **more)
        except BadPush as problem:
            self._note(REFUSED, str(problem).partition(":")[0])
            return _refusal(problem)
        except Unanswered:
            return 503, ""  # the platform asks again
        except Exception:
            log.exception("a push could not be answered")
            self._note(ERROR, "chat")
            return 500, ""

    def _heard(self, call: Call) -> Message | tuple[int, str]:
        """The message in a call, or what is said to a call without one."""
        method, query, sent = call
        arguments = _arguments(query)
        try:
            if method == "POST":
                return self._codec.parse(sent, arguments)
            if method in ("GET", "HEAD"):
                echo = self._codec.echo(arguments)
                return 200, echo if method == "GET" else ""
        except BadPush as refused:
            if not is_probe(arguments):  # which would be the doctor's own finding for an hour
                raise
            return _refusal(refused)
        return 405, ""

    def _told(self, reply: Reply | Exception, to: Message) -> tuple[int, str]:
        if isinstance(reply, Exception):
            raise reply
        return 200, self._codec.render(reply, to)


def _refusal(problem: BadPush) -> tuple[int, str]:
    return problem.status, "success" if problem.status == 200 else ""


def _answer(status: int, text: str) -> Answer:
    body = text.encode()
    kind = "application/xml" if text.startswith("<") else "text/plain"
    return status, [("content-type", f"{kind}; charset=utf-8"), ("content-length", str(len(body)))], body


def _body(environ: WSGIEnvironment) -> bytes:
    """What was sent, and no more of it than shows that it is too much."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length and environ.get("wsgi.input_terminated"):
        length = str(LARGEST + 1)  # it came in parts, and ends where it ends
    body: bytes = environ["wsgi.input"].read(min(int(length), LARGEST + 1)) if length.isdecimal() else b""
    return body


def _arguments(query: str) -> Mapping[str, str]:
    """What the address says; of what it says twice, the first."""
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        found.setdefault(name, unquote_plus(value) if "%" in value or "+" in value else value)
    return found
