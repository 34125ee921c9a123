"""Photos of reports, on their way from WeChat to a cleaned file; no other file is ever kept."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.tables import ReportPhoto

if TYPE_CHECKING:
    from store.stores import Storage

WANTED, KEPT, REFUSED, LOST, REMOVED = "wanted", "kept", "refused", "lost", "removed"
LEASE = timedelta(minutes=2)
UNSENT_FOR = timedelta(hours=72)
FETCHED_FOR = timedelta(hours=71)  # WeChat keeps a photo for three days
NOT_FETCHED = "没能从微信取到这张照片"
_TOKEN = re.compile(r"[0-9a-f]{32,64}")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A photo that is ours to fetch until the lease ends."""

    id: int
    token: str
    media_id: str
    owner: str
    tries: int  # also tells this claim from a later one
    wanted_at: datetime
    cut_short: int = 0  # how often its cleaner was ended before it was done


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A cleaned file in the folder."""

    file: str
    sha256: str
    size: int


def store_photo(folder: Path, token: str, data: bytes) -> StoredPhoto:
    """Write a cleaned photo under a name of our own, wholly or not at all."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("not a photo's token")
    name = f"{token}.jpg"
    handle, part = tempfile.mkstemp(prefix=".part-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(folder / name)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return StoredPhoto(name, hashlib.sha256(data).hexdigest(), len(data))


class Photos:
    """The photos of one campaign. Its times are machine time."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing
        self._folder = storage.photos

    def token(self, user: str, media_id: str) -> str:
        """What a photo is called from now on: the same photo of the same person, the same token."""
        return self._sealing.digest("photo", f"{user}\0{media_id}").hex()

    def want(self, token: str, media_id: str, at: datetime, user: str = "") -> None:
        """Have a photo fetched; wanted twice, it is fetched once. ``user`` lets it be forgotten before it is sent."""
        if self._session.scalar(select(ReportPhoto.id).where(ReportPhoto.token == token)) is not None:
            return
        row = ReportPhoto(
            campaign=self._campaign,
            token=token,
            media_id=media_id,
            sender=self._sender(user) if user else None,
            state=WANTED,
            created_at=at,
            updated_at=at,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()
        except IntegrityError:
            return  # wanted by another delivery of the same message

    def keep_upload(self, user: str, data: bytes, at: datetime) -> str:
        """Keep a cleaned photo that came through the page; gives its token."""
        token = self.token(user, f"upload:{hashlib.sha256(data).hexdigest()}")
        self.want(token, "", at, user)
        stored = store_photo(self._folder, token, data)
        mine = (ReportPhoto.token == token, ReportPhoto.report_id.is_(None))
        self._set(*mine, state=KEPT, media_id=None, **_file(stored), updated_at=at)
        return token

    # -- fetching --------------------------------------------------------------------------------------------

    def claim(self, owner: str, now: datetime) -> Claimed | None:
        """Take one wanted photo, so that no other process fetches it while the lease lasts; a new one first."""
        free = (
            ReportPhoto.state == WANTED,
            ReportPhoto.campaign == self._campaign,
            or_(ReportPhoto.lease_until.is_(None), ReportPhoto.lease_until < now),
        )
        wanted = select(ReportPhoto).where(*free).order_by(ReportPhoto.tries, ReportPhoto.id).limit(5)
        for row in self._session.scalars(wanted.execution_options(populate_existing=True)).all():
            mine = (ReportPhoto.id == row.id, ReportPhoto.tries == row.tries, *free)
            if self._set(*mine, owner=owner, tries=row.tries + 1, lease_until=now + LEASE, updated_at=now):
                media, cut_short = row.media_id or "", int(row.reason or 0)
                return Claimed(row.id, row.token, media, owner, row.tries + 1, row.created_at, cut_short)
        return None

    def keep(self, claimed: Claimed, data: bytes, now: datetime) -> bool:
        """Store the cleaned photo, unless it is no longer ours or no longer wanted."""
        if not self._still_ours(claimed):
            return False
        stored = store_photo(self._folder, claimed.token, data)
        return self._finish(claimed, now, state=KEPT, media_id=None, reason="", **_file(stored))

    def refuse(self, claimed: Claimed, reason: str, now: datetime) -> bool:
        """Record that a photo could not be cleaned; nothing of it is kept."""
        return self._finish(claimed, now, state=REFUSED, media_id=None, reason=reason[:200])

    def lose(self, claimed: Claimed, reason: str, now: datetime) -> bool:
        """Record that WeChat gives the photo no more, or has not given it for so long that it has it no more."""
        return self._finish(claimed, now, state=LOST, media_id=None, reason=reason[:200])

    def late(self, since: timedelta, now: datetime) -> tuple[int, ...]:
        """Photos that are wanted for so long and not there."""
        late = (ReportPhoto.state == WANTED, ReportPhoto.created_at <= now - since)
        found = select(ReportPhoto.id).where(ReportPhoto.campaign == self._campaign, *late)
        return tuple(self._session.scalars(found.order_by(ReportPhoto.id)))

    def release(self, claimed: Claimed, again_at: datetime, now: datetime) -> bool:
        """Give a photo back, to be fetched again later; as long as it is wanted, its reason is a mere number."""
        return self._finish(claimed, now, lease_until=again_at, reason=str(claimed.cut_short or ""))

    # -- by token --------------------------------------------------------------------------------------------

    def attach(self, tokens: Collection[str], report_id: int) -> None:
        """Let photos belong to a report; from then on nothing here says who sent them."""
        free = (ReportPhoto.report_id.is_(None), ReportPhoto.state != REMOVED)
        self._set(*free, *self._named(tokens), report_id=report_id, sender=None)

    def states(self, tokens: Collection[str]) -> dict[str, str]:
        """What became of each photo so far."""
        found = select(ReportPhoto.token, ReportPhoto.state).where(*self._named(tokens))
        return {row.token: row.state for row in self._session.execute(found)}

    def reasons(self, tokens: Collection[str]) -> dict[str, str]:
        """Why photos are not kept, as people read it; only those that were refused or lost."""
        failed = ReportPhoto.state.in_((REFUSED, LOST))
        found = select(ReportPhoto.token, ReportPhoto.state, ReportPhoto.reason)
        rows = self._session.execute(found.where(*self._named(tokens), failed))
        return {row.token: row.reason if row.state == REFUSED else NOT_FETCHED for row in rows}

    def remove(self, tokens: Collection[str]) -> None:
        """Give up photos without report; their files go with the next sweep, after this is committed."""
        self._give_up(*self._named(tokens))

    def forget(self, user: str, before: datetime) -> None:
        """Give up the photos that a person had sent by then and no report has."""
        mine = (ReportPhoto.campaign == self._campaign, ReportPhoto.sender == self._sender(user))
        self._give_up(*mine, ReportPhoto.created_at <= before)

    def waiting(self, user: str) -> int:
        """How many photos of a person wait for a report."""
        mine = (ReportPhoto.sender == self._sender(user), ReportPhoto.state != REMOVED)
        return len(self._session.scalars(select(ReportPhoto.id).where(*mine)).all())

    def held(self, user: str) -> int:
        """How many files there may be of a person without a report, also those that only wait for the sweep."""
        mine = (ReportPhoto.sender == self._sender(user), ReportPhoto.report_id.is_(None))
        return self._session.scalar(select(func.count()).select_from(ReportPhoto).where(*mine)) or 0

    def unsent(self, user: str, token: str) -> bytes | None:
        """One's own cleaned photo, as long as no report has it."""
        kept = (*self._own(user, token), ReportPhoto.state == KEPT)
        file = self._session.scalar(select(ReportPhoto.file).where(*kept))
        try:
            return (self._folder / file).read_bytes() if file else None
        except FileNotFoundError:
            return None

    def drop(self, user: str, token: str) -> None:
        """Give up one's own photo, as long as no report has it; its file goes with the next sweep."""
        self._give_up(*self._own(user, token))

    def give_up_unsent(self, now: datetime) -> None:
        """Give up photos that no report took within 72 hours."""
        mine, before = ReportPhoto.campaign == self._campaign, now - UNSENT_FOR
        unkept = and_(
            ReportPhoto.state != KEPT, ReportPhoto.created_at < before
        )  # whenever it was last tried
        self._give_up(mine, or_(ReportPhoto.updated_at < before, unkept))

    def purge(self) -> int:
        """Delete the files and rows of all photos that were given up; how many there were."""
        gone = select(ReportPhoto).where(ReportPhoto.state == REMOVED, ReportPhoto.campaign == self._campaign)
        rows = self._session.scalars(gone).all()
        for row in rows:
            (self._folder / f"{row.token}.jpg").unlink(missing_ok=True)
        self._session.execute(delete(ReportPhoto).where(ReportPhoto.id.in_([row.id for row in rows])))
        return len(rows)

    # -- within ----------------------------------------------------------------------------------------------

    def _give_up(self, *conditions: ColumnElement[bool]) -> None:
        self._set(ReportPhoto.report_id.is_(None), *conditions, state=REMOVED, media_id=None)

    def _finish(self, claimed: Claimed, now: datetime, **values: Any) -> bool:
        ended = {"owner": None, "lease_until": None, "updated_at": now} | values
        return bool(self._set(*self._ours(claimed), **ended))

    def _ours(self, claimed: Claimed) -> tuple[ColumnElement[bool], ...]:
        return (
            ReportPhoto.id == claimed.id,
            ReportPhoto.state == WANTED,
            ReportPhoto.owner == claimed.owner,
            ReportPhoto.tries == claimed.tries,
        )

    def _still_ours(self, claimed: Claimed) -> bool:
        return self._session.scalar(select(ReportPhoto.id).where(*self._ours(claimed))) is not None

    def _set(self, *conditions: ColumnElement[bool], **values: Any) -> int:
        change = update(ReportPhoto).where(*conditions).values(**values)
        result: CursorResult[Any] = self._session.execute(  # type: ignore[assignment]
            change.execution_options(synchronize_session=False)
        )
        return result.rowcount

    def _named(self, tokens: Collection[str]) -> tuple[ColumnElement[bool], ...]:
        return ReportPhoto.campaign == self._campaign, ReportPhoto.token.in_(tokens)

    def _own(self, user: str, token: str) -> tuple[ColumnElement[bool], ...]:
        theirs = (ReportPhoto.sender == self._sender(user), ReportPhoto.report_id.is_(None))
        return (*self._named((token,)), *theirs)

    def _sender(self, user: str) -> str:
        return self._sealing.hash("photo-sender", user)


def _file(stored: StoredPhoto) -> dict[str, Any]:
    return {"file": stored.file, "sha256": stored.sha256, "size": stored.size}


def sweep_files(folder: Path, known: Collection[str], before: float) -> int:
    """Delete files that no row knows, left by a process that died; how many there were."""
    gone = 0
    for file in folder.iterdir():
        if file.is_file() and file.name not in known and file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def known_files(session: Session) -> frozenset[str]:
    """The files of all photos, in whatever campaign."""
    return frozenset(session.scalars(select(ReportPhoto.file).where(ReportPhoto.file != "")))
