"""``python -m bench.reminders``: planning for 10,000 liaisons, and sending to the simulated platform on loopback.

The platform runs in a process of its own; the databases are SQLite files that are synchronised with the disk at each commit.
"""

from __future__ import annotations

import argparse
import multiprocessing
import secrets
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.serving import memory_of
from bench.webhook import machine
from channels import build_channels
from channels.templates import Template
from content.loader import load
from content.models import Campaign, Fixed, Item, Obligation
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import write_plan
from scheduler.planner import EVER, Recipient, calendar, plan
from simulator.app import Simulator
from simulator.settings import SimulatorSettings
from store.database import case_database, identity_database
from store.sealing import Sealing
from store.stores import Storage
from store.units import UnitRow
from wechat.client import WeChat
from wechat.tokens import OwnToken

LIAISONS, OCCURRENCES = 10_000, 20
FIELDS = {"matter": "thing1", "due": "time2", "unit": "thing3", "hint": "thing4"}
ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2020, 7, 7, 9, tzinfo=ZONE)
LARGE_TICK = 3600.0


def campaign_with(count: int) -> Campaign:
    """Ningxia with so many obligations, due one a day from 10 July 2020 on."""
    model = load("ningxia-2020")
    due = [(NINE + timedelta(days=3 + number)).date() for number in range(count)]
    obligations = tuple(
        Obligation(
            id=f"summary-{number}",
            title="报送总结",
            name="总结",
            items=(Item(id="summary", name="总结"),),
            due=Fixed(on=day),
            where="nxaq001@126.com",
            quote="x",
        )
        for number, day in enumerate(due)
    )
    return model.model_copy(update={"obligations": obligations})


def show_planning() -> None:
    """The planner alone: every lead of every occurrence for everybody."""
    campaign = campaign_with(OCCURRENCES)
    people = [
        Recipient(f"liaison:{n}", n, "", frozenset({"liaison", "unit"}), "template") for n in range(LIAISONS)
    ]
    began = time.perf_counter()
    slots = calendar(campaign)
    first = {slot.obligation.id: slot for slot in reversed(slots)}  # of each occurrence its first lead
    planned = plan(tuple(first.values()), people, (), NINE - timedelta(days=30), EVER)
    took = time.perf_counter() - began
    print(
        f"Planning {len(people)} liaisons × {len(first)} occurrences: {len(planned)} reminders in {took:.2f} s."
    )


class Platform:
    """The simulator in a process of its own, with people who follow the account."""

    def __init__(self, people: int) -> None:
        here, there = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(there, people), daemon=True)
        self._process.start()
        self.url: str = here.recv()
        self._pipe = here

    def arrived(self) -> int:
        """Ask how many template messages it took, and end it."""
        self._pipe.send("end")
        count: int = self._pipe.recv()
        self._process.join()
        return count


def _settings() -> SimulatorSettings:
    fields = [
        {"name": name, "label": name, **({"type": "date"} if name == "time2" else {})}
        for name in FIELDS.values()
    ]
    return SimulatorSettings(
        token="benchtoken",
        app_id="wx1234567890abcdef",
        app_secret="0" * 32,
        aes_key="a" * 43,
        mode="safe",
        callback="http://127.0.0.1:9/wechat",
        base_url="http://127.0.0.1:9",
        port=0,
        smtp_port=0,
        demo_key="demo",
        templates={"deadline": {"title": "报送提醒", "fields": fields}},
    )


def _serve(pipe: Any, people: int) -> None:
    simulator = Simulator(_settings())
    for number in range(people):
        simulator.add_person(person(number), f"联络员{number}")
    simulator.start()
    pipe.send(simulator.url)
    pipe.recv()
    pipe.send(sum(len(simulator.state.outbox.to(person(number), "template")) for number in range(people)))
    simulator.stop()


def person(number: int) -> str:
    return f"oBench{number:022d}"


def storage_in(folder: Path) -> Storage:
    """Fresh databases in a folder."""
    case, identity = (
        case_database(f"sqlite:///{folder}/case.db"),
        identity_database(f"sqlite:///{folder}/id.db"),
    )
    case.migrate()
    identity.migrate()
    own, other = Sealing(secrets.token_hex(16)), Sealing(secrets.token_hex(16))
    return Storage(case, identity, own, other, folder / "photos", lambda: datetime.now(UTC))


def register(storage: Storage, campaign: str, people: int) -> None:
    """A unit and a confirmed liaison each."""
    with storage.transaction(campaign) as stores:
        stores.units.import_rows([UnitRow(f"单位{number}") for number in range(people)], storage.clock())
        for number, unit in enumerate(stores.units.all()):
            form = {"name": f"联络员{number}"}
            stores.liaisons.register(
                unit.id,
                person(number),
                form,
                name=form["name"],
                consent={},
                at=storage.clock(),
                confirmed_by="code",
            )


def show_dispatch(folder: Path, people: int) -> None:
    """From planned rows to accepted template messages, by one dispatcher."""
    campaign, storage = campaign_with(1), storage_in(folder)
    register(storage, campaign.id, people)
    began = time.perf_counter()
    written = write_plan(storage, campaign, NINE)
    print(
        f"Writing the plan of {written} reminders with all that it reads: {time.perf_counter() - began:.2f} s."
    )
    platform = Platform(people)
    dispatcher = _dispatcher(campaign, storage, platform.url)
    own = multiprocessing.current_process().pid or 0
    sizes, done, began = [memory_of(own)], 0, time.perf_counter()
    while taken := dispatcher.tick(LARGE_TICK):
        done += taken
        sizes.append(memory_of(own))
    took = time.perf_counter() - began
    print(f"Dispatch: {done} reminders in {took:.1f} s, {done / took:.0f} a second; ", end="")
    print(
        f"{platform.arrived()} arrived; memory {sizes[1]:.0f} MB after the first batch, {sizes[-1]:.0f} MB at the end."
    )


def _dispatcher(campaign: Campaign, storage: Storage, url: str) -> Dispatcher:
    settings = _settings()
    wechat = WeChat(settings.app_id, settings.app_secret, OwnToken(), url, url, url)
    templates = {"reminder": Template("deadline", FIELDS)}
    channels = build_channels(lambda page: f"{url}/{page}", storage.clock, wechat, templates)
    return Dispatcher(campaign, storage, tuple(channels.values()), lambda: NINE, "bench", rate=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=3000)
    count = parser.parse_args().count
    print(machine() + "\n")
    show_planning()
    with tempfile.TemporaryDirectory() as folder:
        show_dispatch(Path(folder), count)


if __name__ == "__main__":
    main()
