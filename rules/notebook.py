"""When a wrong answer comes back: the next day, and after each right one later; two rights in a row let it go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WAITS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
ENOUGH = 2  # right answers in a row


@dataclass(frozen=True, slots=True)
class Entry:
    """One question in a notebook."""

    due: date
    step: int = 1  # which of the waits comes after the next right answer
    rights: int = 0


def enter(today: date) -> Entry:
    """A question that was just answered wrong for the first time."""
    return Entry(today + WAITS[0])


def after(entry: Entry, right: bool, today: date) -> Entry | None:
    """The entry after one more answer, or nothing where it is let go; a right one before its day changes nothing."""
    if not right:
        return Entry(today + WAITS[0], entry.step)
    if today < entry.due:
        return entry
    if entry.rights + 1 >= ENOUGH:
        return None
    wait = WAITS[min(entry.step, len(WAITS) - 1)]
    return Entry(today + wait, min(entry.step + 1, len(WAITS) - 1), entry.rights + 1)
