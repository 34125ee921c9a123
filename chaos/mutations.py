"""``python -m chaos.mutations``: each protection taken out in a copy of the tree must turn a test red."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (".git", ".venv", "data", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__")
#: What is run against each mutation, whole: nobody is told beforehand which test is to fail.
REMINDERS = (
    "tests/store/test_reminders.py",
    "tests/scheduler/test_dispatcher.py",
    "tests/scheduler/test_jobs.py",
)
PLATFORM = (
    "tests/scheduler/test_on_the_platform.py",
    "tests/channels",
    "tests/wechat/test_client_on_simulator.py",
)
TURNS = ("tests/store/test_turn.py", "tests/chaos/test_turn_dies.py")


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that stands once in all files that a pattern names, and what takes its place."""

    files: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """A protection that is taken out, and the tests that are asked about it."""

    name: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "the unique key of reminders",
        (
            Change(
                "store/tables.py",
                'UniqueConstraint("campaign", "obligation", "occurrence", "recipient", "lead", "due"),',
                "",
            ),
            Change(
                "migrations/case/versions/0001_make_the_tables.py",
                """        sa.UniqueConstraint(
            "campaign",
            "obligation",
            "occurrence",
            "recipient",
            "lead",
            "due",
            name=op.f("uq_reminder_campaign_obligation_occurrence_recipient_lead_due"),
        ),
""",
                "",
            ),
        ),
        REMINDERS,
    ),
    Mutation(
        "the fence of the claim: taking a row",
        (
            Change(
                "store/*.py",
                '        claimable(bindparam("now"), bindparam("machine"), bindparam("later")),\n',
                "",
            ),
        ),
        REMINDERS,
    ),
    Mutation(
        "the fence of the claim: giving it back",
        (
            Change(
                "store/*.py",
                'Reminder.claim_no == bindparam("number"),',
                'Reminder.claim_no >= bindparam("number"),',
            ),
        ),
        REMINDERS,
    ),
    Mutation(
        "the client_msg_id",
        (Change("channels/template.py", "values, page, key)", 'values, page, "")'),),
        PLATFORM,
    ),
    Mutation(
        "the inbox: the claim of a push",
        (
            Change(
                "store/turn.py",
                '("SET", push, token, "NX", "PX", LOCK_MS),',
                '("SET", push, token, "PX", LOCK_MS),',
            ),
        ),
        TURNS,
    ),
)


def main() -> int:
    names = sys.argv[1:]
    chosen = [one for one in MUTATIONS if not names or any(name in one.name for name in names)]
    for tests in {one.tests for one in chosen}:
        if red := _red(ROOT, tests):
            print(f"red without any mutation: {', '.join(red)}")
            return 2
    survived = [one.name for one in chosen if not _is_found(one)]
    for name in survived:
        print(f"NOT FOUND: {name}")
    return 1 if survived else 0


def _is_found(mutation: Mutation) -> bool:
    """Do tests fail with the mutation? Tells which."""
    with tempfile.TemporaryDirectory(prefix="sm-mutation-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for change in mutation.changes:
            _apply(tree, change)
        red = _red(tree, mutation.tests)
    print(f"{mutation.name}: {len(red)} red", flush=True)
    for test in red:
        print(f"  {test}")
    return bool(red)


def place_of(tree: Path, change: Change) -> Path:
    """The file that holds the passage; it must stand once in all of them."""
    holding = [file for file in tree.glob(change.files) for _ in range(_read(file).count(change.old))]
    if len(holding) != 1:
        raise SystemExit(f"{change.files} does not hold once: {change.old.strip()[:80]}")
    return holding[0]


def _apply(tree: Path, change: Change) -> None:
    file = place_of(tree, change)
    file.write_text(_read(file).replace(change.old, change.new), encoding="utf-8")


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _red(tree: Path, tests: Sequence[str]) -> list[str]:
    """The tests that fail in a tree."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if done.returncode and not lines:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return [line.split(" ")[1] for line in lines]


if __name__ == "__main__":
    sys.exit(main())
