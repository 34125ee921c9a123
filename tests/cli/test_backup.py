"""Backup and restore of everything, on SQLite and on PostgreSQL, with a real Redis."""

from __future__ import annotations

import io
import json
import resource
import shutil
import socket
import sqlite3
import tarfile
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from click.testing import CliRunner, Result

from app import build
from bot.settings import Settings, load_settings
from cli.backup import OPEN, backup_command, restore_command
from cli.opening import open_storage
from store.archive import MANIFEST, SIGNATURE, About, Writer
from store.counts import Counts
from store.embedded import EmbeddedRedis
from store.redis_link import PROBE, Link
from store.ticks import Ticks
from tests.store.reporting import CAMPAIGN, dump, file_one, tables_of

USER = "oBackup00000000000000000001"
PHOTO = b"\xff\xd8\xff a photo"


def set_up(urls: tuple[str, str], folder: Path, redis_url: str, patch: pytest.MonkeyPatch) -> Settings:
    patch.chdir(folder)
    for name in Settings.model_fields:
        patch.delenv(name.upper(), raising=False)
    for name, value in {
        "DATABASE_URL": urls[0],
        "IDENTITY_DATABASE_URL": urls[1],
        "IDENTITY_KEY": "i" * 32,
        "REDIS_URL": redis_url,
        "CAMPAIGN": CAMPAIGN,
        "DATA_DIR": str(folder / "data"),
        "PORT": "1",
    }.items():
        patch.setenv(name, value)
    return load_settings()


@pytest.fixture
def settings(
    database_urls: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    link: Link,
    redis_server: EmbeddedRedis,
) -> Settings:
    """On SQLite and on PostgreSQL."""
    return set_up(database_urls, tmp_path, redis_server.url, monkeypatch)


@pytest.fixture
def only_sqlite(
    sqlite_urls: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    link: Link,
    redis_server: EmbeddedRedis,
) -> Settings:
    """For what does not depend on the server."""
    return set_up(sqlite_urls, tmp_path, redis_server.url, monkeypatch)


def work(record: dict[str, Any], _offset: float) -> tuple[dict[str, Any], dict[str, Any], str]:
    return {"words": "写到一半的举报"}, {"text": "好"}, "report"


def fill(settings: Settings) -> None:
    """A report with its identity, a photo, a draft, a board, a session."""
    parts = build(settings)
    file_one(parts.storage)
    with parts.storage.transaction(CAMPAIGN) as stores:
        stores.links.link("token", USER, reach=True, name="张三")
    (parts.storage.photos / ("a" * 64 + ".jpg")).write_bytes(PHOTO)
    parts.turns.once("push-1", USER, "text", work)
    parts.link.call("ZADD", f"board:{CAMPAIGN}:all", 7, "member")
    parts.sessions.create(USER)
    close(parts)


def close(parts: Any) -> None:
    parts.storage.case.close()
    parts.storage.identity.close()


def state(settings: Settings) -> dict[str, Any]:
    """Everything that can be seen of what is kept."""
    parts = build(settings)
    try:
        return {
            "case": dump(parts.storage.case),
            "identity": dump(parts.storage.identity),
            "record": parts.turns.look(USER)[0],
            "board": parts.link.call("ZSCORE", f"board:{CAMPAIGN}:all", "member"),
            "messages": dict(parts.turns.counts.read().messages),
            "photos": {file.name: file.read_bytes() for file in parts.storage.photos.iterdir()},
        }
    finally:
        close(parts)


def lose_all(settings: Settings) -> None:
    """A new machine: empty tables, nothing in Redis, no photos."""
    parts = build(settings)
    for file in parts.storage.photos.iterdir():
        file.unlink()
    parts.link.call("FLUSHALL")
    for database in (parts.storage.case, parts.storage.identity):
        with database.engine.begin() as connection:
            empty(connection)
    close(parts)


def empty(connection: Any) -> None:
    for table in reversed(tables_of(connection).sorted_tables):
        if table.name != "alembic_version":
            connection.execute(table.delete())


def backup(*arguments: str) -> Result:
    return CliRunner().invoke(backup_command, arguments, catch_exceptions=False)


def restore(*arguments: str) -> Result:
    return CliRunner().invoke(restore_command, arguments, catch_exceptions=False)


def test_all_that_was_lost_comes_back(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    before = state(settings)
    made = backup("kept.tar")
    assert made.exit_code == 0, made.output
    assert OPEN in made.output
    lose_all(settings)
    assert state(settings)["record"] == {}
    done = restore("kept.tar")
    assert done.exit_code == 0, done.output
    assert "两个数据库、1 张照片" in done.output
    after = state(settings)
    assert after == before
    assert after["record"] == {"words": "写到一半的举报"}
    assert "张三" not in (tmp_path / "kept.tar").read_bytes().decode(errors="replace")


def test_it_comes_back_into_databases_that_have_no_tables_yet(settings: Settings) -> None:
    fill(settings)
    before = state(settings)
    assert backup("kept.tar").exit_code == 0
    lose_all(settings)
    for url, name in ((settings.case_url, "case"), (settings.identity_url, "identity")):
        remove_tables(url, name)
    assert restore("kept.tar").exit_code == 0
    assert state(settings) == before


def remove_tables(url: str, name: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).unlink()
        return
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def test_what_is_there_is_not_overwritten_without_force(settings: Settings) -> None:
    fill(settings)
    backup("kept.tar")
    before = state(settings)
    refused = restore("kept.tar")
    assert refused.exit_code == 1
    for place in ("DATABASE_URL", "IDENTITY_DATABASE_URL", "照片文件夹", "Redis"):
        assert place in refused.output
    assert state(settings) == before


def test_with_force_it_takes_the_place_of_what_is_there(settings: Settings) -> None:
    fill(settings)
    before = state(settings)
    backup("kept.tar")
    parts = build(settings)
    file_one(parts.storage, "oBob", "d2")
    parts.link.call("SET", f"person:{CAMPAIGN}:later", "x")
    (parts.storage.photos / "later.jpg").write_bytes(PHOTO)
    close(parts)
    assert restore("kept.tar", "--force").exit_code == 0
    assert state(settings) == before
    assert build(settings).link.call("EXISTS", f"person:{CAMPAIGN}:later") == 0


def test_the_identities_can_stay_out_and_then_are_left_alone(settings: Settings) -> None:
    fill(settings)
    before = state(settings)
    assert "没有身份库" in backup("kept.tar", "--without-identities").output
    with tarfile.open("kept.tar") as tar:
        assert not [name for name in tar.getnames() if name.startswith("identity")]
    assert restore("kept.tar", "--force").exit_code == 0
    assert state(settings) == before


def test_drafts_keep_the_moment_at_which_they_end(only_sqlite: Settings) -> None:
    link = build(only_sqlite).link
    link.call("SET", "person:soon", "x", "PX", 300)
    link.call("SET", "person:later", "x", "EX", 1000)
    link.call("SET", "person:never", "x")
    backup("kept.tar")
    link.call("FLUSHALL")
    time.sleep(0.35)
    assert restore("kept.tar", "--force").exit_code == 0
    assert link.call("EXISTS", "person:soon") == 0
    assert 990 <= link.call("TTL", "person:later") <= 1000
    assert link.call("TTL", "person:never") == -1


def test_what_passes_by_itself_is_not_kept(only_sqlite: Settings) -> None:
    fill(only_sqlite)
    build(only_sqlite).tokens.set("an access token", 100)
    build(only_sqlite).link.call(*PROBE)
    backup("kept.tar")
    with tarfile.open("kept.tar") as tar:
        lines = tar.extractfile("redis.jsonl").read().splitlines()  # type: ignore[union-attr]
    kept = {b64decode(json.loads(line)["key"]).split(b":")[0] for line in lines}
    assert kept == {b"person", b"board", b"count"}


def test_a_backup_made_during_work_holds_one_moment(only_sqlite: Settings, tmp_path: Path) -> None:
    """A writer that is not done is neither waited for nor copied in half."""
    writing = sqlite3.connect(only_sqlite.case_url.removeprefix("sqlite:///"), isolation_level=None)
    writing.execute("BEGIN IMMEDIATE")
    writing.execute(
        "INSERT INTO tick (campaign, name, owner, period, started_at, outcome) VALUES ('x','half','o',1,'2020-01-01 00:00:00','')"
    )
    assert backup("kept.tar").exit_code == 0
    writing.execute("ROLLBACK")
    with tarfile.open("kept.tar") as tar:
        tar.extract("case.db", tmp_path / "out", filter="data")
    assert sqlite3.connect(tmp_path / "out" / "case.db").execute("SELECT count(*) FROM tick").fetchone() == (
        0,
    )


# -- the file ------------------------------------------------------------------------------------------------


def test_nobody_else_may_read_it_and_none_is_overwritten(only_sqlite: Settings, tmp_path: Path) -> None:
    backup("kept.tar")
    assert (tmp_path / "kept.tar").stat().st_mode & 0o777 == 0o600
    again = backup("kept.tar")
    assert again.exit_code == 1
    assert "已经有了" in again.output
    assert [file.name for file in tmp_path.glob("*.part")] == []
    assert list((tmp_path / "data").glob(".backup-*")) == []


def test_in_a_folder_it_finds_a_name_and_the_oldest_go(only_sqlite: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"safety-month-2020010{day}-000000.tar").touch()
    (folder / "of-somebody-else.tar").touch()
    assert "删掉了 2 份旧的" in backup(str(folder), "--keep", "2").output
    left = sorted(file.name for file in folder.iterdir())
    assert left[:2] == ["of-somebody-else.tar", "safety-month-20200103-000000.tar"]
    assert len(left) == 3


def test_an_old_one_that_can_not_be_deleted_is_named_and_the_others_go(
    only_sqlite: Settings, tmp_path: Path
) -> None:
    (tmp_path / "safety-month-20200101-000000.tar").mkdir()
    (tmp_path / "safety-month-20200102-000000.tar").touch()
    done = backup(str(tmp_path), "--keep", "1")
    assert done.exit_code == 1 and "已备份到" in done.output and "删掉了 1 份旧的" in done.output
    assert "旧的没有删掉：safety-month-20200101-000000.tar（" in done.output
    assert "Traceback" not in done.output


def test_those_who_watch_are_told_when_it_was(only_sqlite: Settings) -> None:
    backup("kept.tar")
    told = Counts(build(only_sqlite).link, CAMPAIGN).kept()["backup"]
    assert told["bytes"] == Path("kept.tar").stat().st_size
    assert time.time() - told["at"] < 60


def rewrite(change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> None:
    """Make the file anew with its parts changed, left out or added to."""
    shutil.move("kept.tar", "old.tar")
    with tarfile.open("old.tar") as old, tarfile.open("kept.tar", "w") as new:
        parts = {entry.name: old.extractfile(entry).read() for entry in old}  # type: ignore[union-attr]
        for name, data in {**parts, **(more or {})}.items():
            changed = change(name, data)
            if changed is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(changed)
                new.addfile(entry, io.BytesIO(changed))


def flipped(name: str, data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1]) if name == "case.db" else data


def without_redis(name: str, data: bytes) -> bytes | None:
    return None if name == "redis.jsonl" else data


def without_list(name: str, data: bytes) -> bytes | None:
    return None if name == MANIFEST else data


def same(_name: str, data: bytes) -> bytes:
    return data


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        (flipped, {}, "case.db 和清单对不上"),
        (without_redis, {}, "redis.jsonl 和清单对不上"),
        (same, {"photos/other.jpg": b"x"}, "photos/other.jpg 和清单对不上"),
        (without_list, {}, "不是完整的备份文件"),
        (same, {"../../evil.jpg": b"x"}, "不是完整的备份文件"),
        (same, {"photos/../case.db": b"x"}, "不是完整的备份文件"),
    ],
)
def test_a_file_that_is_not_as_it_was_made_is_refused_and_changes_nothing(
    only_sqlite: Settings, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes], said: str
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    before = state(only_sqlite)
    rewrite(change, more)
    refused = restore("kept.tar", "--force")
    assert refused.exit_code == 1
    assert said in refused.output
    assert state(only_sqlite) == before


@pytest.mark.parametrize("data", [b"", b"not a tar at all" * 100])
def test_what_is_no_backup_is_refused(only_sqlite: Settings, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "kept.tar").write_bytes(data)
    assert "不是完整的备份文件" in restore("kept.tar").output
    assert "读不了备份文件" in restore("nowhere.tar").output


def test_half_a_file_is_refused(only_sqlite: Settings, tmp_path: Path) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    whole = (tmp_path / "kept.tar").read_bytes()
    (tmp_path / "kept.tar").write_bytes(whole[: len(whole) // 2])
    assert restore("kept.tar", "--force").exit_code == 1
    assert state(only_sqlite)["record"] == {"words": "写到一半的举报"}


# -- what stands in the way ----------------------------------------------------------------------------------


def test_a_backup_under_another_key_is_refused(
    only_sqlite: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup("kept.tar")
    monkeypatch.setenv("IDENTITY_KEY", "j" * 32)
    assert "另一把 IDENTITY_KEY" in restore("kept.tar").output


def test_a_backup_of_a_later_release_is_refused(only_sqlite: Settings, tmp_path: Path) -> None:
    backup("kept.tar")
    write_anew("kept.tar", "later.tar", tmp_path / "parts", tables={"case": "9999", "identity": "9999"})
    assert "请先更新程序再恢复" in restore("later.tar").output


def test_a_backup_of_an_earlier_release_is_brought_up_to_date(settings: Settings) -> None:
    parts = build(settings)
    with parts.storage.case.engine.connect() as connection:
        command.downgrade(parts.storage.case._config(connection), "0002")
    close(parts)
    assert backup("kept.tar").exit_code == 0
    done = restore("kept.tar", "--force")
    assert done.exit_code == 0, done.output
    parts = build(settings)
    assert parts.storage.case.migrated()
    close(parts)


def test_while_the_scheduler_ticks_nothing_is_put_back(only_sqlite: Settings) -> None:
    backup("kept.tar")
    ticks = Ticks(build(only_sqlite).storage, CAMPAIGN)
    ticks.begin("send", 5.0)
    ticks.end("send")
    assert "提醒进程还在运行" in restore("kept.tar", "--force").output


def test_while_the_web_server_listens_nothing_is_put_back(
    only_sqlite: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup("kept.tar")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        monkeypatch.setenv("PORT", str(listening.getsockname()[1]))
        assert "还有服务在运行" in restore("kept.tar").output


NOTHING = "现有的数据一点没有动。"


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """For this process the disk takes no more: what a full one does to a write, at a place that can be chosen."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_redis_nothing_is_put_back_even_with_force(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(settings)
    backup("kept.tar")
    file_one(build(settings).storage, "oBob", "d2")
    before = state(settings)
    with monkeypatch.context() as gone:
        gone.setenv("REDIS_URL", "redis://:hidden@127.0.0.1:1/0")
        refused = restore("kept.tar", "--force")
        unsaved = backup("other.tar")
    assert (refused.exit_code, unsaved.exit_code) == (1, 1)
    assert "Redis 连不上" in refused.output and NOTHING in refused.output
    assert "没有备份成：Redis 连不上" in unsaved.output
    assert "hidden" not in refused.output + unsaved.output
    assert not list(Path().glob("other*"))
    assert state(settings) == before


def test_a_redis_that_takes_no_writes_is_told_before_anything_is_touched(
    only_sqlite: Settings, link: Link
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    before = state(only_sqlite)
    link.call("REPLICAOF", "127.0.0.1", "1")
    try:
        refused = restore("kept.tar", "--force")
    finally:
        link.call("REPLICAOF", "NO", "ONE")
    assert "Redis 连不上或不肯做" in refused.output and NOTHING in refused.output
    assert state(only_sqlite) == before


def test_a_disk_without_room_is_one_sentence_and_nothing_is_left_behind(
    only_sqlite: Settings, tmp_path: Path
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    before = state(only_sqlite)
    with no_file_larger_than(100_000):
        refused = restore("kept.tar", "--force")
        unsaved = backup("other.tar")
    assert (refused.exit_code, unsaved.exit_code) == (1, 1)
    assert "文件读写没有成功" in refused.output and NOTHING in refused.output
    assert "没有备份成：数据库读写没有成功" in unsaved.output
    assert not [*tmp_path.glob("*.part"), *tmp_path.glob("*.new"), *(tmp_path / "data").glob(".*")]
    assert state(only_sqlite) == before


def test_where_one_database_can_not_be_put_back_the_other_is_not_either(
    only_sqlite: Settings, tmp_path: Path
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    file_one(build(only_sqlite).storage, "oBob", "d2")
    before = state(only_sqlite)
    (tmp_path / "identity.db.new").mkdir()
    refused = restore("kept.tar", "--force")
    assert "文件读写没有成功" in refused.output and NOTHING in refused.output
    assert not (tmp_path / "case.db.new").exists()
    assert state(only_sqlite) == before


def test_what_stops_half_way_says_what_was_touched_and_can_be_done_again(
    settings: Settings, tmp_path: Path
) -> None:
    """A folder where a photo is to lie is met only while the photos are put back."""
    fill(settings)
    before = state(settings)
    backup("kept.tar")
    photo = build(settings).storage.photos / ("a" * 64 + ".jpg")
    photo.unlink()
    photo.mkdir()
    refused = restore("kept.tar", "--force")
    assert refused.exit_code == 1
    assert "文件读写没有成功" in refused.output
    assert "举报和报送的数据库、身份库、照片已经动过了" in refused.output
    assert NOTHING not in refused.output
    photo.rmdir()
    assert restore("kept.tar", "--force").exit_code == 0
    assert state(settings) == before


def write_anew(
    old: str, new: str, folder: Path, other: dict[str, bytes | None] | None = None, **about: Any
) -> None:
    """The same backup with other words in some of its parts, or without them; list and signature fit."""
    with tarfile.open(old) as tar:
        tar.extractall(folder, filter="data")
    for name, data in (other or {}).items():
        (folder / name).unlink(missing_ok=True)
        if data is not None:
            (folder / name).write_bytes(data)
    told = json.loads((folder / MANIFEST).read_text())["about"]
    writer = Writer(Path(new), open_storage(load_settings()).sealing)
    for path in sorted(folder.rglob("*.*")):
        if path.name not in (MANIFEST, SIGNATURE):
            writer.add(str(path.relative_to(folder)), path)
    writer.close(About.model_validate({**told, **about}))


def test_without_settings_or_tables_it_is_one_sentence(
    only_sqlite: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    refused = backup("kept.tar")
    assert "请先运行 python app.py migrate" in refused.output
    assert not list(tmp_path.glob("kept*"))
    assert not (tmp_path / "new.db").exists()
    monkeypatch.setenv("REDIS_URL", "")
    assert "缺少设置：REDIS_URL" in backup("kept.tar").output


def test_a_tool_that_fails_says_why_and_no_password(
    only_sqlite: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.Database.revision", lambda database: "0001")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://u:hidden@127.0.0.1:1/case")
    refused = backup("kept.tar")
    assert "pg_dump 没有成功" in refused.output
    assert "hidden" not in refused.output


def test_the_tools_of_postgresql_are_given_the_password_by_a_file(
    only_sqlite: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A tool that writes down what it is called with, and what the file of passwords holds."""
    tool = tmp_path / "pg_dump"
    tool.write_text(
        '#!/bin/sh\necho "$@" > called\ncat "$(echo "$1" | sed "s/.*passfile=//; s/&.*//; s_%2F_/_g")" > secret\nexit 1\n'
    )
    tool.chmod(0o700)
    monkeypatch.setattr("store.dumps._find", lambda name: str(tool))
    monkeypatch.setattr("store.database.Database.revision", lambda database: "0001")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://u:hid%3Ad%5Cen@db.example/case?sslmode=require")
    backup("kept.tar")
    assert "hid" not in (tmp_path / "called").read_text()
    assert "sslmode=require" in (tmp_path / "called").read_text()
    assert (tmp_path / "secret").read_text() == "*:*:*:*:hid\\:d\\\\en\n"


def test_the_time_is_in_the_name(only_sqlite: Settings, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    backup("b")
    (file,) = (tmp_path / "b").iterdir()
    assert file.name.startswith(f"safety-month-{datetime.now(UTC):%Y%m%d-}")
