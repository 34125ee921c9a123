"""A scheduler that has stopped is seen by /readyz within three ticks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import SEND_EVERY, create_app
from bot.settings import Settings
from cli.opening import machine_time, open_storage
from scheduler.runner import PERIODS, WATCHED
from store.embedded import EmbeddedRedis
from store.ticks import Ticks


@pytest.fixture
def settings(tmp_path: Any, sqlite_urls: tuple[str, str], redis_server: EmbeddedRedis) -> Settings:
    return Settings.model_validate(
        {
            "wechat_token": "token1234",
            "wechat_app_id": "wx1234567890abcdef",
            "wechat_app_secret": "secret",
            "wechat_aes_key": "a" * 43,
            "wechat_api_base": "http://127.0.0.1:9",
            "identity_key": "i" * 32,
            "secret_key": "s" * 32,
            "redis_url": redis_server.url,
            "base_url": "https://bot.example.com",
            "campaign": "ningxia-2020",
            "data_dir": tmp_path / "data",
            "database_url": sqlite_urls[0],
            "identity_database_url": sqlite_urls[1],
        }
    )


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


def tick(settings: Settings, ago: float) -> None:
    """A scheduler whose last send tick ended so many seconds ago."""
    at = machine_time() - timedelta(seconds=ago)
    storage = replace(open_storage(settings), clock=lambda: at)
    ticks = Ticks(storage, settings.campaign)
    ticks.begin(WATCHED, SEND_EVERY)
    ticks.end(WATCHED)
    storage.case.close()


def told(app: Flask) -> str:
    return str(app.test_client().get("/readyz").json["parts"]["scheduler"])  # type: ignore[index]


def test_a_scheduler_that_ticks_is_well(app: Flask, settings: Settings) -> None:
    assert told(app) == "the scheduler has not run yet"
    tick(settings, 2 * SEND_EVERY)
    assert told(app) == "ok"


def test_a_scheduler_that_has_missed_three_ticks_is_told(app: Flask, settings: Settings) -> None:
    tick(settings, PERIODS * SEND_EVERY + 1)
    assert told(app).startswith("the last tick ended ")
    assert app.test_client().get("/readyz").status_code == 503
    tick(settings, 0)  # another takes over
    assert told(app) == "ok"
