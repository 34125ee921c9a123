"""Photos of a report on the phone page: sent, looked at, taken out again; and its query code as a picture to keep.

Each is shown to whoever sent it and to nobody else, only after it was cleaned, and no cache keeps it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from bot.errors import Invalid
from bot.readers import DONE, MOST_PHOTOS
from store.photos import KEPT
from store.stores import Storage
from web.login import Sessions, signed_in
from web.screen import screen_of
from web.turns import Talk, aside_of, carried, message_of, posted, take_turn

TAKE_OUT = "删第{number}张"
MOST_HELD = 3 * MOST_PHOTOS  # of one person that no report has: begun, laid aside and taken out again
MOST_SENT, SENT_S = 60, 600.0  # photos of one person within so many seconds, in one process
NOT_NOW = "现在不用发照片，刚才的没有收。要反映隐患，先选“举报”。"
TOO_FAST = "照片发得有点快，刚才的没有收，请过10分钟再发。有危险不要等，先打119、120、110。"
TOO_MANY = "还没有提交的照片太多，刚才的没有收。先把写到一半的举报提交，或过几天再发。"
BUSY = "现在处理不了照片，请过一会儿再发。"
_PHOTO = "photo:"

#: Raises ``Invalid``, and where no photo can be cleaned at present ``TimeoutError``.
KeepPhoto = Callable[[str, bytes], str]
DrawCode = Callable[[str], bytes]  # the picture of a query code


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo that was sent in answer to the open question."""

    number: int
    token: str
    ready: bool = False  # cleaned, so that it can be looked at
    fault: str = ""  # why it is not kept


class Album(Protocol):
    """The photos that people have sent and no report has yet."""

    def shots(self, user: str) -> Sequence[Shot]:
        """What stands so far in answer to the open question."""

    def held(self, user: str) -> int:
        """How many photos of a person are kept without a report."""

    def see(self, user: str, token: str) -> bytes | None:
        """A small view of one's own cleaned photo."""

    def drop(self, user: str, token: str) -> None:
        """Give up one's own photo."""


class Pace:
    """How many photos each person has sent lately; begun anew for all together, so that it stays small."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._since = now()
        self._sent: Counter[str] = Counter()

    def allows(self, user: str, count: int) -> bool:
        """Count so many more, whether they will do or not; false where they are too many."""
        if self._now() - self._since >= SENT_S:
            self._since, self._sent = self._now(), Counter()
        self._sent[user] += count
        return self._sent[user] <= MOST_SENT


class NoAlbum:
    """Where nothing is kept."""

    def shots(self, user: str) -> Sequence[Shot]:  # noqa: ARG002
        return ()

    def held(self, user: str) -> int:  # noqa: ARG002
        return 0

    def see(self, user: str, token: str) -> bytes | None:  # noqa: ARG002
        return None

    def drop(self, user: str, token: str) -> None:  # noqa: ARG002
        return


class StoredAlbum:
    """The photos as the store keeps them; ``sent`` names those of the open question."""

    def __init__(
        self,
        storage: Storage,
        campaign: str,
        sent: Callable[[str], Sequence[str]],
        thumbnail: Callable[[bytes], bytes],
    ) -> None:
        self._storage = storage
        self._campaign = campaign
        self._sent = sent
        self._thumbnail = thumbnail

    def shots(self, user: str) -> Sequence[Shot]:
        tokens = [token.removeprefix(_PHOTO) for token in self._sent(user)]
        if not tokens:
            return ()
        with self._storage.transaction(self._campaign) as stores:
            states, faults = stores.photos.states(tokens), stores.photos.reasons(tokens)
        return tuple(
            Shot(n, token, states.get(token) == KEPT, faults.get(token, ""))
            for n, token in enumerate(tokens, start=1)
        )

    def held(self, user: str) -> int:
        with self._storage.transaction(self._campaign) as stores:
            return stores.photos.held(user)

    def see(self, user: str, token: str) -> bytes | None:
        with self._storage.transaction(self._campaign) as stores:
            cleaned = stores.photos.unsent(user, token)
        return None if cleaned is None else self._thumbnail(cleaned)

    def drop(self, user: str, token: str) -> None:
        with self._storage.transaction(self._campaign) as stores:
            stores.photos.drop(user, token)


def add_photos(
    blueprint: Blueprint, talk: Talk, sessions: Sessions, keep: KeepPhoto, album: Album, draw: DrawCode | None
) -> None:
    """Sending photos, looking at them, taking one out; and the code as a picture."""
    _add_sending(blueprint, talk, sessions, keep, album)
    member = signed_in(sessions)

    @blueprint.get("/photo/<token>.jpg")
    @member
    def thumb(user: str, token: str) -> Response:
        return _own(album.see(user, token), "image/jpeg")

    @blueprint.get("/code.png")
    @member
    def code(user: str) -> Response:  # noqa: ARG001
        said = carried(aside_of(sessions))
        shown = screen_of(said).code if said else ""
        return _own(draw(shown) if draw and shown else None, "image/png")


def _add_sending(blueprint: Blueprint, talk: Talk, sessions: Sessions, keep: KeepPhoto, album: Album) -> None:
    """Sending photos, and taking one out."""
    member, pace = signed_in(sessions), Pace()

    @blueprint.post("/photo")
    @member
    def photo(user: str) -> AnyResponse:
        files = [one for one in request.files.getlist("photos") if one.filename]
        fault = _fault(talk, album, pace, user, len(files)) if files else ""
        if fault:
            return take_turn(talk, sessions, user, refused=[fault])
        room = max(0, MOST_PHOTOS - len(album.shots(user)))
        tokens, refused = _keep_all(keep, user, files[:room])
        if len(files) > room:
            refused.append(f"照片最多{MOST_PHOTOS}张，多出的{len(files) - room}张没有收，前面的都在。")
        messages = [message_of(user, "image", media=token, part=str(n)) for n, token in enumerate(tokens)]
        if posted("then") and not refused:
            messages.append(message_of(user, "text", DONE, part="done"))
        return take_turn(talk, sessions, user, *messages, refused=refused)

    @blueprint.post("/photo/remove")
    @member
    def remove(user: str) -> AnyResponse:
        shot = next((one for one in album.shots(user) if one.token == posted("photo")), None)
        if shot is None or not posted("key"):
            return take_turn(talk, sessions, user)
        word = message_of(user, "text", TAKE_OUT.format(number=shot.number))
        answer = take_turn(talk, sessions, user, word)
        if shot.token not in {one.token for one in album.shots(user)}:
            album.drop(user, shot.token)
        return answer


def _fault(talk: Talk, album: Album, pace: Pace, user: str, count: int) -> str:
    """Why no photo is taken now; cleaning and keeping them costs more than anything else that a person may ask for."""
    if talk.look(user).input != "photos":
        return NOT_NOW
    if not pace.allows(user, min(count, MOST_PHOTOS)):
        return TOO_FAST
    return TOO_MANY if album.held(user) >= MOST_HELD else ""


def _own(picture: bytes | None, kind: str) -> Response:
    """A picture for its own person's eyes; the headers that every page bears forbid to keep it."""
    if picture is None:
        abort(404)
    answer = Response(picture, mimetype=kind)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def _keep_all(keep: KeepPhoto, user: str, files: Sequence[FileStorage]) -> tuple[list[str], list[str]]:
    """The tokens of the photos that were kept, and a sentence for each that was not."""
    tokens: list[str] = []
    refused: list[str] = []
    for number, file in enumerate(files, start=1):
        try:
            tokens.append(keep(user, file.read()))
        except Invalid as problem:
            refused.append(f"第{number}张“{str(file.filename)[:24]}”：{problem}")
        except TimeoutError:  # the next would wait in vain as well
            refused.append(f"第{number}张{'起' if number < len(files) else ''}没有收：{BUSY}")
            break
    return tokens, refused
