"""``python -m chaos``: shake the product, then count; the exit status is 1 if anything that was promised was broken."""

from __future__ import annotations

import argparse
import sys
import time

from chaos.plan import long, plan
from chaos.storm import Storm, blow
from chaos.world import World, machine

LEASE_S = 120
LIAISONS = 300  # two reminders each
RESIDENTS = 12
DELIVERIES = (0.0, 5.0, 10.0)  # as WeChat repeats a push


def main() -> int:
    options = _options()
    print(f"{machine()}, seed {options.seed}\n", flush=True)
    databases = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    held = [_one(database, options) for database in databases]
    return 0 if all(held) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m chaos", description="Shake the product, then count.")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60.0, help="no blow after so many minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--liaisons", type=int, default=LIAISONS)
    return parser.parse_args()


def _one(database: str, options: argparse.Namespace) -> bool:
    """One storm on one database; did everything hold?"""
    restarts = max(1, options.kills // 60) if database == "postgresql" else 0
    storm = Storm(
        blows=plan(long(options.kills, LEASE_S, restarts), options.seed),
        seed=options.seed,
        residents=RESIDENTS,
        liaisons=options.liaisons,
        share=0.2,
        most_s=options.minutes * 60,
        quiet_s=15 * 60,
        full=True,
    )
    began = time.monotonic()
    with World(database, lease=LEASE_S, deliveries=DELIVERIES, copied=True) as world:
        found = blow(world, storm)
    print(f"## {database}: {'holds' if found.holds else 'BROKEN'}, {time.monotonic() - began:.0f} s in all\n")
    print(found.table() + "\n", flush=True)
    return found.holds


if __name__ == "__main__":
    sys.exit(main())
