"""What the scheduler changes in a person's record between their messages: dialogues that end, news that waits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot import news
from bot.context import from_plain, to_plain

if TYPE_CHECKING:
    from bot.bot import Bot
    from store.turn import Plain, Turns


def close_dialogue(bot: Bot, turns: Turns, user: str, draft: str) -> bool:
    """Bring a dialogue to its end whose time ran out, as its person's next message would; is it over?

    False where the person is being answered now, or where it isn't over by the bot's own clock.
    """
    over = False

    def close(record: Plain, offset: float) -> Plain | None:
        nonlocal over
        person = from_plain(record)
        person.offset = offset
        there = any(one.id == draft for one in person.drafts)
        closed = there and bot.close(user, person, draft)
        over = closed or not there
        return to_plain(person) if closed else None

    return turns.visit(user, close) and over


def leave_news(turns: Turns, user: str, text: str) -> bool:
    """Have something told with the reply to a person's next message; False while they are being answered."""
    return turns.visit(user, partial(_with_news, text))


def _with_news(text: str, record: Plain, _offset: float) -> Plain | None:
    if not record:
        return None  # who is not known any more is told nothing
    person = from_plain(record)
    news.leave(person, text)
    return to_plain(person)
