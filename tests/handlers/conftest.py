"""The whole bot, on SQLite."""

from __future__ import annotations

import pytest

from bot.language import intents
from content.loader import load
from content.models import Campaign
from store.stores import Storage
from tests.chatting import Chat, build_bot


@pytest.fixture(scope="session", autouse=True)
def _words() -> None:
    intents.prepare()


@pytest.fixture
def ningxia() -> Campaign:
    return load("ningxia-2020")


@pytest.fixture
def chat(sqlite_storage: Storage) -> Chat:
    """A resident who writes to the account on the day of the notice."""
    return Chat(build_bot(sqlite_storage))
