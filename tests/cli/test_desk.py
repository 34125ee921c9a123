"""The office's commands have the time that the bot has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.settings import Settings
from cli.desk import demo_ahead

MACHINE = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SHOWN = {"now": "2020-06-01T09:00:00+08:00", "campaign": {"id": "ningxia-2020"}}


class _Demo(BaseHTTPRequestHandler):
    """Tells its clock to whoever has the key."""

    def do_GET(self) -> None:
        known = self.path == "/demo/clock" and self.headers["X-Demo-Key"] == "demo-key"
        self.send_response(200 if known else 403)
        self.end_headers()
        self.wfile.write(json.dumps(SHOWN).encode() if known else b"no")

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), _Demo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def settings(folder: Path, port: int, campaign: str = "ningxia-2020") -> Settings:
    return Settings(data_dir=folder, port=port, campaign=campaign)


def made(folder: Path, key: str = "demo-key") -> Path:
    (folder / "demo.json").write_text(json.dumps({"DEMO_KEY": key}))
    return folder


def test_under_the_demo_it_is_campaign_time(tmp_path: Path, port: int) -> None:
    ahead = demo_ahead(settings(made(tmp_path), port), MACHINE)
    assert MACHINE + ahead == datetime.fromisoformat("2020-06-01T09:00:00+08:00")


def test_without_a_demo_it_is_machine_time(tmp_path: Path, port: int) -> None:
    assert demo_ahead(settings(tmp_path, port), MACHINE) == timedelta()


def test_where_the_clock_can_not_be_read_it_is_machine_time(tmp_path: Path, port: int) -> None:
    assert demo_ahead(settings(made(tmp_path, "another"), port), MACHINE) == timedelta()
    assert demo_ahead(settings(made(tmp_path), 9), MACHINE) == timedelta()


def test_the_clock_of_another_campaign_is_not_ours(tmp_path: Path, port: int) -> None:
    assert demo_ahead(settings(made(tmp_path), port, "gusu-2020"), MACHINE) == timedelta()
