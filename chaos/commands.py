"""Commands of the office in processes of their own, killed at a random moment and run again until they end well."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread

from chaos.story import torn
from chaos.world import World

KILLED = 0.75  # the share of runs that are killed
TRIES = 8
LENGTH_S = 1.6  # of a command that has not been run yet
_LONGEST_S = 60.0
_AGAIN = ("没有改动", "已经是这样")  # what a command says whose step had been taken
Look = Callable[[], None]
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one run of a command was heard to say, killed or not."""

    words: Words
    told: str
    began: datetime  # campaign time


@dataclass
class Commands:
    """Somebody at a desk whose machine fails all the time."""

    world: World
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)  # what was seen of draws between two runs that may never be
    said: list[Said] = field(default_factory=list)  # what commands about draws said
    lengths: dict[str, float] = field(
        default_factory=dict
    )  # how long each command takes when nobody kills it
    early: float = 0.3  # a kill comes after this share of the length, or later

    def __post_init__(self) -> None:
        self.environment = self.world.office_environment()

    def run(
        self,
        *words: str,
        calm: bool = False,
        until: datetime | None = None,
        look: Look | None = None,
        no: Collection[str] = (),
    ) -> str:
        """Run a command until it ends well; what it said, nothing where it never did. Each run is followed by a look.

        ``no``: parts of refusals that are answers, so that nobody tries again.
        """
        told, killed = "", False
        for tries in range(TRIES):
            if until is not None and self.world.now() >= until:
                return ""
            kill = not calm and tries < TRIES - 2 and self.chance.random() < KILLED
            code, told = self._once(words, self._moment(words) if kill else None)
            if look:
                look()
            if code == 0 or (code > 0 and any(part in told for part in no)):
                self._note_again(words, killed, told)
                return told
            killed = killed or code == -signal.SIGKILL
            if code != -signal.SIGKILL:
                self.done["commands that said no"] += 1
                time.sleep(0.5 + tries)
        if calm:
            self.faults.append(f"{' '.join(words[:3])}: {told[-200:]}")
        return ""

    def together(self, *several: Callable[[], object]) -> None:
        """Two desks at once."""
        threads = [Thread(target=one, daemon=True) for one in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def look_at_draw(self, name: str) -> None:
        """Is a draw of one piece, and would what is published of it now be right?"""
        found = torn(self.world, name)
        self._count("looks at a draw" if found is not None else "looks at a draw that were not possible")
        self.torn += found or []

    def _moment(self, words: Words) -> float:
        """When to kill, mostly in the last part: all before is the start of a process."""
        return self.chance.uniform(self.early, 1.08) * self.lengths.get(_name(words), LENGTH_S)

    def _note_again(self, words: Words, killed: bool, told: str) -> None:
        """Was it killed when its step stood already?"""
        if killed and words[0] == "draw" and any(part in told for part in _AGAIN):
            self.done[f"{_name(words)}, killed when its step stood"] += 1

    def _once(self, words: Words, kill_after: float | None) -> tuple[int, str]:
        """One process; its exit status and what it said."""
        began, name = time.monotonic(), _name(words)
        at = self.world.now()
        process = subprocess.Popen(
            [sys.executable, "app.py", *words],
            env=self.environment,
            cwd=self.world.tree,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._count(f"{name}, run", "commands run")
        try:
            told, _ = process.communicate(timeout=kill_after or _LONGEST_S)
            took = time.monotonic() - began
            self.lengths[name] = 0.6 * self.lengths.get(name, took) + 0.4 * took
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            told, _ = process.communicate()
            self._count(f"{name}, killed", "commands killed")
        text = told.decode("utf-8", "replace")
        if words[0] == "draw":
            self.said.append(Said(words, text, at))
        return process.returncode, text

    def _count(self, *names: str) -> None:
        for name in names:
            self.done[name] += 1


def _name(words: Words) -> str:
    """Which command it is."""
    return " ".join(words[:2])
