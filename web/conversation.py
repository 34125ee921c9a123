"""One message through the lock and the bot, the same for chat and page."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence

from bot.bot import Bot
from bot.context import Unfinished, from_plain, reply_from_plain, reply_to_plain, to_plain
from bot.language.emergency import danger_in
from bot.message import Message, Reply
from bot.readers import sent_photos
from rules.emergency import card
from store.redis_link import Unavailable
from store.turn import Ask, Plain, Turns

log = logging.getLogger(__name__)

BUSY = "系统正忙，您这条还没有处理，请过一会儿再发一次。\n有危险先拨 119、120、110，举报拨 12350。"
UNSPOKEN = ("event", "consent", "receipt")
FAULT = "fault"  # counted as the route where a message met a fault of ours


class Conversation:
    """What the adapters talk to."""

    def __init__(self, bot: Bot, turns: Turns) -> None:
        self._bot = bot
        self._turns = turns

    def say(self, message: Message) -> Reply:
        """Answer a message once; a repeat gets the same answer. Raises ``Unanswered``."""
        ((_, reply),) = self.say_all((message,))
        if isinstance(reply, Exception):
            raise reply
        return reply

    def say_all(
        self, messages: Sequence[Message], came: Sequence[float] = ()
    ) -> Iterator[tuple[int, Reply | Exception]]:
        """The same for several that are there at the same time, each with its number, as soon as it is answered."""
        spoken = [number for number, message in enumerate(messages) if message.kind not in UNSPOKEN]
        made: dict[int, Reply] = {}  # in this run; the reply to a repeat comes as plain data
        asks = [self._ask(n, messages[n], made, came[n] if came else 0.0) for n in spoken]
        try:
            for place, plain in self._turns.together(asks):
                number = spoken[place]
                yield number, self._reply(messages[number], plain, made.get(number))
                spoken[place] = -1
        except Exception as problem:  # it concerns all who have no reply yet
            yield from ((n, self._reply(messages[n], problem)) for n in spoken if n >= 0)
        for number, message in enumerate(messages):
            if message.kind in UNSPOKEN:
                yield number, self._unspoken(message)

    def _ask(self, number: int, message: Message, made: dict[int, Reply], came: float) -> Ask:
        def work(record: Plain, offset: float) -> tuple[Plain, Plain, str]:
            left, made[number], plain, route = self._work(message, record, offset)
            return left, plain, route

        kind = message.kind if message.account else "page"  # a push names the account that it was sent to
        return Ask(message.id, message.user, kind, work, came)

    def _reply(
        self, message: Message, plain: Plain | Exception, made: Reply | None = None
    ) -> Reply | Exception:
        if isinstance(plain, Unavailable):
            log.error("redis can't be reached; a message gets only the emergency card or an apology")
            return self._alone(message)
        return plain if isinstance(plain, Exception) else made or reply_from_plain(plain)

    def _unspoken(self, message: Message) -> Reply | Exception:
        """What the platform tells of itself takes no turn."""
        try:
            if message.kind == "receipt":
                return self._receipt(message)
            self._turns.counts.said(message.kind, 0.0)
        except Exception as problem:
            return problem
        return Reply()

    def look(self, user: str) -> Reply:
        """What a page shows: the open question, else the last reply."""
        record, offset = self._turns.look(user)
        person = from_plain(record)
        person.offset = offset
        return self._bot.open_question(user, person)

    def glance(self, user: str, name: str) -> Reply | None:
        """What a route that only reads would say now, for a link that was opened: no turn is taken."""
        record, offset = self._turns.look(user)
        person = from_plain(record)
        person.offset = offset
        return self._bot.glance(user, person, name)

    def unfinished(self, user: str) -> tuple[Unfinished, ...]:
        """What somebody has begun and not ended, the last first."""
        return self._bot.unfinished(from_plain(self._turns.look(user)[0]))

    def sent_photos(self, user: str) -> tuple[str, ...]:
        """The photos that stand so far in answer to the open question."""
        draft = from_plain(self._turns.look(user)[0]).open
        return () if draft is None or draft.input != "photos" else sent_photos(draft.heard(draft.open))

    def _work(self, message: Message, record: Plain, offset: float) -> tuple[Plain, Reply, Plain, str]:
        """What is kept of the person, the reply, the same as plain data, and which route it is from."""
        person = from_plain(record)
        person.offset = offset
        try:
            reply = self._bot.answer(message, person)
        except Exception:
            log.exception("no answer to message %s", message.id)
            busy = Reply(BUSY)
            return record, busy, reply_to_plain(busy), FAULT
        left = to_plain(person)
        plain = left["shown"] if person.shown is reply else reply_to_plain(reply)
        return left, reply, plain, person.answered_by

    def _alone(self, message: Message) -> Reply:
        """What can be said without Redis."""
        if message.text and danger_in(message.text) == "now":
            return Reply(card(self._bot.campaign), danger=True)
        return Reply(BUSY) if message.kind != "unfollow" else Reply()

    def _receipt(self, message: Message) -> Reply:
        """Join the platform's word on a sent message to its delivery."""
        began = time.perf_counter()
        if message.receipt is not None:
            storage = self._bot.storage
            at = message.at or storage.clock()
            with storage.transaction(self._bot.campaign.id) as stores:
                stores.reminders.receipt(message.receipt.message_id, message.user, message.receipt.status, at)
        self._turns.counts.said(message.kind, time.perf_counter() - began)
        return Reply()
