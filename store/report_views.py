"""A report as it is read: what it is known by, how it stands, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rules.report import Facts
from rules.report_states import ENDED, State
from store.tables import Report, ReportEvent


class Changed(Exception):
    """Somebody else has moved the report meanwhile."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report is known by before it is filed: the same person and draft give the same."""

    hash: str
    link: str  # the token under which the identity store knows its reporter
    code: str  # the query code; only its keyed hash is stored


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed report, and the code that only its reporter is told."""

    id: int
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as it stands, with what its last step said."""

    id: int
    number: str
    link: str
    state: str
    version: int
    result: str
    facts: Facts
    created_at: datetime
    state_at: datetime
    body: str
    told: str
    referred_at: datetime | None = None  # of the last transfer on record
    acknowledged_at: datetime | None = None

    @property
    def referred(self) -> bool:
        """Is a transfer on record?"""
        return self.referred_at is not None

    @property
    def ended(self) -> bool:
        return State(self.state) in ENDED


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a report's history."""

    at: datetime
    kind: str
    who: str
    old: str
    new: str
    body: str
    reason: str
    text: str


def view_of(row: Report, steps: list[ReportEvent]) -> ReportView:
    """A row with its steps, the oldest first."""
    last = steps[-1] if steps else None
    return ReportView(
        id=row.id,
        number=row.public_no,
        link=row.link,
        state=row.state,
        version=row.version,
        result=row.result,
        facts=_facts(row),
        created_at=row.created_at,
        state_at=last.at if last else row.created_at,
        body=last.body if last and last.body else _last_body(steps),
        told=last.text if last else "",
        referred_at=_last(steps, State.REFERRED),
        acknowledged_at=_last(steps, State.ACKNOWLEDGED),
    )


def _last(steps: list[ReportEvent], state: State) -> datetime | None:
    """When a report was last brought into a state."""
    return next((step.at for step in reversed(steps) if step.new == state), None)


def _last_body(steps: list[ReportEvent]) -> str:
    return next((step.body for step in reversed(steps) if step.body), "")


def _facts(row: Report) -> Facts:
    return Facts(
        urgent=row.urgent,
        place=row.place,
        unit=row.unit_name,
        what=row.what,
        seen=row.seen,
        still=row.still,
        sector=row.sector,
        sector_offered=tuple(row.sector_offered),
        latitude=row.latitude,
        longitude=row.longitude,
        reachable=row.reachable,
        source=row.source,
    )
