"""The short form of ``make chaos``: about a dozen kills and one of everything else, on each database."""

from __future__ import annotations

import pytest

from chaos.plan import plan, short
from chaos.postgres import find
from chaos.storm import Storm, blow
from chaos.world import World
from tests.conftest import missing

#: Of the seven one master: most of the time somebody is there to answer. Everything dead comes early and a frozen worker late,
#: so that both freezes are slept to their ends while the storm goes on. Everything dead kills six more.
KILLS, LEASE_S, SEED = 7, 6, 625
RESIDENTS = 8


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_short_storm_breaks_no_promise(database: str) -> None:
    if database == "postgresql":
        try:
            find()
        except FileNotFoundError as problem:
            missing(str(problem))
    storm = Storm(
        blows=plan(short(KILLS, LEASE_S, restarts=int(database == "postgresql")), SEED),
        seed=SEED,
        residents=RESIDENTS,
        liaisons=40,
        share=0.1,
        most_s=40,
        quiet_s=90,
        hurry=0.3,
        aim_s=0.5,
    )
    with World(database, lease=LEASE_S, deliveries=(0.0, 2.5, 8.5)) as world:
        found = blow(world, storm)
        assert found.holds, f"{found.table()}\n{world.tail()}"
    assert found.figures["processes killed"] >= KILLS
    assert found.figures["reminders due"] == 2 * storm.liaisons
    assert found.figures["reports begun in the storm"] > 0
    assert found.figures["quiz rounds begun in the storm"] > 0
    assert found.figures["reports confirmed to their writers"] >= RESIDENTS  # each their own, at the latest
    assert found.figures["quiz rounds finished"] >= RESIDENTS  # when the storm is over
