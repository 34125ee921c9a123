"""The product as ``python app.py web`` starts it, without a proxy before it, and raw connections to it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.pushes import Account
from tests.deploy.site import free_port, production

ROOT = Path(__file__).resolve().parent.parent.parent
FORM = "Content-Type: application/x-www-form-urlencoded"


@dataclass
class Served:
    """A running web server, its account and its own process."""

    account: Account
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def begin(self, path: str, length: int, *headers: str) -> socket.socket:
        """A request whose body is announced and, but for one byte, not sent."""
        connection = self.connect()
        connection.sendall(request("POST", path, FORM, f"Content-Length: {length}", *headers) + b"a")
        return connection

    def ask(self, raw: bytes, seconds: float = 20) -> tuple[int, bytes]:
        """Status and whole text of the answer to one request."""
        with self.connect() as connection:
            connection.settimeout(seconds)
            with suppress(OSError):  # refused before all was sent
                connection.sendall(raw)
            return answer_on(connection)

    def get(self, path: str, *headers: str) -> tuple[int, bytes]:
        return self.ask(request("GET", path, *headers, "Connection: close"))

    def push(self, user: str, text: str) -> tuple[int, bytes]:
        return self.ask(self.account.push(user, text))

    def memory(self) -> int:
        """Resident bytes of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children) * 4096

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def request(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")).encode()


def answer_on(connection: socket.socket) -> tuple[int, bytes]:
    """What comes back: the status, or 0 where the connection was cut, and everything that was said."""
    data = b""
    with suppress(ConnectionError):
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
            part = connection.recv(65536)
            if not part:
                break
            data += part
    return (int(data.split(b" ", 2)[1]) if data else 0), data


def _length(data: bytes) -> int:
    head = data.partition(b"\r\n\r\n")[0].lower()
    return next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)


def serve(folder: Path, templates: Path, redis_url: str) -> Served:
    """Start the web server on data of its own and wait for it."""
    account, port = Account(), free_port()
    for name in ("case", "identity"):
        shutil.copy(templates / f"{name}.db", folder / f"{name}.db")
    environment = production(account, folder, redis_url) | {
        "TRUSTED_PROXIES": "0",
        "WEB_WORKERS": "1",
        "PORT": str(port),
    }
    with (folder / "web.out").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "web"],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    served = Served(account, port, process, folder / "web.out")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "web.out").read_text()[-2000:]
        with suppress(OSError):
            if served.get("/healthz")[0] == 200:
                return served
        time.sleep(0.1)
    served.stop()
    raise AssertionError("the web server did not answer")
