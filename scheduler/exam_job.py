"""Closes exams whose time ran out, also of people who don't write again: what was answered counts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.faults import where
from scheduler.runner import Job
from store.exam_ends import ExamEnds

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)  # before one that met a fault is tried again


def exam_job(ends: ExamEnds, close: Callable[[str, str], bool], now: Callable[[], datetime]) -> Job:
    """The job; ``close`` gets person and draft and tells whether it is closed, ``now`` is campaign time."""
    return Job("exams", 5.0, lambda: close_exams(ends, close, now()))


def close_exams(ends: ExamEnds, close: Callable[[str, str], bool], now: datetime, most: int = 100) -> int:
    """Close what is due; how many were. One whose person is being answered just now waits for the next beat."""
    closed = 0
    for end in ends.due(now, most):
        try:
            done = close(end.user, end.draft)
        except Exception as problem:  # it must not hold up the others
            log.error("an exam was not closed: %s", where(problem))
            ends.later(end.key, now + PAUSE)
            continue
        if done:
            ends.done(end.key)
            closed += 1
    return closed
