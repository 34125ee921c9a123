"""What the platform remembers between calls, and across a restart."""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from simulator.outbox import Outbox
from simulator.records import PERSONS, Bubble, Mail, Media, Person, QrCode, Sent, Side, Traffic
from simulator.windows import Windows

KEPT_SENT, KEPT_LOG, KEPT_BUBBLES, KEPT_MAILS = 500, 200, 2000, 200


class State:
    """Persons, chats, menu, media, QR codes, mails and the outbox; every change raises ``version``."""

    def __init__(self, folder: Path | None = None) -> None:
        self.lock = RLock()
        self.version = 0
        self.persons: dict[str, Person] = {person.openid: person for person in PERSONS}
        self.bubbles: list[Bubble] = []
        self.read: dict[str, int] = {}
        self.outbox = Outbox()
        self.menu: dict[str, Any] | None = None
        self.mails: list[Mail] = []
        self.media: dict[str, Media] = {}
        self.qrcodes: dict[str, QrCode] = {}
        self.credits: dict[str, int] = {}
        self.windows = Windows()
        self.log: deque[Traffic] = deque(maxlen=KEPT_LOG)
        self._bytes: dict[str, bytes] = {}
        self._folder = folder
        self._saved = 0
        self._numbers = itertools.count(1)
        if folder:
            self._load(folder)

    # people

    def find(self, who: str | Person) -> Person:
        """Find a person by openid, name or an older value of themselves."""
        key = who.openid if isinstance(who, Person) else who
        with self.lock:
            if key in self.persons:
                return self.persons[key]
            for person in self.persons.values():
                if person.name == key:
                    return person
        raise KeyError(f"nobody here is called {key}")

    def change(self, who: str | Person, **values: Any) -> Person:
        """Change a person, for example whether they follow."""
        with self.lock:
            person = replace(self.find(who), **values)
            return self.put(person)

    def put(self, person: Person) -> Person:
        """Add a person, or replace the one with that openid."""
        with self.lock:
            self.persons[person.openid] = person
            self.touch()
            return person

    # chat, mail and log

    def say(self, openid: str, side: Side, kind: str, content: Mapping[str, Any], at: str) -> Bubble:
        """Put a bubble into somebody's chat."""
        with self.lock:
            bubble = Bubble(next(self._numbers), openid, side, kind, content, at)
            self.bubbles.append(bubble)
            self.touch()
            return bubble

    def chat(self, who: str | Person) -> list[Bubble]:
        """List one person's chat, oldest first."""
        openid = self.find(who).openid
        with self.lock:
            return [bubble for bubble in self.bubbles if bubble.openid == openid]

    def unread(self, openid: str) -> int:
        """Count what the account said since the person last looked."""
        seen = self.read.get(openid, 0)
        return sum(bubble.number > seen and bubble.side == "account" for bubble in self.chat(openid))

    def mark_read(self, openid: str) -> None:
        """Note that the person has seen everything in their chat."""
        with self.lock:
            newest = max((bubble.number for bubble in self.chat(openid)), default=0)
            if newest != self.read.get(openid, 0):
                self.read[openid] = newest
                self.touch()

    def post(
        self, sender: str, to: tuple[str, ...], subject: str, text: str, attachments: tuple[str, ...], at: str
    ) -> None:
        """Keep a mail."""
        with self.lock:
            self.mails.append(Mail(next(self._numbers), sender, to, subject, text, attachments, at))
            self.touch()

    def note(self, at: str, what: str, mark: Literal["done", "heed", "plain"], word: str) -> None:
        """Write a line into the log of traffic."""
        with self.lock:
            self.log.append(Traffic(next(self._numbers), at, what, mark, word))
            self.touch()

    # media

    def store_media(self, media: Media, data: bytes) -> None:
        """Keep a picture or recording, on disk where there is a folder."""
        with self.lock:
            self.media[media.id] = media
            if self._folder:
                (self._folder / "media").mkdir(parents=True, exist_ok=True)
                (self._folder / "media" / media.id).write_bytes(data)
            else:
                self._bytes[media.id] = data
            self.touch()

    def media_bytes(self, media_id: str) -> bytes:
        """Read a picture or recording that the state knows."""
        if self._folder:
            return (self._folder / "media" / self.media[media_id].id).read_bytes()
        return self._bytes[media_id]

    # keeping

    def touch(self) -> None:
        """Note that something changed."""
        self.version += 1

    def save(self) -> None:
        """Write the state to its folder if anything changed, so that a half-written file is never seen."""
        if not self._folder or self._saved == self.version:
            return
        with self.lock:
            self._saved = self.version
            text = json.dumps(self._as_json(), ensure_ascii=False)
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".simulator-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(self._folder / "simulator.json")

    def _as_json(self) -> dict[str, Any]:
        return {
            "persons": [asdict(person) for person in self.persons.values()],
            "bubbles": [asdict(bubble) for bubble in self.bubbles[-KEPT_BUBBLES:]],
            "read": self.read,
            "outbox": [asdict(sent) for sent in self.outbox.tail(KEPT_SENT)],
            "menu": self.menu,
            "mails": [asdict(mail) for mail in self.mails[-KEPT_MAILS:]],
            "media": [asdict(media) for media in self.media.values()],
            "qrcodes": [asdict(code) for code in self.qrcodes.values()],
            "credits": self.credits,
            "windows": self.windows.as_json(),
        }

    def _load(self, folder: Path) -> None:
        file = folder / "simulator.json"
        if not file.exists():
            return
        kept = json.loads(file.read_text(encoding="utf-8"))
        self.persons = {entry["openid"]: Person(**entry) for entry in kept["persons"]}
        self.bubbles = [Bubble(**entry) for entry in kept["bubbles"]]
        self.mails = [Mail(**_tuples(entry, "to", "attachments")) for entry in kept["mails"]]
        self.media = {entry["id"]: Media(**entry) for entry in kept["media"]}
        self.qrcodes = {entry["ticket"]: QrCode(**entry) for entry in kept["qrcodes"]}
        self.read, self.menu, self.credits = kept["read"], kept["menu"], kept["credits"]
        self.windows = Windows.from_json(kept["windows"])
        for entry in kept["outbox"]:
            self.outbox.add(Sent(**entry))
        numbered: list[Bubble | Mail] = [*self.bubbles, *self.mails]
        self._numbers = itertools.count(max((entry.number for entry in numbered), default=0) + 1)


def _tuples(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**entry, **{name: tuple(entry[name]) for name in names}}
