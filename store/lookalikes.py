"""Looks through what ended lately for rounds that one hand may have played on many accounts; only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from rules.lookalike import (
    AROUND,
    CROWD,
    IN_STEP,
    LEAST_ACCOUNTS,
    LOOKALIKE,
    SHORT,
    TOGETHER,
    WITHIN,
    Ended,
    alike,
    crowds,
    in_step,
    moments,
    together,
    well,
)
from store.quiz_tables import Attempt

_BACK = timedelta(days=14)  # in which the same accounts have to be together
_AT_ONCE = 500
_COLUMNS = (Attempt.id, Attempt.person, Attempt.ended_at, Attempt.kind, Attempt.stage, Attempt.day)

T = TypeVar("T")
Found = dict[int, set[str]]  # rounds by their number, and why


def suspects(session: Session, campaign: str, since: datetime, now: datetime | None = None) -> Found:
    """What ended since then too much like the rounds of other accounts; of earlier rounds those that belong to it.

    Whether somebody else comes after a crowd is only known a while later, so ``now`` may be too early for it.
    """
    scored = (Attempt.campaign == campaign, or_(Attempt.counts, cast(Attempt.flags, Text) != "[]"))
    found: Found = {}
    _note(found, LOOKALIKE, _same_answers(session, scored, since - WITHIN))
    lately = session.execute(
        select(*_COLUMNS, Attempt.score, Attempt.total).where(*scored, Attempt.ended_at >= since - 2 * AROUND)
    ).all()
    ended = {row.id: _ended(row) for row in lately}
    good = [ended[row.id] for row in lately if well(row.score, row.total)]
    near = alike(good)
    _note(found, IN_STEP, in_step(_with_moments(session, [one for one in good if one.id in near])))
    short = [one for one in good if one.game[0] in SHORT]
    sure = {one.id for one in short if now is None or one.at + AROUND <= now}
    for game in {one.game for one in short}:
        _note(found, CROWD, sure & crowds(one for one in ended.values() if one.game == game))
    again = [one for one in short if one.id in near]
    _note(found, TOGETHER, together(_and_before(session, scored, again), {one.id for one in again}))
    return found


def _note(found: Found, flag: str, rounds: Iterable[int]) -> None:
    for number in rounds:
        found.setdefault(number, set()).add(flag)


def _same_answers(session: Session, scored: Sequence[ColumnElement[bool]], since: datetime) -> Iterator[int]:
    """Rounds of one pattern that ended in one second."""
    many = func.count(Attempt.person.distinct()) >= LEAST_ACCOUNTS
    lately = (*scored, Attempt.ended_at >= since, Attempt.pattern != "")
    patterns = session.scalars(
        select(Attempt.pattern).where(*lately).group_by(Attempt.pattern).having(many)
    ).all()
    for some in _parts(patterns, _AT_ONCE):
        rows = session.execute(select(*_COLUMNS, Attempt.pattern).where(*lately, Attempt.pattern.in_(some)))
        by_pattern: dict[str, list[Ended]] = {}
        for row in rows:
            by_pattern.setdefault(row.pattern, []).append(_ended(row))
        for group in by_pattern.values():
            yield from alike(group)


def _with_moments(session: Session, rounds: Collection[Ended]) -> Iterator[Ended]:
    """The same rounds with the moments of their answers, which are long to read."""
    by_id = {one.id: one for one in rounds}
    for some in _parts(by_id, _AT_ONCE):
        for number, answers in session.execute(
            select(Attempt.id, Attempt.answers).where(Attempt.id.in_(some))
        ):
            yield replace(by_id[number], moments=moments(answers))


def _and_before(
    session: Session, scored: Sequence[ColumnElement[bool]], rounds: Collection[Ended]
) -> Iterator[Ended]:
    """Short rounds, and those that the same people have ended before."""
    yield from rounds
    known = {one.id for one in rounds}
    if not known:
        return
    first = min(one.at for one in rounds) - _BACK
    for some in _parts({one.person for one in rounds}, _AT_ONCE):
        short = (Attempt.person.in_(some), Attempt.kind.in_(SHORT), Attempt.ended_at >= first)
        rows = session.execute(select(*_COLUMNS, Attempt.score, Attempt.total).where(*scored, *short))
        yield from (_ended(row) for row in rows if row.id not in known and well(row.score, row.total))


def _ended(row: Any) -> Ended:
    return Ended(row.id, row.person, row.ended_at, game=(row.kind, row.stage, row.day.isoformat()))


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """A few at a time, as many as one statement may name."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
