"""``make bench``: the webhook in safe mode on loopback, one Granian worker each, in turn, the median of several pairs.

The server runs on one core and the client on another where there are two. A run sends distinct enciphered pushes
over a few kept connections and counts answers a second; a wrong status or an empty answer ends the run.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench.pushes import Account
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 4
QUIZ_ANSWERS = 4  # of a round of five: the fifth would end the round


@dataclass(frozen=True)
class Server:
    """One Granian with one worker."""

    name: str
    target: str
    port: int
    environment: dict[str, str]

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", self.target]
        command += [
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "1",
            "--log-level",
            "error",
        ]
        process = subprocess.Popen(
            command, env={**os.environ, **self.environment}, cwd=ROOT, start_new_session=True
        )
        if len(os.sched_getaffinity(0)) > 1:
            os.sched_setaffinity(process.pid, {0})
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start")


class Sender(threading.Thread):
    """One kept connection that sends its requests one after the other."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        super().__init__()
        self._port, self._requests = port, requests
        self.fault = ""

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in self._requests:
                connection.sendall(request)
                if fault := _read_answer(connection):
                    self.fault = fault
                    return


def _read_answer(connection: socket.socket) -> str:
    """Read one answer; an empty text where it is 200 with a body, else what is wrong."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return "connection closed"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return "" if b" 200 " in head.split(b"\r\n")[0] and length else head.split(b"\r\n")[0].decode()


def rate(port: int, requests: list[bytes]) -> float:
    """Answers a second."""
    senders = [Sender(port, requests[n::CONNECTIONS]) for n in range(CONNECTIONS)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.perf_counter() - began
    faults = [sender.fault for sender in senders if sender.fault]
    if faults:
        raise RuntimeError(faults[0])
    return len(requests) / took


class Bench:
    """The four ways and what is sent to each."""

    def __init__(self, count: int) -> None:
        self._account = Account()
        self._count = count
        self._users = 0

    def user(self) -> str:
        self._users += 1
        return f"oBench{self._users:022d}"

    def text(self, said: str) -> list[bytes]:
        return [self._account.push(self.user(), said) for _ in range(self._count)]

    def quiz(self, port: int) -> list[bytes]:
        """Answers to quiz questions: the rounds are opened before the clock runs."""
        users = [self.user() for _ in range(self._count // QUIZ_ANSWERS)]
        rate(port, [self._account.push(user, "答题") for user in users])
        return [self._account.push(user, "A") for _ in range(QUIZ_ANSWERS) for user in users]

    def environment(self, folder: Path, redis: str) -> dict[str, str]:
        ours = {
            "REDIS_URL": redis,
            "DATA_DIR": str(folder),
            "CAMPAIGN": "ningxia-2020",
            "BASE_URL": "http://127.0.0.1:1",
            "IDENTITY_KEY": "a key of the measurement, 32 letters",
            "SECRET_KEY": "a key of the measurement, 32 letters",
            "LOG_LEVEL": "WARNING",
        }
        return {**self._account.environment(), **ours}


def measure(pairs: int, count: int) -> dict[str, list[float]]:
    """Run the four ways in turn, several times."""
    bench = Bench(count)
    with tempfile.TemporaryDirectory() as folder:
        redis = EmbeddedRedis(Path(folder) / "redis")
        redis.start()
        for database in (
            case_database(f"sqlite:///{folder}/case.db"),
            identity_database(f"sqlite:///{folder}/identity.db"),
        ):
            database.migrate()
            database.close()
        environment = bench.environment(Path(folder), redis.url)
        servers = [
            Server("constant", "bench.baselines:constant", 8471, environment),
            Server("echo", "bench.baselines:echo", 8472, environment),
            Server("ours", "app:create_app", 8473, environment),
        ]
        processes = [server.start() for server in servers]
        try:
            return _rounds(bench, pairs)
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
            redis.stop()


def _rounds(bench: Bench, pairs: int) -> dict[str, list[float]]:
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {1})
    for port in (8471, 8472, 8473):
        rate(port, bench.text("来条标语")[:400])
    found: dict[str, list[float]] = {"constant": [], "echo": [], "slogan": [], "quiz": []}
    for _ in range(pairs):
        found["constant"].append(rate(8471, bench.text("来条标语")))
        found["echo"].append(rate(8472, bench.text("来条标语")))
        found["slogan"].append(rate(8473, bench.text("标语")))
        found["quiz"].append(rate(8473, bench.quiz(8473)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    found = measure(options.pairs, options.count)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"
    )
    for name, rates in found.items():
        ratios = [mine / echo for mine, echo in zip(rates, found["echo"], strict=True)]
        print(
            f"{name:<9} {statistics.median(rates):7.0f}/s   {statistics.median(ratios):.2f} of the bare echo"
        )


if __name__ == "__main__":
    main()
