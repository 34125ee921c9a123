"""The count of errands: exams, registrations, filings, photos and prizes that people were told of."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.talk import broken_off, where
from chaos.violence import Wound
from chaos.world import CAMPAIGN, TODAY, World
from content.occurrences import occurrences
from pictures.thumbnail import thumbnail
from rules.units import LiaisonView
from store.photos import KEPT
from store.quiz_tables import Attempt
from store.stores import Stores
from store.tables import Filing, Report, ReportPhoto

_WHO = "office:chaos"


def count_errands(
    found: Reckoning, world: World, people: Sequence[Person], wounds: Sequence[Wound] = ()
) -> None:
    """Whatever somebody was told of is there, once."""
    with world.storage.transaction(CAMPAIGN) as stores:
        _count_exams(found, stores, people, wounds)
        _count_registrations(found, stores, people)
        _count_filings(found, world, stores, people)
        _count_photos(found, world, stores, people)
        _count_prizes(found, stores, people)
    for kind in ("registration", "claim"):
        _must_end(found, kind, people, wounds)


def _must_end(found: Reckoning, kind: str, people: Sequence[Person], wounds: Sequence[Wound]) -> None:
    begun = [one for person in people for one in person.begun if one.kind == kind]
    found.figures[f"{kind}s begun in the storm"] = len(begun)
    open_ = [one for one in broken_off(people, kind, wounds) if not one.lost]
    found.must_not(f"{kind}s that came to no end", [where(one) for one in open_])


def _count_exams(found: Reckoning, stores: Stores, people: Sequence[Person], wounds: Sequence[Wound]) -> None:
    rows = stores.session.query(Attempt).filter(Attempt.kind == "exam").all()
    kept = Counter(row.person for row in rows)
    told = {one.openid: one.errands.exams for one in people}
    keys = {one.openid: stores.players.person(one.openid) for one in people}
    spare = {one.openid: one.lost_ends + one.given_up for one in people}
    found.figures |= {"exams whose result was told": sum(told.values()), "exams kept": len(rows)}
    lost = [name for name, times in told.items() if kept[keys[name]] < times]
    found.must_not("exams told of that are not kept", lost)
    more = [name for name, times in told.items() if kept[keys[name]] > times + spare[name]]
    found.must_not("more exams kept than were told of", more)
    _must_end(found, "exam", people, wounds)


def _count_registrations(found: Reckoning, stores: Stores, people: Sequence[Person]) -> None:
    """Who was told to be registered is, for that unit and once; nobody else is for it."""
    joined = {one.openid: one.errands.unit for one in people if one.errands.joined}
    every = stores.liaisons.active()
    entries = {name: stores.liaisons.of(name) for name in joined}
    found.figures["registrations told of"] = len(joined)
    wrong = [name for name, unit in joined.items() if [one.unit for one in entries[name]] != [unit]]
    found.must_not("registrations told of that are not there once", wrong)
    there = Counter(one.unit for one in every)
    twice = [unit for unit in joined.values() if there[unit] > 1]
    found.must_not("units with two liaisons of whom one registered", twice)


def _count_filings(found: Reckoning, world: World, stores: Stores, people: Sequence[Person]) -> None:
    """What was told to be noted stands once, of that matter and unit; nothing stands that nobody said."""
    names = {(each.id, one.key): one.name for each in world.campaign.obligations for one in occurrences(each)}
    rows = stores.session.query(Filing).all()
    stand = Counter((row.by, names[row.obligation, row.occurrence]) for row in rows)
    told: list[tuple[str, str]] = []
    said: set[tuple[str, str]] = set()
    for one in people:
        entries = stores.liaisons.of(one.openid) if one.errands.said else ()
        told += [(_by(entries[0]), name) for name in sorted(one.errands.filed) if entries]
        said |= {(_by(entry), name) for entry in entries for name in one.errands.said}
    found.figures |= {"filings told to be noted": len(told), "filings kept": len(rows)}
    found.must_not("filings told of that do not stand", [one for one in told if not stand[one]])
    found.must_not("filings kept twice", [one for one, times in stand.items() if times > 1])
    found.must_not("filings that nobody said", [one for one in stand if one not in said])


def _by(entry: LiaisonView) -> str:
    return f"liaison:{entry.id}"


def _count_photos(found: Reckoning, world: World, stores: Stores, people: Sequence[Person]) -> None:
    """Each report has the photos that its last summary told of, and each of them can be looked at."""
    told = {code: number for one in people for code, number in one.errands.photos.items()}
    kept: dict[str, list[ReportPhoto]] = {}
    query = stores.session.query(ReportPhoto, Report.public_no).join(
        Report, Report.id == ReportPhoto.report_id
    )
    for photo, public_no in query.all():
        kept.setdefault(public_no, []).append(photo)
    wrong, unread = [], []
    for code, number in told.items():
        view = stores.reports.by_code(code)
        mine = kept.get(view.number, []) if view else []
        wrong += [f"{code}: {len(mine)} of {number}"] if view and len(mine) != number else []
        unread += [f"{code}: {one.state}" for one in mine if not _readable(world.storage.photos, one)]
    found.figures["photos in reports whose code was shown"] = sum(told.values())
    found.must_not("reports with other photos than were told", wrong)
    found.must_not("photos of reports that can't be looked at", unread)


def _readable(folder: Path, photo: ReportPhoto) -> bool:
    """Is it kept, as it was written, and a picture?"""
    try:
        data = (folder / (photo.file or "?")).read_bytes()
        thumbnail(data)
    except (OSError, SyntaxError):
        return False
    return photo.state == KEPT and hashlib.sha256(data).hexdigest() == photo.sha256


def _count_prizes(found: Reckoning, stores: Stores, people: Sequence[Person]) -> None:
    """The code that a winner was shown last gives their own prize, once."""
    shown = [one for one in people if one.errands.code]
    void, other, twice = [], [], []
    for one in shown:
        mine = stores.players.person(one.openid)
        first = stores.draws.claim(one.errands.code, who=_WHO, at=TODAY)
        again = stores.draws.claim(one.errands.code, who=_WHO, at=TODAY) if first else None
        void += [one.openid] if first is None else []
        other += [one.openid] if first and first[0].person != mine else []
        twice += [one.openid] if first and (not first[1] or again is None or again[1]) else []
    found.figures["codes of prizes shown to winners"] = len(shown)
    found.must_not("codes of prizes that give nothing", void)
    found.must_not("codes of prizes that give another's", other)
    found.must_not("prizes given out twice", twice)


__all__ = ["count_errands"]
