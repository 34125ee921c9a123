"""Backups that are not as they were made, or not whole: found before the first thing is replaced."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from store.archive import MANIFEST, SIGNATURE
from store.passwords import hashed
from tests.cli.test_backup import (
    NOTHING,
    backup,
    fill,
    lose_all,
    only_sqlite,
    restore,
    settings,
    state,
    write_anew,
)
from tests.store.reporting import CAMPAIGN

__all__ = ["only_sqlite", "settings"]

Parts = dict[str, bytes]


def parts_of(file: str) -> Parts:
    with tarfile.open(file) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def write(file: str, parts: Parts) -> None:
    with tarfile.open(file, "w") as tar:
        for name, data in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


def listed_anew(parts: Parts, **about: Any) -> Parts:
    """With a list that fits what the parts are now: anybody can write that."""
    told = json.loads(parts[MANIFEST])
    told["about"] |= about
    told["parts"] = [
        {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in parts.items()
        if name not in (MANIFEST, SIGNATURE)
    ]
    return {**parts, MANIFEST: json.dumps(told).encode()}


def as_before_signatures(parts: Parts) -> Parts:
    """As the release before made them."""
    return {name: data for name, data in parts.items() if name != SIGNATURE}


def with_somebody_else(data: bytes, folder: Path) -> bytes:
    """The case database with one more who may open the desk."""
    file = folder / "changed.db"
    file.write_bytes(data)
    database = sqlite3.connect(file)
    database.execute(
        "INSERT INTO staff (campaign, name, password, version, created_at) VALUES (?, 'boese', ?, 1, '2026-11-22')",
        (CAMPAIGN, hashed("x" * 12)),
    )
    database.commit()
    database.close()
    return file.read_bytes()


def refused(settings: Settings, *arguments: str) -> str:
    """What is said, and that nothing is touched."""
    before = state(settings)
    done = restore(*arguments, "--force")
    assert done.exit_code == 1, done.output
    assert NOTHING in done.output
    assert state(settings) == before
    return done.output


# -- the signature -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("--unsigned",)])
def test_a_list_that_somebody_wrote_anew_is_not_believed(
    only_sqlite: Settings, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    parts = parts_of("kept.tar")
    parts["case.db"] = with_somebody_else(parts["case.db"], tmp_path)
    write("kept.tar", listed_anew(parts))
    assert "的签名不对" in refused(only_sqlite, "kept.tar", *arguments)


def test_a_list_whose_signature_was_taken_away_is_not_believed(only_sqlite: Settings, tmp_path: Path) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    parts = as_before_signatures(parts_of("kept.tar"))
    parts["case.db"] = with_somebody_else(parts["case.db"], tmp_path)
    write("kept.tar", listed_anew(parts))
    said = refused(only_sqlite, "kept.tar")
    assert "没有签名" in said and "--unsigned" in said


def test_one_of_the_release_before_comes_back_where_the_operator_says_so(settings: Settings) -> None:
    fill(settings)
    before = state(settings)
    backup("kept.tar")
    write("kept.tar", as_before_signatures(parts_of("kept.tar")))
    lose_all(settings)
    done = restore("kept.tar", "--unsigned")
    assert done.exit_code == 0, done.output
    assert "查不出有没有被改过" in done.output
    assert state(settings) == before


def test_one_that_is_signed_needs_no_word_of_the_operator(only_sqlite: Settings) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    assert "没有签名" not in restore("kept.tar", "--force").output


# -- what is missing or can't be read ------------------------------------------------------------------------

GOOD = json.dumps({"key": "Yg==", "ends": 0, "value": "eHh4eHh4eHh4eHh4"}).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("case.db", None, "举报和报送的数据库缺了"),
        ("identity.db", None, "身份库缺了"),
        ("redis.jsonl", None, "Redis 的数据缺了"),
        ("case.dump", b"PGDMP", "举报和报送的数据库缺了或多了"),
        ("redis.jsonl", b"not json\n", "Redis 的数据第 1 行读不懂"),
        ("redis.jsonl", b"\xff\n", "第 1 行读不懂"),
        ("redis.jsonl", b"[" * 100_000, "第 1 行读不懂"),
        ("redis.jsonl", b"7\n", "第 1 行读不懂"),
        ("redis.jsonl", GOOD.replace(b"Yg==", b"a"), "第 1 行读不懂"),
        ("redis.jsonl", GOOD.replace(b": 0", b": -5"), "第 1 行读不懂"),
        ("redis.jsonl", GOOD, "比做备份时的旧，或者备份坏了"),
        ("case.db", b"SQLite format 3\0" + b"x" * 4000, "case.db 通不过 SQLite 的检查"),
        ("identity.db", b"", "identity.db 不是这个程序的数据库"),
    ],
)
@pytest.mark.parametrize("signed", [True, False])
def test_what_can_not_be_put_back_is_found_first(
    only_sqlite: Settings, tmp_path: Path, name: str, data: bytes | None, said: str, signed: bool
) -> None:
    fill(only_sqlite)
    backup("kept.tar")
    write_anew("kept.tar", "odd.tar", tmp_path / "parts", {name: data})
    if not signed:
        write("odd.tar", as_before_signatures(parts_of("odd.tar")))
    assert said in refused(only_sqlite, "odd.tar", "--unsigned")


@pytest.mark.parametrize(
    "listed",
    [
        b"",
        b"[" * 100_000,
        b"7",
        b'{"about": {}, "parts": []}',
        b'{"about": {"made_at": 1, "version": "1", "identities": 1, "tables": [], "key": ""}, "parts": []}',
    ],
)
def test_a_list_that_is_none_is_one_sentence(only_sqlite: Settings, listed: bytes) -> None:
    backup("kept.tar")
    write("kept.tar", {**as_before_signatures(parts_of("kept.tar")), MANIFEST: listed})
    assert "不是完整的备份文件" in refused(only_sqlite, "kept.tar", "--unsigned")


def test_a_photo_of_a_terabyte_that_takes_no_room_is_refused_unread(only_sqlite: Settings) -> None:
    """GNU's sparse entries: a few bytes in the file, as many as one likes when they are read."""
    backup("kept.tar")
    parts = as_before_signatures(parts_of("kept.tar"))
    told = json.loads(parts[MANIFEST])
    told["parts"].append({"name": "photos/a.jpg", "size": 1 << 40, "sha256": "0" * 64})
    write("kept.tar", {**parts, MANIFEST: json.dumps(told).encode()})
    put_first("kept.tar", sparse("photos/a.jpg", 1 << 40))
    with tarfile.open("kept.tar") as tar:
        assert tar.getmember("photos/a.jpg").size == 1 << 40, "no such entry: the test tests nothing"
    assert "不是完整的备份文件" in refused(only_sqlite, "kept.tar", "--unsigned")


def sparse(name: str, size: int) -> bytes:
    """The header of an entry that has no bytes of its own."""
    entry = tarfile.TarInfo(name)
    entry.type = tarfile.GNUTYPE_SPARSE
    head = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    wide = b"\x80" + size.to_bytes(11, "big")
    head[386:410] = wide + bytes(12)  # its one piece lies at the end and holds nothing
    head[483:495] = wide
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def put_first(file: str, head: bytes) -> None:
    path = Path(file)
    path.write_bytes(head + path.read_bytes())


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME]
)
def test_entries_of_other_kinds_are_refused(only_sqlite: Settings, kind: bytes) -> None:
    backup("kept.tar")
    entry = tarfile.TarInfo("photos/a.jpg")
    entry.type, entry.linkname = kind, "/etc/passwd"
    put_first("kept.tar", entry.tobuf(tarfile.GNU_FORMAT))
    assert "不是完整的备份文件" in refused(only_sqlite, "kept.tar")


def test_an_entry_that_claims_more_than_there_is_is_refused(only_sqlite: Settings) -> None:
    backup("kept.tar")
    entry = tarfile.TarInfo("photos/a.jpg")
    entry.size = 1 << 60
    put_first("kept.tar", entry.tobuf(tarfile.GNU_FORMAT))
    assert "不是完整的备份文件" in refused(only_sqlite, "kept.tar")
