"""What the pages of the desk are made of, and what is counted for them once a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from content.bank import Bank
from content.models import Campaign
from rules.item_analysis import Item, analyse, first_tries
from store.staff_sessions import Signed
from store.stores import Storage, Stores
from store.tries import SAMPLE

T = TypeVar("T")
KEPT_S = 60.0


class Sessions(Protocol):
    """Who is signed in at the desk, and how often it has been tried."""

    def create(self, signed: Signed) -> str: ...
    def get(self, sid: str) -> Signed | None: ...
    def drop(self, sid: str) -> None: ...
    def may_try(self, name: str, address: str) -> bool: ...
    def succeeded(self, name: str, address: str) -> None: ...


class Kept:
    """What was counted within the last minute, so that clicking to and fro counts nothing anew."""

    def __init__(self, seconds: float = KEPT_S, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._found: dict[object, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: object, count: Callable[[], T]) -> T:
        """What is kept under a key, or what is counted now."""
        with self._lock:  # whoever comes meanwhile waits for the same
            now = self._monotonic()
            self._found = {one: kept for one, kept in self._found.items() if kept[0] > now}
            if key not in self._found:
                self._found[key] = (now + self._seconds, count())
            value: T = self._found[key][1]
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
    base_url: str
    kept: Kept = field(default_factory=Kept)

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
