"""Answers of several options: what the checkboxes or the numbered steps of a form say, as the letters one would write."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from bot.message import ORDER, SEVERAL

LETTERS = "ABCDEFGHIJKLMNOPQRST"
NOTHING = "还没有选，选好再点提交。"
UNORDERED = "每一项都要有先后，每一步只放一项。"


def is_marked(form: MultiDict[str, str]) -> bool:
    """Does a form hold marks, and not one choice or words?"""
    return form.get("takes") in (SEVERAL, ORDER) and not form.get("choice")


def letters_of(form: MultiDict[str, str]) -> str:
    """The letters of a form: those that are ticked, or all in the order of their steps, as far as they have one."""
    if form.get("takes") == SEVERAL:
        return "".join(mark for mark in LETTERS if mark in form.getlist("mark"))
    steps = [(form.get(f"step-{mark}", ""), mark) for mark in LETTERS]
    return "".join(mark for step, mark in sorted(steps) if step.isdigit())


def fault_of(form: MultiDict[str, str]) -> str:
    """Why the marks are no answer yet; nothing where they are."""
    if form.get("takes") == SEVERAL:
        return "" if letters_of(form) else NOTHING
    steps = [step for mark in LETTERS if (step := form.get(f"step-{mark}")) is not None]
    return "" if sorted(steps) == [str(n + 1) for n in range(len(steps))] else UNORDERED


def kept_of(form: MultiDict[str, str]) -> str:
    """What was ticked or numbered, in few signs, for the form to be drawn with it again: ``A C`` or ``A2 B1``."""
    if form.get("takes") == SEVERAL:
        return " ".join(letters_of(form))
    steps = ((mark, form.get(f"step-{mark}", "")) for mark in LETTERS)
    return " ".join(f"{mark}{step}" for mark, step in steps if step.isdigit() and len(step) < 3)


def ticked(kept: str, marks: Sequence[str]) -> dict[str, str]:
    """What was kept, by its mark: a tick has no step."""
    found = {one[0]: one[1:] for one in kept.split() if one[:1] in LETTERS}
    return {mark: found[mark] for mark in marks if mark in found}
