"""What the pages of the desk are made of, and what is counted for them once a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from content.bank import Bank
from content.models import Campaign
from rules.item_analysis import Item, analyse, first_tries
from store.identity.winners import Reach
from store.staff_sessions import Signed
from store.stores import Storage, Stores
from store.tries import SAMPLE

T = TypeVar("T")
KEPT_S = 60.0
PATIENCE_S = 0.5  # so long a page waits for a figure


class Sessions(Protocol):
    """Who is signed in at the desk, and how often it has been tried."""

    def create(self, signed: Signed) -> str: ...
    def get(self, sid: str) -> Signed | None: ...
    def drop(self, sid: str) -> None: ...
    def may_try(self, name: str, address: str) -> bool: ...
    def succeeded(self, name: str, address: str) -> None: ...


class NotYet(Exception):
    """It is still being counted; whoever asked comes again in a moment."""


class Kept:
    """What was counted within the last minute, so that clicking to and fro counts nothing anew.

    Counting is done beside, one thing after the other: a process answers chat messages with the thread that asks
    here, and none of them may wait for a table of a million rows.
    """

    def __init__(
        self,
        seconds: float = KEPT_S,
        patience: float = PATIENCE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._patience = patience
        self._monotonic = monotonic
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._found: dict[object, tuple[float, Any]] = {}
        self._running: dict[object, Future[Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: object, count: Callable[[], T]) -> T:
        """What is kept under a key, or what is counted now; raises ``NotYet`` where that takes longer."""
        with self._lock:
            now = self._monotonic()
            self._found = {one: kept for one, kept in self._found.items() if kept[0] > now}
            if key in self._found:
                value: T = self._found[key][1]
                return value
            if key not in self._running:
                self._running[key] = self._beside.submit(self._count, key, count)
            running: Future[T] = self._running[key]
        try:
            return running.result(timeout=self._patience)
        except TimeoutError:
            raise NotYet from None

    def _count(self, key: object, count: Callable[[], T]) -> T:
        try:
            value = count()
        except BaseException:
            with self._lock:
                del self._running[key]
            raise
        with self._lock:
            self._found[key] = (self._monotonic() + self._seconds, value)
            del self._running[key]
        return value


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the newest rounds tell of the questions."""

    items: tuple[Item, ...]
    rounds: int  # in all
    looked_at: int  # of these the newest


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the desk is made of."""

    storage: Storage
    campaign: Campaign
    bank: Bank
    sessions: Sessions
    clock: Callable[[], datetime]  # campaign time
    kept: Kept = field(default_factory=Kept)
    reach: Reach | None = None  # whom a message reaches; without it nobody counts as out of reach

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.zone)

    def now(self) -> datetime:
        """Campaign time as people read it."""
        return self.clock().astimezone(self.zone)

    def today(self) -> date:
        return self.now().date()

    def count(self, key: object, look: Callable[[Stores], T]) -> T:
        """Count something in SQL at most once a minute, while nobody who plays has to wait."""

        def counted() -> T:
            with self.storage.looking(self.campaign.id) as stores:
                return look(stores)

        return self.kept.get(key, counted)

    def analysis(self) -> Analysis:
        """What first tries tell of each question."""
        return self.count("analysis", self._analyse)

    def _analyse(self, stores: Stores) -> Analysis:
        rounds = stores.tries.rounds()
        items = analyse(self.bank.by_id, first_tries(stores.tries.newest()))
        return Analysis(tuple(items), rounds, min(rounds, SAMPLE))
