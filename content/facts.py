"""The facts that questions rest on, each with its law, year and article."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FACTS = Path(__file__).parent / "facts.tsv"
# The emergency numbers need no law behind them: 110, 120, 119 and 122.
WITHOUT_LAW = frozenset({"HOT-004", "HOT-005", "HOT-006", "HOT-007"})


@dataclass(frozen=True)
class Fact:
    """One sentence that was found in its source, or not."""

    id: str
    topic: str
    text: str
    source: str
    status: str

    @property
    def usable(self) -> bool:
        """Whether it may bear what counts or is told as known; any other bears questions for practice only."""
        return self.status == "verified" or self.id in WITHOUT_LAW


def load_facts(file: Path = FACTS) -> Mapping[str, Fact]:
    """All facts by their id."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            row["id"]: Fact(row["id"], row["topic"], row["fact"], row["source"], row["status"])
            for row in rows
        }
