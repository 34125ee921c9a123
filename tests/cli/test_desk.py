"""The office's commands have the time that the bot has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from cli.desk import RUNNING, demo_ahead, with_demo

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


def test_what_runs_completes_the_settings_and_overrides_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IDENTITY_KEY", "REDIS_URL", "CAMPAIGN"):
        monkeypatch.delenv(name, raising=False)
    told = {"identity_key": "k" * 40, "redis_url": "redis://127.0.0.1:9/0", "campaign": "gusu-2020"}
    (tmp_path / RUNNING).write_text(json.dumps({**told, "data_dir": "elsewhere"}))
    whole = with_demo(Settings(data_dir=tmp_path, campaign="binhai-2020"))
    assert whole.identity_key.get_secret_value() == "k" * 40
    assert (whole.redis_url, whole.campaign, whole.data_dir) == (told["redis_url"], "binhai-2020", tmp_path)


def test_settings_of_ones_own_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / RUNNING).write_text(json.dumps({"identity_key": "k" * 40, "campaign": "gusu-2020"}))
    own = Settings(data_dir=tmp_path, identity_key=SecretStr("x" * 40))
    assert with_demo(own) is own
