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
from store.identity.links import Links
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

    def write(self) -> None:
        """All of a report with name and phone, agreed to, but for the last word."""
        self.says(REPORTER, "举报", "没有", "临港路8号物流园", "不知道", WORDS, "今天", "还在", "1", "跳过")
        answer = self.says(REPORTER, "留姓名和电话", "同意", NAME, PHONE)
        assert "请看一遍" in answer
        assert WORDS in answer

    def report(self) -> str:
        """The code of a report that was written and sent."""
        self.write()
        code = codes.find(self.says(REPORTER, "提交"))
        assert code
        return codes.grouped(code)

    def register(self) -> None:
        answer = self.says(
            LIAISON, "登记", "同意", UNIT, LIAISON_NAME, "女", "科长", "跳过", LIAISON_PHONE, "跳过", "跳过", "跳过", MAIL,
            "跳过", "登记",
        )  # fmt: skip
        assert UNIT in answer
        self.says(LIAISON, "我的登记", "截止日")

    def play(self) -> None:
        """A whole round, then all that is told of it."""
        answer = self.says(PLAYER, "答题")
        while "题，共" in answer and "答完了：" not in answer:
            order = re.search("如([A-E]{2,})", answer)
            answer = self.says(PLAYER, order[1] if order else "AB" if "（多选" in answer else "A")
        assert "答完了：" in answer
        self.says(PLAYER, "我的成绩", "排行榜", "错题本", "退出", "昵称")


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
    _assert_all_is_kept(sqlite_storage)
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
    for secret in (
        forger.token,
        forger.key,
        forger.secret,
        "case key of the tests",
        "identity key of the tests",
    ):
        assert secret not in caplog.text and secret.encode() not in case + identity + redis


def _assert_all_is_kept(storage: Storage) -> None:
    """Who was looked for must have been written down, or finding nothing would prove nothing."""
    links = Links(storage)
    (token,) = links.tokens_of(REPORTER)
    contact = links.consented_contact(token, who="office:tests", reason="回访", at=storage.clock())
    assert contact is not None
    assert (contact.name, contact.phone, links.named(REPORTER)) == (NAME, PHONE, 1)
    with storage.transaction(CAMPAIGN) as stores:
        (liaison,) = stores.liaisons.of(LIAISON)
        assert (liaison.name, liaison.phone, liaison.email) == (LIAISON_NAME, LIAISON_PHONE, MAIL)
        assert stores.attempts.totals(PLAYER)[:2] == (1, 5)


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
    journeys.write()
    with sqlite_storage.case.engine.begin() as connection:
        connection.execute(text("ALTER TABLE report RENAME TO gone"))
        connection.execute(text("ALTER TABLE attempt RENAME TO lost"))
    assert "系统正忙" in journeys.says(REPORTER, "提交")
    assert "系统正忙" in journeys.says(PLAYER, "我的成绩")
    assert len([record for record in caplog.records if record.exc_info]) == 2
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
