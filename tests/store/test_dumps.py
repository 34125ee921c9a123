"""What is put back on PostgreSQL and fails leaves what was there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from store import dumps
from store.database import Database, case_database
from store.dumps import CannotDump, dump, ready
from store.tables import Tick
from tests.conftest import _postgres_database


@pytest.fixture
def database(postgres_server: str) -> Iterator[Database]:
    database = case_database(_postgres_database(postgres_server, "template_case"))
    yield database
    database.close()


def tick(database: Database, name: str) -> None:
    with Session(database.engine) as session, session.begin():
        session.add(Tick(campaign="c", name=name, owner="", period=60, started_at=datetime.now(UTC)))


def ticks(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(connection.execute(text("SELECT name FROM tick ORDER BY name")).scalars())


def put_back(database: Database, source: Path) -> None:
    with ready(database, source) as load:
        load()


def half_of(source: Path) -> Path:
    broken = source.with_name("broken.dump")
    whole = source.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    return broken


def one_that_does_not_load(database: Database, folder: Path) -> Path:
    """A copy that can be read to its end and meets a schema that is there already."""
    with database.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA extra"))
    return dump(database, folder, "other")


def test_a_copy_that_is_not_whole_is_found_before_anything_stands_aside(
    database: Database, tmp_path: Path
) -> None:
    broken = half_of(dump(database, tmp_path, "case"))
    with pytest.raises(CannotDump, match="pg_restore 没有成功"), ready(database, broken):
        pytest.fail("made ready")


def test_what_pg_restore_refuses_leaves_everything_where_it_was(database: Database, tmp_path: Path) -> None:
    tick(database, "before")
    source = dump(database, tmp_path, "case")
    tick(database, "since")
    broken = one_that_does_not_load(database, tmp_path)
    tables = inspect(database.engine).get_table_names()
    with ready(database, broken) as load, pytest.raises(CannotDump, match="pg_restore 没有成功"):
        load()
    assert ticks(database) == ["before", "since"]
    assert sorted(inspect(database.engine).get_table_names()) == sorted(tables)
    assert not inspect(database.engine).has_schema("before_restore")
    tick(database, "and it can be written to")
    put_back(database, source)
    assert ticks(database) == ["before"]
    assert not inspect(database.engine).has_schema("before_restore")


def test_a_restore_after_one_that_died_begins_with_what_was_there(database: Database, tmp_path: Path) -> None:
    tick(database, "before")
    source = dump(database, tmp_path, "case")
    tick(database, "since")
    broken = one_that_does_not_load(database, tmp_path)
    dumps._stand_aside(database)  # and no more
    assert inspect(database.engine).get_table_names() == []
    with pytest.raises(CannotDump, match="pg_restore"):
        put_back(database, broken)
    assert ticks(database) == ["before", "since"]
    dumps._stand_aside(database)
    put_back(database, source)
    assert ticks(database) == ["before"]
    tick(database, "after")
