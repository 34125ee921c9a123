"""Which questions a round is made of: of different topics, none that was seen lately, of those meant for such people first."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from random import Random

from content.bank import Audience, Bank, Question

TRIES = 6  # draws before a whole topic is looked through

#: Whom a round is meant for; questions for others only fill up.
PUBLIC: frozenset[Audience] = frozenset({"public", "worker", "pupil", "farmer"})

Seen = Mapping[str, int]  # by id of a question: the greater, the later it was seen


def pick(
    pools: Collection[Sequence[Question]],
    count: int,
    seen: Seen,
    chance: Random,
    liked: Collection[str] = PUBLIC,
) -> list[Question]:
    """As many questions as there are, from one pool after the other in a random order; what was seen comes last."""
    waiting = [pool for pool in chance.sample(list(pools), len(pools)) if pool]
    taken: dict[str, Question] = {}
    for draw in (_unseen, _oldest):
        left = deque(waiting)
        while left and len(taken) < count:
            pool = left.popleft()
            question = draw(pool, taken, seen, chance, liked)
            if question is not None:
                taken[question.id] = question
                left.append(pool)
    return chance.sample(list(taken.values()), len(taken))


def _unseen(
    pool: Sequence[Question], taken: Collection[str], seen: Seen, chance: Random, liked: Collection[str]
) -> Question | None:
    """A question that the person has not met; one for such people, if there is any."""
    for _ in range(TRIES):
        question = chance.choice(pool)
        if question.id not in seen and question.id not in taken and question.audience in liked:
            return question
    left = [question for question in pool if question.id not in seen and question.id not in taken]
    return min(left, key=lambda one: (one.audience not in liked, chance.random()), default=None)


def _oldest(
    pool: Sequence[Question], taken: Collection[str], seen: Seen, chance: Random, liked: Collection[str]
) -> Question | None:
    """The question that was seen longest ago."""
    left = [question for question in pool if question.id not in taken]
    return min(
        left, key=lambda one: (seen.get(one.id, -1), one.audience not in liked, chance.random()), default=None
    )


def of_the_day(bank: Bank, campaign: str, since: date, day: date) -> Question | None:
    """The one question of a day, the same for everybody in a campaign, and none twice before all were asked.

    ``since`` is the first day of the campaign. The bank stands in an order that lots decide, place by place; each day takes
    the next place. A question that joins the bank changes a day only where it wins that place; the one that stood there
    comes later, and if that day was past a second time. One that leaves is replaced by the next best, as that in its turn.
    """
    order = _by_lot(bank, campaign)
    return order[(day - since).days % len(order)] if order else None


@lru_cache(maxsize=4)
def _by_lot(bank: Bank, campaign: str) -> tuple[Question, ...]:
    """The questions that may be asked of everybody on a day; of those left, the lowest lot takes each place."""
    reviewed = [question for some in bank.scored.values() for question in some]
    plain = [question for question in reviewed if question.audience == "public" and question.level < 3]
    left = {question.id: question for question in plain or reviewed}
    order = []
    for place in range(len(left)):
        order.append(left.pop(min(left, key=lambda name: _lot(campaign, str(place), name))))
    return tuple(order)


def _lot(*parts: str) -> bytes:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
