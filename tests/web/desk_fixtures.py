"""The desk as app.py builds it: real SQLite, real Redis, people who have played."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Flask
from werkzeug.test import TestResponse

from content.bank import Bank, Question
from content.loader import load
from store.redis_link import Link
from store.staff_sessions import StaffSessions
from store.standing import rebuild
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join
from tests.web.page_fixtures import Phone
from web.desk.desk import Desk, Kept
from web.desk.pages import desk_blueprint
from web.security import secure

NAME, OWN = "小李", "一个自己想的、长一点的口令"
STEM = "发现火灾先做什么？=1+1"


def a_question(number: int) -> Question:
    data = {
        "id": f"fire-{number}",
        "topic": "fire",
        "stem": f"{number}：{STEM}",
        "why": "理由。",
        "source": "《消防法》",
    }
    return Question.model_validate({**data, "options": ["报警", "拍照", "围观", "=回家"], "answer": "报警"})


@dataclass
class DeskSite:
    """The app, and what is behind it."""

    app: Flask
    storage: Storage
    sessions: StaffSessions
    clock: SetClock
    kept: Kept

    def staff(self, name: str = NAME) -> str:
        """An account and its first password."""
        with self.storage.transaction(CAMPAIGN) as stores:
            password = stores.staff.add(name, who="office:tests")
        assert password is not None
        return password

    def browser(self) -> Office:
        return Office(self, self.app.test_client())

    def inside(self) -> Office:
        """A browser that is signed in with a password of its own."""
        browser, first = self.browser(), self.staff()
        browser.signs_in(NAME, first)
        browser.open("/desk/password")
        browser.send("/desk/password", password=OWN, again=OWN)
        return browser


class Office(Phone):
    """A browser of somebody in the office."""

    def signs_in(self, name: str, password: str) -> TestResponse:
        self.open("/desk/login")
        return self.send("/desk/login", name=name, password=password)

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every row of every table on the page."""
        rows = re.findall(r"<tr>(.*?)</tr>", self.html, re.S)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
        return [[re.sub(r"<[^>]*>|\s+", "", cell) for cell in row] for row in cells]


def make_desk(
    storage: Storage,
    link: Link,
    clock: SetClock,
    base_url: str = "http://localhost",
    patience: float = 60,
) -> DeskSite:
    """The app as app.py builds it, the desk alone; what is counted is kept for no time."""
    kept = replace(storage, link=link)
    clock.time = AT
    app = Flask("desk-in-tests", static_folder=None)
    app.config["SECRET_KEY"] = secrets.token_hex()
    secure(app, base_url, "http://127.0.0.1:8001")
    sessions = StaffSessions(link, storage.sealing, CAMPAIGN)
    bank = Bank([a_question(n) for n in range(6)], {"fire": "消防"})
    figures = Kept(seconds=0, patience=patience)
    app.register_blueprint(desk_blueprint(Desk(kept, load(CAMPAIGN), bank, sessions, clock, figures)))
    return DeskSite(app, kept, sessions, clock, figures)


def people_play(site: DeskSite, people: int = 120) -> int:
    """A unit, its people, and a round of each: question 0 nearly nobody gets right, question 1 nobody gets wrong."""
    unit = a_unit(site.storage, headcount=people * 2)
    a_unit(site.storage, "河湾县应急管理局", "河湾县")
    join(site.storage, "user-0", unit)
    for n in range(people):
        given = [
            "围观" if n % 10 else "报警",
            "报警",
            *("报警" if n % 3 else "拍照" for _ in range(3)),
            "=回家",
        ]
        end_round(site, f"user-{n}", given, n)
    rebuild(site.storage, CAMPAIGN, TODAY)
    return unit


def end_round(site: DeskSite, user: str, given: list[str], n: int, flags: tuple[str, ...] = ()) -> None:
    """One round in which these were the answers to the questions in their order."""
    at = AT - timedelta(days=n % 3)
    answers = [
        {"question": f"fire-{place}", "given": one, "right": one == "报警", "seconds": 4.5}
        for place, one in enumerate(given)
    ]
    with site.storage.transaction(CAMPAIGN) as stores:
        stores.attempts.add(
            user,
            f"{user}-{n}",
            kind="round",
            answers=answers,
            began=at,
            at=at,
            day=at.date(),
            counts=not flags,
            flags=flags,
        )
