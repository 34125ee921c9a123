"""The embedded Redis is a real one and keeps what it was told."""

from __future__ import annotations

from pathlib import Path

from store.embedded import EmbeddedRedis
from store.redis_link import Link


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    first = EmbeddedRedis(tmp_path / "redis")
    first.start()
    link = Link(first.url)
    link.call("SET", "word", "kept")
    link.close()
    first.stop()
    second = EmbeddedRedis(tmp_path / "redis")
    second.start()
    try:
        assert Link(second.url).call("GET", "word") == b"kept"
    finally:
        second.stop()


def test_a_long_data_folder_is_no_hindrance(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / ("long" * 30) / "redis")
    server.start()
    try:
        assert Link(server.url).call("PING") == b"PONG"
    finally:
        server.stop()
    assert server.pid == 0


def test_a_lost_connection_is_opened_anew(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "redis")
    server.start()
    link = Link(server.url)
    link.call("SET", "word", "kept")
    link.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
    assert link.call("GET", "word") == b"kept"
    server.stop()
