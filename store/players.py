"""Players of the quiz: the name on the boards, the wish to stand there, the unit and region one plays for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from rules.names import masked
from store.quiz_tables import Attempt, Audit, Player
from store.tables import Unit

if TYPE_CHECKING:
    from store.stores import Stores

STAYS = timedelta(days=10)  # in a unit or region that one has played for, before it may be changed


@dataclass(frozen=True, slots=True)
class PlayerView:
    """A player as boards and dialogues see one."""

    person: str  # keyed hash
    id: int = 0  # for staff; 0 where nothing is kept
    name: str = ""  # as it was chosen
    hidden: bool = False  # the name, by staff
    listed: bool = True
    unit_id: int | None = None
    region: str = ""
    joined_at: datetime | None = None
    seen: bool = False  # this name, by staff

    @property
    def shown(self) -> str:
        """The name that others see."""
        return self.name if self.name and self.seen and not self.hidden else masked(self.person)

    @property
    def printed(self) -> str:
        """The name on a certificate, which may be shown around: what others see; empty where none was chosen."""
        return self.shown if self.name else ""

    @property
    def state(self) -> str:
        """What staff is told of the name."""
        return "等人看" if self.waits else "已隐藏" if self.hidden else "显示"

    @property
    def waits(self) -> bool:
        """Is there a name that staff has not seen yet?"""
        return bool(self.name) and not self.seen

    def stays_until(self, at: datetime) -> datetime | None:
        """Until when whoever has played for a unit or region stays there; nothing where ten days are over."""
        if self.joined_at is None or at >= self.joined_at + STAYS:
            return None
        return self.joined_at + STAYS


class Players:
    """The players of one campaign."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._campaign = stores.campaign

    @property
    def _session(self) -> Session:
        return self._stores.session

    def of(self, user: str) -> PlayerView:
        """What is kept of a person's wishes; the defaults where nothing is."""
        return self.known((self.person(user),))[self.person(user)]

    def known(self, persons: Collection[str]) -> dict[str, PlayerView]:
        """Players by keyed hash, every one that was asked for."""
        mine = select(Player).where(*self._mine(), Player.person.in_(persons))
        found = {row.person: _view(row) for row in self._session.scalars(mine)}
        return {person: found.get(person) or PlayerView(person) for person in persons}

    def person(self, user: str) -> str:
        """The keyed hash that the quiz knows a person by."""
        return self._stores.storage.sealing.hash("quiz", user)

    def rename(self, user: str, name: str, at: datetime) -> PlayerView:
        """Take a chosen name, or none; a new one is shown once staff has seen it."""
        row = self._row(user, at)
        row.name, row.updated_at, row.seen = name, at, row.seen and row.name == name
        return _view(row)

    def show_on_boards(self, user: str, listed: bool, at: datetime) -> None:
        """Put a person on the boards of people or take them off, there as soon as this is committed."""
        row, boards = self._row(user, at), self._stores.boards
        row.listed, row.updated_at = listed, at
        if not listed:
            self._stores.after(lambda: boards.remove(row.person))
        self._stores.board_marks.add({f"person:{row.person}"})

    def join(self, user: str, unit: int | None, region: str, at: datetime) -> PlayerView:
        """Let a person play for a unit and region from now on; where that is too early, all stays as it was."""
        row = self._row(user, at)
        if (row.unit_id, row.region) == (unit, region) or self._may_change(_view(row), at) is not None:
            return _view(row)
        row.unit_id, row.region, row.joined_at, row.updated_at = unit, region, at, at
        return _view(row)

    def may_change(self, user: str, at: datetime) -> datetime | None:
        """From when on unit and region may be changed, where that is not yet.

        Before the first round that bears a unit or region every change is a correction; after it, also to leave and
        to come back counts, so that nobody stands in the numbers of two units within ten days.
        """
        return self._may_change(self.of(user), at)

    def _may_change(self, player: PlayerView, at: datetime) -> datetime | None:
        until = player.stays_until(at)
        return until if until is not None and self._has_played_for_some(player.person) else None

    def _has_played_for_some(self, person: str) -> bool:
        """Has a round of any kind ended for a unit or region, also one that waits for staff?"""
        mine = (Attempt.campaign == self._campaign, Attempt.person == person)
        for_some = or_(Attempt.unit_id.is_not(None), Attempt.region != "")
        return self._session.scalar(select(Attempt.id).where(*mine, for_some).limit(1)) is not None

    def leave(self, user: str, at: datetime) -> None:
        """Let a person play for nobody; when they joined is kept, so that going and coming is no way around."""
        row = self._row(user, at)
        row.unit_id, row.region, row.updated_at = None, "", at

    def regions(self) -> tuple[str, ...]:
        """Where the organiser's units are; none where the list does not tell."""
        regions = select(Unit.region).where(Unit.campaign == self._campaign, Unit.imported, Unit.region != "")
        return tuple(self._session.scalars(regions.distinct().order_by(Unit.region)))

    def named(self, limit: int | None = None, part: str = "") -> tuple[PlayerView, ...]:
        """Who has chosen a name, those that wait first, of them the newest; or those with a part in it."""
        wanted = (Player.name != "", Player.name.contains(part, autoescape=True))
        rows = self._session.scalars(
            select(Player)
            .where(*self._mine(), *wanted)
            .order_by(Player.seen, Player.updated_at.desc(), Player.id)
            .limit(limit)
        )
        return tuple(_view(row) for row in rows)

    def names_waiting(self) -> int:
        """How many names staff has to look at."""
        waiting = select(func.count()).where(*self._mine(), Player.name != "", Player.seen.is_(False))
        return self._session.scalar(waiting) or 0

    def approve(self, names: Mapping[int, str], *, who: str, at: datetime) -> tuple[PlayerView, ...]:
        """Show names that staff has seen, each where the player still bears it; by whom is written down."""
        mine = select(Player).where(*self._mine(), Player.id.in_(names), Player.name != "").with_for_update()
        rows = [row for row in self._session.scalars(mine) if row.name == names[row.id]]
        for row in rows:
            row.seen, row.hidden = True, False
        if rows:
            detail = {"players": sorted(row.id for row in rows)}
            self._session.add(
                Audit(campaign=self._campaign, at=at, who=who[:60], what="name.seen", detail=detail)
            )
        return tuple(_view(row) for row in rows)

    def hide(self, number: int, hidden: bool, *, who: str, reason: str, at: datetime) -> PlayerView | None:
        """Hide a player's name or show it again; who did so and why is written down, the name is not."""
        row = self._session.scalar(select(Player).where(*self._mine(), Player.id == number))
        if row is None or not row.name:
            return None
        row.hidden, row.seen = hidden, True
        what = "name.hide" if hidden else "name.show"
        detail = {"player": number, "reason": reason[:200]}  # it outlives the player
        self._session.add(Audit(campaign=self._campaign, at=at, who=who[:60], what=what, detail=detail))
        return _view(row)

    def members(self) -> tuple[dict[int, int], dict[str, int]]:
        """How many have joined each unit, and how many play for each region."""
        units = select(Player.unit_id, func.count()).where(*self._mine(), Player.unit_id.is_not(None))
        regions = select(Player.region, func.count()).where(*self._mine(), Player.region != "")
        by_unit = self._session.execute(units.group_by(Player.unit_id)).all()
        by_region = self._session.execute(regions.group_by(Player.region)).all()
        return {unit: count for unit, count in by_unit if unit is not None}, {
            str(name): count for name, count in by_region
        }

    def forget(self, user: str, before: datetime) -> None:
        """Remove what a person had chosen by then."""
        mine = (*self._mine(), Player.person == self.person(user), Player.created_at <= before)
        self._session.execute(delete(Player).where(*mine))

    def _row(self, user: str, at: datetime) -> Player:
        """The person's row, made where there is none."""
        mine = select(Player).where(*self._mine(), Player.person == self.person(user)).with_for_update()
        row = self._session.scalar(mine)
        if row is not None:
            return row
        row = Player(campaign=self._campaign, person=self.person(user), created_at=at, updated_at=at)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # another turn of the same person was faster
            return self._session.scalars(mine).one()
        return row

    def _mine(self) -> tuple[Any, ...]:
        return (Player.campaign == self._campaign,)


def _view(row: Player) -> PlayerView:
    return PlayerView(
        row.person, row.id, row.name, row.hidden, row.listed, row.unit_id, row.region, row.joined_at, row.seen
    )
