"""``python -m bench.advice [FILE …]``: how many safety questions are answered, and how many of the answers are right.

Ways of asking are left out in ten parts, each asked of a base that never saw it. A file has a question and, after a tab, the
names of the advice that would be right (``a|b``), or ``-`` where none is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.language.advice import AdviceBase, Found, base
from bot.language.classifier import learnt
from content.facts import load_facts
from content.loader import load_advice

PARTS = 10
NONE = "-"

Asked = tuple[str, frozenset[str], Found]  # the question, the names of right advice, what was found


def left_out() -> Iterator[Asked]:
    """Every way of asking, and what is found by a base that knows all parts but the one it is in."""
    advice, facts, sounds = load_advice(), load_facts(), learnt().sounds
    for part in range(PARTS):
        gone = [
            (ask, one)
            for place, one in enumerate(advice)
            for ask in one.asks[(part - place) % PARTS :: PARTS]
        ]
        asks = {ask for ask, _ in gone}
        rest = [
            one.model_copy(update={"asks": tuple(ask for ask in one.asks if ask not in asks)})
            for one in advice
        ]
        knowing = AdviceBase(rest, facts, sounds)
        yield from ((ask, frozenset({one.id}), knowing.ask(ask)) for ask, one in gone)


def of_file(file: Path) -> Iterator[Asked]:
    """The questions of a file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        text, names = line.split("\t")
        yield text, frozenset(names.split("|")), base().ask(text)


def told(name: str, asked: Iterable[Asked]) -> str:
    """One line: how many were answered, and how many of the answers were right."""
    every = list(asked)
    known = [(right, found) for _, right, found in every if NONE not in right]
    answered = [(right, found.answer.id) for right, found in known if found.answer]
    rights = sum(answer in right for right, answer in answered)
    unknown = [found for _, right, found in every if right == {NONE}]
    wrongly = sum(found.answer is not None for found in unknown)
    shares = f"{len(answered) / max(1, len(known)):.3f} answered, {rights / max(1, len(answered)):.3f} of these right"
    return f"{name}: {len(known)} questions, {shares}; {len(unknown)} without advice, {wrongly} answered"


def main() -> None:
    """Measure, and print a line each."""
    print(told("left out", left_out()))
    for name in sys.argv[1:]:
        print(told(name, of_file(Path(name))))


if __name__ == "__main__":
    main()
