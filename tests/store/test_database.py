"""Whether the tables are those of this release."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store import database
from store.database import case_database

NEXT = """
revision = "next"
down_revision = "{last}"


def upgrade() -> None:
    pass
"""


def test_tables_that_lack_a_step_are_not_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_database(f"sqlite:///{tmp_path}/case.db")
    assert not case.migrated()
    case.migrate()
    assert case.migrated()
    later = tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, later)
    versions = later / "case" / "versions"
    last = max(one.name for one in versions.glob("0*.py"))[:4]
    (versions / "next.py").write_text(NEXT.format(last=last))
    with monkeypatch.context() as release:
        release.setattr(database, "MIGRATIONS", later)
        assert not case.migrated()
        case.migrate()
        assert case.migrated()
    assert case.migrated(), "a step back to the earlier release still starts"
    case.close()
