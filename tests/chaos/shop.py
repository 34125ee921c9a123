"""What the tests of the count of draws share: an office after its storm, with steps of every kind, and what it was told."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from chaos.clerk import Clerk
from chaos.commands import Said
from chaos.count_draws import count_draws
from chaos.count_winners import count_winners
from chaos.office import VALUE, WRONG, Office
from chaos.past_draws import Customer, deadline, draw_before
from chaos.people import Person
from chaos.reckoning import Reckoning
from chaos.tree import ROOT, dues, earlier, stated
from chaos.world import TODAY, World
from content.loader import load_campaign
from store.stores import Storage
from tests.chaos.counting import Small, broken
from tests.chatting import CAMPAIGN
from tests.conftest import SetClock

PLAYED = ("oP0", "oP1", "oP2", "oP3", "oP4", "oP5", "oP6", "oP7", "oP8")
STORM, TOLD, RACE, LATE = "storm-0", "told-0", "race-0", "late-0"
AFTER = TODAY + timedelta(minutes=5)  # when all of it is over
BY = "office:root"


@dataclass
class Tree(Small):
    """A world with a bank of its own, and without processes."""

    folder: Path = Path()
    draws: dict[str, datetime] = field(default_factory=lambda: dues(TODAY))

    @property
    def tree(self) -> Path:
        return self.folder

    def office_environment(self) -> dict[str, str]:
        return {}

    def now(self) -> datetime:
        return AFTER


def tree(storage: Storage, folder: Path) -> Tree:
    """A world whose campaign states the draws of a storm."""
    shutil.copytree(ROOT / "content" / "campaigns" / CAMPAIGN, folder / CAMPAIGN)
    made = Tree(storage, folder=folder)
    text = stated(made.draws | earlier(TODAY))
    (folder / CAMPAIGN / "prizes.yaml").write_text(text, encoding="utf-8")
    made.campaign = load_campaign(folder / CAMPAIGN)
    return made


@dataclass
class Shop:
    """The office and the counter, and what is stored."""

    world: Tree
    office: Office
    clerk: Clerk

    def counted(self, *people: Person) -> dict[str, int]:
        """What the counts of draws and of winners tell."""
        found, world = Reckoning(), cast(World, self.world)
        count_draws(found, world, self.office, self.clerk, PLAYED)
        count_winners(found, world, people, PLAYED)
        return broken(found)

    def figures(self) -> dict[str, int]:
        found = Reckoning()
        count_draws(found, cast(World, self.world), self.office, self.clerk, PLAYED)
        return found.figures

    def alter(self, change: Any) -> None:
        with self.world.storage.transaction(CAMPAIGN) as stores:
            change(stores.session)

    def heard(self, told: str, *words: str, at: datetime = AFTER) -> None:
        """A run of a command about draws was heard to say something."""
        self.clerk.said.append(Said(("draw", *words), told, at))

    def forget(self, *words: str) -> None:
        """As if a command had never been run."""
        for desk in (self.office, self.clerk):
            desk.said[:] = [one for one in desk.said if one.words[1 : 1 + len(words)] != words]

    def ticket(self, name: str, rank: int) -> str:
        with self.world.storage.transaction(CAMPAIGN) as stores:
            draw = stores.draws.named(name)
            assert draw is not None
            return stores.draws.winners(draw)[rank - 1].ticket

    def prize(self, name: str, rank: int) -> int:
        with self.world.storage.transaction(CAMPAIGN) as stores:
            draw = stores.draws.named(name)
            assert draw is not None
            return stores.draws.winners(draw)[rank - 1].id

    def customer(self, name: str) -> Customer:
        """The first of a draw who has a code."""
        return next(one for one in self.clerk.everybody if one.draw == name)


def open_shop(storage: Storage, folder: Path, clock: SetClock) -> Shop:
    """One of each step: a value corrected twice, prizes claimed, called off, lapsed, and all of it told."""
    clock.time = TODAY - timedelta(days=30)
    world = tree(storage, folder)
    with storage.transaction(CAMPAIGN) as stores:
        for one in PLAYED:
            stores.entrants.enter(one, {"text": "同意"})
    clock.time = AFTER
    shutil.copytree(ROOT / "content" / "questions", folder / "content" / "questions")
    customers = draw_before(cast(World, world), (), PLAYED)
    office = Office(cast(World, world), random.Random(0))
    made = Shop(world, office, Clerk(cast(World, world), random.Random(0), customers=customers))
    _draw(made)
    _hand_out(made)
    _call_off(made)
    _pass_on(made)
    return made


def _step() -> dict[str, Any]:
    return {"zone": "Asia/Shanghai", "who": BY}


def _draw(made: Shop) -> None:
    """A draw that is sealed, drawn by a wrong value, of which a prize is called off, and that is corrected twice."""
    rules, due = made.world.campaign.prizes[0], made.world.draws[STORM]
    with made.world.storage.transaction(CAMPAIGN) as stores:
        everybody = stores.entrants.persons()
        sealed, _ = stores.draws.commit(rules, everybody, at=due - timedelta(seconds=9), **_step())
        stores.draws.draw(STORM, WRONG[0], everybody, at=due, **_step())
        draw = stores.draws.named(STORM)
        assert draw is not None
        ticket = stores.draws.winners(draw)[1].ticket
        stores.draws.void(STORM, ticket, everybody, at=due, reason="没有满18岁", **_step())
        for value in (WRONG[1], VALUE):
            stores.draws.correct(STORM, value, everybody, at=due, reason="看错了", **_step())
            told = f"更正了，重新抽好了：{value}"
            made.office.said.append(Said(("draw", "correct", STORM, value), told, due))
        stores.draws.published(STORM, BY)
    made.heard("取消了：第2名", "void", STORM, ticket[:12], at=due)
    made.heard("写好了：storm-0.json", "publish", STORM, "storm-0.json")
    made.office.sealed[STORM] = sealed.digest
    made.office.drawn.add(STORM)


def _hand_out(made: Shop) -> None:
    """Who comes first gets the prize, and is told so when they come again."""
    code = made.customer(TOLD).code
    for told in ("可以发奖：", "这个码已经领过了，没有改动："):
        with made.world.storage.transaction(CAMPAIGN) as stores:
            assert stores.draws.claim(code, who=BY, at=TODAY)
        made.heard(told, "claim", code)


def _call_off(made: Shop) -> None:
    """Whoever comes next has a code and loses the prize; whom the fourth prize fell to too; both have heard of it."""
    late = [one for one in made.clerk.everybody if one.draw == TOLD][1]
    for ticket in (late.ticket, made.ticket(TOLD, 4)):
        with made.world.storage.transaction(CAMPAIGN) as stores:
            everybody = stores.entrants.persons()
            stores.draws.void(TOLD, ticket, everybody, at=TODAY, reason="没有满18岁", **_step())
        made.heard("取消了：第2名", "void", TOLD, ticket[:12])
    made.heard("这份奖品取消了，不能领。", "claim", late.code)
    _tell(made, TOLD)


def _pass_on(made: Shop) -> None:
    """Of one draw somebody claims in time; all else lapses, there and where the last day is long over."""
    first, second = [one for one in made.clerk.everybody if one.draw == RACE][:2]
    until = deadline(RACE)
    assert until is not None
    with made.world.storage.transaction(CAMPAIGN) as stores:
        assert stores.draws.claim(first.code, who=BY, at=until - timedelta(seconds=1))
    made.heard("可以发奖：", "claim", first.code)
    for name, number in ((RACE, 4), (LATE, 5)):
        with made.world.storage.transaction(CAMPAIGN) as stores:
            lapsed, _ = stores.draws.lapse(name, stores.entrants.persons(), at=until, **_step())
            assert len(lapsed) == number
        made.heard(f"过期{number}份，抽给了下面的票：", "lapse", name, at=until)
        made.heard("没有过期未领的奖品，没有改动。", "lapse", name, at=until)
        _tell(made, name)
    made.heard("过了领奖的日子", "claim", second.code)
    for name in sorted(earlier(TODAY)):
        _tell(made, name)


def _tell(made: Shop, name: str) -> None:
    from store.identity.winners import tell_winners

    with made.world.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named(name)
        assert draw is not None
        winners = stores.draws.winners(draw)
    tell_winners(made.world.storage, CAMPAIGN, "Asia/Shanghai", winners, AFTER)
