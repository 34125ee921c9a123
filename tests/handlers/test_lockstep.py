"""One script on many accounts, each with questions and options of its own: what the evening's look finds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.bot import Bot
from store.quiz_tables import Attempt
from store.redis_link import Link
from store.stores import Storage
from tests.chatting import CAMPAIGN, Chat, build_bot
from tests.conftest import SetClock
from tests.handlers.playing import right_marks
from tests.handlers.test_hunt import KITCHEN, begin

GAPS = (11.0, 7.0, 16.0, 9.0, 13.0)


@pytest.fixture
def bot(sqlite_storage: Storage, link: Link, clock: SetClock) -> Bot:
    clock.time = datetime(2020, 6, 16, 1, 0, tzinfo=UTC)
    return build_bot(replace(sqlite_storage, link=link))


def farm(bot: Bot, accounts: int = 12) -> list[Chat]:
    return [Chat(bot, f"oFarm{n:022d}") for n in range(accounts)]


def in_lockstep(
    bot: Bot, chats: list[Chat], gaps: tuple[float, ...], say: Callable[[Chat, int], object]
) -> None:
    for step, gap in enumerate(gaps):
        bot.storage.clock.forward(seconds=gap)  # type: ignore[attr-defined]
        for chat in chats:
            say(chat, step)


def looked_at(bot: Bot) -> list[Attempt]:
    """What is there after a look at the last hour."""
    with bot.storage.transaction(CAMPAIGN) as stores:
        stores.flags.mark_lookalikes(bot.storage.clock() - timedelta(hours=1))
        return list(stores.session.scalars(select(Attempt).order_by(Attempt.id)))


@pytest.mark.parametrize("words", [("答题",), ("闯关", "1"), ("辟谣",)])
def test_rounds_in_lockstep_are_found_though_no_two_are_the_same(bot: Bot, words: tuple[str, ...]) -> None:
    chats = farm(bot)
    for chat in chats:
        for word in words:
            chat.says(word)
    in_lockstep(bot, chats, GAPS, lambda chat, _: chat.says(right_marks(chat)))
    rows = looked_at(bot)
    assert len({row.pattern for row in rows}) > 1
    assert [(row.counts, row.flags) for row in rows] == [(False, ["in_step"])] * 12


def test_the_question_of_the_day_in_lockstep_is_found_on_the_fourth_day_with_those_before(bot: Bot) -> None:
    chats, chance = farm(bot, 6), random.Random(1)
    for day in range(4):
        for chat in chats:
            chat.says("每日一答")
        in_lockstep(bot, chats, (9 + chance.random(),), lambda chat, _: chat.says(right_marks(chat)))
        rows = looked_at(bot)
        assert {tuple(row.flags) for row in rows} == ({("together",)} if day == 3 else {()})
        bot.storage.clock.forward(days=1)  # type: ignore[attr-defined]
    assert len(rows) == 24


def test_a_whole_farm_at_the_question_of_the_day_is_found_at_once(bot: Bot) -> None:
    chats = farm(bot, 60)
    for chat in chats:
        chat.says("每日一答")
    in_lockstep(bot, chats, (9.0,), lambda chat, _: chat.says(right_marks(chat)))
    assert {tuple(row.flags) for row in looked_at(bot)} == {("crowd",)}


def test_a_picture_in_lockstep_is_found(bot: Bot) -> None:
    chats = farm(bot)
    for chat in chats:
        begin(chat)
    gaps = (11.0, 7.0, 16.0, 9.0, 13.0, 8.0)
    in_lockstep(bot, chats, gaps, lambda chat, step: chat.says(KITCHEN.hazards[step].label))
    assert {tuple(row.flags) for row in looked_at(bot)} == {("in_step",)}


def test_a_class_that_begins_in_the_same_second_is_left_alone(bot: Bot) -> None:
    chats, chance = farm(bot, 30), random.Random(2)
    for chat in chats:
        chat.says("答题")
    plans = []
    for chat in chats:
        at = 0.0
        for _ in range(5):
            at += 4 + 8 * chance.lognormvariate(0, 0.5)
            plans.append((at, chat))
    start = bot.storage.clock()
    for at, chat in sorted(plans, key=lambda plan: plan[0]):
        bot.storage.clock.time = start + timedelta(seconds=at)  # type: ignore[attr-defined]
        chat.says(right_marks(chat))
    rows = looked_at(bot)
    assert len(rows) == 30 and {tuple(row.flags) for row in rows} == {()}


def test_what_somebody_has_cleared_is_not_flagged_again_for_the_like(bot: Bot) -> None:
    chats = farm(bot, 5)
    for chat in chats:
        chat.says("答题")
    in_lockstep(bot, chats, GAPS, lambda chat, _: chat.says(right_marks(chat)))
    number = looked_at(bot)[0].id
    with bot.storage.transaction(CAMPAIGN) as stores:
        stores.flags.clear(number, who="office", reason="同一间教室", at=bot.storage.clock())
    assert looked_at(bot)[0].flags == ["cleared:in_step"]
