"""A wrong setting is one clear sentence, under its name, without what was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

REDIS, DATABASE, SMTP = (
    "开头的地址，比如 redis://",
    "应为 sqlite:///文件 或 postgresql",
    "开头的地址，比如 smtp://",
)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of the test."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        *(
            ("REDIS_URL", value, REDIS)
            for value in ("127.0.0.1:6379", "http://h:1", "redis://", "redis://:hidden@h:port/0", "unix://")
        ),
        *(
            (name, value, DATABASE)
            for name in ("DATABASE_URL", "IDENTITY_DATABASE_URL")
            for value in (
                "case.db",
                "sqlite://",
                "sqlite:///:memory:",
                "postgresql://u:hidden@h/db",
                "mysql://u:hidden@h/db",
                "postgresql+psycopg://u:hidden@h:port/db",
            )
        ),
        *(
            ("SMTP_URL", value, SMTP)
            for value in ("mail.example.com:25", "http://h", "smtp://", "smtp://u:hidden@h:x")
        ),
    ],
)
def test_a_wrong_address_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv("MAIL_FROM", "bot@example.com")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    head, line = str(refused.value).splitlines()
    assert head == "设置有误："
    assert line.startswith(f"{name}：")
    assert sentence in line
    assert "hidden" not in line


def test_mail_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtps://u:hidden@mail.example.com:465")
    with pytest.raises(
        SettingsError, match=r"^设置有误：\nMAIL_FROM：设置了 SMTP_URL，就要写发件地址，[^\n]*$"
    ):
        load_settings()
    monkeypatch.setenv("MAIL_FROM", "安全月助手 <bot@example.com>")
    assert load_settings().mail_from


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://127.0.0.1:6379/0"),
        ("REDIS_URL", "rediss://:secret@redis.example.com"),
        ("REDIS_URL", "unix:///tmp/sm-redis/redis.sock"),
        ("DATABASE_URL", "sqlite:////srv/data/case.db"),
        ("DATABASE_URL", "sqlite:///case.db"),
        ("DATABASE_URL", "postgresql+psycopg://u:p%40@h:5432/db?sslmode=require"),
        ("DATABASE_URL", "postgresql+psycopg://test@/case?host=/tmp/pg"),
        ("IDENTITY_DATABASE_URL", "postgresql+psycopg://[::1]/identity"),
    ],
)
def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(load_settings(), name.lower()) == value
