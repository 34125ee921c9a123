"""Builds each part once and hands the parts to one another; ``python app.py COMMAND`` runs them."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask

import handlers
from bot.bot import Bot
from bot.errors import ContentError, Invalid, SettingsError
from bot.language import intents
from bot.settings import Settings, load_settings
from channels import build_channels
from channels.base import Channel
from channels.templates import read_templates
from cli.logs import set_up
from content.loader import load, load_bank
from content.models import Campaign
from pictures.cleaner import clean_apart
from store.database import case_database, identity_database
from store.redis_link import Link
from store.sealing import Sealing
from store.stores import Storage
from store.tokens import Sessions, Tokens
from store.turn import DemoClock, Turns
from web.conversation import Conversation
from web.demo import demo_blueprint
from web.health import health_blueprint
from web.pages import pages_blueprint
from web.security import guard
from web.webhook import wechat_blueprint
from wechat.client import WeChat
from wechat.codec import Codec

log = logging.getLogger(__name__)


def machine_time() -> datetime:
    """What the clock of this machine says."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """Every part of the product, built once a process."""

    settings: Settings
    campaign: Campaign
    storage: Storage
    link: Link
    turns: Turns
    tokens: Tokens
    sessions: Sessions
    wechat: WeChat
    clock: DemoClock

    def campaign_time(self) -> datetime:
        """The time that decides due dates and what people read; under ``run`` it can be moved."""
        offset = self.clock.offset() if self.settings.demo else 0.0
        return datetime.fromtimestamp(machine_time().timestamp() + offset, tz=UTC)

    def address(self, page: str) -> str:
        """The URL of a page by its name."""
        return f"{self.settings.base_url}/p/go/{page}"

    def channels(self) -> dict[str, Channel]:
        """The ways to reach a person that the settings allow."""
        settings = self.settings
        return build_channels(
            self.address,
            machine_time,
            wechat=self.wechat,
            templates=read_templates(settings.wechat_templates),
            smtp_url=settings.smtp_url.get_secret_value(),
            mail_from=settings.mail_from,
        )


def open_storage(settings: Settings) -> Storage:
    """All that is kept in SQL and files."""
    folder = settings.data_dir.resolve()
    photos = folder / "photos"
    photos.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = settings.identity_key.get_secret_value()
    return Storage(
        case_database(settings.case_url),
        identity_database(settings.identity_url),
        Sealing(f"case:{key}"),
        Sealing(f"identity:{key}"),
        photos,
        machine_time,
    )


def build(settings: Settings) -> Parts:
    """Build every part that web and scheduler share."""
    campaign = load(settings.campaign)
    storage = open_storage(settings)
    link = Link(settings.redis_url)
    tokens = Tokens(link, storage.sealing, settings.wechat_app_id)
    wechat = WeChat(
        settings.wechat_app_id,
        settings.wechat_app_secret.get_secret_value(),
        tokens,
        api_base=settings.wechat_api_base,
        open_base=settings.wechat_open_base,
        mp_base=settings.wechat_mp_base,
    )
    return Parts(
        settings=settings,
        campaign=campaign,
        storage=storage,
        link=link,
        turns=Turns(link, storage.sealing, campaign.id),
        tokens=tokens,
        sessions=Sessions(link, storage.sealing),
        wechat=wechat,
        clock=DemoClock(link, campaign.id),
    )


def build_bot(parts: Parts) -> Bot:
    """The bot of one campaign, with everything loaded that a first message would wait for."""
    cache = parts.settings.data_dir.resolve() / "jieba"
    cache.mkdir(parents=True, exist_ok=True)
    intents.prepare(str(cache))
    return Bot(parts.campaign, load_bank(), handlers.ROUTES, parts.storage, machine_time, handlers.EVENTS)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application; Granian calls it once in each worker."""
    settings = settings or load_settings()
    set_up(settings.log_level)
    parts = build(settings)
    talk = Conversation(build_bot(parts), parts.turns)
    app = Flask("web", static_folder=None, template_folder=str(Path(__file__).parent / "web" / "templates"))
    app.config["SECRET_KEY"] = settings.secret_key.get_secret_value()
    app.register_blueprint(wechat_blueprint(_codec(parts), talk))
    app.register_blueprint(health_blueprint(_checks(parts)))
    _add_pages(app, parts, talk)
    if settings.demo:
        key = settings.demo_key.get_secret_value()
        app.register_blueprint(demo_blueprint(parts.campaign, parts.clock, machine_time, key))
    return app


def _codec(parts: Parts) -> Codec:
    settings = parts.settings
    return Codec(
        settings.wechat_token.get_secret_value(),
        settings.wechat_app_id,
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_mode,
        lambda: machine_time().timestamp(),
        address=parts.address,
    )


def _checks(parts: Parts) -> dict[str, Callable[[], str]]:
    """What ``/readyz`` looks at."""
    return {
        "case database": lambda: "" if parts.storage.case.answers() else "no answer",
        "identity database": lambda: "" if parts.storage.identity.answers() else "no answer",
        "redis": lambda: "" if parts.link.call("PING") in (b"PONG", "PONG") else "no answer",
        "token": lambda: "" if parts.wechat.has_token() else "no access token",
        "scheduler": partial(_scheduler_fault, parts),
    }
