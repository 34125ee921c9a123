"""Whatever happens in whatever order: at most one message a reminder, none after filing, none forgotten."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from channels.base import Address, ChannelError, Notification
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import write_plan
from scheduler.retries import FORGOTTEN, urgent
from scheduler.shut import ShutChannels
from store.database import Database
from store.reminder_values import PENDING, SENDING
from store.sealing import Sealing
from store.stores import Storage
from store.tables import Reminder
from tests.conftest import SetClock
from tests.scheduler.conftest import Killed
from tests.scheduler.rows import a_liaison, a_unit, at, campaign_with

FAULTS = ("drop", "lose", "busy", "refuse", "alarm")
STEPS = ("claimed", "posted", "recording", "recorded")
DUES = [at(f"2020-07-{day} 00:00").date() for day in ("10", "13")]


@dataclass
class Receiver:
    """People who get messages: the template channel forgets a key after ten minutes, mail at once."""

    name: str
    machine: SetClock
    allowed: Callable[[str], None]
    repeatable: bool = field(init=False)
    faults: list[str] = field(default_factory=list)
    got: Counter[str] = field(default_factory=Counter)
    _last: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.repeatable = self.name == "template"

    def reaches(self, to: Address, now: datetime) -> bool:
        return bool(to.openid if self.repeatable else to.email)

    def send(self, to: Address, notification: Notification) -> str:
        fault = self.faults.pop() if self.faults else ""
        if fault == "busy":
            raise ChannelError("retry", -1, "busy")
        if fault == "refuse":
            raise ChannelError("permanent", 48002, "refused")
        if fault == "alarm":
            raise ChannelError("alarm", 40164, "not on the whitelist")
        if fault != "drop":
            self.allowed(notification.key)
            self._take(notification.key)
        if fault:
            raise ChannelError("ambiguous", 0, "no answer")
        return ""

    def _take(self, key: str) -> None:
        now, last = self.machine(), self._last.get(key)
        if not self.repeatable or last is None or now - last >= FORGOTTEN:
            self.got[key] += 1
            self._last[key] = now


class Anything(RuleBasedStateMachine):
    """Three units with a liaison each, two clocks, and a process that may die at every step."""

    def __init__(self, templates: Path) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        for name in ("case", "identity"):
            shutil.copy(templates / f"{name}.db", folder / f"{name}.db")
        self.machine = SetClock(at("2026-06-01 09:00"))
        case, identity = (Database(f"sqlite:///{folder}/{name}.db", name) for name in ("case", "identity"))
        key = Sealing("a key of the tests, long enough")
        self.storage = Storage(case, identity, key, key, folder, self.machine)
        self.channels = [Receiver(name, self.machine, self._is_allowed) for name in ("template", "mail")]
        self.time = at("2020-07-01 09:00")
        self.campaign = campaign_with(DUES[0])
        self.filed: set[int] = set()
        self.dies_at = ""
        self.shut = ShutChannels()

    @initialize()
    def begin(self) -> None:
        self.units = [a_unit(self.storage, f"单位{number}") for number in range(3)]
        self.liaisons = [
            a_liaison(self.storage, unit, f"openid-{unit}", email="" if unit == 3 else "a@b.cn")
            for unit in self.units
        ]

    @rule(hours=st.integers(1, 30))
    def time_goes_by(self, hours: int) -> None:
        self._go_on(timedelta(hours=hours))

    @rule(seconds=st.sampled_from([5, 20, 60, 180, 540, 600]))
    def a_moment_goes_by(self, seconds: int) -> None:
        self._go_on(timedelta(seconds=seconds))

    @rule(days=st.sampled_from([-2, -1, 1]))
    def somebody_moves_the_campaigns_clock(self, days: int) -> None:
        self.time += timedelta(days=days)

    @rule(channel=st.sampled_from([0, 1]), faults=st.lists(st.sampled_from(FAULTS), max_size=6))
    def the_network_fails(self, channel: int, faults: list[str]) -> None:
        self.channels[channel].faults = faults

    @rule(unit=st.integers(0, 2))
    def a_unit_files(self, unit: int) -> None:
        with self.storage.transaction(self.campaign.id) as stores:
            stores.filings.report("summary", "once", self.units[unit], self.liaisons[unit], self.machine())
        self.filed.add(self.units[unit])

    @rule(unit=st.integers(0, 2))
    def a_filing_is_rejected(self, unit: int) -> None:
        with self.storage.transaction(self.campaign.id) as stores:
            for filing in stores.filings.of_unit(self.units[unit]):
                stores.filings.reject(filing.id, "不全", "office", self.machine())
        self.filed.discard(self.units[unit])

    @rule(due=st.sampled_from(DUES))
    def the_office_moves_the_date(self, due: datetime) -> None:
        self.campaign = campaign_with(due)

    @rule(liaison=st.integers(0, 2))
    def a_liaison_says_seen(self, liaison: int) -> None:
        with self.storage.transaction(self.campaign.id) as stores:
            stores.reminders.mark_seen(self.liaisons[liaison], self.machine())

    @rule(owner=st.sampled_from("ab"), dies_at=st.sampled_from(("", "", *STEPS)))
    def a_process_plans_and_sends(self, owner: str, dies_at: str) -> None:
        write_plan(self.storage, self.campaign, self.time)
        self.dies_at = dies_at
        with suppress(Killed):
            self._dispatcher(owner).tick()
        self.dies_at = ""

    @invariant()
    def nobody_gets_a_reminder_twice(self) -> None:
        for row in self._rows():
            times = sum(channel.got[row.client_msg_id] for channel in self.channels)
            assert times <= 1 + (row.again and urgent(row.lead))

    def teardown(self) -> None:
        """When all goes well again, nothing is left lying."""
        for channel in self.channels:
            channel.faults = []
        for _ in range(40):
            self._go_on(timedelta(hours=6))
            self._dispatcher("c").tick()
        open_rows = [row for row in self._rows() if row.state in (PENDING, SENDING)]
        self.storage.case.close()
        self.storage.identity.close()
        self._folder.cleanup()
        assert open_rows == []

    def _go_on(self, by: timedelta) -> None:
        self.machine.time += by
        self.time += by

    def _dispatcher(self, owner: str) -> Dispatcher:
        return Dispatcher(
            self.campaign,
            self.storage,
            self.channels,
            lambda: self.time,
            owner,
            shut=self.shut,
            at=self._die,
            sleep=lambda seconds: None,
        )

    def _die(self, step: str) -> None:
        if step == self.dies_at:
            self.dies_at = ""
            raise Killed

    def _is_allowed(self, key: str) -> None:
        (row,) = (row for row in self._rows() if row.client_msg_id == key)
        assert row.unit_id not in self.filed, "sent after filing"
        assert row.send_at <= self.time or row.claim_no > 1, "sent before its time"
        assert self.time < row.not_after, "sent after it had lost its sense"

    def _rows(self) -> list[Reminder]:
        with self.storage.transaction(self.campaign.id) as stores:
            return list(stores.session.scalars(select(Reminder)))


def test_anything_may_happen(sqlite_templates: Path) -> None:
    class Here(Anything):
        def __init__(self) -> None:
            super().__init__(sqlite_templates)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=40, stateful_step_count=30, deadline=None, derandomize=True)
    )
