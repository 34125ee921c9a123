"""The count after the storm: what was promised against what is stored and what arrived."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from chaos.people import APOLOGY, Exchange, Person
from chaos.phone import Arrival
from chaos.processes import wait_until
from chaos.violence import Wound
from chaos.world import CAMPAIGN, LEADS, TODAY, World, liaison, mail_of, unit_name
from content.occurrences import occurrences
from store.boards import ALL, BUSY_MS
from store.quiz_tables import Attempt
from store.reminder_values import ACCEPTED, DELIVERED, PENDING, PLANNED, SENDING, UNKNOWN
from store.standing import rebuild
from store.tables import Reminder, Report

OPEN = (PLANNED, PENDING, SENDING)
GOOD = (ACCEPTED, DELIVERED, UNKNOWN)
SHOWN = 5  # faults of a kind that are told in full
#: Blows after which a first answer may not have been kept, so that a repeat is worked out afresh.
_FORGETFUL = ("empty redis", "no redis", "freeze", "dark")


@dataclass
class Reckoning:
    """The figures, and among them what must be nought."""

    figures: dict[str, int] = field(default_factory=dict)
    violations: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def must_not(self, what: str, found: Sequence[object]) -> None:
        """Count what may not be."""
        self.violations[what] = len(found)
        self.examples += [f"{what}: {one}" for one in found[:SHOWN]]

    @property
    def holds(self) -> bool:
        return not any(self.violations.values())

    def table(self) -> str:
        """All of it, as a table of Markdown."""
        lines = ["| what | count | must be |", "|---|---|---|"]
        lines += [f"| {what} | {count} | |" for what, count in self.figures.items()]
        lines += [f"| {what} | {count} | 0 |" for what, count in self.violations.items()]
        return "\n".join([*lines, *self.examples])


def reckon(world: World, people: Sequence[Person], liaisons: int, wounds: Sequence[Wound]) -> Reckoning:
    """Count everything."""
    found = Reckoning()
    count_talk(found, people, wounds)
    count_reports(found, world, people)
    count_reminders(found, world, liaisons)
    count_rounds(found, world, people)
    return found


# -- talk ---------------------------------------------------------------------------------------------------------


def count_talk(found: Reckoning, people: Sequence[Person], wounds: Sequence[Wound]) -> None:
    """Nobody is left unanswered, nor answered wrongly, nor with what is another's."""
    journal = [exchange for person in people for exchange in person.journal]
    several = [exchange for exchange in journal if len(exchange.heard) > 1]
    fresh = [exchange for exchange in several if len(set(exchange.heard)) > 1]
    found.figures |= {
        "things said": len(journal),
        "of them answered more than once (repeats)": len(several),
        "of these with a fresh answer, the first run lost": len(fresh),
        "silences on all three deliveries": sum(one.silent for one in journal),
        "apologies (系统正忙)": sum(APOLOGY in one.text for one in journal),
    }
    problems = Counter(one.problem for one in journal if one.silent)
    found.figures |= {f"silences, the last by: {problem}": n for problem, n in problems.items()}
    found.must_not("words never answered", [one.openid for one in people for _ in range(one.unanswered)])
    found.must_not("wrong replies", [f"{one.letters} {fault}" for one in people for fault in one.faults])
    found.must_not("repeats with another answer for no reason", _for_no_reason(fresh, wounds))
    found.must_not("replies with another person's words", leaks(people))


def _for_no_reason(fresh: Iterable[Exchange], wounds: Sequence[Wound]) -> list[str]:
    """Answers that differ although nothing was lost meanwhile and none of them was an apology."""
    forgetful = [wound for wound in wounds if wound.deed in _FORGETFUL]
    return [
        f"{one.said} → {[text[:40] for text in one.heard]}"
        for one in fresh
        if not any(APOLOGY in text for text in one.heard)
        and not any(wound.began <= one.ended and wound.until >= one.began - 1 for wound in forgetful)
    ]


def leaks(people: Sequence[Person]) -> list[str]:
    """Replies that hold what only another person has said or is."""
    owners = {person.letters: person.openid for person in people}
    owners |= {person.unit: person.openid for person in people if person.unit}
    return [
        f"{exchange.person} was told of {word}"
        for person in people
        for exchange in person.journal
        for text in {exchange.text, *exchange.heard}
        for word, owner in owners.items()
        if word in text and owner != exchange.person
    ]


# -- reports ------------------------------------------------------------------------------------------------------


def count_reports(found: Reckoning, world: World, people: Sequence[Person]) -> None:
    """Whatever was confirmed is there, and there once; of all reports of one writing there is one."""
    with world.storage.transaction(CAMPAIGN) as stores:
        rows = {row.public_no: row.what for row in stores.session.query(Report).all()}
        views = {code: stores.reports.by_code(code) for person in people for code in person.codes}
    written = Counter(marker for person in people for marker in person.markers)
    stored = {marker: sum(marker in what for what in rows.values()) for marker in written}
    confirmed = {code: marker for person in people for code, marker in person.codes.items()}
    lost = [code for code, view in views.items() if view is None]
    other = [
        code
        for code, view in views.items()
        if view is not None and confirmed[code] not in rows.get(view.number, "")
    ]
    found.figures |= {
        "reports confirmed to their writers": len(confirmed),
        "reports stored": len(rows),
        "stored but the answer with the code was lost": len(rows) - len(confirmed),
    }
    found.must_not("confirmed reports lost", lost)
    found.must_not("codes that show another report", other)
    found.must_not("reports stored twice", [marker for marker, times in stored.items() if times > 1])
    found.must_not("codes given twice", [code for code, n in _codes(people).items() if n > 1])


def _codes(people: Sequence[Person]) -> Counter[str]:
    """How many people were given each code."""
    return Counter(code for person in people for code in person.codes)


# -- reminders ----------------------------------------------------------------------------------------------------


def open_reminders(world: World) -> int:
    """How many reminders are due and not final."""
    return sum(row.state in OPEN for row in _due(world))


def _due(world: World) -> list[Reminder]:
    """Every liaison's reminders of this day; those of the next days wait for their time."""
    with world.storage.transaction(CAMPAIGN) as stores:
        query = stores.session.query(Reminder).filter(Reminder.recipient.like("liaison:%"))
        return query.filter(Reminder.send_at <= TODAY).all()


def due_names(world: World) -> dict[tuple[str, str], str]:
    """What is due on the day of the storm: obligation and occurrence, and the name people read."""
    found = [one for each in world.campaign.obligations for one in occurrences(each)]
    return {(one.obligation, one.key): one.name for one in found if one.due == TODAY.date()}


def count_reminders(found: Reckoning, world: World, liaisons: int) -> None:
    """Each due reminder is final, has arrived where it says so, and not twice within the platform's promise."""
    names, rows = due_names(world), _due(world)
    with world.storage.transaction(CAMPAIGN) as stores:
        units = {unit.id: unit.name for unit in stores.units.all()}
    numbers = {unit_name(number): number for number in range(liaisons)}
    arrived = _Arrivals(world.platform.arrived())
    times = {
        row.id: arrived.times(numbers[units[row.unit_id]], names[row.obligation, row.occurrence])
        for row in rows
    }
    found.figures["reminders due"] = len(rows)
    found.figures |= {f"reminders {state}": n for state, n in Counter(row.state for row in rows).items()}
    unknown = [row for row in rows if row.state == UNKNOWN]
    found.figures["unknown ones that did arrive"] = sum(times[row.id] > 0 for row in unknown)
    found.figures["sent again by design, ten minutes after a lost answer"] = sum(row.again for row in rows)
    found.must_not("due reminders without a row", range(liaisons * LEADS - len(rows)))
    found.must_not("due reminders that are not final", [_told(row) for row in rows if row.state in OPEN])
    wrong = [_told(row) for row in rows if row.state not in (*GOOD, *OPEN)]
    found.must_not("reminders given up", wrong)
    found.must_not(
        "accepted reminders that never arrived",
        [_told(row) for row in rows if row.state in (ACCEPTED, DELIVERED) and not times[row.id]],
    )
    twice = [f"{_told(row)} came {times[row.id]} times" for row in rows if times[row.id] > 1 + row.again]
    found.must_not("reminders that arrived twice", twice)
    found.must_not("rows for one reminder", _doubles(rows))


def _doubles(rows: Collection[Reminder]) -> list[str]:
    keys = Counter((row.recipient, row.obligation, row.occurrence, row.lead) for row in rows)
    return [f"{n} × {key}" for key, n in keys.items() if n > 1]


def _told(row: Reminder) -> str:
    return f"reminder {row.id}: {row.state} {row.reason} by {row.channel}, claim {row.claim_no}"


class _Arrivals:
    """What arrived, by who got it."""

    def __init__(self, arrived: Iterable[Arrival]) -> None:
        self._by: dict[str, list[str]] = {}
        for one in arrived:
            self._by.setdefault(one.to, []).append(one.words)

    def times(self, number: int, name: str) -> int:
        """How often one liaison was told of one matter, by whichever channel."""
        got = itertools.chain(self._by.get(liaison(number), ()), self._by.get(mail_of(number), ()))
        return sum(name in words for words in got)


# -- rounds and boards --------------------------------------------------------------------------------------------


def count_rounds(found: Reckoning, world: World, people: Sequence[Person]) -> None:
    """A round that somebody was told to have finished is kept; the boards are what SQL says."""
    with world.storage.transaction(CAMPAIGN) as stores:
        keys = {person.openid: stores.players.person(person.openid) for person in people}
        kept = Counter(row.person for row in stores.session.query(Attempt).all())
    told = sum(person.rounds for person in people)
    found.figures |= {"quiz rounds finished": told, "quiz rounds kept": sum(kept.values())}
    found.must_not(
        "finished rounds that are not kept",
        [person.openid for person in people if person.rounds > kept[keys[person.openid]]],
    )
    found.must_not("places on boards that SQL does not give", wrong_places(world))


def wrong_places(world: World) -> list[str]:
    """Where the board of people differs from one made anew."""
    with world.storage.transaction(CAMPAIGN) as stores:
        persons = {row.person for row in stores.session.query(Attempt).all()}
        standing = {person: stores.boards.look("person", ALL, person) for person in persons}
    if not wait_until(lambda: rebuild(world.storage, CAMPAIGN, TODAY.date()), BUSY_MS / 1000, 1.0):
        return ["the boards could not be counted anew"]
    with world.storage.transaction(CAMPAIGN) as stores:
        anew = {person: stores.boards.look("person", ALL, person) for person in persons}
    return [
        f"{person[:8]}: {_score(standing[person])} instead of {_score(anew[person])}"
        for person in persons
        if _score(standing[person]) != _score(anew[person])
    ]


def _score(board: object) -> object:
    mine = getattr(board, "mine", None)
    return None if mine is None else mine.score
