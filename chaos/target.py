"""The product in this process, with its own databases and Redis, for attacks that come by the hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import handlers
from bot.bot import Bot
from content.loader import load, load_questions
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.stores import Storage
from store.turn import Turns
from web.conversation import Conversation
from web.webhook import Webhook
from wechat.codec import Codec

if TYPE_CHECKING:
    from chaos.attacks import Forger

CAMPAIGN = "ningxia-2020"


@contextmanager
def product(forger: Forger, folder: Path) -> Iterator[Webhook]:
    """A webhook on a whole bot."""
    case, identity = (
        case_database(f"sqlite:///{folder}/case.db"),
        identity_database(f"sqlite:///{folder}/id.db"),
    )
    redis = EmbeddedRedis(folder / "redis")
    redis.start()
    try:
        case.migrate()
        identity.migrate()
        sealing = Sealing("a key of the attacks")
        storage = Storage(case, identity, sealing, Sealing("another"), folder, lambda: datetime.now(UTC))
        yield webhook(forger, storage, Link(redis.url))
    finally:
        redis.stop()
        case.close()
        identity.close()


def webhook(forger: Forger, storage: Storage, link: Link, make: type[Bot] = Bot) -> Webhook:
    """The webhook of the forger's account on these stores, with the bot or one that is broken on purpose."""
    bot = make(load(CAMPAIGN), load_questions(), handlers.ROUTES, storage, storage.clock, handlers.EVENTS)
    codec = Codec(forger.token, forger.app_id, forger.key, "safe", forger.now)
    return Webhook(codec, Conversation(bot, Turns(link, storage.sealing, CAMPAIGN)))
