"""The jobs around reports: photos, mails to the office, word to reporters, forgetting, sweeping."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from channels.base import Channel
from scheduler.forget_job import retire, run, steps_for, sweep_links
from scheduler.outbox_job import send_mails, send_words
from scheduler.photo_job import fetch_photos, sweep_photos
from scheduler.runner import Job
from store.identity.forgetting import Forgettings, Wish
from store.identity.words import About
from store.stores import Storage

_HOUR = 3600.0


def report_jobs(
    storage: Storage,
    campaign: str,
    owner: str,
    *,
    download: Callable[[str], bytes],
    clean: Callable[[bytes], bytes],
    mail: Channel | None,
    tellers: Mapping[About, Sequence[Channel]],  # in the order in which they are tried
    last_said: Callable[[str], datetime | None],
    forget_record: Callable[[Wish], object],
    campaigns: Collection[str],  # whose data one database holds: a person is forgotten in all of them
) -> tuple[Job, ...]:
    """All of them, on machine time."""
    now = storage.clock
    steps = steps_for(storage, campaigns, forget_record, now)
    mails = (
        (Job("mails", 20.0, partial(send_mails, storage, campaign, mail, now, owner=owner)),) if mail else ()
    )
    return (
        Job("photos", 3.0, partial(fetch_photos, storage, campaign, download, clean, now, owner=owner)),
        *mails,
        Job("words", 20.0, partial(send_words, storage, tellers, last_said, now, owner=owner)),
        Job("forget", 5.0, partial(run, Forgettings(storage), steps, now)),
        Job("sweep", _HOUR, lambda: _sweep(storage, campaign, now())),
    )


def _sweep(storage: Storage, campaign: str, now: datetime) -> int:
    return sweep_photos(storage, campaign, now) + sweep_links(storage) + retire(storage, campaign, now)
