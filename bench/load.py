"""``python -m bench.load``: two workers on two cores under 50, 100 and 300 connections; start, and memory of a worker.

Client and server share the machine, so the figures are what is left for the server.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.pushes import Account
from bench.serving import (
    ROOT,
    memory_of,
    ours,
    product,
    read_answer,
    send,
    stop,
    wait_for,
    workers_of,
)
from bench.webhook import Pushes, machine

PORT = 8475
CONNECTIONS = (50, 100, 300)


def at(times: list[float], share: float) -> float:
    """The milliseconds within which that share was answered."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1e3


def show_load(account: Account, environment: dict[str, str], count: int) -> None:
    process = ours(PORT, environment, workers=2).start()
    pushes = Pushes(account, count)
    try:
        send(PORT, pushes.text("标语"), 20)
        print("| connections | what | answers/s | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|")
        for connections in CONNECTIONS:
            for what in ("slogan", "quiz answer"):
                pushes.connections = connections
                slogans = what == "slogan"
                sent = send(PORT, pushes.text("标语"), connections) if slogans else pushes.quiz(PORT)
                shares = " | ".join(f"{at(sent.times, share):.0f}" for share in (0.5, 0.95, 0.99))
                print(f"| {connections} | {what} | {sent.rate:.0f} | {shares} |")
        sizes = [memory_of(worker) for worker in workers_of(process.pid)]
        print(f"\nResident memory of a worker after it: {max(sizes):.0f} MB.")
    finally:
        stop(process)


def show_start(account: Account, environment: dict[str, str]) -> None:
    """From ``python app.py web`` to its first answer."""
    folder = Path(environment["DATA_DIR"])
    settings = environment | {
        "PORT": str(PORT + 1),
        "DATABASE_URL": f"sqlite:///{folder}/case.db",
        "IDENTITY_DATABASE_URL": f"sqlite:///{folder}/identity.db",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py", "web"], cwd=ROOT, env=settings, start_new_session=True
    )
    try:
        wait_for(PORT + 1)
        fault = _first_answer(account.push("oBenchStart", "标语"))
        print(
            f"Start to first answer: {time.perf_counter() - began:.2f} s{fault and f', which was {fault}'}."
        )
    finally:
        stop(process)


def _first_answer(request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", PORT + 1)) as connection:
        connection.sendall(request)
        return read_answer(connection)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=6000)
    count = parser.parse_args().count
    print(machine() + "\n")
    with product() as (account, environment):
        show_start(account, environment)
        show_load(account, environment, count)


if __name__ == "__main__":
    main()
