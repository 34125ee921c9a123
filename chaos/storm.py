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

from chaos.count import reckon
from chaos.deliveries import open_reminders
from chaos.people import Person, letters_of
from chaos.plan import Blow
from chaos.processes import wait_until
from chaos.reckoning import Reckoning
from chaos.violence import Violence
from chaos.world import CAMPAIGN, TODAY, WORKERS, World, liaison, unit_name

TALKERS = 4  # liaisons who also talk
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


def blow(world: World, storm: Storm) -> Reckoning:
    """Run it: people talk and reminders fall due while the product is hurt; then quiet, and the count."""
    prepare(world, storm)
    world.product.start()
    world.wait_ready()
    people = everybody(world, storm)
    violence = Violence(world, random.Random(storm.seed), time.monotonic() + storm.most_s)
    stopping = threading.Event()
    threads = [threading.Thread(target=one.live, args=(stopping,), daemon=True) for one in people]
    threads.append(threading.Thread(target=recruit, args=(world, storm, stopping), daemon=True))
    world.platform.fail(storm.share)
    for thread in threads:
        thread.start()
    began = time.monotonic()
    violence.strike(storm.blows)
    ended = time.monotonic()
    settled = quiet(world, storm, stopping, threads, people)
    times = {
        "seconds of storm": round(ended - began),
        "seconds until all was settled": round(time.monotonic() - ended),
    }
    found = reckon(world, people, storm.liaisons, violence.wounds)
    found.figures = _deeds(violence, world) | times | found.figures
    found.must_not("things still open when the quiet was over", [] if settled else ["see above"])
    return found


def _deeds(violence: Violence, world: World) -> dict[str, int]:
    named = {
        "kill": "processes killed",
        "freeze": "processes frozen",
        "dark": "times all dead",
        "postgres": "restarts of PostgreSQL",
        "empty redis": "times Redis emptied",
        "no redis": "times Redis gone",
    }
    done = {words: violence.done[deed] for deed, words in named.items()}
    done["of these a scheduler in the midst of a post"] = violence.done["in the midst of a post"]
    return done | {"starts of processes": world.product.starts()}


def prepare(world: World, storm: Storm) -> None:
    """The first liaisons, those who talk, and people who have played before."""
    for number in range(TALKERS):
        world.register(number)
    world.platform.people([(resident(number), f"居民{number}") for number in range(storm.residents)])
    for number in range(SEEDED):
        at = TODAY - timedelta(minutes=SEEDED - number)
        answers = [{"question": f"q{n}", "given": str(number), "right": n < 1 + number % 5} for n in range(5)]
        with world.storage.transaction(CAMPAIGN) as stores:
            stores.attempts.add(
                f"oChaosSeeded{number:016d}",
                f"draft-{number}",
                kind="round",
                answers=answers,
                began=at,
                at=at,
                day=TODAY.date(),
            )


def everybody(world: World, storm: Storm) -> list[Person]:
    """Residents, and some liaisons."""

    def person(openid: str, number: int, unit: str = "") -> Person:
        chance = random.Random(storm.seed * 1000 + number)
        reach = not unit and number % 2 == 0
        return Person(openid, letters_of(number), world.platform, chance, storm.hurry, unit, reach)

    residents = [person(resident(number), number) for number in range(storm.residents)]
    return residents + [person(liaison(n), 900 + n, unit_name(n)) for n in range(TALKERS)]


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
    return sum(one.rest + (one.seconds if one.deed in ("dark", "no redis") else 0.0) for one in blows)


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
    return wait_until(lambda: not open_reminders(world), max(5.0, until - time.monotonic()), 0.5) and done


def _boards_stand(world: World) -> bool:
    with world.storage.transaction(CAMPAIGN) as stores:
        return stores.boards.ready()


def resident(number: int) -> str:
    return f"oChaosResident{number:014d}"
