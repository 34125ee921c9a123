"""The count of what was sent: reminders and letters against what arrived."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from chaos.phone import Arrival
from chaos.reckoning import Reckoning
from chaos.world import CAMPAIGN, LEADS, TODAY, World, liaison, mail_of, unit_name
from cli.run import TEMPLATES
from content.occurrences import occurrences
from scheduler.retries import FORGOTTEN, IN_DOUBT
from store.reminder_values import (
    ACCEPTED,
    DELIVERED,
    LOST,
    PENDING,
    PLANNED,
    REFUSED,
    SENDING,
    UNKNOWN,
)
from store.tables import DeliveryTry, Reminder

CARD = "template"
PRIZE_CARD = str(TEMPLATES["prize"]["id"])  # which names no unit
NOBODY: Mapping[str, str] = {}
OPEN = (PLANNED, PENDING, SENDING)
AMBIGUOUS = "ambiguous"  # the outcome of a try whose answer never came
_BLUR_S = 2.0  # a letter bears whole seconds, and clocks differ a little
GOOD = (ACCEPTED, DELIVERED, UNKNOWN)


def all_sent(world: World, due: int) -> bool:
    """Are there so many due reminders, and all of them final?"""
    rows = _due(world)
    return len(rows) >= due and not any(row.state in OPEN for row in rows)


def _due(world: World) -> list[Reminder]:
    """Every liaison's reminders of this day; those of the next days wait for their time."""
    with world.storage.transaction(CAMPAIGN) as stores:
        query = stores.session.query(Reminder).filter(Reminder.recipient.like("liaison:%"))
        return query.filter(Reminder.send_at <= TODAY).all()


def due_names(world: World) -> dict[tuple[str, str], str]:
    """What is due on the day of the storm: obligation and occurrence, and the name people read."""
    found = [one for each in world.campaign.obligations for one in occurrences(each)]
    return {(one.obligation, one.key): one.name for one in found if one.due == TODAY.date()}


def count_reminders(
    found: Reckoning, world: World, liaisons: int, joined: Mapping[str, str] = NOBODY
) -> None:
    """Each due reminder is final, has arrived where it says so, and not twice within the platform's promise.

    ``joined``: who registered by themselves, by the unit that they answer for.
    """
    names, rows = due_names(world), _due(world)
    with world.storage.transaction(CAMPAIGN) as stores:
        units = {unit.id: unit.name for unit in stores.units.all()}
        tries = _by_reminder(stores.session.query(DeliveryTry).all())
    addresses = {unit_name(number): (liaison(number), mail_of(number)) for number in range(liaisons)}
    addresses |= {unit: (openid, openid) for unit, openid in joined.items()}
    came = world.platform.arrived()
    arrived = _Arrivals(came)
    times = {
        row.id: arrived.times(addresses.get(units[row.unit_id], ()), names[row.obligation, row.occurrence])
        for row in rows
    }
    _figure(found, rows, times)
    found.must_not("due reminders without a row", range(len(addresses) * LEADS - len(rows)))
    found.must_not("due reminders that are not final", [_told(row) for row in rows if row.state in OPEN])
    wrong = [_told(row) for row in rows if row.state not in (*GOOD, *OPEN)]
    found.must_not("reminders given up", wrong)
    found.must_not(
        "accepted reminders that never arrived",
        [_told(row) for row in rows if row.state in (ACCEPTED, DELIVERED) and not times[row.id]],
    )
    _count_tries(found, rows, tries)
    twice = [row for row in rows if _too_often(row, times[row.id], tries.get(row.id, ()))]
    found.must_not("reminders that arrived twice", [f"{_told(row)} came at {times[row.id]}" for row in twice])
    found.must_not("cards and letters that name another's unit", _misnamed(came, addresses))
    found.must_not("rows for one reminder", _doubles(rows))


def _figure(found: Reckoning, rows: Sequence[Reminder], times: Mapping[int, Sequence[float]]) -> None:
    """How many reminders there were, and what became of them."""
    unknown = [row for row in rows if row.state == UNKNOWN]
    found.figures["reminders due"] = len(rows)
    found.figures |= {f"reminders {state}": n for state, n in Counter(row.state for row in rows).items()}
    found.figures["unknown ones that did arrive"] = sum(bool(times[row.id]) for row in unknown)
    found.figures["sent again by design, ten minutes after a lost answer"] = sum(row.again for row in rows)


def _by_reminder(tries: Iterable[DeliveryTry]) -> dict[int, list[DeliveryTry]]:
    found: dict[int, list[DeliveryTry]] = {}
    for one in tries:
        found.setdefault(one.reminder_id, []).append(one)
    return found


def _count_tries(
    found: Reckoning, rows: Sequence[Reminder], tries: Mapping[int, Sequence[DeliveryTry]]
) -> None:
    """Did the storm hit a post? A try is lost where its process died, or was frozen too long, in the midst of it."""
    spoken = {
        row.id: {one.claim_no for one in tries.get(row.id, ()) if one.outcome not in (LOST, REFUSED)}
        for row in rows
    }
    mute = sum(number not in spoken[row.id] for row in rows for number in range(1, row.claim_no))
    every = [one for some in tries.values() for one in some]
    found.figures |= {
        "reminders taken in hand": sum(row.claim_no for row in rows),
        "of these taken over from a process that wrote nothing down, or handed back": mute,
        "tries that ended lost, taken over in the midst of a post": sum(one.outcome == LOST for one in every),
        "tries whose answer was lost": sum(one.outcome == AMBIGUOUS for one in every),
    }


def _too_often(row: Reminder, times: Sequence[float], tries: Iterable[DeliveryTry]) -> bool:
    """Did it come more than once? What comes ten minutes after a lost answer is by design, once."""
    more = sorted(times)[1:]
    doubts = [one.started_at.timestamp() for one in tries if one.outcome in IN_DOUBT]
    if not more or not doubts or not row.again:
        return bool(more)
    return len(more) > 1 or more[0] - min(doubts) < FORGOTTEN.total_seconds() - _BLUR_S


def _misnamed(came: Iterable[Arrival], addresses: Mapping[str, Collection[str]]) -> list[str]:
    """What reached a liaison and does not name their unit; who registered themselves is sent other things too."""
    units = {address: unit for unit, some in addresses.items() for address in some}
    chatty = {next(iter(some)) for some in addresses.values() if len(set(some)) == 1}
    mine = [
        one
        for one in came
        if one.to in units and (one.to not in chatty or one.kind == CARD) and PRIZE_CARD not in one.words
    ]
    return [f"{one.kind} to {one.to}" for one in mine if units[one.to] not in one.words]


def _doubles(rows: Collection[Reminder]) -> list[str]:
    keys = Counter((row.recipient, row.obligation, row.occurrence, row.lead) for row in rows)
    return [f"{n} × {key}" for key, n in keys.items() if n > 1]


def _told(row: Reminder) -> str:
    return f"reminder {row.id}: {row.state} {row.reason} by {row.channel}, claim {row.claim_no}"


class _Arrivals:
    """What arrived, by who got it."""

    def __init__(self, arrived: Iterable[Arrival]) -> None:
        self._by: dict[str, list[Arrival]] = {}
        for one in arrived:
            self._by.setdefault(one.to, []).append(one)

    def times(self, addresses: Collection[str], name: str) -> list[float]:
        """When one liaison was told of one matter, by whichever channel."""
        got = itertools.chain.from_iterable(self._by.get(address, ()) for address in set(addresses))
        return [one.at for one in got if name in one.words]
