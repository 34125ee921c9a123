"""What those who watch are told: puts the sources of ``/metrics`` together, and counts the drafts while tidying."""

from __future__ import annotations

import platform
import tomllib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import handlers
from bot.bot import tidy
from bot.context import from_plain, to_plain
from bot.routes import of_campaign
from cli.opening import machine_time
from scheduler.watching import case_standing, identity_standing
from web.exposition import Sources
from web.processes import workers_of

if TYPE_CHECKING:
    from app import Parts

ROOT = Path(__file__).resolve().parent.parent


def sources(parts: Parts, master: int) -> Sources:
    """Where the figures come from; ``master`` is the process that keeps the web workers."""
    storage, campaign, counts = parts.storage, parts.campaign, parts.turns.counts
    mails = bool(parts.settings.smtp_url.get_secret_value())
    return Sources(
        counts=counts.read,
        figures=counts.kept,
        case=lambda: case_standing(storage, campaign, parts.campaign_time(), mails),
        identity=partial(identity_standing, storage, campaign),
        workers=partial(workers_of, master),
        folder=parts.settings.data_dir.resolve(),
        build={"version": version(), "campaign": campaign.id, "python": platform.python_version()},
    )


def version() -> str:
    """The release, as ``pyproject.toml`` tells it."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(told["project"]["version"])


def tidy_records(parts: Parts) -> int:
    """Let every person's record lose what has been kept long enough, and count the drafts that stay."""
    routes = {route.name: route for route in of_campaign(handlers.ROUTES, parts.campaign)}
    drafts: Counter[str] = Counter()

    def prune(record: dict[str, Any]) -> dict[str, Any] | None:
        person = from_plain(record)
        changed = tidy(person, routes, machine_time().timestamp())
        drafts.update(draft.route for draft in person.drafts)
        return to_plain(person) if changed else None

    tidied = parts.turns.tidy(prune)
    parts.turns.counts.keep("drafts", drafts)
    return tidied
