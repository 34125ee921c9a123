"""A platform that does exactly what a test says, however badly, and counts its calls."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

Answer = dict[str, Any] | bytes | int | str | tuple[str, bytes]
TOKEN_PATH = "/cgi-bin/stable_token"


@dataclass
class Call:
    path: str
    query: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Scripted:
    """Answers by path: a dict is JSON, bytes a body, an int a status, "cut" and "hang" what they say."""

    url: str = ""
    answers: dict[str, Answer | Callable[[Call], Answer]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    tokens: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def answer(self, call: Call) -> Answer:
        with self._lock:
            self.calls.append(call)
            found = self.answers.get(call.path)
            if found is None and call.path == TOKEN_PATH:
                self.tokens += 1
                return {"access_token": f"TOKEN-{self.tokens}", "expires_in": 7200}
        if found is None:
            return {"errcode": 0, "errmsg": "ok"}
        return found(call) if callable(found) else found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scripted: Scripted

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = self.scripted.answer(Call(parts.path, query, body))
        if answer in ("cut", "hang"):
            if answer == "hang":
                self.scripted.ended.wait(20)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        status, kind, body = 200, "application/json", b""
        if isinstance(answer, int):
            status = answer
        elif isinstance(answer, dict):
            body = json.dumps(answer, ensure_ascii=False).encode()
        elif isinstance(answer, tuple):
            kind, body = answer
        elif isinstance(answer, bytes):
            body = answer
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    script = Scripted()
    handler = type("Handler", (_Handler,), {"scripted": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield script
    script.ended.set()
    server.shutdown()
    server.server_close()
    thread.join(5)
