"""Everything that the product's calls have sent, in order."""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock

from simulator.records import Sent


class Outbox:
    """A list of accepted posts that can be counted and searched."""

    def __init__(self) -> None:
        self._sent: list[Sent] = []
        self._lock = RLock()

    def __iter__(self) -> Iterator[Sent]:
        with self._lock:
            return iter(tuple(self._sent))

    def __len__(self) -> int:
        return len(self._sent)

    def __getitem__(self, place: int) -> Sent:
        return self._sent[place]

    @property
    def posts(self) -> int:
        """How many posts were accepted, repeats with the same client_msg_id among them."""
        return len(self._sent)

    @property
    def cards(self) -> int:
        """How many distinct messages people were shown."""
        return sum(sent.shown for sent in self)

    def add(self, sent: Sent) -> None:
        """Keep an accepted post."""
        with self._lock:
            self._sent.append(sent)

    def to(self, openid: str, kind: str = "") -> list[Sent]:
        """List what was accepted for one person, of one kind if one is named."""
        return [sent for sent in self if sent.touser == openid and kind in ("", sent.kind)]

    def tail(self, count: int) -> list[Sent]:
        """List the latest posts, oldest first."""
        with self._lock:
            return self._sent[-count:]
