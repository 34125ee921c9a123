"""One campaign, one liaison and channels that record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from channels.base import Address, ChannelError, Notification
from content.models import Campaign
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import write_plan
from scheduler.shut import ShutChannels
from store.reminder_values import ReminderView, Try
from store.stores import Storage, Stores
from tests.conftest import SetClock
from tests.scheduler.rows import CHINA, a_liaison, a_unit, at, campaign_with

NINE = at("2020-07-07 09:00")
Step = ChannelError | Callable[[], None]


@dataclass
class Recording:
    """A channel that writes down what it is given; ``steps`` are how its next sends go wrong."""

    name: str
    repeatable: bool = False
    steps: list[Step] = field(default_factory=list)
    sent: list[tuple[Address, Notification]] = field(default_factory=list)  # every post, answered or not

    def reaches(self, to: Address, now: datetime) -> bool:
        if self.name == "customer_service":
            return bool(to.openid and to.last_said)
        return bool(to.email if self.name == "mail" else to.openid)

    def send(self, to: Address, notification: Notification) -> str:
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, ChannelError):
            if step.kind == "ambiguous":
                self.sent.append((to, notification))
            raise step
        self.sent.append((to, notification))
        if step is not None:
            step()
        return f"{self.name}-{len(self.sent)}" if self.name != "customer_service" else ""

    @property
    def keys(self) -> list[str]:
        return [notification.key for _, notification in self.sent]

    def fail(self, kind: str, code: int = 0, times: int = 1) -> None:
        self.steps += [ChannelError(kind, code, "made up")] * times  # type: ignore[arg-type]


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Office:
    """A dispatcher with its clocks and channels, and the words to look at what it did."""

    storage: Storage
    machine: SetClock
    campaign: Campaign
    unit: int
    liaison: int
    template: Recording = field(default_factory=lambda: Recording("template", repeatable=True))
    chat: Recording = field(default_factory=lambda: Recording("customer_service"))
    mail: Recording = field(default_factory=lambda: Recording("mail"))
    time: datetime = NINE
    refused: list[tuple[int, str]] = field(default_factory=list)
    said: datetime | None = None
    dies_at: str = ""
    without: tuple[str, ...] = ()  # channels that the settings do not allow
    shut: ShutChannels = field(default_factory=ShutChannels)  # of the one process

    def now(self) -> datetime:
        return self.time

    def dispatcher(self, owner: str = "a") -> Dispatcher:
        return Dispatcher(
            self.campaign,
            self.storage,
            [one for one in (self.template, self.chat, self.mail) if one.name not in self.without],
            self.now,
            owner,
            last_said=lambda openid: self.said,
            on_refused=lambda liaison, why: self.refused.append((liaison, why)),
            shut=self.shut,
            at=self._die,
            sleep=lambda seconds: None,
        )

    def _die(self, step: str) -> None:
        if step == self.dies_at:
            self.dies_at = ""
            raise Killed

    def plan(self) -> int:
        return write_plan(self.storage, self.campaign, self.time)

    def tick(self, owner: str = "a") -> int:
        return self.dispatcher(owner).tick()

    def day(self, moment: str) -> None:
        """It is that time for the campaign; plan and send."""
        self.time = at(moment)
        self.plan()
        self.tick()

    def wait(self, **kwargs: float) -> None:
        """Both clocks go on, and what is due is sent."""
        self.machine.forward(**kwargs)
        self.time += timedelta(**kwargs)
        self.tick()

    def stores(self, work: Callable[[Stores], object]) -> None:
        with self.storage.transaction(self.campaign.id) as stores:
            work(stores)

    @property
    def rows(self) -> list[ReminderView]:
        with self.storage.transaction(self.campaign.id) as stores:
            return list(stores.reminders.of_unit(self.unit))

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(row.lead, row.state) for row in self.rows]

    def tries(self, reminder: int = 0) -> list[Try]:
        with self.storage.transaction(self.campaign.id) as stores:
            return list(stores.reminders.tries_of(reminder or self.rows[0].id))

    @property
    def posts(self) -> list[str]:
        """Every post by whichever channel, by channel."""
        return [channel.name for channel in (self.template, self.chat, self.mail) for _ in channel.sent]

    def receipt(self, message_id: str, status: str) -> None:
        self.stores(lambda stores: stores.reminders.receipt(message_id, "openid-1", status, self.machine()))


def an_office(storage: Storage, clock: SetClock, due: date = date(2020, 7, 10)) -> Office:
    clock.time = at("2026-06-01 09:00")
    unit = a_unit(storage)
    return Office(storage, clock, campaign_with(due), unit, a_liaison(storage, unit))


@pytest.fixture
def office(sqlite_storage: Storage, clock: SetClock) -> Iterator[Office]:
    """A liaison of one unit, and the summary due on Friday, 10 July 2020."""
    yield an_office(sqlite_storage, clock)


@pytest.fixture
def both_offices(storage: Storage, clock: SetClock) -> Iterator[Office]:
    """The same on SQLite and on PostgreSQL."""
    yield an_office(storage, clock)


__all__ = ["CHINA", "Killed", "Office", "Recording"]
