"""Words on their way: to reporters that there is news, never of what; to winners that they have won."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.claims import ACCEPTED, FAILED, PENDING, SENDING, UNKNOWN, again_at, finish, lost, take
from store.identity.tables import Entrant, Link, Word

if TYPE_CHECKING:
    from store.stores import Storage


About = Literal["report", "prize"]
_AT_ONCE = timedelta()
NOBODY = "nobody to tell"  # why a word failed whose addressee is gone
MAYBE = ": ambiguous"  # ends the reason of a try whose answer was lost
CARD = "template"  # the channel whose message says only that there is something to ask for


@dataclass(frozen=True, slots=True)
class DueWord:
    """A message that is ours to send until its lease ends."""

    id: int
    key: str
    openid: str
    text: str
    number: str  # 0616-031
    phrase: str  # 已转交, 已中奖
    owner: str
    claim_no: int
    tries: int
    about: About = "report"
    due: str = ""  # the last day of claiming


class Words:
    """The outbox of messages to reporters and winners; every method is a transaction of its own."""

    def __init__(self, storage: Storage) -> None:
        self._database = storage.identity
        self._sealing = storage.identity_sealing
        self._clock = storage.clock  # machine time

    def add(self, token: str, key: str, *, text: str, number: str, phrase: str) -> bool:
        """Have word sent to whoever reported under a token; nobody is written to who left no way to be reached."""
        try:
            with self._database.session() as session:
                link = session.scalar(select(Link).where(Link.token == token, Link.openid.is_not(None)))
                if link is None or session.scalar(select(Word.id).where(Word.key == key)) is not None:
                    return False
                row = self._row(key, {"text": text, "number": number, "phrase": phrase})
                row.link_id = link.id
                session.add(row)
            return True
        except IntegrityError:
            return False  # the same word was added at the same moment

    def add_for_winner(
        self,
        campaign: str,
        person: str,
        key: str,
        text: str,
        *,
        phrase: str = "",
        due: str = "",
        hold: timedelta = _AT_ONCE,
    ) -> bool:
        """Have a winner told; ``person`` is the keyed hash under which they entered. The same key changes nothing.

        ``phrase`` and ``due``, a day, are for a card, which has no room for the text. It goes out after ``hold``.
        """
        try:
            with self._database.session() as session:
                mine = (Entrant.campaign == campaign, Entrant.person == person)
                entrant = session.scalar(select(Entrant.id).where(*mine))
                if entrant is None or session.scalar(select(Word.id).where(Word.key == key)) is not None:
                    return False
                row = self._row(key, {"text": text, "number": "", "phrase": phrase, "due": due}, hold)
                row.entrant_id = entrant
                session.add(row)
            return True
        except IntegrityError:
            return False

    def take_back(self, key: str) -> None:
        """Let a word that waits not go out."""
        with self._database.session() as session:
            session.execute(delete(Word).where(Word.key == key, Word.state == PENDING))

    def perhaps_heard(self, key: str) -> bool:
        """Has a word gone out, or may it have? A try whose answer was lost waits to be repeated, and may have arrived."""
        with self._database.session() as session:
            found = session.execute(select(Word.state, Word.reason).where(Word.key == key)).first()
        if found is None:
            return False
        return found[0] in (SENDING, ACCEPTED, UNKNOWN) or (found[0] == PENDING and MAYBE in found[1])

    def waiting(self, keys: Collection[str]) -> frozenset[str]:
        """Which of these words wait to go out."""
        with self._database.session() as session:
            return frozenset(
                session.scalars(select(Word.key).where(Word.state == PENDING, Word.key.in_(keys)))
            )

    def in_full(self, key: str) -> bool:
        """Has a word gone out that said all there was to say? A card has not."""
        with self._database.session() as session:
            found = session.execute(select(Word.state, Word.reason).where(Word.key == key)).first()
            return found is not None and found[0] in (SENDING, ACCEPTED) and found[1] != CARD

    def claim(self, owner: str, now: datetime) -> DueWord | None:
        """Take one word that is due; where its addressee is gone it ends here."""
        with self._database.session() as session:
            row = take(session, Word, owner, now)
            return None if row is None else self._due(session, row, owner)

    def accepted(self, word: DueWord, by: str = "") -> bool:
        """The platform has taken it, by this channel."""
        return self._finish(word, state=ACCEPTED, reason=by)

    def retry(self, word: DueWord, reason: str, now: datetime) -> bool:
        """It was surely not sent: try again later, or give up after the last try."""
        again = again_at(word.tries, now)
        if again is None:
            return self.failed(word, reason)
        return self._finish(word, state=PENDING, next_attempt_at=again, reason=reason[:300])

    def failed(self, word: DueWord, reason: str) -> bool:
        """It can't be sent; the person still reads it when they ask."""
        return self._finish(word, state=FAILED, reason=reason[:300])

    def unknown(self, word: DueWord, reason: str) -> bool:
        """It may have been sent, so it is not repeated."""
        return self._finish(word, state=UNKNOWN, reason=reason[:300])

    def settle_lost(self, now: datetime) -> int:
        """Mark what was being sent when its sender died; how many there were."""
        with self._database.session() as session:
            return lost(session, Word, now)

    def _row(self, key: str, said: dict[str, str], hold: timedelta = _AT_ONCE) -> Word:
        now = self._clock()
        sealed = self._sealing.seal_text(json.dumps(said, ensure_ascii=False))
        return Word(key=key, text=sealed, state=PENDING, next_attempt_at=now + hold, created_at=now)

    def _due(self, session: Session, row: Word, owner: str) -> DueWord | None:
        about: About = "report" if row.entrant_id is None else "prize"
        openid = session.scalar(
            select(Link.openid).where(Link.id == row.link_id)
            if about == "report"
            else select(Entrant.openid).where(Entrant.id == row.entrant_id)
        )
        if openid is None:
            row.state, row.reason, row.owner = FAILED, NOBODY, None
            return None
        said = json.loads(self._sealing.open_text(row.text))
        to = self._sealing.open_text(openid)
        return DueWord(
            row.id, row.key, to, **said, owner=owner, claim_no=row.claim_no, tries=row.tries, about=about
        )

    def _finish(self, word: DueWord, **values: object) -> bool:
        with self._database.session() as session:
            return finish(session, Word, word.id, word.owner, word.claim_no, **values)
