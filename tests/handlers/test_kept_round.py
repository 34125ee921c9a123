"""A question that is kept as one text comes out as it went in."""

from __future__ import annotations

import json

from content.loader import load_questions
from handlers.kept_round import id_of, packed, unpacked
from handlers.rounds import as_kept


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
