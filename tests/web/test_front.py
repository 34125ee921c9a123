"""How a request comes in whole before it is answered; a real server in front of it is in ``tests/security``."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from web.front import Front, Measure, Patience
from web.pages import LARGEST_FORM
from web.webhook import Answer, Call


@dataclass
class Request:
    """What the server says of a request."""

    path: str = "/p/say"
    method: str = "POST"
    query_string: str = ""
    client: str = "10.1.2.3:4567"
    scheme: str = "http"
    http_version: str = "1.1"
    sent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def headers(self) -> Request:
        return self

    def items(self) -> list[tuple[str, str]]:
        return self.sent

    def get(self, key: str, default: str) -> str:
        return dict(self.sent).get(key, default)


class Wire:
    """A body in parts, and the answer."""

    def __init__(self, *parts: bytes, wait: asyncio.Event | None = None) -> None:
        self._parts = parts
        self._wait = wait
        self.status = 0
        self.body = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
        if self._wait:
            await self._wait.wait()

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.body = status, body


def everybody(_cookies: str) -> bool:
    """All have signed in."""
    return True


class Seen:
    """An app that tells what reached it."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""
        self.thread = ""
        self.pushed: list[Call] = []
        self.together: list[int] = []

    def heard(self, calls: Sequence[Call], came: Sequence[float]) -> Iterator[tuple[int, Answer]]:
        assert len(came) == len(calls) and all(0 <= time.perf_counter() - one < 60 for one in came)
        self.together.append(len(calls))
        for number, call in enumerate(calls):
            self.pushed.append(call)
            yield number, (200, [], call[2])

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.environ, self.thread = environ, threading.current_thread().name
        self.body = environ["wsgi.input"].read()
        start("200 OK", [("Content-Length", "2")])
        return (b"o", b"k")


def ask(seen: Seen, request: Request, *parts: bytes) -> Wire:
    wire = Wire(*parts)
    asyncio.run(Front(seen, seen.heard, everybody)(request, wire))
    return wire


def test_a_request_arrives_whole_and_is_answered_in_one_piece() -> None:
    seen = Seen()
    wire = ask(seen, Request(path="/p/go/举报", sent=[("content-length", "6")]), b"abc", b"def")
    assert (wire.status, wire.body) == (200, b"ok")
    assert seen.body == b"abcdef"
    assert seen.environ["PATH_INFO"] == "/p/go/举报".encode().decode("latin-1")
    assert seen.environ["REMOTE_ADDR"] == "10.1.2.3"
    assert "SECRET_KEY" not in seen.environ


def test_a_push_goes_past_the_pages() -> None:
    seen = Seen()
    sent = [("content-length", "6")]
    wire = ask(seen, Request("/wechat", query_string="nonce=1", sent=sent), b"<xml", b"/>")
    assert (wire.status, wire.body) == (200, b"<xml/>")
    assert seen.pushed == [("POST", "nonce=1", b"<xml/>")]
    assert not seen.environ


def test_pushes_that_are_there_together_are_answered_together_each_its_own() -> None:
    seen = Seen()

    async def several() -> list[bytes]:
        front = Front(seen, seen.heard, everybody)
        wires = [Wire(b"%03d" % number) for number in range(20)]
        request = Request("/wechat", sent=[("content-length", "3")])
        await asyncio.gather(*(front(request, wire) for wire in wires))
        return [wire.body for wire in wires]

    assert asyncio.run(several()) == [b"%03d" % number for number in range(20)]
    assert seen.together == [8, 8, 4]


@pytest.mark.parametrize("length", ["65537", "999999", "-1", "0", "x", "٥"])
def test_a_push_of_another_size_goes_the_long_way(length: str) -> None:
    seen = Seen()
    ask(seen, Request("/wechat", sent=[("content-length", length)]), b"")
    assert not seen.pushed


def test_half_a_push_is_heard_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, request = Seen(), Request("/wechat", sent=[("content-length", "9")])
    assert ask(seen, request, b"<xml").status == 400

    monkeypatch.setattr("web.front._PUSH", Measure(9, 0.05))
    late = Wire(b"<xml", wait=asyncio.Event())
    asyncio.run(Front(seen, seen.heard, everybody)(request, late))
    assert late.status == 408
    assert not seen.pushed
    assert not seen.environ


def test_the_address_of_a_caller_by_ipv6_is_plain() -> None:
    seen = Seen()
    ask(seen, Request(method="GET", client="[2001:db8::7]:4567"))
    assert seen.environ["REMOTE_ADDR"] == "2001:db8::7"


def test_a_header_sent_twice_is_one_list_and_one_with_underscores_is_none() -> None:
    seen, forged = Seen(), "X_Forwarded_For".lower()
    sent = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2"), (forged, "9.9.9.9")]
    ask(seen, Request(method="GET", sent=[*sent, ("cookie", "a=1"), ("cookie", "b=2")]))
    assert seen.environ["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"
    assert seen.environ["HTTP_COOKIE"] == "a=1; b=2"


def test_what_is_shorter_than_announced_reaches_nobody() -> None:
    seen = Seen()
    assert ask(seen, Request(sent=[("content-length", "9")]), b"abc").status == 400
    assert not seen.environ


def test_of_what_is_too_long_no_more_is_kept_than_shows_it() -> None:
    seen = Seen()
    ask(seen, Request(path="/wechat", sent=[("transfer-encoding", "chunked")]), *[b"a" * 65_536] * 50)
    assert len(seen.body) == 2 * 65_536
    ask(seen, Request(path="/wechat", sent=[("content-length", "9999999")]), b"a")
    assert seen.body == b""


def test_a_fault_among_pushes_leaves_nobody_waiting() -> None:
    seen = Seen()

    def breaks(calls: Sequence[Call], _came: Sequence[float]) -> Iterator[tuple[int, Answer]]:
        yield 1, (200, [], calls[1][2])
        raise ValueError("a secret")

    async def several() -> list[Wire]:
        front, wires = Front(seen, breaks, everybody), [Wire(b"%d" % number) for number in range(3)]
        request = Request("/wechat", sent=[("content-length", "1")])
        await asyncio.wait_for(asyncio.gather(*(front(request, wire) for wire in wires)), 5)
        return wires

    first, second, third = asyncio.run(several())
    assert (second.status, second.body) == (200, b"1")
    assert first.status == third.status == 500
    assert b"secret" not in first.body


def test_a_sender_who_went_away_spoils_nobodys_answer() -> None:
    class Gone(Wire):
        def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            raise RuntimeError("closed")

    async def several() -> Wire:
        seen, here = Seen(), Wire(b"1")
        front, request = (
            Front(seen, seen.heard, everybody),
            Request("/wechat", sent=[("content-length", "1")]),
        )
        await asyncio.wait_for(asyncio.gather(front(request, Gone(b"0")), front(request, here)), 5)
        return here

    assert asyncio.run(several()).status == 200


def test_a_fault_of_the_app_is_an_answer_that_tells_nothing() -> None:
    def broken(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise ValueError("a secret")

    wire = Wire()
    asyncio.run(Front(broken, Seen().heard, everybody)(Request(method="GET"), wire))
    assert wire.status == 500
    assert "120" in wire.body.decode()
    assert b"secret" not in wire.body


def test_photos_the_desk_and_what_asks_wechat_hold_up_no_message() -> None:
    seen, names = Seen(), {}
    for path in (
        "/wechat",
        "/p/say",
        "/p/emergency",
        "/p/photo",
        "/p/code.png",
        "/desk/login",
        "/desk/export/x.xlsx",
        "/p/callback",
        "/readyz",
    ):
        ask(seen, Request(path=path, method="GET"))
        names[path] = seen.thread
    main = {path for path, name in names.items() if name == "MainThread"}
    assert main == {"/wechat", "/p/say", "/p/emergency"}


def test_a_large_body_is_read_only_of_who_has_signed_in() -> None:
    def asked(cookies: str) -> bool:
        heard.append(cookies)
        return cookies == "a=1; sid=mine"

    heard: list[str] = []
    seen, large, sent = Seen(), LARGEST_FORM + 1000, [("transfer-encoding", "chunked"), ("cookie", "a=1")]
    for cookie in ("sid=mine", "sid=other"):
        wire = Wire(*[b"a" * 1000] * (large // 1000 + 5))
        request = Request(path="/p/photo", sent=[*sent, ("cookie", cookie)])
        asyncio.run(Front(seen, seen.heard, asked)(request, wire))
        assert (len(seen.body) > large) is (cookie == "sid=mine")
        assert len(seen.body) > LARGEST_FORM, "enough that the page sees it is too large"
    assert heard == ["a=1; sid=mine", "a=1; sid=other"]


def test_large_bodies_share_what_a_process_may_hold() -> None:
    async def flood() -> list[int]:
        front, gate = Front(Seen(), Seen().heard, everybody, most_in_hand=250), asyncio.Event()
        wires = [Wire(b"a" * 100, wait=gate) for _ in range(3)]
        sent = [("transfer-encoding", "chunked")]
        waiting = [asyncio.create_task(front(Request(path="/p/photo", sent=sent), wire)) for wire in wires]
        await asyncio.sleep(0)
        small = Wire(b"text")
        await front(Request(sent=[("content-length", "4")]), small)
        gate.set()
        await asyncio.gather(*waiting)
        later = Wire(b"a" * 200)
        await front(Request(path="/p/photo", sent=sent), later)
        return [*(wire.status for wire in wires), small.status, later.status]

    assert asyncio.run(flood()) == [200, 200, 503, 200, 200]


def test_who_is_ended_by_somebody_else_is_not_called_late() -> None:
    async def end() -> bool:
        patience, never = Patience(), asyncio.Event()
        waiting = asyncio.create_task(patience.wait(never.wait(), 60, asyncio.get_running_loop()))
        await asyncio.sleep(0)
        waiting.cancel()
        try:
            await waiting
        except asyncio.CancelledError:
            return True
        return False

    assert asyncio.run(end())


def test_only_what_is_late_is_ended() -> None:
    async def both() -> tuple[bool, str]:
        patience, slow = Patience(), asyncio.Event()
        late = asyncio.create_task(patience.wait(slow.wait(), 0.01, asyncio.get_running_loop()))
        other = asyncio.create_task(
            patience.wait(asyncio.sleep(1.2, "whole"), 60, asyncio.get_running_loop())
        )
        done = await other
        return isinstance(late.exception(), TimeoutError), done

    assert asyncio.run(both()) == (True, "whole")
