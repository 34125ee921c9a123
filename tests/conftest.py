"""Fixtures for all tests: real SQLite, real PostgreSQL, a real Redis."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from store import passwords
from store.database import Database, case_database, identity_database
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.stores import Storage
from tests.bundled import read_once

read_once()
pytest_plugins = (
    ["tests.platform_fixture"] if (Path(__file__).parent / "platform_fixture.py").exists() else []
)


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    time: datetime = datetime(2020, 5, 20, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **kwargs: float) -> None:
        self.time += timedelta(**kwargs)


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Passwords that take a thousandth of the work to hash; what they take in earnest is told in tests/store/test_staff.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("store.passwords.N", 2**8)
        patch.setattr("store.passwords.P", 1)
        patch.setattr("store.staff.NOBODY", passwords.hashed("nobody's"))
        yield


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def missing(what: str) -> None:
    """Skip on a developer's machine, fail where nothing may be skipped."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing and CI=true allows no skip")
    pytest.skip(f"{what} is not installed")


def _pg_bin() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of its own on a private socket, as an ordinary user; gives the socket's folder."""
    bin_dir = _pg_bin()
    if bin_dir is None:
        missing("PostgreSQL (initdb)")
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sm-pg-"))
    if user:
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run(command, user=user, check=True, capture_output=True, cwd=folder)

    run(
        f"{bin_dir}/initdb",
        "-D",
        f"{folder}/data",
        "-U",
        "test",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    run(f"{bin_dir}/pg_ctl", "-D", f"{folder}/data", "-w", "-o", options, "-l", f"{folder}/log", "start")
    try:
        url = f"postgresql+psycopg://test@/template_case?host={folder}"
        for name, make in (("template_case", case_database), ("template_identity", identity_database)):
            with psycopg.connect(f"host={folder} user=test dbname=postgres", autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name}")
            database = make(url.replace("template_case", name))
            database.migrate()
            database.close()
        yield str(folder)
    finally:
        run(f"{bin_dir}/pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two migrated SQLite files to copy from."""
    folder = tmp_path_factory.mktemp("sqlite")
    for name, make in (("case", case_database), ("identity", identity_database)):
        database = make(f"sqlite:///{folder}/{name}.db")
        database.migrate()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    return folder


def _postgres_database(server: str, template: str) -> str:
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"host={server} user=test dbname=postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"postgresql+psycopg://test@/{name}?host={server}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The addresses of an empty, migrated case database and identity database, on each kind of server."""
    if request.param == "sqlite":
        templates = request.getfixturevalue("sqlite_templates")
        for name in ("case", "identity"):
            shutil.copy(templates / f"{name}.db", tmp_path / f"{name}.db")
        return f"sqlite:///{tmp_path}/case.db", f"sqlite:///{tmp_path}/identity.db"
    server = request.getfixturevalue("postgres_server")
    return _postgres_database(server, "template_case"), _postgres_database(server, "template_identity")


@pytest.fixture
def sqlite_urls(sqlite_templates: Path, tmp_path: Path) -> tuple[str, str]:
    """The same on SQLite alone, for tests in which the database is not the point."""
    for name in ("case", "identity"):
        shutil.copy(sqlite_templates / f"{name}.db", tmp_path / f"{name}.db")
    return f"sqlite:///{tmp_path}/case.db", f"sqlite:///{tmp_path}/identity.db"


def _storage(urls: tuple[str, str], folder: Path, clock: SetClock) -> Iterator[Storage]:
    case, identity = Database(urls[0], "case"), Database(urls[1], "identity")
    photos = folder / "photos"
    photos.mkdir(exist_ok=True)
    yield Storage(
        case, identity, Sealing("case key of the tests"), Sealing("identity key of the tests"), photos, clock
    )
    case.close()
    identity.close()


@pytest.fixture
def storage(database_urls: tuple[str, str], tmp_path: Path, clock: SetClock) -> Iterator[Storage]:
    """All stores, on SQLite and on PostgreSQL: a test that asks for it runs on both."""
    yield from _storage(database_urls, tmp_path, clock)


@pytest.fixture
def sqlite_storage(sqlite_urls: tuple[str, str], tmp_path: Path, clock: SetClock) -> Iterator[Storage]:
    """All stores on SQLite alone."""
    yield from _storage(sqlite_urls, tmp_path, clock)


__all__ = ["SetClock", "missing", "replace"]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """A real Redis, the one that ``run`` starts."""
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def link(redis_server: EmbeddedRedis) -> Iterator[Link]:
    """A connection to an empty Redis."""
    link = Link(redis_server.url)
    link.call("FLUSHALL")
    yield link
    link.close()
