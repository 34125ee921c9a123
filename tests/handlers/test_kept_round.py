"""A question that is kept by its digest comes out as it went in, whatever became of the bank."""

from __future__ import annotations

import json

import pytest

from content.bank import Bank, digest_of
from content.loader import load_questions
from handlers.kept_round import GONE, as_kept, id_of
from store.stores import Storage
from tests.chatting import CAMPAIGN, Chat, build_bot
from tests.handlers.playing import answer, attempts, question_of, round_of


def test_every_question_comes_out_as_it_went_in(chat: Chat) -> None:
    chat.says("答题")
    draft = chat.person.drafts[-1]
    draft.kept["round"] = [as_kept(question) for question in load_questions()]
    for question, text, shown in zip(
        load_questions(), draft.kept["round"], round_of(draft, chat.bot), strict=True
    ):
        assert (shown["id"], shown["type"], shown["stem"]) == (question.id, question.type, question.stem)
        assert (shown["why"], shown["source"], id_of(text)) == (question.why, question.source, question.id)
        assert sorted(shown["options"]) == sorted(question.options)
        assert [shown["options"]["ABCDEFGH".index(mark)] for mark in shown["answer"]] == (
            list(question.answer)
            if question.type == "order"
            else [option for option in shown["options"] if option in question.answer]
        )


def test_a_change_of_any_word_is_another_digest() -> None:
    question = load_questions()[0]
    changes = (
        {"id": "x"}, {"type": "multiple"}, {"stem": "x"}, {"why": "x"}, {"source": "x"},
        {"options": question.options[::-1]}, {"answer": question.options},
    )  # fmt: skip
    changed = [question.model_copy(update=change).words for change in changes]
    assert len({digest_of(words) for words in (question.words, *changed)}) == 1 + len(changes)


@pytest.mark.parametrize("end", ["play", "取消"])
def test_a_round_that_was_kept_as_plain_data_goes_on_and_ends(chat: Chat, end: str) -> None:
    chat.says("答题")
    answer(chat, right=True)
    record = json.loads(chat.record)
    record["drafts"][-1]["kept"]["round"] = round_of(chat.person.drafts[-1], chat.bot)
    chat.record = json.dumps(record)
    assert question_of(chat)["stem"] in chat.says("继续").text
    assert len(round_of(chat.person.drafts[-1], chat.bot)) == 5
    if end == "取消":
        assert "5题答了1题，对1题" in chat.says("取消").text
        return
    for _ in range(4):
        answer(chat, right=True)
    assert "答完了：5题对5题" in chat.last.text


@pytest.mark.parametrize("said", ["A", "继续", "取消", "退出"])
def test_a_round_whose_words_are_nowhere_ends_kindly(storage: Storage, said: str) -> None:
    """As with a database put back without its Redis."""
    chat = Chat(build_bot(storage))
    chat.says("考试")
    chat.says("计时")
    answer(chat, right=True)
    chat.bot._questions = Bank([])
    reply = chat.says(said)
    assert chat.person.drafts == []
    assert (GONE in reply.text) is (said != "取消")
    assert reply.text
    assert attempts(chat) == []
    chat.bot = build_bot(storage)
    assert "第1题" in chat.says("答题").text


def test_a_question_that_was_changed_is_looked_up_and_any_other_is_not(storage: Storage) -> None:
    chat = Chat(build_bot(storage))
    bank = chat.bot._questions
    with storage.transaction(CAMPAIGN) as stores:
        stores.question_words.keep(bank.by_digest, storage.clock().date())
    chat.says("答题")
    before = question_of(chat)
    changed = [one.model_copy(update={"why": "换了"}) for one in bank if one.id == before["id"]]
    chat.bot._questions = Bank([*(one for one in bank if one.id != before["id"]), *changed])
    assert question_of(chat) == before
    assert before["why"] in chat.says(before["answer"]).text
