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
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from chaos.world import World
from content.bank import Chapter
from content.formats.tsv import to_tsv
from content.loader import load_chapters

CHANGED = "【改】"  # before the questions that an import changes; nobody may see it in a scored round
SLICES, OF = 6, 12  # so many twelfths of the bank are changed and changed back, one after the other
VALUE = "03 07 12 19 25 31 + 09"
UNITS = tuple(f"同心{number:02d}牧场" for number in range(20))
HEADS = (120, 240)  # people of each of these units, by the one list and by the other
KILLED = 0.75  # the share of runs that are killed
TRIES = 8
_LONGEST_S = 60.0
Look = Callable[[], None]
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
    touched: set[int] = field(default_factory=set)  # parts of the bank that were ever changed
    changes: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)  # when, and which questions
    _imports: int = 0
    _units: int = 0

    def __post_init__(self) -> None:
        """Write down the two banks and the two lists of units that come in by turns."""
        self.environment = self.world.office_environment()
        folder = self.world.folder
        self.meant = load_chapters(self.bank)  # what the bank is in the end
        for number in range(SLICES):
            part = [one for chapter in self.meant for one in _slice(chapter, number)]
            for what, some in (("changed", [*map(_changed, part)]), ("back", part)):
                self._file(number, what).write_text(to_tsv(some), encoding="utf-8")
        self.lists = (folder / "units-0.csv", folder / "units-1.csv")
        for file, heads in zip(self.lists, HEADS, strict=True):
            rows = "".join(f"{name},{heads}\n" for name in UNITS)
            file.write_text(f"单位名称,人数\n{rows}", encoding="utf-8")

    @property
    def bank(self) -> Path:
        return self.world.tree / "content" / "questions"

    def _file(self, number: int, what: str) -> Path:
        return self.world.folder / f"bank-{number}-{what}.tsv"

    # -- in the storm ------------------------------------------------------------------------------------------

    def work(self, stopping: threading.Event) -> None:
        """One piece of work after the other, until it is over."""
        while not stopping.is_set():
            self._draw_something()
            if self.chance.random() < 0.3:
                self._import_units()
            else:
                self._import_questions()
            stopping.wait(self.chance.uniform(0.5, 2.0))

    def finish(self) -> None:
        """After the storm: what was sealed is drawn, published and verified by the command; the old bank comes back."""
        for name in list(self.sealed):
            if self._due(name) <= self.world.now():
                self._value(name, calm=True)
            self._verify(name)
        self._import_units(calm=True)
        if self._imports % 2:  # a part that was changed when the storm was over
            self._import_questions(calm=True)
        for number in sorted(self.touched):
            self._change(number, "changed", calm=True)
            self._change(number, "back", calm=True)  # the words come back, their reviews do not
        self.meant = tuple(_returned(one, self.touched) for one in self.meant)

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

    def _import_questions(self, calm: bool = False) -> None:
        """Change the next part of the bank, or change it back."""
        number, back = divmod(self._imports, 2)
        self._imports += 1
        self._change(number % SLICES, "back" if back else "changed", calm)

    def _change(self, number: int, what: str, calm: bool = False) -> None:
        self.touched.add(number)
        file = str(self._file(number, what))
        done = self._run("questions", "import", file, calm=calm, look=partial(self._look_at_bank, number))
        if done and what == "changed":
            part = frozenset(
                one.id for chapter in self.meant for each in _slice(chapter, number) for one in each.questions
            )
            self.changes.append((self.world.now(), part))

    def _import_units(self, calm: bool = False) -> None:
        self._units += 1
        self._run("units", "import", str(self.lists[self._units % 2]), calm=calm)

    def _look_at_bank(self, number: int) -> None:
        """Is all of a part of the bank as it was, or all of it changed, and nothing else?"""
        asked = self._file(number, "changed").read_text(encoding="utf-8").count(CHANGED)
        with suppress(OSError):
            texts = [file.read_text(encoding="utf-8") for file in sorted(self.bank.glob("*.yaml"))]
            marks = sum(text.count(CHANGED) for text in texts)
            whole = len(texts) == len(self.meant) and all(texts) and marks in (0, asked)
            self.done["looks at the bank"] += 1
            self.done["looks at the bank, the other one there"] += marks > 0
            if not whole:
                self.faults.append(f"{len(texts)} chapters with {marks} changes of {asked}")

    # -- commands ----------------------------------------------------------------------------------------------

    def _run(
        self, *words: str, calm: bool = False, until: datetime | None = None, look: Look | None = None
    ) -> str:
        """Run a command until it ends well; what it said, nothing where it never did. Each run is followed by a look."""
        told = ""
        for tries in range(TRIES):
            if until is not None and self.world.now() >= until:
                return ""
            kill = not calm and tries < TRIES - 2 and self.chance.random() < KILLED
            code, told = self._once(words, self.chance.uniform(0.3, 1.05) * self.length if kill else None)
            if look:
                look()
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


def _slice(chapter: Chapter, number: int) -> list[Chapter]:
    """A part of the questions of a chapter, where it has any."""
    part = chapter.questions[number::OF]
    return [chapter.model_copy(update={"questions": part})] if part else []


def _changed(chapter: Chapter) -> Chapter:
    """A chapter whose questions say something else."""
    said = [
        one.model_copy(update={"stem": CHANGED + one.stem, "why": CHANGED + one.why})
        for one in chapter.questions
    ]
    return chapter.model_copy(update={"questions": tuple(said)})


def _returned(chapter: Chapter, touched: Collection[int]) -> Chapter:
    """A chapter of which parts were changed and changed back: nobody has reviewed these since."""
    said = [
        one.model_copy(update={"reviewed": None, "lapsed": one.reviewed}) if place % OF in touched else one
        for place, one in enumerate(chapter.questions)
    ]
    return chapter.model_copy(update={"questions": tuple(said)})
