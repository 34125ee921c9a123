"""What the tests of the count share: people, a platform and a world that are as they are told."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from chaos.people import PHOTO, Exchange, Person
from chaos.phone import Arrival, Heard
from chaos.reckoning import Reckoning
from content.loader import load
from store.stores import Storage
from tests.chatting import CAMPAIGN


@dataclass
class Scripted:
    """A platform that answers as it is told; what stands before a | was answered to an earlier delivery and got lost."""

    answers: list[str] = field(default_factory=list)
    came: tuple[Arrival, ...] = ()

    def say(self, person: str, text: str) -> Heard:
        heard = self.answers.pop(0).split("|") if self.answers else [""]
        words = heard[-1]
        return Heard(words, "replied" if words else "failed", len(heard), tuple(heard), "")

    def photo(self, person: str) -> Heard:
        return self.say(person, PHOTO)

    def again(self, person: str) -> Heard:
        return Heard("", "failed", 3, ("", "", ""), "")

    def arrived(self) -> tuple[Arrival, ...]:
        return self.came


def a_person(number: int = 0, *answers: str) -> Person:
    platform: Any = Scripted(list(answers))
    return Person(f"oP{number}", f"Q{chr(65 + number)}X", platform, random.Random(0), hurry=0.0)


def said(person: Person, *heard: str, at: float = 100.0) -> None:
    person.journal.append(
        Exchange(person.openid, "答题", heard, heard[-1] if heard else "", not heard, "", at, at + 5)
    )


def broken(found: Reckoning) -> dict[str, int]:
    return {what: n for what, n in found.violations.items() if n}


@dataclass
class Small:
    """A world without processes."""

    storage: Storage
    platform: Scripted = field(default_factory=Scripted)
    campaign: Any = field(default_factory=lambda: load(CAMPAIGN))
