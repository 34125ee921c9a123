"""Fetches the photos of reports, has them cleaned and keeps what is clean; nothing else is ever written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.faults import where
from store.photos import FETCHED_FOR, KEPT, LOST, REFUSED, Claimed, known_files, sweep_files
from store.stores import Storage

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=30)  # doubled with each try, up to half an hour
_DOUBLED = 6  # times, at most
MOST_CUT_SHORT = 5  # times that a photo's cleaner is ended before it is done: then it is taken for a bomb
STRAY = timedelta(hours=1)
_GONE = 40007  # WeChat doesn't have it any more
Tell = Callable[[str, str], None]  # a photo's token, and what became of it


def _tell_nobody(_token: str, _state: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Fetching:
    """What is needed to fetch the photos of one campaign; ``now`` is machine time."""

    storage: Storage
    campaign: str
    download: Callable[[str], bytes]  # by media id; raises what it likes
    clean: Callable[
        [bytes], bytes
    ]  # raises ValueError or, cut short, ChildProcessError with words for the person
    tell: Tell
    now: Callable[[], datetime]
    owner: str


def fetch_photos(
    storage: Storage,
    campaign: str,
    download: Callable[[str], bytes],
    clean: Callable[[bytes], bytes],
    now: Callable[[], datetime],
    *,
    tell: Tell = _tell_nobody,
    owner: str = "photos",
    most: int = 20,
) -> int:
    """Fetch the photos that are wanted, a few at a time; how many were taken in hand."""
    job = Fetching(storage, campaign, download, clean, tell, now, owner)
    for taken in range(most):
        with storage.transaction(campaign) as stores:
            claimed = stores.photos.claim(owner, now())
        if claimed is None:
            return taken
        try:
            _fetch(job, claimed)
        except TimeoutError as busy:  # the next would wait for the cleaner in vain as well
            _missed(job, claimed, busy)
            return taken + 1
    return most


def sweep_photos(storage: Storage, campaign: str, now: datetime) -> int:
    """Give up what no report took, delete its files, and files that no row knows; how many went."""
    with storage.transaction(campaign) as stores:
        stores.photos.give_up_unsent(now)
    with storage.transaction(campaign) as stores:
        gone = stores.photos.purge()
    with storage.case.session() as session:
        known = known_files(session)
    return gone + sweep_files(storage.photos, known, (now - STRAY).timestamp())


def _fetch(job: Fetching, claimed: Claimed) -> None:
    """Download and clean with no transaction open, then say what became of it; ``TimeoutError`` where none is cleaned now."""
    try:
        raw = job.download(claimed.media_id)
    except Exception as problem:  # whatever it was, the photo is still wanted
        _missed(job, claimed, problem)
        return
    try:
        cleaned = job.clean(raw)
    except ValueError as refusal:
        _refused(job, claimed, str(refusal))
        return
    except TimeoutError:
        raise
    except ChildProcessError as problem:
        _cut_short(job, replace(claimed, cut_short=claimed.cut_short + 1), problem)
        return
    except Exception as problem:  # a fault of ours: the photo may yet be cleaned
        _missed(job, claimed, problem)
        return
    with job.storage.transaction(job.campaign) as stores:
        kept = stores.photos.keep(claimed, cleaned, job.now())
    if kept:
        job.tell(claimed.token, KEPT)


def _refused(job: Fetching, claimed: Claimed, reason: str) -> None:
    with job.storage.transaction(job.campaign) as stores:
        ours = stores.photos.refuse(claimed, reason, job.now())
    if ours:
        job.tell(claimed.token, REFUSED)


def _cut_short(job: Fetching, claimed: Claimed, problem: ChildProcessError) -> None:
    """The machine may have been short of memory or time; a photo that ends its cleaner each time is refused."""
    if claimed.cut_short >= MOST_CUT_SHORT:
        _refused(job, claimed, str(problem))
    else:
        _missed(job, claimed, problem)


def _missed(job: Fetching, claimed: Claimed, problem: Exception) -> None:
    """Try again later, unless the photo is gone, or by now must be."""
    now = job.now()
    over = _never(problem) or now - claimed.wanted_at >= FETCHED_FOR
    level = (
        logging.WARNING if over or claimed.tries == 1 else logging.INFO
    )  # what lasts for days is told once
    log.log(level, "photo %d, try %d: %s", claimed.id, claimed.tries, where(problem))
    with job.storage.transaction(job.campaign) as stores:
        if over:
            lost = stores.photos.lose(claimed, type(problem).__name__, now)
        else:
            lost = False
            stores.photos.release(claimed, now + PAUSE * 2 ** min(claimed.tries, _DOUBLED), now)
    if lost:
        job.tell(claimed.token, LOST)


def _never(problem: Exception) -> bool:
    """WeChat says that it is gone, or what it gave is no photo, as the client found; another code may be mended."""
    code = getattr(problem, "code", 0)
    return bool(code == _GONE or (getattr(problem, "kind", "") == "content" and not code))
