"""The office at work during the storm: real commands in processes of their own, killed at a random moment and run again.

They run in a copy of the product's tree, which the product runs in too, so that a bank may change under it.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from chaos.world import World
from content.bank import Chapter
from content.formats.tsv import to_tsv
from content.loader import load_chapters

CHANGED = "【改】"  # before every second question of the other bank; nobody may see it in a scored round
VALUE = "03 07 12 19 25 31 + 09"
UNITS = tuple(f"同心{number:02d}牧场" for number in range(20))
HEADS = (120, 240)  # people of each of these units, by the one list and by the other
KILLED = 0.75  # the share of runs that are killed
TRIES = 8
_LONGEST_S = 60.0
_FINGERPRINT = re.compile(r"指纹：([0-9a-f]{64})")


@dataclass
class Office:
    """Somebody at a desk whose machine fails all the time."""

    world: World
    chance: random.Random
    sealed: dict[str, str] = field(default_factory=dict)  # draw: the digest that the command told
    drawn: set[str] = field(default_factory=set)  # draws of which the command told that they are drawn
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # draws that ``draw verify`` finds wrong
    length: float = 2.0  # how long a command takes when nobody kills it
    _next: Counter[str] = field(default_factory=Counter)  # which of two comes in next

    def __post_init__(self) -> None:
        """Write down the two banks and the two lists of units that come in by turns."""
        self.environment = self.world.office_environment()
        folder = self.world.folder
        self.meant = load_chapters(self.bank)  # what the bank is in the end
        halves = [one.model_copy(update={"questions": one.questions[::2]}) for one in self.meant]
        self.asked = 2 * sum(len(one.questions) for one in halves)  # marks in the other bank
        self.lists = (folder / "units-0.csv", folder / "units-1.csv")
        self.banks = (folder / "bank-0.tsv", folder / "bank-1.tsv")
        for file, some in zip(self.banks, (halves, [*map(_changed, halves)]), strict=True):
            file.write_text(to_tsv(some), encoding="utf-8")
        for file, heads in zip(self.lists, HEADS, strict=True):
            rows = "".join(f"{name},{heads}\n" for name in UNITS)
            file.write_text(f"单位名称,人数\n{rows}", encoding="utf-8")

    @property
    def bank(self) -> Path:
        return self.world.tree / "content" / "questions"

    # -- in the storm ------------------------------------------------------------------------------------------

    def work(self, stopping: threading.Event) -> None:
        """One piece of work after the other, until it is over."""
        while not stopping.is_set():
            self._draw_something()
            self._import("questions" if self.chance.random() < 0.7 else "units")
            stopping.wait(self.chance.uniform(0.5, 2.0))

    def finish(self) -> None:
        """After the storm: what was sealed is drawn, published and verified by the command; the old bank comes back."""
        for name in list(self.sealed):
            if self._due(name) <= self.world.now():
                self._value(name, calm=True)
            self._verify(name)
        self._next.clear()
        self._import("units", calm=True)
        self._import("questions", calm=True)
        self._import("questions", calm=True)  # and the words of the first come back, their reviews do not
        self.meant = tuple(_returned(one) for one in self.meant)

    def _draw_something(self) -> None:
        """Seal the next draw whose value is not known yet, and enter the value of one that is sealed."""
        now = self.world.now()
        open_ = [name for name in self.world.draws if name not in self.sealed]
        for name in [one for one in open_ if now < self._due(one) - timedelta(seconds=10)][:1]:
            if told := self._run("draw", "commit", name, until=self._due(name)):
                found = _FINGERPRINT.search(told)
                self.sealed[name] = found.group(1) if found else "?"
        due = [name for name in self.sealed if name not in self.drawn and self._due(name) <= now]
        for name in due[:1]:
            self._value(name)

    def _value(self, name: str, calm: bool = False) -> None:
        told = self._run("draw", "value", name, VALUE, "--again", VALUE, calm=calm)
        if told:
            self.drawn.add(name)
        elif calm:
            self.faults.append(f"draw value {name}")

    def _verify(self, name: str) -> None:
        file = self.world.folder / f"{name}.json"
        self._run("draw", "publish", name, str(file), calm=True)
        told = self._run("draw", "verify", str(file), "--digest", self.sealed[name], calm=True)
        if "结论：全部正确" not in told and "结论：名单和指纹对得上，还没有抽" not in told:
            self.refused.append(f"{name}: {told[-200:]}")

    def _import(self, what: str, calm: bool = False) -> None:
        """Bring in the other bank, or the other list of units."""
        self._next[what] += 1
        file = (self.banks if what == "questions" else self.lists)[self._next[what] % 2]
        if not self._run(what, "import", str(file), calm=calm) and calm:
            self.faults.append(f"{what} import")
        self._look_at_bank()

    def _look_at_bank(self) -> None:
        """Is the bank the one or the other, as a whole?"""
        with suppress(OSError):
            texts = [file.read_text(encoding="utf-8") for file in sorted(self.bank.glob("*.yaml"))]
            marks = sum(text.count(CHANGED) for text in texts)
            whole = len(texts) == len(self.meant) and all(texts) and marks in (0, self.asked)
            self.done["looks at the bank"] += 1
            self.done["looks at the bank, the other one there"] += marks > 0
            if not whole:
                self.faults.append(f"{len(texts)} chapters with {marks} changes of {self.asked}")

    # -- commands ----------------------------------------------------------------------------------------------

    def _run(self, *words: str, calm: bool = False, until: datetime | None = None) -> str:
        """Run a command until it ends well; what it said, nothing where it never did."""
        told = ""
        for tries in range(TRIES):
            if until is not None and self.world.now() >= until:
                return ""
            kill = not calm and self.chance.random() < KILLED
            code, told = self._once(words, self.chance.uniform(0.3, 1.05) * self.length if kill else None)
            if code == 0:
                return told
            if code != -signal.SIGKILL:
                self.done["commands that said no"] += 1
                time.sleep(0.5 + tries)
        if calm:
            self.faults.append(f"{' '.join(words[:3])}: {told[-200:]}")
        return ""

    def _once(self, words: tuple[str, ...], kill_after: float | None) -> tuple[int, str]:
        """One process; its exit status and what it said."""
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "app.py", *words],
            env=self.environment,
            cwd=self.world.tree,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.done["commands run"] += 1
        try:
            told, _ = process.communicate(timeout=kill_after or _LONGEST_S)
            self.length = 0.7 * self.length + 0.3 * (time.monotonic() - began)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            told, _ = process.communicate()
            self.done["commands killed"] += 1
        return process.returncode, told.decode("utf-8", "replace")

    def _due(self, name: str) -> datetime:
        return self.world.draws[name]


def _changed(chapter: Chapter) -> Chapter:
    """A chapter whose questions say something else."""
    said = [
        one.model_copy(update={"stem": CHANGED + one.stem, "why": CHANGED + one.why})
        for one in chapter.questions
    ]
    return chapter.model_copy(update={"questions": tuple(said)})


def _returned(chapter: Chapter) -> Chapter:
    """A chapter whose every second question was changed and changed back: nobody has reviewed it since."""
    said = list(chapter.questions)
    said[::2] = [
        one.model_copy(update={"reviewed": None, "lapsed": one.reviewed}) for one in chapter.questions[::2]
    ]
    return chapter.model_copy(update={"questions": tuple(said)})
