"""The count of what was said: nobody is left unanswered, nor answered wrongly, nor with what is another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from chaos.people import APOLOGY, Exchange, Matter, Person
from chaos.reckoning import Reckoning
from chaos.violence import Wound

#: Blows after which a first answer may not have been kept, so that a repeat is worked out afresh.
_FORGETFUL = ("empty redis", "no redis", "hung redis", "dark")
#: Blows after which a draft may be gone, or be what it was a second before.
REDIS = ("empty redis", "no redis", "hung redis")
#: Blows during which a message can't be handled, and an apology says so: a database or Redis is gone or hangs, or a frozen
#: process holds the one lock of SQLite. Whoever is killed apologises for nothing: that is silence.
_HINDERING = ("freeze", "no redis", "hung redis", "postgres", "hung postgres", "dark")
#: So long connections take to come back.
RECOVERY_S = 3.0


def count_talk(found: Reckoning, people: Sequence[Person], wounds: Sequence[Wound]) -> None:
    """Nobody is left unanswered, nor answered wrongly, nor with what is another's."""
    journal = [exchange for person in people for exchange in person.journal]
    several = [exchange for exchange in journal if len(exchange.heard) > 1]
    fresh = [exchange for exchange in several if len(set(exchange.heard)) > 1]
    found.figures |= {
        "things said": len(journal),
        "of them answered more than once (repeats)": len(several),
        "of these with a fresh answer, the first run lost": len(fresh),
        "silences on all three deliveries": sum(one.silent for one in journal),
        "apologies (系统正忙)": sum(_apologised(one) for one in journal),
    }
    problems = Counter(one.problem for one in journal if one.silent)
    found.figures |= {f"silences, the last by: {problem}": n for problem, n in problems.items()}
    found.must_not("words never answered", [one.openid for one in people for _ in range(one.unanswered)])
    found.must_not("wrong replies", [f"{one.letters} {fault}" for one in people for fault in one.faults])
    found.must_not("apologies while nothing was dead, frozen or gone", _without_need(journal, wounds))
    found.must_not("repeats with another answer for no reason", _for_no_reason(fresh, wounds))
    found.must_not("replies with another person's words", leaks(people))


def _for_no_reason(fresh: Iterable[Exchange], wounds: Sequence[Wound]) -> list[str]:
    """Answers that differ although nothing was lost meanwhile and none of them was an apology."""
    forgetful = [wound for wound in wounds if wound.deed in _FORGETFUL or _froze_a_worker(wound)]
    return [
        f"{one.said} → {[text[:40] for text in one.heard]}"
        for one in fresh
        if not _apologised(one) and not overlaps(one, forgetful)
    ]


def _froze_a_worker(wound: Wound) -> bool:
    """A turn may outlive its lock in a frozen worker; a scheduler takes no turns."""
    return wound.deed == "freeze" and wound.on == "worker"


def _without_need(journal: Iterable[Exchange], wounds: Sequence[Wound]) -> list[str]:
    """Apologies of times in which everything that a message needs was there."""
    hindering = [wound for wound in wounds if wound.deed in _HINDERING]
    return [
        f"{one.said} at {one.began:.1f}"
        for one in journal
        if _apologised(one) and not overlaps(one, hindering, RECOVERY_S)
    ]


def _apologised(one: Exchange) -> bool:
    return any(APOLOGY in text for text in (one.text, *one.heard))


def overlaps(one: Exchange | Matter, wounds: Iterable[Wound], after: float = 1.0) -> bool:
    """Did it befall what was going on, or end a moment before?"""
    return any(wound.began <= one.ended and wound.until >= one.began - after for wound in wounds)


def begun(people: Sequence[Person], kind: str) -> list[Matter]:
    """What people have begun of a kind."""
    return [one for person in people for one in person.begun if one.kind == kind]


def broken_off(people: Sequence[Person], kind: str, wounds: Sequence[Wound]) -> list[Matter]:
    """What did not come to its end although Redis, which keeps what is open, was sound all the while."""
    forgetful = [wound for wound in wounds if wound.deed in REDIS]
    return [one for one in begun(people, kind) if not one.finished and not overlaps(one, forgetful)]


def where(one: Matter) -> str:
    """A matter, as a fault of it is told."""
    return f"{one.kind} {one.marker} at {one.began:.0f} ended with {one.text[:60]!r}"


def leaks(people: Sequence[Person]) -> list[str]:
    """Replies that hold what only another person has said or is."""
    owners = {person.letters: person.openid for person in people}
    units = ((unit, person.openid) for person in people for unit in (person.unit, person.errands.unit))
    owners |= {unit: openid for unit, openid in units if unit}
    return [
        f"{exchange.person} was told of {word}"
        for person in people
        for exchange in person.journal
        for text in {exchange.text, *exchange.heard}
        for word, owner in owners.items()
        if word in text and owner != exchange.person
    ]
