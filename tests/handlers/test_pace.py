"""Whoever sends more than a person can is asked to rest; a cry for help is heard all the same."""

from __future__ import annotations

import pytest

from bot.understanding import MOST_IN_PACE, SLOW
from tests.chatting import Chat
from tests.conftest import SetClock


def hurry(chat: Chat) -> None:
    for _ in range(MOST_IN_PACE):
        chat.says("标语")


def test_too_many_messages_in_a_minute_get_a_kind_word_and_change_nothing(chat: Chat) -> None:
    chat.says("答题")
    question = chat.person.open
    assert question is not None
    hurry(chat)
    assert chat.says("A").text == SLOW
    assert chat.person.open == question


def test_a_cry_for_help_is_heard_in_any_hurry(chat: Chat) -> None:
    hurry(chat)
    assert "119" in chat.says("着火了，人还在里面").text
    assert chat.last.danger


@pytest.mark.parametrize(
    "said", ["119", "120", "12350", "求助电话", "紧急电话", "急救", "有危险", "怎么报警", "煤气泄漏了怎么办"]
)
def test_whoever_wants_the_numbers_gets_the_card_in_any_hurry(chat: Chat, said: str) -> None:
    hurry(chat)
    assert chat.says(said).danger and chat.last.text.startswith("马上拨 119")


def test_after_a_minute_all_is_well_again(chat: Chat, clock: SetClock) -> None:
    hurry(chat)
    assert chat.says("标语").text == SLOW
    clock.forward(seconds=61)
    assert chat.says("标语").text != SLOW
