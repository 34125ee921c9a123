"""Does what the plan says, and writes down when."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from chaos.plan import Blow
from chaos.world import CAMPAIGN, World
from store.patience import AGAIN_S
from store.reminder_values import SENDING
from store.stores import Storage
from store.tables import Reminder

_VICTIM_S = 10.0  # so long a victim of the kind is waited for
POST_S = 4.0  # so long a scheduler that is in the midst of a post is waited for
_AIMED = 0.5  # the share of kills of a scheduler that are to hit a post, as are all freezes


@dataclass(frozen=True, slots=True)
class Wound:
    """Something that was done, from when to when; ``until`` is when its immediate effect was over."""

    deed: str
    began: float
    until: float
    on: str = ""  # the kind of process that was killed or frozen


@dataclass
class Violence:
    """The hand that strikes."""

    world: World
    chance: random.Random
    deadline: float  # of time.monotonic(); no blow after it
    aim_s: float = POST_S
    wounds: list[Wound] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def strike(self, blows: Iterable[Blow]) -> None:
        """One blow after the other, each followed by its rest."""
        for blow in blows:
            if time.monotonic() > self.deadline:
                return
            began = time.time()
            on = self._do(blow)
            self.wounds.append(Wound(blow.deed, began, max(time.time(), began + blow.seconds), on))
            if self.chance.random() < 0.3:
                self.world.platform.lose_answers(1)
            time.sleep(blow.rest)

    def _do(self, blow: Blow) -> str:
        """Do it; the kind of process that it befell, where it was one."""
        world = self.world
        if blow.deed in ("kill", "freeze"):
            return self._hurt(blow)
        self.done[blow.deed] += 1
        if blow.deed == "dark":
            self.done["kill"] += len(world.product.pids())
            with world.product.dark():
                time.sleep(blow.seconds)
        elif blow.deed == "postgres" and world.postgres:
            world.postgres.restart()
        elif blow.deed == "hung postgres" and world.postgres:
            self._hang(world.postgres.pids(), blow.seconds)
        elif blow.deed == "hung redis":
            self._hang([world.redis.pid], blow.seconds)
        elif blow.deed == "empty redis":
            world.empty_redis()
        elif blow.deed == "no redis":
            world.redis.kill()
            time.sleep(blow.seconds)
            world.redis.start()
        return ""

    def _hang(self, pids: Sequence[int], seconds: float) -> None:
        """What is there and says nothing; afterwards so long as turns leave it alone."""
        for signal_, rest in ((signal.SIGSTOP, seconds), (signal.SIGCONT, AGAIN_S)):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal_)
            time.sleep(rest)

    def _hurt(self, blow: Blow) -> str:
        """Kill or freeze one process of the kind, or any if there is none for long; the kind that it was."""
        aimed = blow.on == "scheduler" and (blow.deed == "freeze" or self.chance.random() < _AIMED)
        pid, kind = self._posting() if aimed else (0, "")
        if not pid:
            pid, kind = self._victim(blow.on)
        else:
            self.done["in the midst of a post"] += 1
        if not pid:
            self.done["no victim"] += 1
        elif blow.deed == "kill":
            self.world.product.kill(pid)
            self.done["kill"] += 1
        else:
            self.world.product.freeze(pid, blow.seconds)
            self.done["freeze"] += 1
        return kind

    def _posting(self) -> tuple[int, str]:
        """A scheduler whose post is under way, if there is one soon."""
        until = time.monotonic() + self.aim_s
        while time.monotonic() < until:
            at_it = posting(self.world.storage) & self.world.product.pids().keys()
            if at_it:
                return min(at_it), "scheduler"
            time.sleep(0.05)
        return 0, ""

    def _victim(self, kind: str) -> tuple[int, str]:
        until = time.monotonic() + _VICTIM_S
        while time.monotonic() < until:
            alive = sorted(pid for pid, what in self.world.product.pids().items() if what == kind)
            if alive:
                return self.chance.choice(alive), kind
            time.sleep(0.05)
        return next(iter(self.world.product.pids().items()), (0, ""))


def posting(storage: Storage) -> set[int]:
    """The processes that have begun a post and not written down how it ended, dead ones among them."""
    with suppress(Exception), storage.looking(CAMPAIGN) as stores:  # the database may be gone for a moment
        begun = (Reminder.state == SENDING, Reminder.started_at.is_not(None))
        owners = [row.owner for row in stores.session.query(Reminder).filter(*begun)]
        return {int(owner.split("-")[-2]) for owner in owners if owner}
    return set()
