"""The platform as the harness sees it: it is told to fail, people speak through it, and it tells what arrived."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0
CAMPAIGN = "ningxia-2020"
SLOW = (0.3, 2.0)  # the share of cards that the platform takes its time for, and how many seconds
SEND = "/cgi-bin/message/template/send"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one thing that was said."""

    text: str
    status: str
    attempts: int
    heard: tuple[str, ...]  # the words of each delivery's answer, lost ones too
    problem: str

    @property
    def silent(self) -> bool:
        """Did all deliveries end without an answer?"""
        return self.status == "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A card, a chat message or a letter that reached somebody."""

    to: str
    kind: str
    words: str
    at: float = 0.0  # seconds since the epoch, by the platform's clock


class Platform:
    """The process of the simulated platform."""

    def __init__(self, settings: Mapping[str, Any], deliveries: Sequence[float]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.platform"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"settings": settings, "deliveries": deliveries}) + "\n")
        self._process.stdin.flush()
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the platform did not start")

    def people(self, people: Iterable[tuple[str, str]]) -> None:
        """Let people live there: OpenID and name."""
        self._ask("/chaos/people", {"people": list(people)})

    def say(self, person: str, text: str) -> Heard:
        return _heard(self._ask("/chaos/say", {"person": person, "text": text}))

    def photo(self, person: str) -> Heard:
        """Send a photo."""
        return _heard(self._ask("/chaos/photo", {"person": person}))

    def again(self, person: str) -> Heard:
        """The last push of a person, once more."""
        return _heard(self._ask("/chaos/again", {"person": person}))

    def move(self, seconds: float) -> None:
        """Tell commands from now on that campaign time is so far from machine time."""
        self._ask("/chaos/clock", {"seconds": seconds, "campaign": CAMPAIGN})

    def fail(self, share: float) -> None:
        """From now on lose requests and answers, be busy, refuse the token, and run out of quota now and then.

        Some cards are taken slowly, so that whoever sends them is killed in the middle of it.
        """
        for path, action, part, code in (
            ("/cgi-bin/", "drop", 0.3, 0),
            ("/cgi-bin/", "lose", 0.3, 0),
            (SEND, "error", 0.2, -1),
            (SEND, "error", 0.15, 40001),
            (SEND, "error", 0.05, 45009),
        ):
            fault = {"path": path, "action": action, "errcode": code, "calls": None}
            self._ask("/faults", {**fault, "probability": share * part})
        slow = {"path": SEND, "action": "delay", "seconds": SLOW[1], "calls": None}
        self._ask("/faults", {**slow, "probability": SLOW[0]})

    def lose_answers(self, count: int) -> None:
        """Miss the product's next answers to what people say."""
        self._ask("/faults", {"lost_answers": count})

    def recover(self) -> None:
        self._ask("/faults", {"clear": True})

    def arrived(self) -> tuple[Arrival, ...]:
        """Everything that anybody was shown or sent unasked so far."""
        return tuple(Arrival(**one) for one in self._ask("/chaos/arrived")["arrived"])

    def stop(self) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, path: str, wish: Mapping[str, Any] | None = None) -> Any:
        body = None if wish is None else json.dumps(wish).encode()
        with urllib.request.urlopen(self.url + path, body, timeout=PATIENCE_S) as answer:
            return json.load(answer)


def _heard(told: dict[str, Any]) -> Heard:
    return Heard(**{**told, "heard": tuple(told["heard"])})
