"""Hazard reports: filed once, found by code or link, moved from state to state, every look on record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.codes import code_from, normalised, public_no
from rules.packet import Case, Photo
from rules.report import CHAT, NAMED, NOBODY, Facts
from rules.report_states import ENDED, State, Step, check, may
from store.photos import KEPT, REMOVED
from store.report_views import Changed as Changed
from store.report_views import Entry as Entry
from store.report_views import Filed as Filed
from store.report_views import Origin as Origin
from store.report_views import ReportView as ReportView
from store.report_views import view_of
from store.tables import Report, ReportEvent, ReportPhoto

if TYPE_CHECKING:
    from store.stores import Storage

REPORTER, OFFICE = "reporter", "office"
_TRIES = 20  # others may take the same number of the day at the same moment


class Reports:
    """The reports of one campaign."""

    def __init__(self, session: Session, campaign: str, storage: Storage) -> None:
        self._session = session
        self._campaign = campaign
        self._sealing = storage.sealing

    # -- filing ----------------------------------------------------------------------------------------------

    def origin(self, user: str, draft: str) -> Origin:
        """What the report of this person and draft is known by, drawn before anything is written."""
        value = f"{self._campaign}\0{user}\0{draft}"
        return Origin(
            self._sealing.digest("report-origin", value).hex(),
            self._sealing.digest("report-link", value).hex(),
            code_from(self._sealing.digest("report-code", value)),
        )

    def add(self, origin: Origin, facts: Facts, at: datetime) -> Filed:
        """File a report once; ``at`` is in the campaign's zone, for its day is in the number."""
        for _ in range(_TRIES):
            found = self._row(Report.origin == origin.hash)
            if found is not None:
                return Filed(found.id, found.public_no, origin.code)
            filed = self._try_to_file(origin, facts, at)
            if filed is not None:
                return filed
        raise Changed("no number of the day was free")

    def filed_since(self, links: Collection[str], since: datetime) -> int:
        """How many reports were filed under these links since a moment."""
        count = select(func.count()).select_from(Report).where(*self._mine(), Report.link.in_(links))
        return int(self._session.scalar(count.where(Report.created_at >= since)) or 0)

    # -- finding ---------------------------------------------------------------------------------------------

    def by_code(self, typed: str) -> ReportView | None:
        """The report of a query code; nothing tells an unknown code from a mistyped one."""
        code = normalised(typed)
        return None if code is None else self._view_of(Report.code_hash == self._code_hash(code))

    def by_number(self, number: str) -> ReportView | None:
        """The report of a public number."""
        return self._view_of(Report.public_no == number)

    def of(self, links: Collection[str]) -> tuple[ReportView, ...]:
        """The reports under these links, the newest first."""
        return self._views(Report.link.in_(links)) if links else ()

    def listed(self, state: str = "", limit: int = 500) -> tuple[ReportView, ...]:
        """All reports, or those in one state, the newest first."""
        return self._views(*((Report.state == state,) if state else ()), limit=limit)

    def look(self, number: str, who: str, reason: str, at: datetime) -> ReportView | None:
        """A report for somebody of the office; that they looked, and why, is on record."""
        if not reason.strip():
            raise ValueError("请写明查看的理由")
        view = self.by_number(number)
        if view is not None:
            self._note(view.id, "look", who, at, reason=reason)
        return view

    def history(self, report_id: int) -> tuple[Entry, ...]:
        """All that happened to a report, the oldest first."""
        return tuple(
            Entry(row.at, row.kind, row.who, row.old, row.new, row.body, row.reason, row.text)
            for row in self._events(report_id)
        )

    def case(self, report_id: int, zone: ZoneInfo) -> Case:
        """What may leave us of a report: the whitelist of the referral packet."""
        row = self._session.get_one(Report, report_id)
        return Case(
            number=row.public_no,
            received=row.created_at.astimezone(zone),
            urgent=row.urgent,
            place=row.place,
            unit=row.unit_name,
            what=row.what,
            seen=row.seen,
            still=row.still,
            sector=row.sector,
            latitude=row.latitude,
            longitude=row.longitude,
            additions=tuple(event.text for event in self._events(report_id, "addition") if event.text),
            photos=self._photos(report_id),
        )

    # -- what its reporter does ------------------------------------------------------------------------------

    def addition(self, report_id: int, text: str, at: datetime) -> None:
        """Add what the reporter writes later; the same words again change nothing."""
        if any(event.text == text for event in self._events(report_id, "addition")):
            return
        self._note(report_id, "addition", REPORTER, at, text=text, public=True)
        if self._session.get_one(Report, report_id).state == State.NEED_INFO:
            self._move(report_id, Step(State.SCREENING, reason="反映人补充了内容"), REPORTER, at)

    def objection(self, report_id: int, text: str, at: datetime) -> None:
        """Note that the reporter sees it otherwise; the same words again change nothing."""
        if not any(event.text == text for event in self._events(report_id, "objection")):
            self._note(report_id, "objection", REPORTER, at, text=text, public=True)

    def withdraw(self, report_id: int, at: datetime) -> bool:
        """Take a report back; what was not yet handed over is deleted. False where it is too late."""
        row = self._session.get_one(Report, report_id)
        if row.state == State.WITHDRAWN:
            return True
        if not may(row.state, State.WITHDRAWN):
            return False
        referred = self._was_referred(report_id)
        self._move(report_id, Step(State.WITHDRAWN, reason="反映人撤回"), REPORTER, at)
        row.withdrawn_at, row.reachable = at, NOBODY
        if not referred:
            self._empty(row)
        self._session.flush()
        return True

    def unnamed(self, links: Collection[str]) -> None:
        """Note that whoever reported has taken back name and number: from now on they are reached in chat alone."""
        _reach_less(self._session, links, (NAMED,), CHAT)

    def unreachable(self, links: Collection[str]) -> None:
        """Note that nobody knows any more who reported, so that nobody can be told."""
        unreachable(self._session, links)

    def still_there(self, report_id: int, at: datetime) -> bool:
        """Reopen what was said to be mended; False where the report is still being worked on."""
        row = self._session.get_one(Report, report_id)
        if row.state == State.REOPENED:
            return True
        if not may(row.state, State.REOPENED):
            return False
        self._move(report_id, Step(State.REOPENED, reason="反映人说还在"), REPORTER, at)
        return True

    # -- what the office does --------------------------------------------------------------------------------

    def set_state(
        self,
        report_id: int,
        taken: Step,
        *,
        who: str,
        at: datetime,
        told: str = "",
        version: int | None = None,
    ) -> ReportView:
        """Take one step; raises ``IllegalStep``, or ``Changed`` where the report is no longer at ``version``."""
        self._move(report_id, taken, who, at, told=told, version=version)
        view = self._view_of(Report.id == report_id)
        if view is None:
            raise Changed("the report is gone")
        return view

    def note_packet(self, report_id: int, who: str, reason: str, at: datetime) -> None:
        """Note that the referral packet was made."""
        self._note(report_id, "packet", who, at, reason=reason)

    def links_ended_before(self, moment: datetime) -> tuple[str, ...]:
        """The links of reports that ended before a moment."""
        return tuple(self._session.scalars(select(Report.link).where(*self._ended_before(moment))))

    def drop_photos_ended_before(self, moment: datetime) -> None:
        """Give up the photos of reports that ended before a moment."""
        ended = select(Report.id).where(*self._ended_before(moment))
        old = update(ReportPhoto).where(ReportPhoto.report_id.in_(ended), ReportPhoto.state != REMOVED)
        self._session.execute(
            old.values(state=REMOVED, media_id=None).execution_options(synchronize_session=False)
        )

    # -- within ----------------------------------------------------------------------------------------------

    def _try_to_file(self, origin: Origin, facts: Facts, at: datetime) -> Filed | None:
        row = self._new(origin, facts, at)
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()
        except IntegrityError:
            return None
        self._note(
            row.id, "state", REPORTER, at, old=State.DRAFT, new=State.SUBMITTED, reason="提交", public=True
        )
        return Filed(row.id, row.public_no, origin.code)

    def _new(self, origin: Origin, facts: Facts, at: datetime) -> Report:
        return Report(
            campaign=self._campaign,
            origin=origin.hash,
            link=origin.link,
            public_no=self._next_number(at),
            code_hash=self._code_hash(origin.code),
            source=facts.source,
            state=State.SUBMITTED,
            urgent=facts.urgent,
            place=facts.place,
            latitude=facts.latitude,
            longitude=facts.longitude,
            unit_name=facts.unit,
            what=facts.what,
            seen=facts.seen,
            still=facts.still,
            sector=facts.sector,
            sector_offered=list(facts.sector_offered),
            reachable=facts.reachable,
            created_at=at,
            updated_at=at,
        )

    def _next_number(self, at: datetime) -> str:
        today = public_no(at.date(), 0).partition("-")[0]
        count = select(func.count()).select_from(Report).where(*self._mine())
        taken = self._session.scalar(count.where(Report.public_no.like(f"{today}-%"))) or 0
        return public_no(at.date(), taken + 1)

    def _move(
        self,
        report_id: int,
        taken: Step,
        who: str,
        at: datetime,
        *,
        told: str = "",
        version: int | None = None,
    ) -> None:
        row = self._session.get_one(Report, report_id, populate_existing=True)
        if version is not None and row.version != version:
            raise Changed("somebody else has changed this report")
        old, new = row.state, check(row.state, taken)
        self._swap(row, new, taken.result or row.result, at)
        values = {"body": taken.by[:100], "reason": taken.reason, "text": told, "public": True}
        self._note(report_id, "state", who, at, old=old, new=new, **values)

    def _swap(self, row: Report, new: State, result: str, at: datetime) -> None:
        """Set the state if nobody else has meanwhile."""
        change = update(Report).where(Report.id == row.id, Report.version == row.version)
        moved: CursorResult[Any] = self._session.execute(  # type: ignore[assignment]
            change.values(state=new, version=row.version + 1, result=result, updated_at=at).execution_options(
                synchronize_session=False
            )
        )
        if moved.rowcount != 1:
            raise Changed("somebody else has changed this report")
        self._session.refresh(row)

    def _empty(self, row: Report) -> None:
        """Delete the content of a report that nobody has been given."""
        row.place = row.unit_name = row.what = ""
        row.latitude = row.longitude = None
        for event in self._events(row.id):
            if event.kind in ("addition", "objection"):
                event.text = ""
        gone = update(ReportPhoto).where(ReportPhoto.report_id == row.id)
        self._session.execute(gone.values(state=REMOVED, media_id=None))

    def _note(self, report_id: int, kind: str, who: str, at: datetime, **values: Any) -> None:
        event = ReportEvent(
            campaign=self._campaign, report_id=report_id, kind=kind, who=who[:60], at=at, **values
        )
        self._session.add(event)
        self._session.flush()

    def _events(self, report_id: int, kind: str = "") -> Sequence[ReportEvent]:
        wanted = select(ReportEvent).where(ReportEvent.report_id == report_id).order_by(ReportEvent.id)
        return self._session.scalars(wanted.where(ReportEvent.kind == kind) if kind else wanted).all()

    def _photos(self, report_id: int) -> tuple[Photo, ...]:
        kept = select(ReportPhoto).where(ReportPhoto.report_id == report_id, ReportPhoto.state == KEPT)
        return tuple(
            Photo(row.file, row.sha256) for row in self._session.scalars(kept.order_by(ReportPhoto.id))
        )

    def _was_referred(self, report_id: int) -> bool:
        return any(event.new == State.REFERRED for event in self._events(report_id, "state"))

    def _row(self, *conditions: ColumnElement[bool]) -> Report | None:
        return self._session.scalar(select(Report).where(*self._mine(), *conditions))

    def _view_of(self, *conditions: ColumnElement[bool]) -> ReportView | None:
        return next(iter(self._views(*conditions, limit=1)), None)

    def _views(self, *conditions: ColumnElement[bool], limit: int = 500) -> tuple[ReportView, ...]:
        wanted = select(Report).where(*self._mine(), *conditions).order_by(Report.id.desc()).limit(limit)
        rows = self._session.scalars(wanted.execution_options(populate_existing=True)).all()
        steps = self._steps([row.id for row in rows])
        return tuple(view_of(row, steps[row.id]) for row in rows)

    def _steps(self, ids: list[int]) -> dict[int, list[ReportEvent]]:
        steps: dict[int, list[ReportEvent]] = {report_id: [] for report_id in ids}
        wanted = select(ReportEvent).where(ReportEvent.report_id.in_(ids), ReportEvent.kind == "state")
        for event in self._session.scalars(wanted.order_by(ReportEvent.id)):
            steps[event.report_id].append(event)
        return steps

    def _ended_before(self, moment: datetime) -> tuple[ColumnElement[bool], ...]:
        return (*self._mine(), Report.state.in_([state.value for state in ENDED]), Report.updated_at < moment)

    def _code_hash(self, code: str) -> str:
        return self._sealing.hash("report-code-typed", code)

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (Report.campaign == self._campaign,)


def filed_links(session: Session, links: Collection[str]) -> frozenset[str]:
    """Which of these links have a report, in whatever campaign."""
    return frozenset(session.scalars(select(Report.link).where(Report.link.in_(links))))


def unreachable(session: Session, links: Collection[str]) -> None:
    """Note, in whatever campaign, that nobody knows any more who reported, so that nobody can be told."""
    _reach_less(session, links, (NAMED, CHAT), NOBODY)


def _reach_less(session: Session, links: Collection[str], old: Collection[str], new: str) -> None:
    theirs = update(Report).where(Report.link.in_(links), Report.reachable.in_(old))
    session.execute(theirs.values(reachable=new).execution_options(synchronize_session="fetch"))
