"""Forgets people who asked for it or left, step by step, until every store, file and key is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from scheduler.faults import where
from store.identity.forgetting import ALL, UNFOLLOW, Forgettings, Wish
from store.identity.links import Links
from store.reports import filed_links
from store.stores import Storage, Stores

log = logging.getLogger(__name__)

IDENTITY_KEPT = timedelta(days=90)  # after a report has ended
PHOTOS_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Forget:
    """One step on the way to be forgotten; it bears being done twice."""

    name: str
    do: Callable[[str], object]  # by OpenID


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
    forget_record: Callable[[str], object],
    at: Callable[[], datetime],
) -> Steps:
    """The steps of both scopes; ``forget_record`` deletes a person's record in Redis."""
    common = (
        Forget("links", Links(storage).forget),
        Forget(
            "photos", partial(_in_each, storage, campaigns, lambda stores, user: stores.photos.forget(user))
        ),
        Forget("files", partial(_in_each, storage, campaigns, lambda stores, _user: stores.photos.purge())),
        Forget(
            "attempts",
            partial(_in_each, storage, campaigns, lambda stores, user: stores.attempts.forget(user)),
        ),
    )
    reminded = Forget("reminders", partial(_in_each, storage, campaigns, _unjoin_reminders))
    forget = partial(_in_each, storage, campaigns, lambda stores, user: stores.liaisons.forget(user, at()))
    unfollow = partial(_in_each, storage, campaigns, lambda stores, user: stores.liaisons.unfollow(user))
    record = Forget("record", forget_record)
    return {
        ALL: (*common, reminded, Forget("liaisons", forget), record),
        UNFOLLOW: (*common, reminded, Forget("liaisons", unfollow), record),
    }


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
            step.do(wish.user)
        except Exception as problem:  # written down, and tried again until it works
            log.error("forgetting %d, step %s: %s", wish.id, step.name, where(problem))
            failed = failed or f"{step.name}: {type(problem).__name__}"
        else:
            wishes.did(wish, step.name)
    return failed


def _unjoin_reminders(stores: Stores, user: str) -> None:
    """Before the liaison's entry forgets who it was."""
    for entry in stores.liaisons.of(user):
        stores.reminders.forget(entry.id)


def _in_each(
    storage: Storage, campaigns: Collection[str], do: Callable[[Stores, str], object], user: str
) -> None:
    for campaign in campaigns:
        with storage.transaction(campaign) as stores:
            do(stores, user)
