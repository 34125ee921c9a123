"""The phone page before the real bot, for the tests of the quiz on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bot.language import intents
from store.redis_link import Link
from store.stores import Storage
from tests.browser import a_browser
from tests.conftest import SetClock
from tests.web.page_fixtures import Phone
from tests.web.quiz_fixtures import QuizSite, make_quiz_site


@pytest.fixture(scope="session")
def _words() -> None:
    """What the bot knows of words, loaded before a test begins."""
    intents.prepare()


@pytest.fixture
def site(_words: None, sqlite_storage: Storage, link: Link, clock: SetClock) -> QuizSite:
    return make_quiz_site(sqlite_storage, link, clock)


@pytest.fixture
def phone(site: QuizSite) -> Phone:
    return site.phone()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser
