"""The office at work during the storm: real commands in processes of their own, killed at a random moment and run again.

They run in a copy of the product's tree, which the product runs in too, so that a bank may change under it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from chaos.commands import Commands
from content.bank import Chapter
from content.formats.tsv import to_tsv
from content.loader import load_chapters

CHANGED = "【改】"  # before the questions that an import changes; nobody may see it in a scored round
SLICES, OF = 6, 12  # so many twelfths of the bank are changed and changed back, one after the other
VALUE = "03 07 12 19 25 31 + 09"
WRONG = ("03 07 12 19 25 31 + 08", "02 07 12 19 25 31 + 09")  # what is entered by mistake, and corrected
WRONG_FILE = "结论：不对"  # what ``draw verify`` ends with then, and its exit status is no accident
MISTAKEN = 0.7  # the share of draws whose value is entered wrong first, half of them wrong twice
UNITS = tuple(f"同心{number:02d}牧场" for number in range(20))
HEADS = (120, 240)  # people of each of these units, by the one list and by the other
_FINGERPRINT = re.compile(r"指纹：([0-9a-f]{64})")


@dataclass
class Office(Commands):
    """The operator who seals draws, enters their values, and brings in questions and units."""

    sealed: dict[str, str] = field(default_factory=dict)  # draw: the digest that the command told
    drawn: set[str] = field(default_factory=set)  # draws of which the command told that they are drawn
    values: dict[str, list[str]] = field(
        default_factory=dict
    )  # draw: what is still to be entered, one by one
    refused: list[str] = field(default_factory=list)  # draws that ``draw verify`` finds wrong
    touched: set[int] = field(default_factory=set)  # parts of the bank that were ever changed
    changes: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)  # when, and which questions
    _imports: int = 0
    _units: int = 0

    def __post_init__(self) -> None:
        """Write down the two banks and the two lists of units that come in by turns."""
        super().__post_init__()
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
            while self._due(name) <= self.world.now() and self._left(name):
                if not self._value(name):
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
            look = partial(self.look_at_draw, name)
            if told := self.run("draw", "commit", name, until=self._due(name), look=look):
                found = _FINGERPRINT.search(told)
                self.sealed[name] = found.group(1) if found else "?"
        due = [name for name in self.sealed if self._due(name) <= now and self._left(name)]
        for name in due[:1]:
            self._value(name)

    def _left(self, name: str) -> list[str]:
        """The values that are still to be entered for a draw: the right one comes last."""
        if name not in self.values:
            wrong = WRONG[: self.chance.choice((1, 2))] if self.chance.random() < MISTAKEN else ()
            self.values[name] = [*wrong, VALUE]
        return self.values[name]

    def _value(self, name: str, calm: bool = False) -> bool:
        """Enter the next value of a draw, the first by ``draw value``, others in its place; is it told to be done?"""
        value = self._left(name)[0]
        step, reason = ("correct", ("--reason", "看错了一位")) if name in self.drawn else ("value", ())
        look = partial(self.look_at_draw, name)
        told = self.run("draw", step, name, value, *reason, "--again", value, calm=calm, look=look)
        if told:
            self.drawn.add(name)
            self.values[name].pop(0)
        elif calm:
            self.values[name].clear()  # it is told as a command without an end
        return bool(told)

    def _verify(self, name: str) -> None:
        file = self.world.folder / f"{name}.json"
        self.run("draw", "publish", name, str(file), calm=True)
        told = self.run(
            "draw", "verify", str(file), "--digest", self.sealed[name], calm=True, no=(WRONG_FILE,)
        )
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
        done = self.run("questions", "import", file, calm=calm, look=partial(self._look_at_bank, number))
        if done and what == "changed":
            part = frozenset(
                one.id for chapter in self.meant for each in _slice(chapter, number) for one in each.questions
            )
            self.changes.append((self.world.now(), part))

    def _import_units(self, calm: bool = False) -> None:
        self._units += 1
        self.run("units", "import", str(self.lists[self._units % 2]), calm=calm)

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
        one.model_copy(update={"reviewed": None, "lapsed": one.reviewed or one.lapsed})
        if place % OF in touched
        else one
        for place, one in enumerate(chapter.questions)
    ]
    return chapter.model_copy(update={"questions": tuple(said)})
