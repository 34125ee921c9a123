"""What both halves of the simulator share: settings, time, memory, faults and the rules that count."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from simulator.cipher import MessageCipher
from simulator.clock import CampaignClock
from simulator.faults import Faults
from simulator.limits import Limits
from simulator.oauth import Codes
from simulator.records import Bubble, Person, Side
from simulator.settings import SimulatorSettings
from simulator.state import State
from simulator.tokens import Tokens

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """How patient the platform is; tests make it quick. All in seconds."""

    answer_within: float = 5.0
    deliveries: tuple[float, ...] = (0.0, 5.0, 10.0)
    receipt_after: float = 0.3
    silence: float = 5.0


def machine_time() -> datetime:
    """Tell the time of this machine."""
    return datetime.now(UTC)


class World:
    """The simulated platform without its doors."""

    def __init__(
        self,
        settings: SimulatorSettings,
        now: Callable[[], datetime] = machine_time,
        timing: Timing | None = None,
    ) -> None:
        self.settings = settings
        self.now = now
        self.timing = timing or Timing()
        self.state = State(settings.data_dir)
        self.faults = Faults()
        self.tokens = Tokens(self.seconds)
        self.codes = Codes(self.seconds)
        self.limits = Limits(lambda: self.now())
        self.cipher = MessageCipher(settings.aes_key, settings.app_id)
        self.clock = CampaignClock(lambda: self.settings.base_url, settings.demo_key, lambda: self.now())
        self.stopping = threading.Event()
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="simulator")
        self._running: set[Future[Any]] = set()

    @property
    def url(self) -> str:
        """The simulator's own address."""
        return f"http://{self.settings.host}:{self.settings.port}"

    def seconds(self) -> float:
        """Tell machine time in seconds."""
        return self.now().timestamp()

    def connect(self, callback: str | None = None, base_url: str | None = None) -> None:
        """Tell the simulator where its product listens, when that is known only later."""
        self.settings = replace(
            self.settings,
            callback=callback or self.settings.callback,
            base_url=base_url or self.settings.base_url,
        )

    def person(self, who: str | Person) -> Person:
        """Find a person by openid or name."""
        return self.state.find(who)

    def show(self, person: Person, side: Side, kind: str, content: Mapping[str, Any]) -> Bubble:
        """Put a bubble into a person's chat, stamped with campaign time."""
        return self.state.say(
            person.openid, side, kind, content, self.clock.time().isoformat(timespec="seconds")
        )

    def log(self, what: str, mark: Literal["done", "heed", "plain"], word: str) -> None:
        """Write a line into the log of traffic."""
        self.state.note(self.clock.time().isoformat(timespec="seconds"), what, mark, word)

    def fresh_id(self) -> int:
        """Draw a 64-bit id, as WeChat's message ids are."""
        return secrets.randbelow(9 * 10**17) + 10**17

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than the simulator lives."""
        if seconds > 0:
            self.stopping.wait(seconds)

    def later(self, work: Callable[[], object], after: float = 0.0) -> None:
        """Do something in the background."""

        def run() -> None:
            self.pause(after)
            if self.stopping.is_set():
                return
            try:
                work()
            except Exception:
                log.exception("something in the background failed")

        future = self._pool.submit(run)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    def wait_quiet(self, timeout: float = 30.0) -> bool:
        """Wait until nothing is going on in the background; False if that takes too long."""
        return not wait(tuple(self._running), timeout).not_done

    def close(self) -> None:
        """End what goes on in the background and keep the state."""
        self.stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.state.save()
