"""What the measurements share: servers to be measured, an account with its stores, and senders."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.pushes import Account
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    """A Granian with one worker, or several."""

    name: str
    target: str
    port: int
    environment: dict[str, str]
    workers: int = 1
    interface: str = "wsgi"

    def start(self, core: int | None = None) -> subprocess.Popen[bytes]:
        """Start it, on one core if one is named, and wait until it listens."""
        command = [sys.executable, "-m", "granian", "--interface", self.interface, "--factory", self.target]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        command += ["--http", "1", "--blocking-threads", "1", "--log-level", "error"]
        process = subprocess.Popen(
            command, env={**os.environ, **self.environment}, cwd=ROOT, start_new_session=True
        )
        if core is not None and len(os.sched_getaffinity(0)) > 1:
            os.sched_setaffinity(process.pid, {core})
        wait_for(self.port)
        return process


def ours(port: int, environment: dict[str, str], workers: int = 1) -> Server:
    """The product, served as ``python app.py web`` serves it."""
    return Server("ours", "cli.serve:front", port, environment, workers, "rsgi")


def wait_for(port: int, seconds: float = 30) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nobody listens on {port}")


def stop(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()


@contextmanager
def product() -> Iterator[tuple[Account, dict[str, str]]]:
    """An account, and the environment in which the product serves it, with databases and a Redis of its own."""
    account = Account()
    with tempfile.TemporaryDirectory() as folder:
        redis = EmbeddedRedis(Path(folder) / "redis")
        redis.start()
        for database in (
            case_database(f"sqlite:///{folder}/case.db"),
            identity_database(f"sqlite:///{folder}/identity.db"),
        ):
            database.migrate()
            database.close()
        try:
            yield account, account.environment() | _settings(folder, redis.url)
        finally:
            redis.stop()


def _settings(folder: str, redis: str) -> dict[str, str]:
    return {
        "REDIS_URL": redis,
        "DATA_DIR": folder,
        "CAMPAIGN": "ningxia-2020",
        "BASE_URL": "http://127.0.0.1:1",
        "IDENTITY_KEY": "a key of the measurement, 32 letters",
        "SECRET_KEY": "a key of the measurement, 32 letters",
        "LOG_LEVEL": "WARNING",
    }


class Sender(threading.Thread):
    """One kept connection that sends its requests one after the other and times each."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        super().__init__()
        self._port, self._requests = port, requests
        self.times: list[float] = []
        self.bodies: list[bytes] = []
        self.fault = ""

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in self._requests:
                began = time.perf_counter()
                connection.sendall(request)
                body, self.fault = read_answer(connection)
                if self.fault:
                    return
                self.times.append(time.perf_counter() - began)
                self.bodies.append(body)


def read_answer(connection: socket.socket) -> tuple[bytes, str]:
    """The body of one answer, and what is wrong with it: nothing where it is 200 with a body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return b"", "connection closed"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    status = head.split(b"\r\n")[0]
    return body, "" if b" 200 " in status and length else status.decode()


@dataclass(frozen=True)
class Sent:
    """What came of requests: the seconds that all and that each took, and the answers' bodies in their order."""

    seconds: float
    times: list[float]
    bodies: list[bytes]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


def send(port: int, requests: Sequence[bytes], connections: int) -> Sent:
    """Send requests over so many connections at once."""
    senders = [Sender(port, requests[n::connections]) for n in range(connections)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.perf_counter() - began
    if faults := [sender.fault for sender in senders if sender.fault]:
        raise RuntimeError(faults[0])
    bodies = [b""] * len(requests)
    for n, sender in enumerate(senders):
        bodies[n::connections] = sender.bodies
    return Sent(took, [seconds for sender in senders for seconds in sender.times], bodies)


def memory_of(process: int) -> float:
    """Resident megabytes of a process."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def workers_of(master: int) -> list[int]:
    """The processes that a server has started."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    named = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, command in named.items() if b"resource_tracker" not in command]
