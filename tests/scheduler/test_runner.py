"""The heartbeat: what it records, how it stops, and when it gives up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from scheduler.runner import Beat, Job, Watchdog, patience, run
from store.stores import Storage
from store.ticks import FORGOTTEN, Ticks
from store.watch import Watch
from tests.conftest import SetClock

ROOT = Path(__file__).resolve().parents[2]


def ticks_of(storage: Storage, owner: str = "a") -> Ticks:
    return Ticks(storage, "ningxia-2020", owner)


def wait_for(true: Callable[[], object], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    assert true()


def test_a_tick_counts_when_it_has_come_to_a_good_end(storage: Storage, clock: SetClock) -> None:
    ticks = ticks_of(storage)
    ticks.begin("send", 5)
    assert ticks.last("send") is None
    ticks.end("send")
    ended = clock()
    assert ticks.last("send") == ended
    clock.forward(seconds=5)
    ticks.begin("send", 5)
    ticks.end("send", "KeyError at x.py:1")
    assert ticks.last("send") == ended


def test_the_last_tick_is_that_of_any_process(storage: Storage, clock: SetClock) -> None:
    for owner in ("a", "b"):
        clock.forward(seconds=1)
        ticks_of(storage, owner).begin("send", 5)
        ticks_of(storage, owner).end("send")
    assert ticks_of(storage, "web").last("send") == clock()


def test_processes_long_gone_are_forgotten(storage: Storage, clock: SetClock) -> None:
    ticks_of(storage, "old").begin("send", 5)
    ticks_of(storage, "old").end("send")
    clock.forward(seconds=FORGOTTEN.total_seconds() + 1)
    ticks_of(storage, "new").begin("send", 5)
    assert ticks_of(storage).last("send") is None


def test_a_job_that_only_a_former_process_had_is_watched_no_more(storage: Storage, clock: SetClock) -> None:
    def known() -> dict[str, datetime | None]:
        jobs = Watch(storage, "ningxia-2020").case(clock(), None).jobs
        return {name: tick.ended for name, tick in jobs.items()}

    assert known() == {}
    for name in ("send", "mails", "sweep"):
        ticks_of(storage, "old").begin(name, 5)
        ticks_of(storage, "old").end(name)
    before = clock()
    clock.forward(minutes=11)
    assert known() == dict.fromkeys(("send", "mails", "sweep"), before), "nobody is at work: all are late"
    for name in ("send", "sweep"):
        ticks_of(storage, "new").begin(name, 5)
    ticks_of(storage, "new").end("send")
    ticks_of(storage, "new").end("sweep", "KeyError at x.py:1")
    assert known() == {"send": clock(), "sweep": before}


def test_a_process_names_itself_once(sqlite_storage: Storage) -> None:
    assert Ticks(sqlite_storage, "ningxia-2020").owner != Ticks(sqlite_storage, "ningxia-2020").owner
    assert len(Ticks(sqlite_storage, "ningxia-2020").owner) <= 60


def test_a_fault_is_told_once_and_without_its_words(
    sqlite_storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise ValueError("13909510000")

    beat = Beat(Job("plan", 60, work), ticks_of(sqlite_storage))
    beat()
    assert [record.getMessage().split(" <")[0].split(":")[0] for record in caplog.records] == ["job plan"]
    assert "ValueError at test_runner.py" in caplog.text
    assert "13909510000" not in caplog.text
    assert beat.silent_for() < 1  # a job that fails does not hang


def test_jobs_run_at_once_and_again_until_stopped(sqlite_storage: Storage) -> None:
    stopping, runs = threading.Event(), []
    job = Job("send", 0.1, lambda: runs.append(1))
    thread = threading.Thread(
        target=run,
        args=([job], ticks_of(sqlite_storage), "Asia/Shanghai"),
        kwargs={"stopping": stopping, "die": lambda code: None},
    )
    thread.start()
    wait_for(lambda: len(runs) >= 3)
    stopping.set()
    thread.join(10)
    assert not thread.is_alive()
    assert ticks_of(sqlite_storage).last("send") is not None


def test_a_running_job_is_finished_before_the_end(sqlite_storage: Storage) -> None:
    stopping, began, done = threading.Event(), threading.Event(), []

    def work() -> None:
        began.set()
        time.sleep(1)
        done.append(1)

    thread = threading.Thread(
        target=run,
        args=([Job("plan", 60, work)], ticks_of(sqlite_storage), "Asia/Shanghai"),
        kwargs={"stopping": stopping},
    )
    thread.start()
    began.wait(10)
    stopping.set()
    thread.join(10)
    assert done == [1]


def test_a_hanging_send_tick_ends_the_process(
    sqlite_storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    beat = Beat(Job("send", 5, lambda: None), ticks_of(sqlite_storage), monotonic=lambda: seconds[0])
    died: list[int] = []
    watchdog = Watchdog(beat, threading.Event(), lambda: None, died.append)
    seconds[0] = patience(beat.job) + 1
    watchdog.start()
    watchdog.join(10)
    assert died == [1]
    assert "job send hangs" in caplog.text


def test_patience_is_three_periods_and_never_less_than_the_slowest_reminder() -> None:
    assert patience(Job("send", 5, lambda: None)) == 90
    assert patience(Job("audit", 300, lambda: None)) == 900


PROGRAM = """
import sys, threading
sys.path.insert(0, {root!r})
from scheduler.runner import Job, run

class Nothing:
    def begin(self, name, period): pass
    def end(self, name, fault=""): pass

def work():
    print("tick", flush=True)

run([Job("send", 0.1, work)], Nothing(), "Asia/Shanghai")
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_process_in_good_order(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(root=str(ROOT))], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "tick\n"
    os.kill(process.pid, number)
    rest, _ = process.communicate(timeout=20)
    assert rest.endswith("stopped\n")
    assert process.returncode == 0
