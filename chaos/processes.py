"""The product's processes: started, killed, frozen, and brought back as systemd would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PAUSE_S = 1.0  # between an end and the next start
GRACE_S = 5.0  # for what a dead master leaves behind
_GLANCE_S = 0.1


class Service:
    """One command that is always to run, in a session of its own."""

    def __init__(self, name: str, environment: Mapping[str, str], log: IO[bytes], tree: Path) -> None:
        self.name = name
        self.starts = 0
        self._environment = dict(environment)
        self._log = log
        self._tree = tree
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: float | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.starts += 1
        self._ended = None
        self._process = subprocess.Popen(
            [sys.executable, str(self._tree / "app.py"), self.name.split("-")[0]],
            env=self._environment,
            cwd=self._tree,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def children(self) -> list[int]:
        """The workers of a web master."""
        if not self.alive():
            return []
        with suppress(OSError):
            listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
            return [pid for pid in map(int, listed) if _is_worker(pid)]
        return []

    def tend(self) -> None:
        """Bring it back a moment after it has ended, and end first what it left behind."""
        if self.alive():
            return
        now = time.monotonic()
        if self._ended is None:
            self._ended = now
            self._signal_rest(signal.SIGTERM)
            self._signal_rest(signal.SIGCONT)
        if now - self._ended > GRACE_S:
            self._signal_rest(signal.SIGKILL)
        if now - self._ended > PAUSE_S and not self._rest():
            self.start()

    def kill(self) -> None:
        """End all of it at once."""
        self._signal_rest(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def _rest(self) -> bool:
        """Is anything of its session left?"""
        return self._process is not None and self._signal_rest(0)

    def _signal_rest(self, number: int) -> bool:
        if self._process is None:
            return False
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True


class Product:
    """All services, and the thread that looks after them."""

    def __init__(
        self, environment: Mapping[str, str], log: IO[bytes], tree: Path, schedulers: int = 3
    ) -> None:
        names = ("web", *(f"scheduler-{number}" for number in range(1, schedulers + 1)))
        self.services = tuple(Service(name, environment, log, tree) for name in names)
        self._frozen: dict[int, float] = {}
        self._lock = threading.Lock()
        self._dark = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="supervisor", daemon=True)

    @property
    def web(self) -> Service:
        return self.services[0]

    def start(self) -> None:
        for service in self.services:
            service.start()
        self._thread.start()

    def pids(self) -> dict[int, str]:
        """Every process that lives, and what it is: master, worker or scheduler."""
        found = dict.fromkeys(self.web.children(), "worker")
        for service in self.services:
            if service.alive():
                found[service.pid] = "master" if service is self.web else "scheduler"
        return {pid: kind for pid, kind in found.items() if pid not in self._frozen}

    def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def freeze(self, pid: int, seconds: float) -> None:
        """Stop a process for a while; it wakes up and knows nothing of it."""
        with suppress(ProcessLookupError), self._lock:
            self._frozen[pid] = time.monotonic() + seconds
            os.kill(pid, signal.SIGSTOP)

    def whole(self, workers: int) -> bool:
        """Does every process run that should?"""
        alive = all(service.alive() for service in self.services)
        return alive and self.all_awake() and len(self.web.children()) >= workers

    def all_awake(self) -> bool:
        """Has everything that was frozen gone on?"""
        return not self._frozen

    @contextmanager
    def dark(self) -> Iterator[None]:
        """Everything dead, and nothing comes back until the end."""
        with self._lock:
            self._dark = True
            self._frozen.clear()
            for service in self.services:
                service.kill()
        try:
            yield
        finally:
            self._dark = False

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        for service in self.services:
            service.kill()

    def starts(self) -> int:
        """How often anything was started."""
        return sum(service.starts for service in self.services)

    def _look_after(self) -> None:
        while not self._stopping.wait(_GLANCE_S):
            with self._lock:
                now = time.monotonic()
                for pid in [pid for pid, until in self._frozen.items() if until < now]:
                    self._wake(pid)
                    del self._frozen[pid]
                if not self._dark:
                    for service in self.services:
                        service.tend()

    def _wake(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _is_worker(pid: int) -> bool:
    return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def wait_until(true: Callable[[], bool], seconds: float, glance: float = 0.1) -> bool:
    """Wait for something; did it come?"""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(glance)
    return true()
