"""APScheduler as a heartbeat, and nothing more: what is due is known by SQL, so a missed beat loses nothing."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.blocking import BlockingScheduler

from scheduler.faults import where
from store.ticks import Ticks

log = logging.getLogger(__name__)

WATCHED = "send"
PERIODS = 3
PATIENCE = 90.0  # seconds; one reminder may wait for the timeouts of every channel
_GLANCE = 0.5  # seconds between two looks of the watchdog


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds; it must bear being cut off and being done twice."""

    name: str
    seconds: float
    work: Callable[[], object]


class Beat:
    """One job's beat: each run is written down, and each fault told once, without what people wrote."""

    def __init__(self, job: Job, ticks: Ticks, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.job = job
        self._ticks = ticks
        self._monotonic = monotonic
        self.ended = monotonic()

    def __call__(self) -> None:
        fault = ""
        try:
            self._ticks.begin(self.job.name, self.job.seconds)
            self.job.work()
        except Exception as problem:
            fault = where(problem)
            log.error("job %s: %s", self.job.name, fault)
        try:
            self._ticks.end(self.job.name, fault)
        except Exception as problem:
            log.error("job %s: end not recorded, %s", self.job.name, where(problem))
        self.ended = self._monotonic()

    def silent_for(self) -> float:
        """Seconds since the job last ended, well or not: a fault is told, a hanging job tells nothing."""
        return self._monotonic() - self.ended


class Watchdog(threading.Thread):
    """Ends the process if the watched job hangs, and the scheduler in good order when asked to stop."""

    def __init__(
        self,
        beat: Beat | None,
        stopping: threading.Event,
        stop: Callable[[], None],
        die: Callable[[int], None],
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._beat = beat
        self._stopping = stopping
        self._stop_scheduler = stop
        self._die = die

    def run(self) -> None:
        """Look twice a second; ``Event.wait`` counts monotonic time, so a moved clock does not fool it."""
        while not self._stopping.wait(_GLANCE):
            if self._beat and self._beat.silent_for() > patience(self._beat.job):
                log.critical("job %s hangs, the process ends", self._beat.job.name)
                self._die(1)
                return
        self._stop_scheduler()


def patience(job: Job) -> float:
    """How long a job may be silent."""
    return max(PERIODS * job.seconds, PATIENCE)


def run(
    jobs: Sequence[Job],
    ticks: Ticks,
    zone: str,
    *,
    stopping: threading.Event | None = None,
    die: Callable[[int], None] = os._exit,
) -> None:
    """Do the jobs until SIGTERM, SIGINT or ``stopping``; a running job is finished first."""
    stop = stopping or threading.Event()
    beats = [Beat(job, ticks) for job in jobs]
    scheduler = _scheduler(beats, zone)
    watched = next((beat for beat in beats if beat.job.name == WATCHED), None)
    watchdog = Watchdog(watched, stop, lambda: scheduler.shutdown(wait=True), die)
    _on_signals(stop)
    watchdog.start()
    log.info("scheduler runs %s", ", ".join(job.name for job in jobs))
    scheduler.start()  # comes back after the shutdown
    watchdog.join()
    log.info("scheduler stopped")


def _scheduler(beats: Sequence[Beat], zone: str) -> BlockingScheduler:
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it would tell of every beat
    scheduler = BlockingScheduler(
        jobstores={"default": MemoryJobStore()},
        executors={"default": ThreadPoolExecutor(max(1, len(beats)))},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone=ZoneInfo(zone),
    )
    for beat in beats:
        scheduler.add_job(
            beat,
            "interval",
            id=beat.job.name,
            name=beat.job.name,
            seconds=beat.job.seconds,
            next_run_time=datetime.now(ZoneInfo(zone)),
        )
    return scheduler


def _on_signals(stop: threading.Event) -> None:
    """Only the main thread can listen for signals; elsewhere ``stopping`` is the way."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
