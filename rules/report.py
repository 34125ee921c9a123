"""What is said in a report, and what its reporter agreed to."""

from __future__ import annotations

from dataclasses import dataclass

NOBODY, CHAT, NAMED = "none", "chat", "named"  # how whoever reported can be reached
CONTACT = "contact"  # the purpose of handing over name and number


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody saw, without who."""

    urgent: str
    place: str
    unit: str
    what: str
    seen: str
    still: str
    sector: str
    sector_offered: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    reachable: str = NOBODY
    source: str = "chat"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person agreed to, in the words that they saw."""

    purpose: str
    recipient: str
    text: str
    version: str
    at: str  # campaign time, ISO
