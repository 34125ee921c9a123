"""Forgets people who asked for it or left, step by step, until every store, file and key is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from scheduler.faults import where
from store import standing
from store.identity.forgetting import ALL, UNFOLLOW, Forgettings, Wish
from store.identity.links import Links
from store.reports import filed_links, unreachable
from store.stores import Storage, Stores

log = logging.getLogger(__name__)

IDENTITY_KEPT = timedelta(days=90)  # after a report has ended
PHOTOS_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Forget:
    """One step on the way to be forgotten; it bears being done twice."""

    name: str
    do: Callable[[Wish], object]  # deletes what is older than the wish


Steps = Mapping[str, Sequence[Forget]]  # by scope


def run(wishes: Forgettings, steps: Steps, now: Callable[[], datetime]) -> int:
    """Take every due wish as far as it goes; how many were brought to their end."""
    done = 0
    for wish in wishes.due(now()):
        reason = _take(wishes, wish, steps[wish.scope])
        if reason:
            wishes.later(wish, reason, now())
        else:
            wishes.finish(wish, now())
            done += 1
    return done


def steps_for(
    storage: Storage,
    campaigns: Collection[str],
    forget_record: Callable[[Wish], object],
    at: Callable[[], datetime],
) -> Steps:
    """The steps of both scopes; ``forget_record`` deletes what a person's record in Redis held before the wish."""

    def step(name: str, do: Callable[[Stores, Wish], object]) -> Forget:
        return Forget(name, partial(_in_each, storage, campaigns, do))

    common = (
        Forget("links", partial(_forget_links, storage)),
        step("photos", lambda stores, wish: stores.photos.forget(wish.user, wish.written_at)),
        step("files", lambda stores, _wish: stores.photos.purge()),
        Forget("attempts", lambda wish: _forget_play(storage, campaigns, wish)),
        step("notebook", lambda stores, wish: stores.notebook.forget(wish.user, wish.asked_at)),
        step("entrants", lambda stores, wish: stores.entrants.forget(wish.user, wish.written_at)),
        step("prizes", lambda stores, wish: stores.draws.forget(wish.user)),
        step("reminders", _unjoin_reminders),
    )
    forget = step("liaisons", lambda stores, wish: stores.liaisons.forget(wish.user, at(), wish.asked_at))
    unfollow = step("liaisons", lambda stores, wish: stores.liaisons.unfollow(wish.user, wish.asked_at))
    record = Forget("record", forget_record)
    return {ALL: (*common, forget, record), UNFOLLOW: (*common, unfollow, record)}


def since(wish: Wish, record: dict[str, Any]) -> dict[str, Any]:
    """What of a person's record in Redis is younger than the wish: nothing unless they have written since."""
    if record.get("last_said", 0.0) <= wish.written_at.timestamp():
        return {}
    drafts = [one for one in record["drafts"] if datetime.fromisoformat(one["began"]) > wish.asked_at]
    return {**record, "drafts": drafts, "memory": {}, "paused": record["paused"] and bool(drafts)}


def sweep_links(storage: Storage) -> int:
    """Settle the links whose report is there and delete those without; how many went."""

    def filed(tokens: Collection[str]) -> Collection[str]:
        with storage.case.session() as session:
            return filed_links(session, tokens)

    return Links(storage).sweep(filed)


def retire(storage: Storage, campaign: str, now: datetime) -> int:
    """Delete what has been kept long enough: identities 90 days after the end, photos 180; how many links went."""
    with storage.transaction(campaign) as stores:
        links = stores.reports.links_ended_before(now - IDENTITY_KEPT)
        stores.reports.unreachable(links)
        stores.reports.drop_photos_ended_before(now - PHOTOS_KEPT)
    with storage.transaction(campaign) as stores:
        stores.photos.purge()
    return Links(storage).drop(links)


def _take(wishes: Forgettings, wish: Wish, steps: Sequence[Forget]) -> str:
    """Do what is left of a wish; a step that fails doesn't hold up the others. Why it isn't done, or nothing."""
    failed = ""
    for step in steps:
        if step.name in wish.done:
            continue
        try:
            step.do(wish)
        except Exception as problem:  # written down, and tried again until it works
            log.error("forgetting %d, step %s: %s", wish.id, step.name, where(problem))
            failed = failed or f"{step.name}: {type(problem).__name__}"
        else:
            wishes.did(wish, step.name)
    return failed


def _forget_links(storage: Storage, wish: Wish) -> None:
    """Who reported what; the reports say from then on that nobody can be reached."""
    links = Links(storage)
    tokens = links.tokens_of(wish.user, wish.written_at)
    with storage.case.session() as session:
        unreachable(session, tokens)
    links.forget(wish.user, wish.written_at)


def _unjoin_reminders(stores: Stores, wish: Wish) -> None:
    """Before the liaison's entry forgets who it was."""
    for entry in stores.liaisons.of(wish.user):
        stores.reminders.forget(entry.id)


def _forget_play(storage: Storage, campaigns: Collection[str], wish: Wish) -> None:
    """What was played, under which name and for whom, and every line on a board."""
    for campaign in campaigns:
        standing.forget(storage, campaign, wish.user, wish.asked_at)


def _in_each(
    storage: Storage, campaigns: Collection[str], do: Callable[[Stores, Wish], object], wish: Wish
) -> None:
    for campaign in campaigns:
        with storage.transaction(campaign) as stores:
            do(stores, wish)
