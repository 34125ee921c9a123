"""A storm from its beginning to the count."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chaos.clerk import Clerk
from chaos.count import reckon
from chaos.count_draws import count_draws
from chaos.count_office import count_office
from chaos.count_winners import count_winners
from chaos.deliveries import all_sent
from chaos.errands import UNITS, Errands
from chaos.office import VALUE, Office
from chaos.past_draws import Customer, draw_before
from chaos.people import Person, letters_of
from chaos.plan import Blow
from chaos.processes import wait_until
from chaos.reckoning import Reckoning
from chaos.violence import POST_S, Violence
from chaos.world import CAMPAIGN, LEADS, TODAY, WORKERS, World, liaison, unit_name
from content.occurrences import occurrences
from content.prizes import PrizeKind
from store.photos import WANTED
from store.tables import ReportPhoto

TALKERS = 4  # liaisons who also talk
CONSENT = {"text": "同意", "version": "2"}
SEEDED = 30  # people who had played before the storm


@dataclass(frozen=True, slots=True)
class Storm:
    """How large it is."""

    blows: tuple[Blow, ...]
    seed: int
    residents: int
    liaisons: int
    share: float  # of the product's calls to the platform that go wrong
    most_s: float  # no blow after so many seconds
    quiet_s: float  # so long everything may take to come to its end
    hurry: float = 1.0
    aim_s: float = POST_S  # so long a post to be hit is waited for
    full: bool = False  # people run errands, and the office works


def blow(world: World, storm: Storm) -> Reckoning:
    """Run it: people talk and reminders fall due while the product is hurt; then quiet, and the count."""
    customers = prepare(world, storm)
    world.product.start()
    world.wait_ready()
    people = everybody(world, storm)
    office = Office(world, random.Random(storm.seed)) if storm.full else None
    clerk = Clerk(world, random.Random(storm.seed + 1), customers=customers) if storm.full else None
    violence = Violence(world, random.Random(storm.seed), time.monotonic() + storm.most_s, storm.aim_s)
    stopping = threading.Event()
    threads = [threading.Thread(target=one.live, args=(stopping,), daemon=True) for one in people]
    threads.append(threading.Thread(target=recruit, args=(world, storm, stopping), daemon=True))
    desks = [one for one in (office, clerk) if one]
    threads += [threading.Thread(target=one.work, args=(stopping,), daemon=True) for one in desks]
    world.platform.fail(storm.share)
    for thread in threads:
        thread.start()
    began = time.monotonic()
    violence.strike(storm.blows)
    ended = time.monotonic()
    settled = quiet(world, storm, stopping, threads, people)
    for desk in desks:
        desk.finish()
    times = {
        "seconds of storm": round(ended - began),
        "seconds until all was settled": round(time.monotonic() - ended),
    }
    return _counted(world, storm, people, office, clerk, violence, times, settled)


def _counted(
    world: World,
    storm: Storm,
    people: Sequence[Person],
    office: Office | None,
    clerk: Clerk | None,
    violence: Violence,
    times: dict[str, int],
    settled: bool,
) -> Reckoning:
    """The count of all of it."""
    found = reckon(world, people, storm.liaisons, violence.wounds)
    if office and clerk:
        count_office(found, world, office, people)
        count_draws(found, world, office, clerk, players(storm))
        count_winners(found, world, people, players(storm))
    found.figures = _deeds(violence, world) | times | found.figures
    found.must_not("things still open when the quiet was over", [] if settled else ["see above"])
    return found


def _deeds(violence: Violence, world: World) -> dict[str, int]:
    named = {
        "kill": "processes killed",
        "freeze": "processes frozen",
        "dark": "times all dead",
        "postgres": "restarts of PostgreSQL",
        "hung postgres": "times PostgreSQL hung",
        "empty redis": "times Redis emptied",
        "no redis": "times Redis gone",
        "hung redis": "times Redis hung",
    }
    done = {words: violence.done[deed] for deed, words in named.items()}
    done["of these a scheduler in the midst of a post"] = violence.done["in the midst of a post"]
    return done | {"starts of processes": world.product.starts()}


def prepare(world: World, storm: Storm) -> list[Customer]:
    """The first liaisons, those who talk, and people who have played before; who of these has won and got a code."""
    for number in range(TALKERS):
        world.register(number)
    world.platform.people([(resident(number), f"居民{number}") for number in range(storm.residents)])
    customers = give_prizes(world, storm) if storm.full else []
    for number in range(SEEDED):
        at = TODAY - timedelta(minutes=SEEDED - number)
        answers = [{"question": f"q{n}", "given": str(number), "right": n < 1 + number % 5} for n in range(5)]
        with world.storage.transaction(CAMPAIGN) as stores:
            stores.attempts.add(
                seeded(number),
                f"draft-{number}",
                kind="round",
                answers=answers,
                began=at,
                at=at,
                day=TODAY.date(),
            )
    return customers


def players(storm: Storm) -> tuple[str, ...]:
    """Who has a ticket in every draw."""
    return (*map(seeded, range(SEEDED)), *map(resident, range(storm.residents)))


def give_prizes(world: World, storm: Storm) -> list[Customer]:
    """Everybody who has played two days ago takes part in draws; who talks has won in one that is over. Who has a code."""
    played, talkers = TODAY - timedelta(days=2), [resident(number) for number in range(storm.residents)]
    silent = [seeded(number) for number in range(SEEDED)]
    draw = next(iter(world.campaign.prizes))
    prizes = (PrizeKind(title="灭火器", count=len(talkers)),)
    source = draw.source.model_copy(
        update={"known_on": TODAY.date() - timedelta(days=1), "known_at": (TODAY - timedelta(hours=4)).time()}
    )
    period = draw.period.model_copy(update={"end": played.date()})
    rules = draw.model_copy(
        update={"id": "over", "name": "闯关奖", "prizes": prizes, "source": source, "period": period}
    )
    values: dict[str, Any] = {"kind": "round", "answers": [], "day": played.date()}
    with world.storage.transaction(CAMPAIGN) as stores:
        for one in (*talkers, *silent):
            stores.attempts.add(one, "two days ago", began=played, at=played, **values)
        for one in talkers:
            stores.entrants.enter(one, CONSENT)
        entrants, zone = stores.entrants.persons(), world.campaign.zone
        stores.draws.commit(rules, entrants, zone=zone, who="office", at=TODAY - timedelta(days=1, hours=6))
        stores.draws.draw("over", VALUE, entrants, zone=zone, who="office", at=TODAY - timedelta(days=1))
        for one in silent:
            stores.entrants.enter(one, CONSENT)
    world.platform.people([(one, f"读者{number}") for number, one in enumerate(silent)])
    return draw_before(world, talkers, silent)


def everybody(world: World, storm: Storm) -> list[Person]:
    """Residents, and some liaisons."""

    def person(openid: str, number: int, unit: str = "") -> Person:
        chance = random.Random(storm.seed * 1000 + number)
        reach = not unit and number % 2 == 0
        errands = _errands(world, number, bool(unit)) if storm.full else Errands()
        letters = letters_of(number)
        return Person(openid, letters, world.platform, chance, storm.hurry, unit, reach, errands=errands)

    residents = [person(resident(number), number) for number in range(storm.residents)]
    return residents + [person(liaison(n), 900 + n, unit_name(n)) for n in range(TALKERS)]


def _errands(world: World, number: int, liaison: bool) -> Errands:
    """What somebody has to do besides: liaisons file what was due long ago, so that no reminder of today is settled."""
    if liaison:
        due = [
            one for each in world.campaign.obligations if each.to == "liaison" for one in occurrences(each)
        ]
        return Errands(files=tuple(one.name for one in due if one.due < TODAY.date()))
    return Errands(
        unit=UNITS[number] if number < len(UNITS) else "", winner=True, photographs=True, sits=True
    )


def recruit(world: World, storm: Storm, stopping: threading.Event) -> None:
    """Register liaisons one by one during the storm, so that reminders fall due all the time."""
    pause = storm_length(storm.blows) / max(1, storm.liaisons)
    for number in range(TALKERS, storm.liaisons):
        while True:
            with suppress(Exception):  # the database may be gone for a moment
                world.register(number)
                break
            time.sleep(0.2)
        if not stopping.is_set():
            time.sleep(pause * 0.8)


def storm_length(blows: Sequence[Blow]) -> float:
    """About how many seconds the blows take."""
    slept = ("dark", "no redis", "hung redis", "hung postgres")
    return sum(one.rest + (one.seconds if one.deed in slept else 0.0) for one in blows)


def quiet(
    world: World,
    storm: Storm,
    stopping: threading.Event,
    threads: Sequence[threading.Thread],
    people: Sequence[Person],
) -> bool:
    """The platform is sound, everything runs, everybody finishes; did all of it come to its end in time?"""
    until = time.monotonic() + storm.quiet_s
    world.platform.recover()
    stopping.set()
    wait_until(world.product.all_awake, storm.quiet_s)
    for thread in threads:
        thread.join(max(0.1, until - time.monotonic()))
    done = not any(thread.is_alive() for thread in threads)
    wait_until(lambda: world.product.whole(WORKERS), storm.quiet_s, 0.3)
    world.wait_ready()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Person.settle, people))
    done &= wait_until(lambda: _boards_stand(world), max(30.0, until - time.monotonic()), 0.5)
    due = (storm.liaisons + sum(one.errands.joined for one in people)) * LEADS
    still = [lambda: all_sent(world, due), lambda: not _photos_wanted(world)]
    return all(wait_until(one, max(5.0, until - time.monotonic()), 0.5) for one in still) and done


def _photos_wanted(world: World) -> int:
    with world.storage.transaction(CAMPAIGN) as stores:
        return stores.session.query(ReportPhoto).filter(ReportPhoto.state == WANTED).count()


def _boards_stand(world: World) -> bool:
    with world.storage.transaction(CAMPAIGN) as stores:
        return stores.boards.ready()


def seeded(number: int) -> str:
    return f"oChaosSeeded{number:016d}"


def resident(number: int) -> str:
    return f"oChaosResident{number:014d}"
