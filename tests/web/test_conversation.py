"""Several messages at once through the lock and the bot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.message import Message, Reply
from store.attempts import Attempts
from store.redis_link import Link, ResponseError, Unavailable
from store.stores import Storage
from store.turn import Unanswered
from tests.conftest import SetClock
from tests.web.quiz_fixtures import PLAYER, make_quiz_site
from web.conversation import BUSY, Conversation


@dataclass
class Turns:
    """Answers the first of several, and then fails as told."""

    fault: Exception
    counts: Any = field(default_factory=lambda: Counts())

    def together(self, asks: list[Any]) -> Iterator[tuple[int, Any]]:
        yield 1, {"text": "第二条的回答"}
        raise self.fault


class Counts:
    def said(self, kind: str, seconds: float) -> None:
        self.last = kind


def told(fault: Exception, *messages: Message) -> dict[int, Reply | Exception]:
    return dict(Conversation(None, Turns(fault)).say_all(messages))  # type: ignore[arg-type]


def message(text: str, kind: str = "text") -> Message:
    return Message("oUser", kind, id=text, text=text)


def test_where_redis_is_lost_in_the_middle_each_gets_an_answer() -> None:
    found = told(Unavailable("x"), message("甲"), message("乙"), message("丙"))
    texts = {number: one.text for number, one in found.items() if isinstance(one, Reply)}
    assert texts == {0: BUSY, 1: "第二条的回答", 2: BUSY}


@pytest.mark.parametrize("fault", [ResponseError("OOM"), ValueError("x"), Unanswered()])
def test_another_fault_is_told_of_those_without_an_answer(fault: Exception) -> None:
    found = told(fault, message("甲"), message("乙"))
    assert found[0] is fault
    assert isinstance(found[1], Reply)


def test_what_is_no_speech_takes_no_turn() -> None:
    found = told(Unavailable("x"), message("view", "event"), message("甲"), message("乙"))
    assert found[0] == Reply()
    assert isinstance(found[2], Reply)
    assert found[2].text == "第二条的回答"


def test_a_turn_that_fails_leaves_the_record_as_it_was(
    sqlite_storage: Storage, link: Link, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_quiz_site(replace(sqlite_storage, link=link), link, clock)
    site.chat("答题")
    for _ in range(4):
        site.chat(site.question()["answer"])
    before = site.turns.look(PLAYER)[0]
    with monkeypatch.context() as broken:
        broken.setattr(Attempts, "add", lambda *_given, **_more: 1 / 0)
        assert site.chat(site.question()["answer"]).text == BUSY
    assert site.turns.look(PLAYER)[0] == before
    assert "答完了：5题对5题" in site.chat(site.question()["answer"]).text
