"""A bank that changes in mid-round changes no round in flight: what was picked is kept."""

from __future__ import annotations

import pytest

from content.bank import Bank
from store.stores import Storage
from tests.chatting import CAMPAIGN, Chat, build_bot, known_questions
from tests.handlers.playing import play, question_of, round_of


@pytest.mark.parametrize("left", ["nothing", "other answers"])
def test_a_round_goes_on_as_it_was_picked(storage: Storage, left: str) -> None:
    chat = Chat(build_bot(storage))
    with storage.transaction(CAMPAIGN) as stores:  # as the web does when it starts
        stores.question_words.keep(known_questions().by_digest, storage.clock().date())
    before = chat.says("答题").text
    assert chat.person.open is not None
    kept = round_of(chat.person.open, chat.bot)
    bank = chat.bot._questions
    changed = [
        question.model_copy(update={"stem": "换了", "why": "换了", "answer": question.options[-1:]})
        for question in bank
    ]
    chat.bot = build_bot(storage)  # the restarted web, with another bank
    chat.bot._questions = Bank([] if left == "nothing" else changed, {})
    with storage.transaction(CAMPAIGN) as stores:
        stores.question_words.keep(chat.bot._questions.by_digest, storage.clock().date())
    assert question_of(chat)["stem"] in before
    assert question_of(chat)["stem"] in chat.says("继续").text
    play(chat, rights=5)
    assert "答完了：5题对5题" in chat.last.text
    assert "换了" not in chat.last.text
    assert all("换了" not in question["stem"] for question in kept)
