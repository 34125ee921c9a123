"""The count after the storm: what was promised against what is stored and what arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from chaos.count_errands import count_errands
from chaos.deliveries import count_reminders
from chaos.people import Person
from chaos.processes import wait_until
from chaos.reckoning import Reckoning
from chaos.talk import begun, broken_off, count_talk, where
from chaos.violence import Wound
from chaos.world import BEFORE, CAMPAIGN, TODAY, World
from rules.packet import mail_to_office
from store.boards import ALL, BUSY_MS
from store.claims import ACCEPTED, FAILED
from store.quiz_tables import Attempt
from store.standing import rebuild
from store.tables import Outgoing, Report


def reckon(world: World, people: Sequence[Person], liaisons: int, wounds: Sequence[Wound]) -> Reckoning:
    """Count everything."""
    found = Reckoning()
    count_talk(found, people, wounds)
    count_reports(found, world, people, wounds)
    count_links(found, world, people)
    count_letters(found, world)
    joined = {one.errands.unit: one.openid for one in people if one.errands.joined}
    count_reminders(found, world, liaisons, joined)
    count_rounds(found, world, people, wounds)
    count_errands(found, world, people, wounds)
    found.must_not("places on boards that SQL does not give", wrong_places(world))
    return found


# -- reports ------------------------------------------------------------------------------------------------------


def count_reports(
    found: Reckoning, world: World, people: Sequence[Person], wounds: Sequence[Wound] = ()
) -> None:
    """Whatever was begun came to its code and is there, and there once; of all reports of one writing there is one."""
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
        "reports begun in the storm": len(begun(people, "report")),
    }
    unfinished = [
        one
        for one in broken_off(people, "report", wounds)
        if not (one.lost and stored.get(one.marker) and one.marker not in confirmed.values())
    ]
    found.must_not("reports that came to no code", [where(one) for one in unfinished])
    found.must_not("confirmed reports lost", lost)
    found.must_not("codes that show another report", other)
    found.must_not("reports stored twice", [marker for marker, times in stored.items() if times > 1])
    found.must_not("codes given twice", [code for code, n in _codes(people).items() if n > 1])


def _codes(people: Sequence[Person]) -> Counter[str]:
    """How many people were given each code."""
    return Counter(code for person in people for code in person.codes)


def count_links(found: Reckoning, world: World, people: Sequence[Person]) -> None:
    """Who reported is known to the identity store alone, and whoever wishes to hear of it can be told."""
    with world.storage.transaction(CAMPAIGN) as stores:
        rows = {row.public_no: row.link for row in stores.session.query(Report).all()}
        owned = {person.openid: set(stores.links.tokens_of(person.openid)) for person in people}
        views = [(one, stores.reports.by_code(code)) for one in people for code in one.codes]
        mine = [(one, view.number, view.link) for one, view in views if view is not None]
        wrong = [number for one, number, link in mine if stores.links.reachable(link) != one.reach]
    known = set().union(*owned.values())
    found.figures["reports whose person is to be told"] = sum(one.reach for one, _, _ in mine)
    strangers = [number for one, number, link in mine if link not in owned[one.openid]]
    found.must_not("confirmed reports without a link to their person", strangers)
    found.must_not("reports without any link", [number for number, link in rows.items() if link not in known])
    found.must_not("reports whose person is told against their wish, or not", wrong)


def count_letters(found: Reckoning, world: World) -> None:
    """The office gets one letter for each report, with the words and at the address that are meant."""
    zone, office = ZoneInfo(world.campaign.zone), world.campaign.email
    with world.storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.query(Report).all()
        meant = {
            f"report:{row.public_no}": (office, *mail_to_office(stores.reports.case(row.id, zone)))
            for row in rows
        }
        letters = stores.session.query(Outgoing).filter(Outgoing.key.like("report:%")).all()
        there = {one.key: (one.to, one.subject, one.body) for one in letters}
        states = {one.key: one.state for one in letters}
    came = Counter(one.words.partition("\n")[0] for one in world.platform.arrived() if one.to == office)
    times = {key: came[subject] for key, (_, subject, _) in there.items()}
    found.figures |= {f"letters to the office {state}": n for state, n in Counter(states.values()).items()}
    found.must_not("reports without their letter to the office", [key for key in meant if key not in there])
    wrong = [key for key in there if there[key] != meant.get(key)]
    found.must_not("letters to the office with other words or to others", wrong)
    gone = [key for key, state in states.items() if state == FAILED or (state == ACCEPTED and not times[key])]
    found.must_not("letters to the office that were given up or never arrived", gone)
    found.must_not("letters to the office that arrived twice", [key for key, n in times.items() if n > 1])


# -- rounds and boards --------------------------------------------------------------------------------------------


def count_rounds(
    found: Reckoning, world: World, people: Sequence[Person], wounds: Sequence[Wound] = ()
) -> None:
    """A round that was begun came to its end and is kept, once."""
    with world.storage.transaction(CAMPAIGN) as stores:
        keys = {person.openid: stores.players.person(person.openid) for person in people}
        rows = stores.session.query(Attempt).filter(Attempt.ended_at >= TODAY - BEFORE).all()
        kept = Counter(row.person for row in rows)
        times = Counter((row.person, row.began_at, row.kind, row.stage) for row in rows)
        origins = Counter(row.origin for row in rows)
    told = sum(person.rounds for person in people)
    found.figures |= {
        "quiz rounds begun in the storm": len(begun(people, "round")),
        "quiz rounds finished": told,
        "quiz rounds given up by 取消": sum(person.given_up for person in people),
        "answers lost that may have ended a round": sum(person.lost_ends for person in people),
        "quiz rounds kept": sum(kept.values()),
    }
    unfinished = [one for one in broken_off(people, "round", wounds) if not one.lost]
    found.must_not("quiz rounds that came to no end", [where(one) for one in unfinished])
    found.must_not(
        "more rounds kept than were finished",
        [
            f"{one.openid}: {kept[keys[one.openid]]} for {one.rounds} + {one.given_up} + {one.lost_ends}"
            for one in people
            if kept[keys[one.openid]] > one.rounds + one.given_up + one.lost_ends
        ],
    )
    twice = [key for key, n in (*times.items(), *origins.items()) if n > 1]
    found.must_not("rounds kept twice", twice)
    found.must_not(
        "finished rounds that are not kept",
        [person.openid for person in people if person.rounds > kept[keys[person.openid]]],
    )


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
