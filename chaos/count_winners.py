"""The count of what winners heard: of what stands, and of nothing else; who had heard of what was called off hears of that."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chaos.people import Person
from chaos.phone import Arrival
from chaos.reckoning import Reckoning
from chaos.story import story
from chaos.tree import kind_of
from chaos.world import CAMPAIGN, World
from rules.prizes import void_key, word_key
from store.claims import ACCEPTED, PENDING, SENDING
from store.identity.tables import Word
from store.quiz_tables import Audit, Prize

_GOOD = re.compile(r"恭喜您，在“(.+?)”抽奖里中了：(.+?)。")
CALLED_OFF = "取消了，不能领"
_BLUR = timedelta(seconds=3)  # between two clocks, and of a message that was on its way


@dataclass(frozen=True, slots=True)
class Post:
    """What became of one message to a winner."""

    state: str
    tries: int
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Draws:
    """What stands of the draws that are told of by messages."""

    prizes: Mapping[int, Prize]
    names: Mapping[int, str]  # draw: its id, as in the campaign
    read: Mapping[int, str]  # draw: what people read of it
    withdrawn: frozenset[int]
    lapsed_at: Mapping[tuple[int, int], datetime]  # draw and rank: machine time
    persons: Mapping[str, str]  # OpenID: as prizes name it


def count_winners(
    found: Reckoning, world: World, people: Sequence[Person], entrants: Collection[str]
) -> None:
    """Lay what was sent, and what was read above replies, beside what stands."""
    draws, words = _draws(world, entrants), _words(world)
    came = world.platform.arrived()
    keys = _keys(draws)
    sent = [(keys[mark], one) for one in came for mark in keys if mark in one.words]
    _figures(found, words, sent)
    _count_waiting(found, draws, words)
    _count_sent(found, draws, words, sent)
    _count_read(found, draws, people, came)
    _count_untold(found, world, draws, words)
    _count_voids(found, draws, words, sent)
    settled = [one for one in draws.prizes.values() if kind_of(draws.names[one.draw_id]) != "storm"]
    count_askers(found, world, settled, draws.persons)


def count_askers(
    found: Reckoning, world: World, prizes: Collection[Prize], persons: Mapping[str, str]
) -> None:
    """Who has won nothing but what was called off, and asks for it in chat, hears that."""
    asked, wrong = 0, []
    for openid, person in persons.items():
        states = {one.state for one in prizes if one.person == person}
        if "void" in states and not states & {"won", "claimed"}:
            asked += 1
            text = world.platform.say(openid, "领奖").text
            wrong += [] if CALLED_OFF in text else [f"{openid}: {text[:60]!r}"]
    found.figures["winners of nothing but void prizes who asked"] = asked
    found.must_not("winners of void prizes who ask and are not told so", wrong)


def _draws(world: World, entrants: Collection[str]) -> Draws:
    with world.storage.transaction(CAMPAIGN) as stores:
        views = [draw for name in stores.draws.sealed_names() if (draw := stores.draws.named(name))]
        rows = stores.session.query(Audit).filter(Audit.what == "prize.lapse").all()
        numbers = {draw.rules.id: draw.id for draw in views}
        return Draws(
            {one.id: one for one in stores.session.query(Prize).all()},
            {draw.id: draw.rules.id for draw in views},
            {draw.id: draw.rules.name for draw in views},
            frozenset().union(*(story(stores, draw).withdrawn for draw in views)),
            {(numbers[row.detail["draw"]], row.detail["rank"]): row.at for row in rows},
            {one: stores.players.person(one) for one in entrants},
        )


def _words(world: World) -> dict[str, Post]:
    with world.storage.identity.session() as session:
        rows = session.query(Word).filter(Word.key.like("prize:%")).all()
        return {row.key: Post(row.state, row.tries, row.first_attempt_at) for row in rows}


def _keys(draws: Draws) -> dict[str, tuple[int, bool]]:
    """Under which mark a card is sent: of which prize, and is it the word that it was called off?"""
    found = {}
    for number in (*draws.prizes, *draws.withdrawn):
        for key, void in ((word_key(CAMPAIGN, number), False), (void_key(CAMPAIGN, number), True)):
            found[hashlib.sha256(key.encode()).hexdigest()[:32]] = (number, void)
    return found


def _figures(
    found: Reckoning, words: Mapping[str, Post], sent: Sequence[tuple[tuple[int, bool], Arrival]]
) -> None:
    states = Counter(("void " if key.endswith(":void") else "") + one.state for key, one in words.items())
    found.figures |= {f"words to winners: {state}": n for state, n in sorted(states.items())}
    found.figures["cards to winners"] = len(sent)
    found.figures["of these that a prize was called off"] = sum(void for (_, void), _ in sent)


def _count_waiting(found: Reckoning, draws: Draws, words: Mapping[str, Post]) -> None:
    """No good news is on its way of what does not stand."""
    fine = {word_key(CAMPAIGN, n) for n, one in draws.prizes.items() if one.state in ("won", "claimed")}
    void = {void_key(CAMPAIGN, n) for n, one in draws.prizes.items() if one.state == "void"}
    wrong = [key for key, one in words.items() if one.state in (PENDING, SENDING) and key not in fine | void]
    found.must_not("words on their way of prizes that do not stand", wrong)


def _count_sent(
    found: Reckoning,
    draws: Draws,
    words: Mapping[str, Post],
    sent: Iterable[tuple[tuple[int, bool], Arrival]],
) -> None:
    """No card of a prize that never stood, that is not theirs, or that had gone to another."""
    wrong = []
    for (number, void), one in sent:
        prize = draws.prizes.get(number)
        if prize is None or kind_of(draws.names[prize.draw_id]) == "storm":
            wrong.append(f"a card of prize {number}, within the hour")
        elif draws.persons.get(one.to) != prize.person:
            wrong.append(f"a card of prize {number} to another")
        elif void and prize.state != "void":
            wrong.append(f"prize {number} was said to be called off and is {prize.state}")
        elif not void and _too_late(draws, prize, one.at, words.get(word_key(CAMPAIGN, number))):
            wrong.append(f"a card of prize {number}, which had lapsed")
    found.must_not("cards to winners of what does not stand", wrong)


def _too_late(draws: Draws, prize: Prize, at: float, word: Post | None) -> bool:
    """Was it sent for the first time, or again, after the prize had gone to another?"""
    lapsed = draws.lapsed_at.get((prize.draw_id, prize.rank))
    if lapsed is None or at <= (lapsed + _BLUR).timestamp():
        return False
    under_way = word is not None and word.tries == 1 and word.first is not None and word.first <= lapsed
    return not under_way


def _count_read(found: Reckoning, draws: Draws, people: Sequence[Person], came: Iterable[Arrival]) -> None:
    """What stands above a reply or comes as a message of chat names a prize that fell to that person."""
    known = {name: number for number, name in draws.read.items()}
    wrong, read = [], 0
    for openid, text in _texts(people, came):
        for name, title in _GOOD.findall(text):
            read += 1
            mine = [
                one
                for one in draws.prizes.values()
                if one.draw_id == known.get(name) and one.person == draws.persons.get(openid)
            ]
            if not any(one.title == title for one in mine) or kind_of(draws.names[known[name]]) == "storm":
                wrong.append(f"{openid}: {name} {title}")
    found.figures["times that people read they have won"] = read
    found.must_not("prizes told of in words that do not stand", wrong)


def _texts(people: Sequence[Person], came: Iterable[Arrival]) -> Iterator[tuple[str, str]]:
    for person in people:
        for exchange in person.journal:
            yield from ((person.openid, text) for text in {exchange.text, *exchange.heard})
    yield from ((one.to, one.words) for one in came if one.kind == "custom")


def _count_untold(found: Reckoning, world: World, draws: Draws, words: Mapping[str, Post]) -> None:
    """Every winner of a draw that can't be corrected any more knows, or word is there for them."""
    known = set(draws.persons.values())
    untold = [
        f"prize {number} of {draws.names[one.draw_id]}"
        for number, one in draws.prizes.items()
        if one.state == "won"
        and one.told_at is None
        and one.person in known
        and one.claim_until > world.now()
        and kind_of(draws.names[one.draw_id]) != "storm"
        and word_key(CAMPAIGN, number) not in words
    ]
    found.must_not("winners whom nobody tells", untold)


def _count_voids(
    found: Reckoning,
    draws: Draws,
    words: Mapping[str, Post],
    sent: Iterable[tuple[tuple[int, bool], Arrival]],
) -> None:
    """Who has had a code, or word, of a prize that was called off has word of that, and gets it where it was taken."""
    heard = {number for (number, void), _ in sent if not void}
    heard |= {number for number, one in draws.prizes.items() if one.told_at is not None}
    void = {number for number, one in draws.prizes.items() if one.state == "void"}
    unsaid = [f"prize {n}" for n in sorted(heard & void) if void_key(CAMPAIGN, n) not in words]
    found.figures["prizes called off of which their winner had heard"] = len(heard & void)
    found.must_not("prizes called off of which their winner still believes", unsaid)
    said = {number for (number, off), _ in sent if off}
    taken = {n for n in void if (word := words.get(void_key(CAMPAIGN, n))) and word.state == ACCEPTED}
    found.must_not("words that a prize was called off, accepted and never arrived", sorted(taken - said))
