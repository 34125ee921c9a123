"""The figures of a storm, and among them what must be nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

SHOWN = 5  # faults of a kind that are told in full


@dataclass
class Reckoning:
    """The figures, and among them what must be nought."""

    figures: dict[str, int] = field(default_factory=dict)
    violations: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def must_not(self, what: str, found: Sequence[object]) -> None:
        """Count what may not be."""
        self.violations[what] = len(found)
        self.examples += [f"{what}: {one}" for one in found[:SHOWN]]

    @property
    def holds(self) -> bool:
        return not any(self.violations.values())

    def table(self) -> str:
        """All of it, as a table of Markdown."""
        lines = ["| what | count | must be |", "|---|---|---|"]
        lines += [f"| {what} | {count} | |" for what, count in self.figures.items()]
        lines += [f"| {what} | {count} | 0 |" for what, count in self.violations.items()]
        return "\n".join([*lines, *self.examples])
