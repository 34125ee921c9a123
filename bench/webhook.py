"""``make bench``: the webhook in safe mode on loopback, one Granian worker each, in turn, the median of several pairs.

The server runs on one core and the client on another where there are two. A run sends distinct enciphered pushes
over a few and over more kept connections and counts answers a second; a wrong status or an empty answer ends the run.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import time
from collections.abc import Iterator

from bench.pushes import Account
from bench.serving import Sent, Server, ours, product, send, stop

CONNECTIONS = (4, 32)  # as many pushes are there at the same time
#: What opens a round, and how many answers of it are sent: one more would end it.
ROUND, EXAM = (("答题",), 4), (("考试", "不计时"), 19)
CONSTANT, ECHO, OURS = 8471, 8472, 8473
_ORDER = re.compile(r"（排序，按先后回复，如([A-E]+)）")


class Pushes:
    """What is sent, each by a person of its own."""

    def __init__(self, account: Account, count: int) -> None:
        self.connections = CONNECTIONS[0]
        self._account = account
        self._count = count
        self._users = 0

    def user(self) -> str:
        self._users += 1
        return f"oBench{self._users:022d}"

    def text(self, said: str) -> list[bytes]:
        return [self._account.push(self.user(), said) for _ in range(self._count)]

    def quiz(self, port: int, kind: tuple[tuple[str, ...], int] = ROUND) -> Sent:
        """Answers to quiz questions, everybody's first, then everybody's second; the clock runs for answers alone."""
        opening, answers = kind
        users = [self.user() for _ in range(self._count // ROUND[1])]
        for words in opening:
            last = send(port, [self._account.push(user, words) for user in users], self.connections)
        found = Sent(0.0, [], last.bodies)
        for _ in range(answers):
            marks = [_answer_to(self._account.words(body)) for body in found.bodies]
            requests = [self._account.push(user, mark) for user, mark in zip(users, marks, strict=True)]
            wave = send(port, requests, self.connections)
            found = Sent(found.seconds + wave.seconds, found.times + wave.times, wave.bodies)
        return found

    def rate(self, port: int, requests: list[bytes]) -> float:
        """Answers a second."""
        return send(port, requests, self.connections).rate


def _answer_to(text: str) -> str:
    """Marks that the question at the end of a reply takes."""
    order = _ORDER.search(text)
    return order[1] if order else "AB" if "（多选" in text else "A"


def measure(pairs: int, count: int) -> Iterator[tuple[int, dict[str, list[float]]]]:
    """Run the ways in turn, several times, for each number of connections."""
    with product() as (account, environment):
        servers = [
            Server("constant", "bench.baselines:constant", CONSTANT, environment),
            Server("echo", "bench.baselines:echo", ECHO, environment),
            ours(OURS, environment),
        ]
        processes = [server.start(core=0) for server in servers]
        try:
            pushes = Pushes(account, count)
            for pushes.connections in CONNECTIONS:
                yield pushes.connections, _rounds(pushes, pairs)
        finally:
            for process in processes:
                stop(process)


def _rounds(pushes: Pushes, pairs: int) -> dict[str, list[float]]:
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {1})
    for port in (CONSTANT, ECHO, OURS):
        pushes.rate(port, pushes.text("来条标语")[:400])
    found: dict[str, list[float]] = {"constant": [], "echo": [], "slogan": [], "quiz": [], "exam": []}
    for _ in range(pairs):
        found["constant"].append(pushes.rate(CONSTANT, pushes.text("来条标语")))
        found["echo"].append(pushes.rate(ECHO, pushes.text("来条标语")))
        found["slogan"].append(pushes.rate(OURS, pushes.text("标语")))
        found["quiz"].append(pushes.quiz(OURS).rate)
        found["exam"].append(pushes.quiz(OURS, EXAM).rate)
    return found


def machine() -> str:
    """What was measured on, and when."""
    return f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    print(machine())
    for connections, found in measure(options.pairs, options.count):
        print(f"\n{connections} connections")
        for name, rates in found.items():
            ratios = [mine / echo for mine, echo in zip(rates, found["echo"], strict=True)]
            told = f"{statistics.median(ratios):.2f} of the bare echo"
            print(f"{name:<9} {statistics.median(rates):7.0f}/s   {told}", flush=True)


if __name__ == "__main__":
    main()
