"""A question that is kept as one text comes out as it went in."""

from __future__ import annotations

import json

import pytest

from content.loader import load_questions
from handlers.kept_round import as_kept, id_of, packed, unpacked
from tests.chatting import Chat
from tests.handlers.playing import answer, question_of, round_of


def test_every_question_comes_out_as_it_went_in() -> None:
    for question in load_questions():
        text = json.loads(json.dumps(as_kept(question)))
        kept = unpacked(text)
        assert (kept["id"], kept["type"], kept["stem"]) == (question.id, question.type, question.stem)
        assert (kept["why"], kept["source"], id_of(text)) == (question.why, question.source, question.id)
        assert sorted(kept["options"]) == sorted(question.options)
        assert {kept["options"]["ABCDEFGH".index(mark)] for mark in kept["answer"]} == set(question.answer)
        assert packed(kept) == text


def test_the_sign_between_can_not_be_smuggled_in() -> None:
    question = {
        "id": "x", "type": "single", "answer": "A", "stem": "一\ue000二", "why": "三", "source": "四", "options": ["五", "六\ue000七"],
    }  # fmt: skip
    assert unpacked(packed(question)) == question | {"stem": "一二", "options": ["五", "六七"]}


@pytest.mark.parametrize("end", ["play", "取消"])
def test_a_round_that_was_kept_as_plain_data_goes_on_and_ends(chat: Chat, end: str) -> None:
    chat.says("答题")
    answer(chat, right=True)
    record = json.loads(chat.record)
    draft = record["drafts"][-1]
    draft["kept"]["round"] = [unpacked(one) for one in draft["kept"]["round"]]
    chat.record = json.dumps(record)
    assert question_of(chat)["stem"] in chat.says("继续").text
    assert len(round_of(chat.person.drafts[-1])) == 5
    if end == "取消":
        assert "5题答了1题，对1题" in chat.says("取消").text
        return
    for _ in range(4):
        answer(chat, right=True)
    assert "答完了：5题对5题" in chat.last.text
