"""Winners: what they are sent, and whom no message reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rules.prizes import HAS_WON, NO_MORE, called_off, good_news, last_day, void_key, word_key
from store.claims import ACCEPTED, FAILED, PENDING, SENDING, UNKNOWN
from store.draw_views import PrizeView, prize_view
from store.identity.tables import Entrant, Word
from store.identity.words import Words
from store.quiz_tables import Draw, Prize

if TYPE_CHECKING:
    from store.stores import Storage

_WON, _LAPSED, _VOID = "won", "lapsed", "void"


def tell_winners(
    storage: Storage, campaign: str, zone: str, prizes: Iterable[PrizeView], at: datetime
) -> int:
    """Have winners told who don't know yet, at campaign time ``at``; the same winner twice changes nothing.

    The words wait until the value can't be corrected any more. How many words were added. What was called off or has lapsed is
    seen to as well: whoever did that may have died before.
    """
    words, local = Words(storage), ZoneInfo(zone)
    prizes, told = tuple(prizes), []
    _see_to_the_rest(storage, campaign, zone, prizes)
    for prize in prizes:
        if prize.state == _WON and not prize.told and prize.person and at < prize.claim_until:
            until = prize.claim_until.astimezone(local)
            added = words.add_for_winner(
                campaign,
                prize.person,
                word_key(campaign, prize.id),
                good_news(prize.draw, prize.title, until, at.astimezone(local).date()),
                phrase=HAS_WON,
                due=last_day(until).isoformat(),
                hold=max(prize.open_at - at, timedelta()),
            )
            told += [prize] if added else []
    _look_again(storage, campaign, zone, told)
    return len(told)


def _look_again(storage: Storage, campaign: str, zone: str, told: Sequence[PrizeView]) -> None:
    """What was called off, passed on or withdrawn by somebody else while its winners were being told does not stay told.

    Whoever does that takes words back after its commit: either they see ours, or we see what they did.
    """
    if not told:
        return
    mine = select(Prize, Draw).join(Draw, Draw.id == Prize.draw_id)
    with storage.looking(campaign) as stores:
        rows = stores.session.execute(mine.where(Draw.id.in_({prize.draw_id for prize in told}))).all()
        stand = {prize.id: prize_view(prize, draw) for prize, draw in rows}
    for prize in told:
        if prize.id not in stand:
            Words(storage).take_back(word_key(campaign, prize.id))
    _see_to_the_rest(storage, campaign, zone, stand.values())


def _see_to_the_rest(storage: Storage, campaign: str, zone: str, prizes: Iterable[PrizeView]) -> None:
    """Good news of a prize that nobody can claim any more does not go out; who has heard of a void one is told."""
    keys = {word_key(campaign, prize.id): prize for prize in prizes if prize.state in (_LAPSED, _VOID)}
    words = Words(storage)
    for key in words.waiting(keys) if keys else ():
        if keys[key].state == _LAPSED:
            words.take_back(key)
    for prize in keys.values():
        if prize.state == _VOID:
            tell_of_void(storage, campaign, zone, prize)


def tell_of_void(storage: Storage, campaign: str, zone: str, prize: PrizeView) -> None:
    """Take the good news back where it is still on its way; who has heard it, or may have, is told that it holds no more.

    A second time changes nothing.
    """
    words, key = Words(storage), word_key(campaign, prize.id)
    if prize.person and (prize.told or words.perhaps_heard(key)):
        words.add_for_winner(
            campaign,
            prize.person,
            void_key(campaign, prize.id),
            called_off(prize.draw, prize.title, prize.where),
            phrase=NO_MORE,
            due=last_day(prize.claim_until.astimezone(ZoneInfo(zone))).isoformat(),
        )
    words.take_back(key)


class Winner(Protocol):
    """A prize, as far as it tells whom to reach."""

    @property
    def id(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def told(self) -> bool: ...
    @property
    def claim_until(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """Looks whom a message can reach: by chat within its window, else by a card, where there is a template for it."""

    storage: Storage
    campaign: str
    last_said: Callable[[str], datetime | None]
    window: timedelta  # from a person's own message
    cards: bool

    def missing(self, prizes: Iterable[Winner], at: datetime) -> frozenset[int]:
        """The ids of the prizes whose winners no message reaches; ``at`` is campaign time."""
        return frozenset(
            one.id
            for one in prizes
            if one.state == _WON
            and one.person
            and not one.told
            and at < one.claim_until
            and not self._reaches(one)
        )

    def _reaches(self, prize: Winner) -> bool:
        key = word_key(self.campaign, prize.id)
        with self.storage.identity.session() as session:
            word = session.execute(select(Word.state, Word.next_attempt_at).where(Word.key == key)).first()
            mine = (Entrant.campaign == self.campaign, Entrant.person == prize.person)
            sealed = session.scalar(select(Entrant.openid).where(*mine))
        state, due = word or (PENDING, self.storage.clock())
        if state in (SENDING, ACCEPTED, FAILED, UNKNOWN) or sealed is None:
            return state in (SENDING, ACCEPTED)
        return self.cards or self._open(self.storage.identity_sealing.open_text(sealed), due)

    def _open(self, openid: str, due: datetime) -> bool:
        """Is the window open still when the word goes out? Where nobody can tell it counts as closed."""
        try:
            said = self.last_said(openid)
        except Exception:  # it is kept in Redis, which may be away
            return False
        return said is not None and max(due, self.storage.clock()) - said < self.window
