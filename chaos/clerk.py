"""The clerk at the counter during the storm: hands out prizes by code, calls prizes off, passes on what nobody claimed.

Every command is killed as the operator's are. Now and then two desks do the same at once, or one calls off what the other hands out.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from chaos.commands import Commands
from chaos.office import WRONG_FILE
from chaos.past_draws import Customer, deadline
from chaos.tree import LATE, RACE, TOLD, kind_of
from chaos.world import CAMPAIGN
from store.draw_views import PrizeView

GIVEN, GIVEN_BEFORE = "可以发奖", "这个码已经领过了"
CALLED_OFF = "取消了，不能领"
UNKNOWN, TOO_LATE, TOO_MANY = "没有查到", "过了领奖的日子", "错的领奖码试得太多了"
VOIDED, VOID_BEFORE = "取消了：", "早就取消了"
HANDED_OUT, PASSED_ON, NOT_WON = "已经领走了", "已经抽给下一位了", "中奖的票里没有这样开头的"
REASON = "没有满18岁"
LEAST = {"serve": 6, "void": 6, "lapse": 4, "publish": 2}  # so often each is done, however short the storm
CHEATS = 3  # who lose all that they have won, in the end
CLOSE = timedelta(seconds=8)  # so near is the last moment of whoever goes first
SAME = 0.35  # the share of steps that two desks take at once
_RIGHT, _SEALED_ALONE = "结论：全部正确", "结论：名单和指纹对得上，还没有抽"
MOST_BLIND = 30  # looks at the database that fail
_SIGNS = 12  # signs of a ticket that are typed


@dataclass
class Clerk(Commands):
    """Somebody at the counter whose machine fails all the time."""

    customers: list[Customer] = field(
        default_factory=list
    )  # who is still to come, the first to lose their claim first
    early: float = 0.7  # most of a command is its start, and nothing is in it
    voids: list[tuple[str, str]] = field(default_factory=list)  # draw and ticket that were to be called off
    refused: list[str] = field(default_factory=list)  # draws that ``draw verify`` finds wrong
    _blind: int = 0
    _works: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.everybody = tuple(self.customers)

    def work(self, stopping: threading.Event) -> None:
        """One piece of work after the other, until it is over and there was some of each."""
        works: dict[str, Callable[[], bool]] = {
            "serve": self._serve,
            "void": self._void,
            "lapse": self._lapse,
            "publish": self._publish,
        }
        idle: set[str] = set()
        while not stopping.is_set() or any(self._works[one] < LEAST[one] for one in works.keys() - idle):
            kind = self.chance.choices([*works], (4, 3, 3, 1))[0]
            done = self._tried(works[kind])
            self._works[kind] += done is True
            idle |= {kind} if done is False else set()
            time.sleep(self.chance.uniform(0.2, 0.8))

    def _tried(self, work: Callable[[], bool]) -> bool | None:
        """Was there such work? Nobody can tell while a database is gone, which is no fault unless it lasts."""
        try:
            return work()
        except Exception as problem:  # of whichever database it is
            self._blind += 1
            if self._blind > MOST_BLIND:
                self.faults.append(f"the clerk: {problem!r}")
                return False
            return None

    def finish(self) -> None:
        """After the storm: whose days ended in it are passed on; what the clerk touched is published and verified by the command."""
        for name in self._drawn(RACE):
            self._pass_on(name, calm=True)
        for _ in range(CHEATS):
            self._call_off_all()
        for name in sorted(set(self._drawn(RACE)) | {one.words[2] for one in self.said} & self._stated()):
            self._verify(name)

    # -- pieces of work ----------------------------------------------------------------------------------------

    def _serve(self) -> bool:
        """Hand out the prize of the next who comes with a code; now and then at two desks at once."""
        if not self.customers:
            return False
        one = self._next_customer()
        claim = partial(self._claim, one)
        self.together(claim, claim) if self.chance.random() < SAME else claim()
        if self.chance.random() < 0.2:
            claim()  # they come again
        return True

    def _next_customer(self) -> Customer:
        """Somebody whose last moment is near, so that claims and lapses meet, or anybody."""
        now = self.world.now()
        pressed = [
            one for one in self.customers if (until := deadline(one.draw)) and abs(until - now) < CLOSE
        ]
        one = self.chance.choice(pressed or self.customers)
        self.customers.remove(one)
        return one

    def _claim(self, one: Customer) -> None:
        self.run(
            "draw",
            "claim",
            one.code,
            look=partial(self.look_at_draw, one.draw),
            no=(CALLED_OFF, UNKNOWN, TOO_LATE),
        )

    def _void(self) -> bool:
        """Call off what a ticket has won; now and then while its winner stands at the other desk with the code."""
        found = self._to_void()
        if found is None:
            return False
        name, ticket = found
        self.voids.append(found)
        void = partial(self._call_off, name, ticket)
        here = next((one for one in self.customers if (one.draw, one.ticket) == found), None)
        if here is None:
            self.together(void, void) if self.chance.random() < SAME else void()
            return True
        self.customers.remove(here)
        claim = partial(self._claim, here)
        if self.chance.random() < 0.6:
            self.together(void, claim)
        else:
            void()
            claim()
        return True

    def _call_off_all(self) -> None:
        """Somebody of whom one prize was called off loses all others too, so that there are winners of nothing else."""
        mine: dict[str, list[tuple[str, PrizeView]]] = {}
        with self.world.storage.looking(CAMPAIGN) as stores:
            for name in self._drawn(TOLD, RACE, LATE):
                if (draw := stores.draws.named(name)) is not None:
                    for prize in stores.draws.winners(draw):
                        mine.setdefault(prize.person, []).append((name, prize))
        left = {
            person: [(name, one.ticket) for name, one in some if one.state == "won"]
            for person, some in mine.items()
            if {"void"} <= {one.state for _, one in some} and "claimed" not in {one.state for _, one in some}
        }
        for name, ticket in min((some for some in left.values() if some), key=len, default=[]):
            self.voids.append((name, ticket))
            self._call_off(name, ticket)

    def _call_off(self, name: str, ticket: str) -> None:
        no = (HANDED_OUT, PASSED_ON, NOT_WON)
        look = partial(self.look_at_draw, name)
        self.run("draw", "void", name, ticket[:_SIGNS], "--reason", REASON, look=look, no=no)

    def _to_void(self) -> tuple[str, str] | None:
        """A prize that can be called off: of a draw that winners have been told of, or of one of the storm."""
        coded = {(one.draw, one.ticket) for one in self.customers}
        with self.world.storage.looking(CAMPAIGN) as stores:
            some = [
                (draw.rules.id, prize.ticket)
                for name in sorted(stores.draws.sealed_names())
                if kind_of(name) in (TOLD, "storm") and (draw := stores.draws.named(name)) is not None
                for prize in stores.draws.winners(draw)
                if prize.state == "won"
            ]
        some = [one for one in some if one not in self.voids]
        with_code = [one for one in some if one in coded]
        if with_code and self.chance.random() < 0.5:
            return self.chance.choice(with_code)
        others = [one for one in some if one not in coded]
        return self.chance.choice(others) if others else None

    def _lapse(self) -> bool:
        """Pass on what was not claimed in time; now and then at two desks at once, or while somebody comes with a code."""
        name = self._to_lapse()
        if name is None:
            return False
        lapse = partial(self._pass_on, name)
        here = [one for one in self.customers if one.draw == name]
        if here:
            self.customers.remove(here[0])
            self.together(lapse, partial(self._claim, here[0]))
        else:
            self.together(lapse, lapse) if self.chance.random() < SAME else lapse()
        return True

    def _pass_on(self, name: str, calm: bool = False) -> None:
        self.run("draw", "lapse", name, calm=calm, look=partial(self.look_at_draw, name))

    def _to_lapse(self) -> str | None:
        """A draw whose last day is over with prizes left, first one whose last moment has just come or comes now."""
        soon = self.world.now() + timedelta(seconds=1)
        with self.world.storage.looking(CAMPAIGN) as stores:
            late = [
                name
                for name in self._drawn(RACE, LATE)
                if (draw := stores.draws.named(name)) is not None
                and any(one.state == "won" and one.claim_until < soon for one in stores.draws.winners(draw))
            ]
        pressed = [name for name in late if kind_of(name) == RACE]
        return self.chance.choice(pressed or late) if late else None

    def _publish(self) -> bool:
        """Publish a draw as it stands now, and verify the file."""
        with self.world.storage.looking(CAMPAIGN) as stores:
            names = sorted(stores.draws.sealed_names() & self._stated())
        self._verify(self.chance.choice(names), killed=True)
        return True

    def _verify(self, name: str, killed: bool = False) -> None:
        file = self.world.folder / f"clerk-{threading.get_ident()}-{name}.json"
        if not self.run("draw", "publish", name, str(file), calm=not killed):
            return
        told = self.run("draw", "verify", str(file), calm=True, no=(WRONG_FILE,))
        if _RIGHT not in told and _SEALED_ALONE not in told:
            self.refused.append(f"{name}: {told[-200:]}")

    def _drawn(self, *kinds: str) -> list[str]:
        return sorted(name for name in self._stated() if kind_of(name) in kinds)

    def _stated(self) -> set[str]:
        return {one.id for one in self.world.campaign.prizes}
