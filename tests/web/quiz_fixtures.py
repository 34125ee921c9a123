"""The phone page before the real bot: real handlers, real SQLite, real Redis; only the login is of paper."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from bot.bot import Bot
from bot.context import Draft, from_plain, to_plain
from bot.message import Message, Reply
from content.bank import Bank, Question
from content.scenes import Scene, scenes
from store.quiz_tables import Attempt
from store.redis_link import Link
from store.stores import Storage
from store.turn import Turns
from tests.chatting import CAMPAIGN, build_bot
from tests.conftest import SetClock
from tests.handlers.playing import round_of
from tests.web.page_fixtures import MemorySessions, PaperLogin, Phone, keep_photo
from web.conversation import Conversation
from web.errors import register_errors
from web.pages import Pages, pages_blueprint
from web.security import secure

PLAYER = "oPlayer00000000000000000001"
KNOWN = {"source": "《消防法》第28条", "fact": "FIR-001", "reviewed": "2026-11-22", "topic": "fire"}


def a_question(name: str, kind: str, options: list[str], answer: list[str]) -> Question:
    """A question of the bank, with a reason that stands nowhere else."""
    stem = f"{name}号题，应该怎么做？"
    data = {"id": f"x-{ord(name)}", "type": kind, "stem": stem, "options": options, "answer": answer}
    return Question.model_validate({**data, **KNOWN, "why": f"{name}号题的理由只在答完以后说。"})


@dataclass
class QuizSite:
    """The app, and what is behind it."""

    app: Flask
    bot: Bot
    talk: Conversation
    turns: Turns
    sessions: MemorySessions
    clock: SetClock
    scenes: dict[str, Scene]

    def phone(self, user: str = PLAYER) -> Phone:
        phone = Phone(self, self.app.test_client())
        phone.client.set_cookie("sid", self.sessions.create(user), path="/")
        return phone

    def chat(self, text: str, user: str = PLAYER) -> Reply:
        """Say something in WeChat's chat."""
        return self.talk.say(Message(user, "text", id=f"chat:{secrets.token_hex(6)}", text=text))

    def ask(self, *questions: Question) -> None:
        """Put this bank in the place of ours."""
        self.bot._questions = Bank(questions, {"fire": "消防"})

    def draft(self, user: str = PLAYER) -> Draft:
        draft = from_plain(self.turns.look(user)[0]).open
        assert draft is not None
        return draft

    def question(self, user: str = PLAYER) -> dict[str, Any]:
        """The open question as the round keeps it."""
        draft = self.draft(user)
        return next(one for one in round_of(draft, self.bot) if one["id"] == draft.open)

    def change_question(self, user: str = PLAYER, **values: Any) -> None:
        """Give the open question another answer or reason, as if it had been kept so."""
        record, _ = self.turns.look(user)
        person = from_plain(record)
        assert person.open is not None
        person.open.kept["round"] = [
            one | values if one["id"] == person.open.open else one for one in round_of(person.open, self.bot)
        ]
        self.turns.forget(user, lambda _: to_plain(person))

    def right(self, user: str = PLAYER) -> list[str]:
        """The texts of the right options."""
        question = self.question(user)
        return [question["options"]["ABCDE".index(mark)] for mark in question["answer"]]

    def attempts(self) -> list[Attempt]:
        with self.bot.storage.transaction(CAMPAIGN) as stores:
            return list(stores.session.scalars(select(Attempt).order_by(Attempt.id)))


def make_quiz_site(storage: Storage, link: Link, clock: SetClock, campaign: str = CAMPAIGN) -> QuizSite:
    """The app as app.py builds it."""
    bot, turns = build_bot(storage, campaign), Turns(link, storage.sealing, campaign)
    talk, sessions, known = Conversation(bot, turns), MemorySessions(), dict(scenes())
    app = Flask("quiz-in-tests", static_folder="static")
    app.config["SECRET_KEY"] = secrets.token_hex()
    secure(app, "http://localhost", "self")
    register_errors(app)
    pages = Pages(
        talk,
        PaperLogin(),
        sessions,
        keep_photo,
        bot.campaign,
        bot.routes,
        "http://localhost",
        clock=clock,
        scenes=known,
        unfinished=talk.unfinished,
    )
    app.register_blueprint(pages_blueprint(pages))
    return QuizSite(app, bot, talk, turns, sessions, clock, known)
