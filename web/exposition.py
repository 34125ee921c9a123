"""The figures in Prometheus's words. Labels are names of ours: no person, no text, no address is ever one."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from store.counts import BOUNDS, ERROR, REFUSED, REPEAT, UNANSWERED, Counted
from store.watch import JobTick, Standing
from web.conversation import FAULT

log = logging.getLogger(__name__)
T = TypeVar("T")

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "safety_month_"
#: Told as nought before they happen for the first time, or Prometheus would not see them begin.
_EXPECTED = {
    REFUSED: (
        "wrong signature",
        "wrong msg_signature",
        "undecipherable",
        "timestamp out of window",
        "plain body in safe mode",
    ),
    ERROR: ("chat", "page"),
}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the figures come from; each is asked at every scrape, and one that fails takes no other along."""

    counts: Callable[[], Counted]
    figures: Callable[[], Mapping[str, Mapping[str, Any]]]  # what the scheduler's jobs found out
    case: Callable[[], Standing]
    identity: Callable[[], Standing]
    workers: Callable[[], Mapping[int, int]]  # bytes of memory by process
    folder: Path  # where the data lies
    build: Mapping[str, str]


def expose(sources: Sources) -> bytes:
    """All figures as they stand now."""
    registry = CollectorRegistry()
    registry.register(_Figures(sources))
    return generate_latest(registry)


class _Figures(Collector):
    """Asks every source and tells what it answers, and which did not."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._up: dict[str, bool] = {}

    def describe(self) -> list[Metric]:
        """Nothing to ask the sources for when the collector is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        sources = self._sources
        yield from self._told("redis", sources.counts, _counts)
        yield from self._told("redis", sources.figures, _figures)
        yield from self._told("workers", sources.workers, _workers)
        yield from self._told("disk", lambda: shutil.disk_usage(sources.folder), _disk)
        asked = (self._ask("case database", sources.case), self._ask("identity database", sources.identity))
        yield from _work([standing for standing in asked if standing])
        yield _gauge("part_up", "Whether a part answered this scrape", "part", self._up)
        build = GaugeMetricFamily(PREFIX + "build_info", "The release at work", labels=list(sources.build))
        build.add_metric(list(sources.build.values()), 1)
        yield build

    def _told(
        self, part: str, ask: Callable[[], T], tell: Callable[[T], Iterator[Metric]]
    ) -> Iterator[Metric]:
        answer = self._ask(part, ask)
        return tell(answer) if answer is not None else iter(())

    def _ask(self, part: str, ask: Callable[[], T]) -> T | None:
        try:
            answer = ask()
        except Exception as problem:
            log.warning("no figures from the part %s: %s", part, type(problem).__name__)
            self._up[part] = False
            return None
        self._up.setdefault(part, True)
        return answer


def _counts(counted: Counted) -> Iterator[Metric]:
    messages = CounterMetricFamily(
        PREFIX + "messages", "Messages answered, in chat and on the pages", labels=["kind", "route"]
    )
    for (kind, route), count in {("text", FAULT): 0, **counted.messages}.items():
        messages.add_metric([kind, route or "none"], count)
    yield messages
    yield _times(counted)
    events = counted.events
    yield _counter("repeats", "Deliveries answered with the reply of the first", events[REPEAT, ""])
    yield _counter("unanswered", "Deliveries left to be made again", events[UNANSWERED, ""])
    for event, name, what in (
        (REFUSED, "refused_pushes", "Calls of /wechat that were no push of the platform"),
        (ERROR, "errors", "Answers with a status of 5xx"),
    ):
        metric = CounterMetricFamily(PREFIX + name, what, labels=["why"])
        found = {detail: count for (noted, detail), count in events.items() if noted == event}
        for detail, count in {**dict.fromkeys(_EXPECTED[event], 0), **found}.items():
            metric.add_metric([detail], count)
        yield metric


def _times(counted: Counted) -> Metric:
    """From the claim of a push to its reply being kept; signature and cipher come on top, well under a millisecond."""
    metric = HistogramMetricFamily(PREFIX + "answer_seconds", "Time to answer a message", labels=["kind"])
    for kind, places in counted.times.items():
        buckets, so_far = [], 0
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], places, strict=True):
            so_far += count
            buckets.append((bound, float(so_far)))
        metric.add_metric([kind], buckets, counted.seconds[kind] / 1e6)
    return metric


def _figures(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[Metric]:
    """What jobs have found out; the figure is as old as its timestamp tells."""
    if made := kept.get("backup"):
        yield GaugeMetricFamily(
            PREFIX + "backup_timestamp_seconds", "When the last backup was made", made["at"]
        )
        yield GaugeMetricFamily(PREFIX + "backup_bytes", "How large it is", made["bytes"])
    for name, metric, what, label in (
        ("drafts", "drafts_open", "Dialogues begun and not ended", "route"),
        ("audit", "audit_findings", "What is not as it should be", "what"),
    ):
        found = dict(kept.get(name, {}))
        at = found.pop("at", None)
        if at is not None:
            yield _gauge(metric, what, label, found)
            yield GaugeMetricFamily(f"{PREFIX}{metric}_timestamp_seconds", "When that was counted", value=at)


def _work(told: Sequence[Standing]) -> Iterator[Metric]:
    """What the databases tell; the one that did not answer is missing, and is told to be down."""
    deliveries = GaugeMetricFamily(PREFIX + "deliveries", "Reminders", labels=["channel", "state"])
    outboxes = GaugeMetricFamily(PREFIX + "outbox", "Messages to send once", labels=["queue", "state"])
    for standing in told:
        for (channel, state), count in standing.deliveries.items():
            deliveries.add_metric([channel or "none", state], count)
        for (queue, state), count in standing.outboxes.items():
            outboxes.add_metric([queue, state], count)
    yield deliveries
    yield outboxes
    queues = {name: queue for standing in told for name, queue in standing.queues.items()}
    due, ages = (
        {name: one.due for name, one in queues.items()},
        {name: one.age for name, one in queues.items()},
    )
    yield _gauge("queue_due", "What could be done by now and is not", "queue", due)
    yield _gauge("queue_age_seconds", "For how long the oldest of it could have been", "queue", ages)
    yield from _jobs({name: tick for standing in told for name, tick in standing.jobs.items()})


def _jobs(jobs: Mapping[str, JobTick]) -> Iterator[Metric]:
    began = {name: tick.began.timestamp() for name, tick in jobs.items()}
    ended = {name: tick.ended.timestamp() for name, tick in jobs.items() if tick.ended}
    periods = {name: tick.period for name, tick in jobs.items()}
    yield _gauge("task_start_timestamp_seconds", "When a job last began", "task", began)
    yield _gauge("task_success_timestamp_seconds", "When a job last came to a good end", "task", ended)
    yield _gauge("task_period_seconds", "How often a job is done", "task", periods)


def _workers(memory: Mapping[int, int]) -> Iterator[Metric]:
    yield GaugeMetricFamily(PREFIX + "web_workers", "Processes of the web server", value=len(memory))
    largest = max(memory.values(), default=0)
    yield GaugeMetricFamily(
        PREFIX + "web_memory_bytes", "Resident memory of the largest of them", value=largest
    )


def _disk(usage: Any) -> Iterator[Metric]:
    yield GaugeMetricFamily(PREFIX + "disk_free_bytes", "Room left where the data lies", value=usage.free)
    yield GaugeMetricFamily(
        PREFIX + "disk_size_bytes", "Room there is where the data lies", value=usage.total
    )


def _counter(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(PREFIX + name, what, value=value)


def _gauge(name: str, what: str, label: str, values: Mapping[str, Any]) -> Metric:
    metric = GaugeMetricFamily(PREFIX + name, what, labels=[label])
    for value, number in values.items():
        metric.add_metric([value], number)
    return metric
