"""SQLite or PostgreSQL behind one face: transactions, and the migrations that make the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.patience import Patience

if TYPE_CHECKING:
    from alembic.config import Config

READS = "reads"  # execution option of a transaction that writes nothing
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def make_engine(url: str, patience: Patience) -> Engine:
    """Build an engine; SQLite gets WAL, foreign keys and transactions that lock for writing at the start."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True)
        event.listen(engine, "do_connect", _opener(patience))
        event.listen(engine, "begin", _begin_postgres)
        event.listen(engine, "checkin", _lay_down_postgres)
        return engine
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", partial(_prepare_sqlite, patience))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _opener(patience: Patience) -> Callable[..., Any]:
    """What opens connections to PostgreSQL; who uses SQLite never loads its driver."""
    from store.postgres import connect

    def opened(_dialect: Dialect, _record: Any, given: list[Any], settings: dict[str, Any]) -> Any:
        return connect(patience, *given, **settings)

    return opened


def _begin_postgres(connection: Connection) -> None:
    """Who only reads has time."""
    raw: Any = connection.connection.dbapi_connection
    raw.at_leisure = bool(connection.get_execution_options().get(READS))


def _lay_down_postgres(connection: Any, _record: Any) -> None:
    """Whoever has it next looks first whether it is alive, and may be in a hurry."""
    if connection is not None:
        connection.at_leisure = False


def _begin_sqlite(connection: Connection) -> None:
    """Lock for writing at once, for a lock taken later may fail; who only reads locks out nobody."""
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _prepare_sqlite(patience: Patience, connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={patience.lock_s * 1000:.0f}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def add_missing(session: Session, table: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that another process may write at this moment: whoever comes second changes nothing."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


class Database:
    """One database; hands out sessions that commit at the end or roll back on an error."""

    def __init__(self, url: str, migrations: str) -> None:
        self.url = url
        self._patience = Patience()
        self.engine = make_engine(url, self._patience)
        self._migrations = migrations

    def at(self, url: str) -> Database:
        """A database with the same tables at another address."""
        return Database(url, self._migrations)

    def hurry(self) -> None:
        """Connections that are opened from now on are waited for no longer than a person's turn may take."""
        self._patience.hurry()

    @contextmanager
    def session(self, reads: bool = False) -> Iterator[Session]:
        """One transaction; the connection is taken at the first statement. Who only reads has time, and locks out nobody."""
        bound = self.engine.execution_options(**{READS: True}) if reads else self.engine
        with Session(bound, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Bring the tables to the present state."""
        from alembic import command  # eleven megabytes that a web worker never uses

        with self.engine.connect() as connection:
            command.upgrade(self._config(connection), "head")

    def migrated(self) -> bool:
        """Are the tables those of this release (or of a later one, after a step back)?"""
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        with self.engine.connect() as connection:
            present = set(MigrationContext.configure(connection).get_current_heads())
            script = ScriptDirectory.from_config(self._config(connection))
        behind = {step.revision for step in script.walk_revisions()} - set(script.get_heads())
        return bool(present) and present.isdisjoint(behind)

    def revision(self) -> str:
        """The last step of the migrations that its tables have taken, empty where there are none; waits for no writer."""
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("SELECT version_num FROM alembic_version")
            found = cursor.fetchone()
        except self.engine.dialect.loaded_dbapi.Error:
            return ""  # no such table
        finally:
            raw.close()
        return str(found[0]) if found else ""

    def knows(self, revision: str) -> bool:
        """Is a step one of this release's?"""
        from alembic.script import ScriptDirectory

        steps = ScriptDirectory.from_config(self._config(None)).walk_revisions()
        return any(step.revision == revision for step in steps)

    def answers(self) -> bool:
        """Is the database there and migrated?"""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
        return True

    def close(self) -> None:
        self.engine.dispose()

    def _config(self, connection: Any) -> Config:
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS / self._migrations))
        config.attributes["connection"] = connection
        return config


def case_database(url: str) -> Database:
    """The database of cases, units, filings, reminders and attempts."""
    return Database(url, "case")


def identity_database(url: str) -> Database:
    """The database of reporters' identities."""
    return Database(url, "identity")
