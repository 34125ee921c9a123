"""How the databases and Redis are copied out while they are in use, and put back while they are not."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import subprocess
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import orjson
from sqlalchemy import URL, Connection, MetaData, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.redis_link import Link, RedisError, ResponseError, Unavailable

#: Keys of Redis that live for seconds or make somebody log in again; a backup does without them.
_PASSING = (b"probe", b"push:", b"lock:", b"token:", b"token-lock:", b"session:", b"sessions:", b"aside:")
_EMPTY_ANYWAY = ("alembic_version", "tick", "key_mark", "question_words")
_BATCH = 200
_TRIAL = "token:restore"  # a key of Redis that holds nothing for long
_ASIDE = "before_restore"  # a schema of PostgreSQL
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_FULL = "磁盘满了。请先腾出地方（至少要有备份文件的两倍大），再来一次。"


class CannotDump(Exception):
    """Something stands in the way; the text says what, in an operator's words, and no password."""


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Whatever a disk, a database or Redis refuses becomes one sentence, which repeats nothing of an address."""
    try:
        yield
    except (Unavailable, RedisError) as problem:
        raise CannotDump(
            f"Redis 连不上或不肯做（{type(problem).__name__}）。请检查 REDIS_URL，Redis 是否在运行，它的磁盘和内存够不够。"
        ) from None
    except (sqlite3.Error, SQLAlchemyError) as problem:
        raise CannotDump(_fault_of_database(problem)) from None
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        raise CannotDump(_FULL if problem.errno in _NO_ROOM else f"文件读写没有成功（{why}）。") from None


def _fault_of_database(problem: Exception) -> str:
    origin = getattr(problem, "orig", None) or problem
    if getattr(origin, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return _FULL
    name = getattr(origin, "sqlite_errorname", "") or type(origin).__name__
    return f"数据库读写没有成功（{name}）。请检查它是否在运行、文件是否完好、磁盘是否已满。"


# -- databases -----------------------------------------------------------------------------------------------


def dump(database: Database, folder: Path, name: str) -> Path:
    """Copy a database into a file of the folder as it stands at one moment; gives the file."""
    url = make_url(database.url)
    if is_missing(database) or not database.revision():
        raise CannotDump("数据库还没有准备好，没有什么可备份的。请先运行 python app.py migrate。")
    if url.get_backend_name() == "sqlite":
        return _dump_sqlite(url, folder / f"{name}.db")
    target = folder / f"{name}.dump"
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


@contextmanager
def ready(database: Database, source: Path) -> Iterator[Callable[[], None]]:
    """Make a copy ready to take the place of a database; what this gives does it. Nobody else may be using it.

    All that needs room is done before: a file lies beside the old one, with the tables of this release; and what
    PostgreSQL is to load has been read to its end once.
    """
    url = make_url(database.url)
    sqlite = url.get_backend_name() == "sqlite"
    if (source.suffix == ".db") != sqlite:
        raise CannotDump("备份里的数据库和设置里的不是同一种（SQLite 或 PostgreSQL），换成同一种再恢复。")
    if not sqlite:
        _connect(database)
        _call("pg_restore", "--file=/dev/null", str(source))
        yield partial(_load_postgres, database, source)
        return
    place = Path(url.database or "")
    fresh = place.with_name(place.name + ".new")
    try:
        _lay_beside(database, source, fresh)
        yield partial(_swap, database, fresh, place)
    finally:
        fresh.unlink(missing_ok=True)


def is_empty(database: Database) -> bool:
    """Does a database hold nothing of anybody? Its tables may be there."""
    if is_missing(database):
        return True
    known = MetaData()
    with database.engine.connect() as connection:
        known.reflect(connection)
        tables = [table for table in known.sorted_tables if table.name not in _EMPTY_ANYWAY]
        return not any(connection.execute(select(table).limit(1)).first() for table in tables)


def is_missing(database: Database) -> bool:
    """Is there not even a file? Whoever connected to it would make one."""
    url = make_url(database.url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def _dump_sqlite(url: URL, target: Path) -> Path:
    target.touch(0o600)
    source, copy = (
        sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, timeout=30),
        sqlite3.connect(target),
    )
    try:
        source.backup(copy)  # in one step, so that it is one moment
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()
        copy.close()
    return target


def _lay_beside(database: Database, source: Path, fresh: Path) -> None:
    """Check a copy, bring its tables up to date, and lay it beside the old file."""
    if not _is_sound(source):
        raise CannotDump(f"备份里的 {source.name} 通不过 SQLite 的检查，没有恢复。")
    copy = database.at(f"sqlite:///{source}")
    try:
        if not copy.knows(copy.revision()):
            raise CannotDump(f"备份里的 {source.name} 不是这个程序的数据库，没有恢复。")
        copy.migrate()
    finally:
        copy.close()
    _fold_in(source)
    fresh.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh.touch(0o600)
    shutil.copyfile(source, fresh)


def _is_sound(source: Path) -> bool:
    copy = sqlite3.connect(source)
    try:
        return bool(copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False
    finally:
        copy.close()


def _fold_in(source: Path) -> None:
    """Leave one file, with nothing beside it."""
    copy = sqlite3.connect(source)
    try:
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()


def _swap(database: Database, fresh: Path, place: Path) -> None:
    """The new file takes the old one's name in one step; what the old one had beside it is taken away first."""
    database.close()
    for ending in ("-wal", "-shm"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    fresh.replace(place)


def _connect(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _load_postgres(database: Database, source: Path) -> None:
    """Load a copy; the tables that were there stand aside meanwhile and come back if anything fails."""
    _stand_aside(database)
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    try:
        _run("pg_restore", make_url(database.url), *options, str(source))
        database.migrate()
    except BaseException:
        with database.engine.begin() as connection:
            _come_back(connection)
        raise
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {_ASIDE} CASCADE"))
    database.close()


def _stand_aside(database: Database) -> None:
    with database.engine.begin() as connection:
        if inspect(connection).has_schema(_ASIDE):  # a restore died in the middle
            _come_back(connection)
        connection.execute(text(f"CREATE SCHEMA {_ASIDE}"))
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA {_ASIDE}'))
    database.close()


def _come_back(connection: Connection) -> None:
    """Put the tables that stand aside in the place of those that have come."""
    for name in inspect(connection).get_table_names():
        connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
    home = connection.execute(text("SELECT current_schema()")).scalar_one()
    for name in inspect(connection).get_table_names(_ASIDE):
        connection.execute(text(f'ALTER TABLE {_ASIDE}."{name}" SET SCHEMA "{home}"'))
    connection.execute(text(f"DROP SCHEMA {_ASIDE}"))


def _run(tool: str, url: URL, *arguments: str) -> None:
    """Run a tool of PostgreSQL; the password goes by a file, since any process's arguments can be read."""
    with tempfile.NamedTemporaryFile("w", prefix="pgpass-") as secret:  # readable for us alone
        escaped = str(url.password or "").replace("\\", "\\\\").replace(":", "\\:")
        secret.write(f"*:*:*:*:{escaped}\n")
        secret.flush()
        plain = url.set(drivername="postgresql", password=None)
        more = {"connect_timeout": "10", **({"passfile": secret.name} if url.password else {})}
        target = plain.update_query_dict(more).render_as_string()
        _call(tool, f"--dbname={target}", *arguments)


def _call(tool: str, *arguments: str) -> None:
    done = subprocess.run([_find(tool), *arguments], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["没有说原因"])[0][:200]
        raise CannotDump(f"{tool} 没有成功：{said}")


def _find(tool: str) -> str:
    """The newest of a tool's versions: an older one refuses a newer server."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{tool}")
    newest = max(versions, key=lambda path: [int(part) for part in path.parts[4].split(".")], default=None)
    found = str(newest) if newest else shutil.which(tool)
    if not found:
        raise CannotDump(
            f"没有找到 {tool}，PostgreSQL 的备份和恢复要用它。请安装 postgresql-client，版本不低于服务器。"
        )
    return found


# -- Redis ---------------------------------------------------------------------------------------------------


def dump_redis(link: Link, target: Path) -> int:
    """Write every key that is worth keeping, one a line, with the moment at which it ends; how many there were."""
    count = 0
    target.touch(0o600)
    with target.open("w", encoding="ascii") as file:
        for keys in _keys(link):
            answers = link.many(*(command for key in keys for command in (("DUMP", key), ("PTTL", key))))
            now = int(time.time() * 1000)
            for key, value, left in zip(keys, answers[::2], answers[1::2], strict=True):
                if value is None or left == 0:  # it has ended meanwhile
                    continue
                line = {"key": _text(key), "ends": now + left if left > 0 else 0, "value": _text(value)}
                file.write(json.dumps(line) + "\n")
                count += 1
    return count


def try_redis(link: Link, source: Path) -> None:
    """Have this Redis read every value into a key of no account: what it can't read is found while nothing is replaced."""
    for _key, _ends, value in _kept(source):
        _restore(link, _TRIAL, 60_000, value)
    link.call("DEL", _TRIAL)


def load_redis(link: Link, source: Path) -> int:
    """Put the keys back in the place of all that is there, those whose end has come left out; how many there are."""
    link.call("FLUSHDB")
    count = 0
    for key, ends, value in _kept(source):
        if 0 < ends <= time.time() * 1000:
            continue
        _restore(link, key, ends, value, *(["ABSTTL"] if ends else []))
        count += 1
    return count


def _restore(link: Link, key: str | bytes, ends: int, value: bytes, *more: str) -> None:
    try:
        link.call("RESTORE", key, ends, value, "REPLACE", *more)
    except ResponseError as problem:
        if "DUMP payload" not in str(problem) and "Bad data format" not in str(problem):
            raise  # not allowed
        raise CannotDump(
            "这个 Redis 读不了备份里的数据：它比做备份时的旧，或者备份坏了。请装同一版本或更新的 Redis。"
        ) from None


def _kept(source: Path) -> Iterator[tuple[bytes, int, bytes]]:
    """Key, end and value of each line."""
    with source.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                told = orjson.loads(line)
                key, value = (b64decode(told[name], validate=True) for name in ("key", "value"))
                ends = told["ends"]
                if not isinstance(ends, int) or not 0 <= ends < 1 << 53:
                    raise ValueError(ends)
            except (ValueError, KeyError, TypeError):
                raise CannotDump(f"备份里 Redis 的数据第 {number} 行读不懂，没有恢复。") from None
            yield key, ends, value


def redis_is_empty(link: Link) -> bool:
    """Is there nothing that a backup would hold?"""
    return not any(keys for keys in _keys(link))


def _keys(link: Link) -> Iterator[Sequence[bytes]]:
    """The keys worth keeping, some at a time, each once."""
    cursor, seen = 0, set[bytes]()
    while True:
        cursor, found = link.call("SCAN", cursor, "COUNT", _BATCH)
        fresh = [key for key in dict.fromkeys(found) if key not in seen and not key.startswith(_PASSING)]
        seen.update(fresh)
        if fresh:
            yield fresh
        if int(cursor) == 0:
            return


def _text(data: bytes) -> str:
    return b64encode(data).decode()
