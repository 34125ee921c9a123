"""What the tests of boards share: people who end rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from store.boards import Board, Of
from store.stores import Storage
from store.units import UnitRow

CAMPAIGN = "ningxia-2020"
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2020, 6, 16, 9, 0, tzinfo=ZONE)
TODAY = AT.date()
_COUNT = iter(range(1_000_000))


def play(
    storage: Storage,
    user: str,
    right: int,
    total: int = 5,
    *,
    at: datetime = AT,
    counts: bool = True,
    given: Sequence[str] = (),
    kind: str = "round",
) -> None:
    """End one round in a transaction of its own."""
    number = next(_COUNT)
    answers = [
        {"question": f"q{n}", "given": given[n] if given else f"{number}", "right": n < right}
        for n in range(total)
    ]
    with storage.transaction(CAMPAIGN) as stores:
        stores.attempts.add(
            user,
            f"draft-{number}",
            kind=kind,
            answers=answers,
            began=at - timedelta(minutes=1),
            at=at,
            day=at.astimezone(ZONE).date(),
            counts=counts,
        )


def a_unit(
    storage: Storage,
    name: str = "青泉市安委会",
    region: str = "青泉市",
    headcount: int = 0,
    group: str = "市级",
) -> int:
    """A unit of the organiser's list; its group says of what it is reminded, its region where it is."""
    with storage.transaction(CAMPAIGN) as stores:
        stores.units.import_rows([UnitRow(name, group, headcount=headcount, region=region)], AT)
        unit = stores.units.named(name)
    assert unit is not None
    return unit.id


def join(storage: Storage, user: str, unit: int | None, region: str = "青泉市", at: datetime = AT) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.players.join(user, unit, region, at)


def bear(storage: Storage, user: str, name: str, at: datetime = AT) -> None:
    """Choose a name that staff has seen."""
    with storage.transaction(CAMPAIGN) as stores:
        player = stores.players.rename(user, name, at)
        stores.players.approve({player.id: name}, who="office:wang", at=at)


def person(storage: Storage, user: str) -> str:
    return storage.sealing.hash("quiz", user)


def look(storage: Storage, of: Of = "person", period: str = "all", key: str = "") -> Board:
    with storage.transaction(CAMPAIGN) as stores:
        board = stores.boards.look(of, period, key)
    assert board is not None, "the boards are not ready"
    return board


def shown(storage: Storage, of: Of = "person", period: str = "all") -> list[tuple[str, int]]:
    """Key and score of each line."""
    return [(line.key, line.score) for line in look(storage, of, period).lines]
