"""The count of draws: every step once or not at all, what was told is there, and no prize is given twice or to two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chaos.clerk import (
    CALLED_OFF,
    GIVEN,
    GIVEN_BEFORE,
    TOO_LATE,
    TOO_MANY,
    UNKNOWN,
    VOID_BEFORE,
    VOIDED,
    Clerk,
)
from chaos.commands import Said
from chaos.office import VALUE, Office
from chaos.past_draws import Customer
from chaos.reckoning import Reckoning
from chaos.story import Story, story
from chaos.tree import kind_of
from chaos.world import CAMPAIGN, World
from rules.prize_draw import digest, ranking
from store.quiz_tables import Audit, Prize
from store.stores import Stores

ONCE = ("draw.commit", "draw.value")  # in the life of a draw
_LAPSED = re.compile(r"过期(\d+)份")
_CORRECTED, _ENTERED, _PUBLISHED = "更正了", "填的就是", ("写好了", "已经是这样")


@dataclass(frozen=True, slots=True)
class Books:
    """What stands after the storm, by draw and by prize."""

    stories: Mapping[str, Story]
    rows: Sequence[Audit]  # steps of draws, in their order
    prizes: Mapping[int, Prize]

    def steps(self, what: str) -> list[Audit]:
        return [row for row in self.rows if row.what == what]

    def states(self, state: str) -> list[Prize]:
        return [one for one in self.prizes.values() if one.state == state]


def count_draws(
    found: Reckoning, world: World, office: Office, clerk: Clerk, entrants: Collection[str]
) -> None:
    """What commands about draws that were killed have left behind."""
    said = [*office.said, *clerk.said]
    with world.storage.transaction(CAMPAIGN) as stores:
        books = _books(stores)
        _count_lists(found, world, stores, office, books, entrants)
        _count_people(found, stores, books, entrants)
    _figures(found, office, clerk, books)
    found.must_not(
        "draws that are not whole", [one for each in books.stories.values() for one in each.faults]
    )
    found.must_not("draws seen torn between two runs of a command", [*office.torn, *clerk.torn])
    found.must_not("draws that draw verify finds wrong", [*office.refused, *clerk.refused])
    found.must_not("commands at the counter without an end", clerk.faults)
    _count_steps(found, books, said)
    _count_voids(found, books, said)
    _count_lapses(found, books, said)
    _count_claims(found, books, clerk.said, _customers(clerk))


def _books(stores: Stores) -> Books:
    names = sorted(stores.draws.sealed_names())
    views = [draw for name in names if (draw := stores.draws.named(name)) is not None]
    kinds = Audit.what.like("draw.%") | Audit.what.like("prize.%")
    rows = stores.session.query(Audit).filter(kinds).order_by(Audit.id).all()
    prizes = {one.id: one for one in stores.session.query(Prize).all()}
    return Books({draw.rules.id: story(stores, draw) for draw in views}, rows, prizes)


def _figures(found: Reckoning, office: Office, clerk: Clerk, books: Books) -> None:
    """How much was done, so that nobody takes an idle storm for a sound product."""
    done = office.done + clerk.done
    found.figures |= {f"office: {what}": n for what, n in sorted(done.items())}
    found.figures |= {
        "draws sealed, told so": len(office.sealed),
        "draws of the storm drawn": sum(
            bool(each.value) for name, each in books.stories.items() if kind_of(name) == "storm"
        ),
    }
    for what in ("draw.correct", "prize.withdraw", "prize.void", "prize.lapse", "prize.claim", "prize.try"):
        found.figures[f"{what} in the audit"] = len(books.steps(what))
    by_itself = [row for row in books.steps("prize.lapse") if row.who == "scheduler"]
    found.figures["of these lapses the scheduler's"] = len(by_itself)


# -- lists, values, owners -----------------------------------------------------------------------------------------


def _count_lists(
    found: Reckoning,
    world: World,
    stores: Stores,
    office: Office,
    books: Books,
    entrants: Collection[str],
) -> None:
    """What was told to be sealed is, with everybody on the list; what was told to be drawn is, by the right value."""
    draws = {name: each.draw for name, each in books.stories.items()}
    gone = [name for name, told in office.sealed.items() if name not in draws or draws[name].digest != told]
    found.must_not("draws told to be sealed that are not, or otherwise", gone)
    undone = [name for name in office.drawn if name not in draws or not draws[name].drawn]
    found.must_not("draws told to be drawn that are not", undone)
    others = []
    for name in draws.keys() & world.draws.keys():
        draw = draws[name]
        tickets = sorted(stores.draws.ticket_of(name, one) for one in entrants)
        if sorted(draw.tickets) != tickets or draw.digest != digest(draw.tickets):
            others.append(name)
    found.must_not("draws with another list than was sealed", others)
    wrong = [name for name in draws.keys() & world.draws.keys() if draws[name].value not in ("", VALUE)]
    found.must_not("draws that a wrong value was left in", wrong)


def _count_people(found: Reckoning, stores: Stores, books: Books, entrants: Collection[str]) -> None:
    """A prize belongs to whom its ticket belongs to, and bears when it was claimed if it was."""
    strangers = []
    for name, each in books.stories.items():
        owners = {stores.draws.ticket_of(name, one): stores.players.person(one) for one in entrants}
        mine = [one for one in books.prizes.values() if one.draw_id == each.draw.id]
        strangers += [f"{name}: rank {one.rank}" for one in mine if one.person != owners.get(one.ticket)]
    found.must_not("prizes that are not their ticket's", strangers)
    timed = [f"prize {p.id}" for p in books.prizes.values() if (p.state == "claimed") != bool(p.claimed_at)]
    found.must_not("prizes in half", timed)


# -- steps that were told -------------------------------------------------------------------------------------------


def _count_steps(found: Reckoning, books: Books, said: Iterable[Said]) -> None:
    """Sealing, values, corrections: what was told is there once; nothing is there that nobody asked for."""
    once = Counter((row.what, str(row.detail.get("draw"))) for row in books.rows if row.what in ONCE)
    there = Counter(
        (str(row.detail.get("draw")), str(row.detail.get("value"))) for row in books.steps("draw.correct")
    )
    twice = [key for key, n in (*once.items(), *there.items()) if n > 1]
    found.must_not("steps of draws that were taken twice", twice)
    asked = {_what(one) for one in said if one.words[1] == "correct"}
    told = {
        _what(one)
        for one in said
        if one.words[1] == "correct" and (_CORRECTED in one.told or _ENTERED in one.told)
    }
    found.must_not("corrections told of that are not there", [one for one in told if not there[one]])
    found.must_not("corrections that nobody asked for", [one for one in there if one not in asked])
    noted = {row.detail.get("draw") for row in books.steps("draw.publish")}
    published = {one.words[2] for one in said if one.words[1] == "publish" and _has(one, _PUBLISHED)}
    found.must_not("files told to be published of which the audit knows nothing", sorted(published - noted))


def _what(one: Said) -> tuple[str, str]:
    """Of which draw, and which value or ticket."""
    return one.words[2], one.words[3]


def _has(one: Said, parts: Iterable[str]) -> bool:
    return any(part in one.told for part in parts)


def _count_voids(found: Reckoning, books: Books, said: Iterable[Said]) -> None:
    """What was told to be called off is, once; nothing is that nobody asked for.

    After a correction a ticket may have won again and be called off anew: then the words stand for either.
    """
    asked = [one for one in said if one.words[1] == "void"]
    told = {_what(one) for one in asked if _has(one, (VOIDED, VOID_BEFORE))}
    events = [_void(books, row) for row in books.steps("prize.void")]
    there = Counter((name, ticket[: len(asked[0].words[3])] if asked else ticket) for name, ticket in events)
    wished = {_what(one) for one in asked}
    found.must_not("voids told of that are not there", [one for one in told if not there[one]])
    found.must_not("voids that nobody asked for", [one for one in there if one not in wished])
    fresh = Counter(_what(one) for one in asked if VOIDED in one.told)
    found.must_not(
        "voids told as new more often than taken", [one for one in fresh if fresh[one] > there[one]]
    )


def _void(books: Books, row: Audit) -> tuple[str, str]:
    """Whose prize was called off, by the value that stood then."""
    name = str(row.detail.get("draw"))
    value, each = "", books.stories.get(name)
    for one in books.rows:
        if one.id < row.id and one.detail.get("draw") == name and one.what in ("draw.value", "draw.correct"):
            value = one.detail["value"]
    order = ranking(each.draw.tickets, value) if each else []
    rank = int(row.detail["rank"])
    return name, order[rank - 1] if 0 < rank <= len(order) else "nobody"


def _count_lapses(found: Reckoning, books: Books, said: Iterable[Said]) -> None:
    """What was told to have lapsed did; after a ``lapse`` nothing is left of what was late before it."""
    lapses = [one for one in said if one.words[1] == "lapse"]
    told: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for one in lapses:
        number = _LAPSED.search(one.told)
        told[one.words[2]] += int(number.group(1)) if number else 0
        if number or "没有过期未领" in one.told:
            last[one.words[2]] = max(one.began, last.get(one.words[2], one.began))
    there = Counter(row.detail.get("draw") for row in books.steps("prize.lapse") if row.who != "scheduler")
    missing = [f"{name}: {n} told, {there[name]} there" for name, n in told.items() if n > there[name]]
    found.must_not("lapses told of that are not there", missing)
    left = [
        f"prize {one.id} of {name}"
        for name, at in last.items()
        for one in books.states("won")
        if one.draw_id == books.stories[name].draw.id and one.claim_until <= at
    ]
    found.must_not("late prizes left after they were told to be passed on", left)
    early = [f"prize {one.id}" for one in books.states("lapsed") if one.claimed_at is not None]
    found.must_not("prizes both claimed and lapsed", [*early, *_both(books)])


def _both(books: Books) -> list[str]:
    """By the audit: claimed, and lapsed."""
    claimed = {row.detail.get("prize") for row in books.steps("prize.claim")}
    names = {each.draw.id: name for name, each in books.stories.items()}
    ended = {(r.detail.get("draw"), r.detail.get("rank")) for r in books.steps("prize.lapse")}
    return [
        f"prize {one.id}"
        for one in books.prizes.values()
        if one.id in claimed and (names.get(one.draw_id), one.rank) in ended
    ]


def _customers(clerk: Clerk) -> dict[str, Customer]:
    """Who came with a code, or was to come."""
    return {one.code: one for one in clerk.everybody}


def _count_claims(
    found: Reckoning, books: Books, said: Iterable[Said], customers: Mapping[str, Customer]
) -> None:
    """A prize is claimed once by one; who was told of it has it, and what is void or late gives nothing."""
    claims = [one for one in said if one.words[1] == "claim"]
    prize = {code: customer.prize for code, customer in customers.items()}
    state = {code: books.prizes[n].state if n in books.prizes else "gone" for code, n in prize.items()}
    times = Counter(row.detail.get("prize") for row in books.steps("prize.claim"))
    given = Counter(one.words[2] for one in claims if GIVEN in one.told)
    told = {one.words[2] for one in claims if _has(one, (GIVEN, GIVEN_BEFORE))}
    refused = {one.words[2] for one in claims if _has(one, (CALLED_OFF, UNKNOWN, TOO_LATE))}
    found.figures |= {
        "codes brought to the counter": len({one.words[2] for one in claims}),
        "codes that were told to give a prize": len(told),
        "codes that were told to give none": len(refused),
    }
    found.must_not("prizes told to be handed out twice", [code for code, n in given.items() if n > 1])
    found.must_not("prizes claimed twice", [f"prize {n}" for n, many in times.items() if many > 1])
    other = [code for code in told if state[code] != "claimed" or times[prize[code]] != 1]
    found.must_not("prizes told to be handed out that are not claimed", other)
    late = {one.words[2] for one in claims if TOO_LATE in one.told}
    unknown = {one.words[2] for one in claims if UNKNOWN in one.told}
    wrong = [code for code in refused if state[code] != ("lapsed" if code in late else "void")]
    found.must_not("codes refused whose prize stands", [*wrong, *unknown])
    brought = {prize[one.words[2]] for one in claims}
    stray = [f"prize {n}" for n in times if n in set(prize.values()) - brought]
    found.must_not("prizes claimed by nobody", stray)
    found.must_not(
        "counters shut by too many wrong codes", [one.told for one in claims if TOO_MANY in one.told]
    )
