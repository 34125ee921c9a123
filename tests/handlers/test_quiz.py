from __future__ import annotations

from sqlalchemy import select

from store.quiz_tables import Attempt
from tests.chatting import Chat


def answer_of(chat: Chat) -> str:
    draft = chat.person.open
    assert draft is not None
    question = next(one for one in draft.kept["round"] if one["id"] == draft.open)
    return str(question["answer"])


def letter_of(chat: Chat, text: str) -> str:
    return "ABCDE"[chat.last.choices.index(text)]


def play(chat: Chat, rights: int, total: int = 5) -> None:
    for n in range(total):
        right = answer_of(chat)
        wrong = next(choice for choice in chat.last.choices if choice != right)
        chat.says(letter_of(chat, right if n < rights else wrong))


def test_a_round_is_five_questions_and_tells_the_score(chat: Chat) -> None:
    assert "第1题，共5题" in chat.says("答题").text
    play(chat, rights=4)
    assert "答完了：5题对4题" in chat.last.text
    assert "5题，答对4题" in chat.says("我的成绩").text


def test_each_answer_gets_a_verdict_the_reason_and_the_source(chat: Chat) -> None:
    chat.says("答题")
    right = answer_of(chat)
    wrong = next(choice for choice in chat.last.choices if choice != right)
    reply = chat.says(wrong)
    assert reply.text.startswith("没答对，正确答案是")
    assert right in reply.text and "依据：" in reply.text and "第2题" in reply.text


def test_an_answer_may_be_a_letter_a_number_or_the_words(chat: Chat) -> None:
    for said in (
        lambda text: letter_of(chat, text).lower(),
        lambda text: str(chat.last.choices.index(text) + 1),
        str,
    ):
        chat.says("答题")
        reply = chat.says(said(answer_of(chat)))
        assert reply.text.startswith("答对了")
        chat.says("取消")


def test_something_else_repeats_the_question(chat: Chat) -> None:
    question = chat.says("答题")
    again = chat.says("Z")
    assert again.asks == question.asks
    assert "第1题，共5题" in again.text
    chat.says("A")
    assert "答对" not in chat.says("我不知道").text


def test_questions_are_not_repeated_in_the_next_round(chat: Chat) -> None:
    chat.says("答题")
    first = {one["id"] for one in chat.person.drafts[-1].kept["round"]}
    play(chat, rights=5)
    chat.says("再来一轮")
    second = {one["id"] for one in chat.person.drafts[-1].kept["round"]}
    assert not first & second


def test_a_bank_that_changes_does_not_change_a_round_in_flight(chat: Chat) -> None:
    chat.says("答题")
    chat.bot._questions = chat.bot._questions[:1]
    play(chat, rights=5)
    assert "5题对5题" in chat.last.text


def test_a_finished_round_is_kept_once(chat: Chat) -> None:
    chat.says("答题")
    play(chat, rights=3, total=4)
    record = chat.record
    chat.says("A")
    chat.record = record
    chat.says("A")
    with chat.bot.storage.transaction("ningxia-2020") as stores:
        assert len(stores.session.scalars(select(Attempt)).all()) == 1
