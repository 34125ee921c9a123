"""Faults that the platform can be told to have."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from threading import Lock
from typing import Any, Literal

Action = Literal["drop", "lose", "delay", "error"]


@dataclass(frozen=True)
class Fault:
    """What goes wrong on calls whose path begins so: for a number of calls, or each time with a probability.

    drop: the call is not accepted (connection closed, or ``status``). lose: it is accepted and the answer
    never comes (connection closed, after ``seconds`` if any). delay: answered after ``seconds``.
    error: ``errcode`` is the answer.
    """

    path: str
    action: Action
    calls: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    errcode: int = -1
    errmsg: str = ""
    status: int = 0


@dataclass
class Faults:
    """The faults in force and the switches that stay as they were put."""

    drop_pushes: bool = False
    drop_receipts: bool = False
    silent: bool = False
    refuse_ip: bool = False
    refuse_mail: bool = False
    lost_answers: int = 0
    receipts: list[str] = field(default_factory=list)
    chance: Callable[[], float] = random.random
    _listed: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    SWITCHES = ("drop_pushes", "drop_receipts", "silent", "refuse_ip", "refuse_mail")

    def add(self, path: str, action: Action, **details: Any) -> Fault:
        """Put a fault on a path; ``details`` are the fields of Fault."""
        fault = Fault(path, action, **details)
        with self._lock:
            self._listed.append(fault)
        return fault

    def take(self, path: str) -> Fault | None:
        """Take the fault that befalls this call, if one does, and count it down."""
        with self._lock:
            for place, fault in enumerate(self._listed):
                if path.startswith(fault.path) and self.chance() < fault.probability:
                    self._count_down(place, fault)
                    return fault
        return None

    def _count_down(self, place: int, fault: Fault) -> None:
        if fault.calls is None:
            return
        if fault.calls > 1:
            self._listed[place] = replace(fault, calls=fault.calls - 1)
        else:
            del self._listed[place]

    def take_lost_answer(self) -> bool:
        """Say whether the product's answer to this push gets lost on the way."""
        with self._lock:
            lost = self.lost_answers > 0
            self.lost_answers -= lost
            return lost

    def take_receipt(self, otherwise: str) -> str:
        """Tell the status of the next receipt."""
        with self._lock:
            return self.receipts.pop(0) if self.receipts else otherwise

    def apply(self, wish: Mapping[str, Any]) -> None:
        """Do what POST /faults asks: put switches, add one fault (``path``, ``action``), or ``clear`` all."""
        if wish.get("clear"):
            self.clear()
        for name in self.SWITCHES:
            if name in wish:
                setattr(self, name, bool(wish[name]))
        self.lost_answers = int(wish.get("lost_answers", self.lost_answers))
        self.receipts.extend(str(status) for status in wish.get("receipts", ()))
        if "path" in wish:
            names = Fault.__dataclass_fields__.keys() & wish.keys()
            self.add(**{name: wish[name] for name in names})

    def clear(self) -> None:
        """Make the platform sound again."""
        with self._lock:
            self._listed.clear()
            self.receipts.clear()
            self.lost_answers = 0
        for name in self.SWITCHES:
            setattr(self, name, False)

    def as_json(self) -> dict[str, Any]:
        """Tell the faults in force."""
        with self._lock:
            listed = [asdict(fault) for fault in self._listed]
        return {name: getattr(self, name) for name in self.SWITCHES} | {
            "lost_answers": self.lost_answers,
            "receipts": list(self.receipts),
            "faults": listed,
        }
