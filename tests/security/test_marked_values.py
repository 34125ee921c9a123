"""Every journey with values that can be told apart: none of them stands where nobody may find it."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from chaos.attacks import Forger, fire
from chaos.target import CAMPAIGN, webhook
from rules import codes
from rules.packet import packet
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.stores import Storage
from store.units import UnitRow
from web.webhook import Webhook

REPORTER, LIAISON, PLAYER = (
    "oMarkReporter00000000000001",
    "oMarkLiaison000000000000001",
    "oMarkPlayer0000000000000001",
)
NAME, PHONE = "贺兰标", "13912345601"
LIAISON_NAME, LIAISON_PHONE, MAIL = "沙坡标", "13912345602", "mark-liaison@example.com"
WORDS = "标记仓库里堆满了棉花也没有人看着"
UNIT = "白石县教育局"
PEOPLE = (REPORTER, LIAISON, PLAYER)
IDENTITIES = (*PEOPLE, NAME, PHONE, LIAISON_NAME, LIAISON_PHONE, MAIL)


class Journeys:
    """People who talk through the webhook; what was said is kept nowhere but in the product."""

    def __init__(self, target: Webhook, forger: Forger) -> None:
        self._target, self._forger = target, forger

    def says(self, user: str, *texts: str) -> str:
        answer = ""
        for said in texts:
            status, body = fire(self._target, self._forger.right(user, said))
            assert status == 200, said
            answer = self._forger.opened(body) or ""
        found = re.search(r"<Content><!\[CDATA\[(.*)\]\]></Content>", answer, re.DOTALL)
        return found[1] if found else ""

    def report(self) -> str:
        self.says(REPORTER, "举报", "没有", "临港路8号物流园", "不知道", WORDS, "今天", "还在", "1", "跳过")
        self.says(REPORTER, "留姓名和电话", NAME, PHONE)
        for _ in range(4):  # consent, and the look at all of it
            answer = self.says(REPORTER, "1")
            if code := codes.find(answer):
                return codes.grouped(code)
        raise AssertionError(answer)

    def register(self) -> None:
        answer = self.says(
            LIAISON, "登记", "同意", UNIT, LIAISON_NAME, "女", "科长", "跳过", LIAISON_PHONE, "跳过", "跳过", "跳过", MAIL,
            "跳过", "登记",
        )  # fmt: skip
        assert UNIT in answer
        self.says(LIAISON, "我的登记", "截止日")

    def play(self) -> None:
        self.says(PLAYER, "答题", "A", "B", "A", "B", "A", "我的成绩", "排行榜", "错题本", "退出", "昵称")


@pytest.fixture
def forger() -> Forger:
    return Forger(seed=1)


@pytest.fixture
def journeys(
    sqlite_storage: Storage, link: Link, forger: Forger, caplog: pytest.LogCaptureFixture
) -> Journeys:
    caplog.set_level(logging.DEBUG)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.units.import_rows([UnitRow(UNIT, "县级")], sqlite_storage.clock())
    return Journeys(webhook(forger, sqlite_storage, link), forger)


def test_nothing_that_was_said_stands_where_nobody_may_find_it(
    journeys: Journeys,
    forger: Forger,
    sqlite_storage: Storage,
    link: Link,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = journeys.report()
    journeys.says(REPORTER, code, "查进度", code)
    journeys.register()
    journeys.play()
    link.call("PING")
    case, identity = _bytes(tmp_path, "case.db"), _bytes(tmp_path, "identity.db")
    redis = _everything_in(link) + _appended(redis_server)
    for value in IDENTITIES:
        raw = value.encode()
        assert raw not in case, f"{value} in the case database"
        assert raw not in identity, f"{value} in the identity database, unsealed"
        assert raw not in redis, f"{value} in Redis"
        assert value not in caplog.text, f"{value} in the log"
    for value in (code, codes.find(code) or ""):
        assert value.encode() not in case + identity + redis and value not in caplog.text
    assert WORDS.encode() in case  # it is what the office works on
    assert WORDS.encode() not in redis and WORDS not in caplog.text
    for secret in (forger.token, forger.key, "case key of the tests", "identity key of the tests"):
        assert secret not in caplog.text and secret.encode() not in case + identity + redis


def test_the_packet_for_the_authority_bears_no_identity(journeys: Journeys, sqlite_storage: Storage) -> None:
    journeys.report()
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        (view,) = stores.reports.listed()
        told = packet(stores.reports.case(view.id, ZoneInfo("Asia/Shanghai")))
    assert WORDS in told
    assert not [value for value in IDENTITIES if value in told]


def test_a_fault_in_the_middle_tells_nobody_who_said_what(
    journeys: Journeys, sqlite_storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    with sqlite_storage.case.engine.begin() as connection:
        connection.execute(text("ALTER TABLE report RENAME TO gone"))
        connection.execute(text("ALTER TABLE attempt RENAME TO lost"))
    with pytest.raises(AssertionError):
        journeys.report()
    assert "系统正忙" in journeys.says(PLAYER, "我的成绩")
    assert [record for record in caplog.records if record.exc_info]
    assert not [value for value in (*IDENTITIES, WORDS) if value in caplog.text]


def _bytes(folder: Path, name: str) -> bytes:
    """A database with its log."""
    files = [file for file in folder.iterdir() if file.name.startswith(name)]
    assert files
    return b"".join(file.read_bytes() for file in files)


def _everything_in(link: Link) -> bytes:
    """Every key and its serialised value."""
    keys = link.call("KEYS", "*")
    assert keys
    return b"".join(key + (link.call("DUMP", key) or b"") for key in keys)


def _appended(server: EmbeddedRedis) -> bytes:
    """The append-only file, as it lies on the disk."""
    files = [file for file in server._folder.rglob("*") if file.is_file() and "aof" in file.name]
    assert files
    return b"".join(file.read_bytes() for file in files)
