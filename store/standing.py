"""From the rounds in SQL to the boards in Redis: each round as it ends, corrections, and the whole anew."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, case, exists, func, select

from rules.lookalike import pattern
from store.boards import ALL, GROUPS, Boards, Group, Played, Sums, score_of
from store.quiz_tables import Attempt, Player
from store.tables import Unit

if TYPE_CHECKING:
    from store.stores import Storage, Stores

log = logging.getLogger(__name__)

_AT_ONCE = 500  # people counted anew in one short transaction
_PASSES = 20  # what comes while counting waits for the next time after that
_FEW = 20_000  # rounds that one transaction may read
_SLICES = 256  # else: by the first two signs of the keyed hash
_LONGEST = timedelta(days=40)  # that boards and SQL are compared after they could not be
_COLUMNS = {"unit": Attempt.unit_id, "region": Attempt.region}


def enter(stores: Stores, row: Attempt) -> None:
    """Note for whom a round was played, and let the boards know after the commit."""
    player = stores.players.known((row.person,))[row.person]
    row.unit_id, row.region = player.unit_id, player.region
    row.pattern = pattern(row.kind, row.answers)
    if not row.counts or not stores.boards.kept:
        return
    played = Played(
        row.person, row.score, row.total, row.ended_at, row.day, player.listed, _firsts(stores, row)
    )
    stores.after(lambda: stores.boards.add(played))


def touched(row: Attempt) -> set[str]:
    """What must be counted anew when a round counts no more, or again."""
    items = {f"person:{row.person}", f"day:{row.day.isoformat()}"}
    items |= {f"unit:{row.unit_id}"} if row.unit_id is not None else set()
    return items | ({f"region:{row.region}"} if row.region else set())


def forget(storage: Storage, campaign: str, user: str, before: datetime) -> None:
    """Remove what a person has played and chosen by then, and take them off the boards; bears being done twice."""
    boards = Boards(storage.link, campaign)
    with storage.transaction(campaign) as stores:
        person = stores.players.person(user)
        mine = select(Attempt).where(Attempt.campaign == campaign, Attempt.person == person)
        items = {item for row in stores.session.scalars(mine) for item in touched(row)}
    boards.recount_later(items)  # where Redis is away this is said before anything is gone
    with storage.transaction(campaign) as stores:
        stores.attempts.forget(user, before)
        stores.players.forget(user, before)
    boards.remove(person)
    boards.recount_later({*items, f"person:{person}"})


def settle(storage: Storage, campaign: str, today: date, passes: int = _PASSES) -> int:
    """Count anew what is marked; how much it was. Another process may be at it, then there is nothing to do."""
    boards, token = Boards(storage.link, campaign), secrets.token_hex(8)
    if not boards.claim(token):
        return 0
    try:
        _take_marks(storage, campaign, boards)
        return _settle(storage, campaign, boards, today, passes)
    finally:
        boards.release(token)


def rebuild(storage: Storage, campaign: str, today: date, few: int = _FEW) -> bool:
    """Make all boards anew from SQL, in short transactions; rounds that end meanwhile are counted too."""
    boards, token = Boards(storage.link, campaign), secrets.token_hex(8)
    if not boards.claim(token):
        return False
    try:
        _rebuild_people(storage, campaign, boards, today, few)
        _refresh_sizes(storage, campaign, boards, today)
        units, regions = _groups(storage, campaign)
        marked = {f"unit:{unit}" for unit in units} | {f"region:{name}" for name in regions}
        marked |= {f"{group}:{ident}" for group in GROUPS for ident in boards.groups_known(group)}
        marked |= {f"day:{day.isoformat()}" for day in _known_days(storage, campaign, boards, today)}
        boards.recount_later(marked)
        _settle(storage, campaign, boards, today, passes=len(marked) + _PASSES)
        boards.mark_ready()
        log.info("boards of %s rebuilt", campaign)
        return True
    finally:
        boards.release(token)


@dataclass
class Keeper:
    """Looks after the boards: rebuilds them when they are lost, compares them with SQL, brings sizes up to date."""

    storage: Storage
    campaign: str
    _missed: tuple[int, ...] = field(default=(), init=False)

    def tend(self, today: date) -> None:
        """Rebuild lost boards, or count anew what is marked."""
        if self.storage.link is None:
            return
        if not Boards(self.storage.link, self.campaign).ready():
            rebuild(self.storage, self.campaign, today)
        else:
            settle(self.storage, self.campaign, today)

    def compare(self, today: date) -> None:
        """Take new headcounts and members; rebuild where the same number of rounds is missing twice."""
        if self.storage.link is None:
            return
        boards = Boards(self.storage.link, self.campaign)
        _refresh_sizes(self.storage, self.campaign, boards, today)
        days = _lately(today, boards.agreed())
        missed = tuple(_rounds(self.storage, self.campaign, day) - boards.rounds(day) for day in days)
        if any(missed) and missed == self._missed:
            log.warning("the boards of %s miss %d rounds and are rebuilt", self.campaign, sum(missed))
            missed = () if rebuild(self.storage, self.campaign, today) else missed
        if not any(missed):
            boards.agree(today)
        self._missed = missed


# -- people ------------------------------------------------------------------------------------------------------


def _rebuild_people(storage: Storage, campaign: str, boards: Boards, today: date, few: int) -> None:
    for period in (ALL, today.isoformat()):
        boards.start_over(period)
        for part in _slices(storage, campaign, few):
            boards.write_people(period, _scores(storage, campaign, period, part), new=True)
            boards.go_on()
        boards.swap(period)


def _slices(storage: Storage, campaign: str, few: int) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Conditions that cut all people into parts that a short transaction can read."""
    with storage.case.session() as session:
        some = select(Attempt.id).where(Attempt.campaign == campaign).limit(few + 1).subquery()
        many = (session.scalar(select(func.count()).select_from(some)) or 0) > few
    if not many:
        yield ()
        return
    for n in range(_SLICES):
        after = f"{n + 1:02x}" if n + 1 < _SLICES else "g"
        yield (Attempt.person >= f"{n:02x}", Attempt.person < after)


def _scores(
    storage: Storage, campaign: str, period: str, part: Collection[ColumnElement[bool]]
) -> list[tuple[str, int]]:
    """The scores of people who wish to stand on boards."""
    scored = func.max(case((Attempt.score > 0, Attempt.ended_at)))
    unlisted = exists().where(
        Player.campaign == campaign, Player.person == Attempt.person, Player.listed.is_(False)
    )
    sums = select(Attempt.person, func.sum(Attempt.score), scored, func.min(Attempt.ended_at))
    rows = sums.where(*_counted(campaign, period), *part, ~unlisted).group_by(Attempt.person)
    with storage.case.session() as session:
        return [(one[0], score_of(int(one[1]), one[2] or one[3])) for one in session.execute(rows)]


# -- what is marked ------------------------------------------------------------------------------------------------


def _take_marks(storage: Storage, campaign: str, boards: Boards) -> None:
    """Mark in Redis what corrections have marked in SQL; there it stays until Redis has it."""
    while True:
        with storage.looking(campaign) as stores:
            found = stores.board_marks.some(_AT_ONCE)
        boards.recount_later(set(found.values()))
        if not found:
            return
        with storage.transaction(campaign) as stores:
            stores.board_marks.remove(found)


def _settle(storage: Storage, campaign: str, boards: Boards, today: date, passes: int) -> int:
    done = 0
    for _ in range(passes):
        items = boards.take_todo(_AT_ONCE)
        if not items:
            break
        try:
            _recount(storage, campaign, boards, items, today)
        except BaseException:
            boards.recount_later(items)
            raise
        boards.go_on()
        done += len(items)
    return done


def _recount(storage: Storage, campaign: str, boards: Boards, items: Collection[str], today: date) -> None:
    by_kind: dict[str, list[str]] = {}
    for item in items:
        kind, _, name = item.partition(":")
        by_kind.setdefault(kind, []).append(name)
    persons = by_kind.get("person", [])
    for period in (ALL, today.isoformat()) if persons else ():
        scores = _scores(storage, campaign, period, (Attempt.person.in_(persons),))
        boards.write_people(period, scores)
        boards.drop_people(period, set(persons) - {person for person, _ in scores})
    for group in GROUPS:
        for ident in by_kind.get(group, ()):
            for period in (ALL, today.isoformat()):
                boards.write_group(group, ident, period, _sums(storage, campaign, group, ident, period))
    for day in by_kind.get("day", ()):
        counted = date.fromisoformat(day)
        boards.write_rounds(counted, _rounds(storage, campaign, counted))


def _sums(storage: Storage, campaign: str, group: Group, ident: str, period: str) -> Sums:
    people = func.count(Attempt.person.distinct())
    sums = select(func.count(), func.sum(Attempt.score), func.sum(Attempt.total), people)
    key = int(ident) if group == "unit" else ident
    with storage.case.session() as session:
        row = session.execute(sums.where(*_counted(campaign, period), _COLUMNS[group] == key)).one()
    return Sums(int(row[0]), int(row[1] or 0), int(row[2] or 0), int(row[3]))


def _lately(today: date, agreed: date | None) -> list[date]:
    """The days of which rounds may be missing: yesterday, or since boards and SQL agreed last, up to today."""
    yesterday = today - timedelta(days=1)
    first = max(min(agreed or yesterday, yesterday), today - _LONGEST)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _known_days(storage: Storage, campaign: str, boards: Boards, today: date) -> list[date]:
    """Today, and of the days before that are compared those on which somebody played."""
    days = _lately(today, boards.agreed())
    return [day for day in days if day == today or _rounds(storage, campaign, day) or boards.rounds(day)]


def _rounds(storage: Storage, campaign: str, day: date) -> int:
    counted = select(func.count()).select_from(Attempt).where(*_counted(campaign, day.isoformat()))
    with storage.case.session() as session:
        return session.scalar(counted) or 0


# -- units and regions ----------------------------------------------------------------------------------------------


def _refresh_sizes(storage: Storage, campaign: str, boards: Boards, today: date) -> None:
    """How many people belong to each unit and region: by the organiser's list, and by who has joined."""
    with storage.transaction(campaign) as stores:
        listed = select(Unit.id, Unit.region, Unit.headcount).where(Unit.campaign == campaign)
        rows = stores.session.execute(listed).all()
        joined, players = stores.players.members()
    boards.write_sizes("unit", today, {str(unit): (head, joined.get(unit, 0)) for unit, _, head in rows})
    heads: dict[str, list[int]] = {}
    for _, region, head in rows:
        heads.setdefault(region, []).append(head)
    sizes = {name: (sum(known) if all(known) else 0, players.get(name, 0)) for name, known in heads.items()}
    sizes |= {name: (0, count) for name, count in players.items() if name not in sizes}
    sizes.pop("", None)
    boards.write_sizes("region", today, sizes)


def _groups(storage: Storage, campaign: str) -> tuple[list[int], list[str]]:
    with storage.case.session() as session:
        units = session.scalars(select(Unit.id).where(Unit.campaign == campaign)).all()
        listed = session.scalars(select(Unit.region).where(Unit.campaign == campaign).distinct()).all()
        played = select(Player.region).where(Player.campaign == campaign).distinct()
        regions = {*listed, *session.scalars(played)} - {""}
    return list(units), sorted(regions)


# -- small things ------------------------------------------------------------------------------------------------


def _firsts(stores: Stores, row: Attempt) -> dict[Group, tuple[str, int, int]]:
    """For which unit and region a round was played, and whether it is the person's first for it, ever and today."""
    mine = (
        Attempt.campaign == row.campaign,
        Attempt.person == row.person,
        Attempt.counts,
        Attempt.id != row.id,
    )
    before = select(Attempt.unit_id, Attempt.region, Attempt.day).where(*mine)
    earlier = stores.session.execute(before).all()  # by person alone: a region may have a million rounds
    found: dict[Group, tuple[str, int, int]] = {}
    for group, place, ident in _of(row):
        if ident is not None:
            days = {one[2] for one in earlier if one[place] == ident}
            found[group] = (str(ident), int(not days), int(row.day not in days))
    return found


def _of(row: Attempt) -> tuple[tuple[Group, int, int | str | None], ...]:
    return ("unit", 0, row.unit_id), ("region", 1, row.region or None)


def _counted(campaign: str, period: str) -> tuple[Any, ...]:
    counted = (Attempt.campaign == campaign, Attempt.counts)
    return counted if period == ALL else (*counted, Attempt.day == date.fromisoformat(period))
