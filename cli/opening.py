"""Opens what is kept, for the application and for the commands of the office."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.database import case_database, identity_database
from store.sealing import Sealing
from store.stores import Storage

if TYPE_CHECKING:
    from bot.settings import Settings
    from store.redis_link import Link


def machine_time() -> datetime:
    """What the clock of this machine says."""
    return datetime.now(UTC)


def open_storage(settings: Settings) -> Storage:
    """All that is kept: SQL, files, and the boards."""
    photos = settings.data_dir.resolve() / "photos"
    photos.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = settings.identity_key.get_secret_value()
    return Storage(
        case_database(settings.case_url),
        identity_database(settings.identity_url),
        Sealing(f"case:{key}"),
        Sealing(f"identity:{key}"),
        photos,
        machine_time,
        _link(settings.redis_url),
        sends_mail=bool(settings.smtp_url.get_secret_value()),
    )


def _link(url: str) -> Link | None:
    """The way to the boards, where a Redis is set."""
    if not url:
        return None
    from store.redis_link import Link

    return Link(url)
