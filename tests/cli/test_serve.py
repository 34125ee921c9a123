"""``web`` and ``scheduler`` end with one sentence where they can't start."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from app import build
from bot.settings import Settings, load_settings
from cli.main import main
from store.embedded import EmbeddedRedis
from store.key_marks import claim, compare
from tests.store.reporting import file_one

MIGRATE = "数据库还没有准备好，请先运行 python app.py migrate。"
NOWHERE = "postgresql+psycopg://u:hidden@127.0.0.1:1/case"


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture(params=["web", "scheduler"])
def command(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def settings(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sqlite_urls: tuple[str, str],
    redis_server: EmbeddedRedis,
) -> None:
    """All that production needs; each test spoils one of them."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {
        "WECHAT_TOKEN": "token",
        "WECHAT_APP_ID": "wx0000000000000000",
        "WECHAT_APP_SECRET": "secret",
        "WECHAT_AES_KEY": "a" * 43,
        "IDENTITY_KEY": "i" * 32,
        "SECRET_KEY": "s" * 32,
        "REDIS_URL": redis_server.url,
        "BASE_URL": "https://bot.example.com",
        "CAMPAIGN": "ningxia-2020",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": sqlite_urls[0],
        "IDENTITY_DATABASE_URL": sqlite_urls[1],
        "PORT": free_port(),
    }.items():
        monkeypatch.setenv(name, value)


def refused(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the terminal shows of a command that ends with status 1."""
    monkeypatch.setattr(sys, "argv", ["app.py", command])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CAMPAIGN", "mars-2020", "没有活动“mars-2020”，现有："),
        ("WECHAT_TEMPLATES", "{", "WECHAT_TEMPLATES：应为 JSON，比如 "),
        ("WECHAT_TEMPLATES", '{"reminder": {"id": "x", "fields": {"matter": 1}}}', "fields.matter"),
        ("DATABASE_URL", "sqlite:///new.db", MIGRATE),
        ("IDENTITY_DATABASE_URL", "sqlite:///new.db", MIGRATE),
        ("DATABASE_URL", NOWHERE, "DATABASE_URL 指向的服务连不上"),
        ("IDENTITY_DATABASE_URL", NOWHERE, "IDENTITY_DATABASE_URL 指向的服务连不上"),
        ("REDIS_URL", "redis://:hidden@127.0.0.1:1/0", "REDIS_URL 指向的服务连不上"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    sentence: str,
) -> None:
    monkeypatch.setenv(name, value)
    told = refused(command, monkeypatch, capsys)
    assert sentence in told
    assert "hidden" not in told
    assert "Traceback" not in told
    assert len(told.strip().removeprefix("设置有误：\n").splitlines()) == 1


def test_migrating_a_server_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    told = refused("migrate", monkeypatch, capsys)
    assert "DATABASE_URL 指向的服务连不上" in told
    assert "hidden" not in told


def test_under_another_identity_key_it_does_not_start(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IDENTITY_KEY", "j" * 32)
    storage = build(load_settings()).storage
    assert claim(storage, "ningxia-2020")
    file_one(storage)
    monkeypatch.setenv("IDENTITY_KEY", "i" * 32)
    assert "IDENTITY_KEY 和数据库里的数据不是同一把" in refused(command, monkeypatch, capsys)
    assert compare(storage) == {"case": True, "identity": True}
