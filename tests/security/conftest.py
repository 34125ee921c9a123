"""The whole product in one process, as ``app.py`` builds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from bot.settings import Settings
from store.database import Database
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.stores import Storage

BASE_URL = "https://bot.example.com"
CAMPAIGN = "ningxia-2020"
KEY = "i" * 32


@pytest.fixture
def build(
    tmp_path: Path, sqlite_urls: tuple[str, str], link: Link, redis_server: EmbeddedRedis
) -> Callable[..., Flask]:
    """Builds the app with these settings changed; ``link`` empties Redis."""
    (tmp_path / "data").mkdir()
    given: dict[str, Any] = {
        "_env_file": None,
        "wechat_token": "token1234",
        "wechat_app_id": "wx1234567890abcdef",
        "wechat_app_secret": "secret",
        "wechat_api_base": "http://127.0.0.1:9",  # nobody is there
        "wechat_aes_key": "a" * 43,
        "wechat_mode": "safe",
        "identity_key": KEY,
        "secret_key": "s" * 32,
        "redis_url": redis_server.url,
        "base_url": BASE_URL,
        "campaign": CAMPAIGN,
        "data_dir": tmp_path / "data",
        "database_url": sqlite_urls[0],
        "identity_database_url": sqlite_urls[1],
    }

    def made(**changed: Any) -> Flask:
        return create_app(Settings(**{**given, **changed}))

    return made


@pytest.fixture
def office_storage(sqlite_urls: tuple[str, str], tmp_path: Path) -> Iterator[Storage]:
    """The same databases as the app's, for what people did before."""
    case, identity = Database(sqlite_urls[0], "case"), Database(sqlite_urls[1], "identity")
    sealing = Sealing(f"identity:{KEY}")
    yield Storage(
        case, identity, Sealing(f"case:{KEY}"), sealing, tmp_path / "data", lambda: datetime.now(UTC)
    )
    case.close()
    identity.close()
