"""What hangs is not waited for longer than a person would be, and then for a moment not at all."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from store import patience
from store.counts import Counts
from store.database import READS, Database, case_database
from store.embedded import EmbeddedRedis
from store.quiz_tables import Draw
from store.redis_link import Link, Unavailable
from store.stores import Storage
from tests.conftest import _postgres_database

SLOW = text("SELECT 7 FROM pg_sleep(0.8)")


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """A process that is there and does nothing."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@contextmanager
def seconds(least: float, most: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert least <= time.monotonic() - began <= most


@pytest.fixture
def patient(postgres_server: str) -> Iterator[Database]:
    """A database of a process that does not answer people."""
    database = case_database(_postgres_database(postgres_server, "template_case"))
    yield database
    database.close()


@pytest.fixture
def hurried(patient: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(patience, "TURN_S", 0.5)
    monkeypatch.setattr(patience, "AGAIN_S", 1.0)
    patient.hurry()
    return patient


def backend_of(database: Database) -> int:
    """The server's process of the one connection in the pool."""
    with database.session() as session:
        return int(session.scalar(text("SELECT pg_backend_pid()")))


def ask(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(text("SELECT 7")))


def test_a_postgresql_that_hangs_is_given_up_and_then_not_asked(hurried: Database) -> None:
    with frozen(backend_of(hurried)):
        with seconds(0.4, 2.5), pytest.raises(OperationalError):
            ask(hurried)
        for _ in range(3):
            with seconds(0, 0.2), pytest.raises(OperationalError, match="a moment ago"):
                ask(hurried)
    time.sleep(1.1)
    assert ask(hurried) == 7


def test_a_statement_that_hangs_in_the_midst_of_a_transaction_ends_it(hurried: Database) -> None:
    with pytest.raises(OperationalError), hurried.session() as session:
        backend = int(session.scalar(text("SELECT pg_backend_pid()")))
        with frozen(backend), seconds(0.4, 2.5):
            session.execute(text("SELECT 7"))
    time.sleep(1.1)
    assert ask(hurried) == 7


def test_a_long_look_has_time(hurried: Database) -> None:
    with hurried.engine.connect().execution_options(**{READS: True}) as connection:
        assert connection.scalar(SLOW) == 7
    with pytest.raises(OperationalError), hurried.session() as session:
        session.execute(SLOW)


def test_whoever_gets_the_connection_of_a_long_look_is_in_a_hurry_again(hurried: Database) -> None:
    with hurried.engine.connect().execution_options(**{READS: True}) as connection:
        backend = int(connection.scalar(text("SELECT pg_backend_pid()")))
    with frozen(backend), seconds(0.4, 2.5), pytest.raises(OperationalError):
        ask(hurried)


def test_a_lock_of_somebody_else_is_no_hang(hurried: Database) -> None:
    hold = text("SELECT pg_advisory_xact_lock(7)")
    with hurried.session() as holder:
        holder.execute(hold)
        with pytest.raises(OperationalError, match="lock timeout"), hurried.session() as session:
            session.execute(hold)
        assert ask(hurried) == 7, "the others go on"


def test_what_is_begun_when_a_database_is_given_up_is_ended(hurried: Database) -> None:
    with pytest.raises(OperationalError), hurried.session() as begun:
        assert begun.scalar(text("SELECT 7")) == 7
        other = hurried.engine.connect()
        backend = int(other.scalar(text("SELECT pg_backend_pid()")))
        with frozen(backend), pytest.raises(OperationalError):
            other.execute(text("SELECT 7"))
        assert begun.scalar(text("SELECT 7")) == 7
        raise OperationalError("given up", None, Exception())
    other.close()
    assert hurried.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_commit_that_fails_gives_the_connection_back(sqlite_storage: Storage) -> None:
    gc.disable()
    try:
        with pytest.raises(IntegrityError), sqlite_storage.transaction("c") as stores:
            stores.session.add(Draw(campaign="c"))
        assert sqlite_storage.case.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    finally:
        gc.enable()


def test_a_job_has_time(patient: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "TURN_S", 0.5)
    with patient.session() as session:
        assert session.scalar(SLOW) == 7


def test_a_redis_that_hangs_is_waited_for_once(redis_server: EmbeddedRedis, tmp_path: Path) -> None:
    mortal = EmbeddedRedis(tmp_path / "redis")
    mortal.start()
    try:
        link = Link(mortal.url, timeout=0.5)
        process = int(dict(_pairs(link.call("INFO", "server")))["process_id"])
        with frozen(process):
            with seconds(0.4, 1.0), pytest.raises(Unavailable):
                link.call("GET", "word")
            for _ in range(3):
                with seconds(0, 0.1), pytest.raises(Unavailable, match="a moment ago"):
                    link.call("GET", "word")
        time.sleep(3.1)
        assert link.call("GET", "word") is None
    finally:
        mortal.stop()


def _pairs(info: bytes) -> Iterator[tuple[str, str]]:
    for line in info.decode().splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name, value


def test_an_old_connection_that_says_nothing_speaks_for_itself_alone(tmp_path: Path) -> None:
    mortal = EmbeddedRedis(tmp_path / "redis")
    mortal.start()
    try:
        link = Link(mortal.url, timeout=0.5)
        process = int(dict(_pairs(link.call("INFO", "server")))["process_id"])
        link._own.wire.answered -= 60
        with frozen(process), pytest.raises(Unavailable):
            link.call("GET", "word")
        assert link.call("GET", "word") is None, "nobody else is kept from asking"
    finally:
        mortal.stop()


def test_a_redis_that_takes_nothing_is_as_one_that_is_gone(tmp_path: Path) -> None:
    full = EmbeddedRedis(tmp_path / "redis")
    full.start()
    try:
        link = Link(full.url)
        link.call("SET", "word", "kept")
        link.call("CONFIG", "SET", "maxmemory", 1)
        with pytest.raises(Unavailable, match="OOM"):
            link.call("SET", "word", "new")
        assert link.call("GET", "word") == b"kept"
        with pytest.raises(Unavailable, match="OOM"):
            Counts(link, "ningxia-2020").read()
        link.call("CONFIG", "SET", "maxmemory", 0)
        assert Counts(link, "ningxia-2020").read().messages == {}
    finally:
        full.stop()
