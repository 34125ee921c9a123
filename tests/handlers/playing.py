"""A person who plays: answers right or wrong by looking into the round that is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.bot import Bot
from bot.context import Draft, Person
from bot.message import Message, Reply
from handlers.kept_round import shown
from store.quiz_tables import Attempt
from tests.chatting import CAMPAIGN, Chat


def round_of(draft: Draft, bot: Bot) -> list[dict[str, Any]]:
    """The questions of a round as they are shown."""
    kept = draft.kept.get("round") or draft.kept["kept"]["round"]
    with bot.storage.transaction(bot.campaign.id) as stores:
        ctx = bot.context(Message("oWhoever", "text"), Person(), stores, draft)
        return [shown(ctx, one) for one in kept]


def question_of(chat: Chat) -> dict[str, Any]:
    """The open question as it is shown."""
    draft = chat.person.open
    assert draft is not None
    return next(one for one in round_of(draft, chat.bot) if one["id"] == draft.open)


def right_marks(chat: Chat) -> str:
    return str(question_of(chat)["answer"])


def wrong_marks(chat: Chat) -> str:
    """An answer that can be read and is not right."""
    question = question_of(chat)
    marks = "ABCDE"[: len(question["options"])]
    if question["type"] == "order":
        return str(question["answer"])[::-1]
    if question["type"] == "multiple":
        return marks
    return next(mark for mark in marks if mark != question["answer"])


def answer(chat: Chat, right: bool, wait: float = 20.0) -> Reply:
    """Answer the open question after a while."""
    forward(chat, seconds=wait)
    return chat.says(right_marks(chat) if right else wrong_marks(chat))


def play(chat: Chat, rights: int, total: int = 5, wait: float = 20.0) -> Reply:
    """Answer a round as people do, the first ``rights`` questions right, each after another while."""
    for n in range(total):
        answer(chat, n < rights, wait + 3 * n)
    return chat.last


def attempts(chat: Chat) -> list[Attempt]:
    """All finished rounds, the oldest first."""
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        return list(stores.session.scalars(select(Attempt).order_by(Attempt.id)))


def forward(chat: Chat, **kwargs: float) -> None:
    chat.bot.storage.clock.forward(**kwargs)  # type: ignore[attr-defined]
