"""Accounts of the desk, their passwords and their sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from store.passwords import NOBODY, hashed, matches
from store.quiz_tables import Audit
from store.redis_link import Link
from store.sealing import Sealing
from store.staff import FRESH, StaffView, sign_in
from store.staff_sessions import MOST_OF_ADDRESS, MOST_OF_NAME, SESSION_S, Signed, StaffSessions
from store.stores import Storage
from store.tables import Staff
from tests.conftest import SetClock
from tests.store.playing import CAMPAIGN

OWN = "自己选的一个长口令 1"


def add(storage: Storage, name: str = "小李", campaign: str = CAMPAIGN) -> str:
    with storage.transaction(campaign) as stores:
        password = stores.staff.add(name, who="office:tests")
    assert password is not None
    return password


def check(storage: Storage, name: str, password: str, campaign: str = CAMPAIGN) -> StaffView | None:
    return sign_in(storage, campaign, name, password)


def notes(storage: Storage) -> list[tuple[str, str, str]]:
    with storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.scalars(select(Audit).order_by(Audit.id)).all()
        return [(row.what, row.who, row.detail["name"]) for row in rows]


def test_a_password_is_kept_as_a_hash_with_a_salt_of_its_own() -> None:
    one, other = hashed("secret words"), hashed("secret words")
    assert one != other
    assert "secret" not in one
    assert matches("secret words", one) and matches("secret words", other)
    assert not matches("secret word", one)
    assert not matches("", NOBODY)


def test_a_guess_costs_what_owasp_asks_for() -> None:
    """``NOBODY`` was made in earnest, before the tests made hashing quick."""
    assert NOBODY.split("$")[:4] == ["scrypt", "16384", "8", "5"]


def test_an_account_is_opened_with_its_first_password_and_then_with_its_own(storage: Storage) -> None:
    first = add(storage)
    view = check(storage, "小李", first)
    assert view is not None and view.must_choose
    assert check(storage, "小李", first.lower()) is None
    assert check(storage, "小王", first) is None
    with storage.transaction(CAMPAIGN) as stores:
        chosen = stores.staff.choose(view.id, OWN)
    assert chosen is not None and not chosen.must_choose and chosen.version == view.version + 1
    assert check(storage, "小李", first) is None
    assert check(storage, "小李", OWN) is not None


def test_no_password_stands_in_the_database(storage: Storage) -> None:
    first = add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        row = stores.session.scalars(select(Staff)).one()
        assert first not in str([getattr(row, one.name) for one in Staff.__table__.columns])
        assert row.password.startswith("scrypt$")


def test_a_first_password_that_nobody_used_ends_after_a_week(storage: Storage, clock: SetClock) -> None:
    first = add(storage)
    clock.time += FRESH - timedelta(seconds=1)
    assert check(storage, "小李", first) is not None
    clock.time += timedelta(seconds=1)
    assert check(storage, "小李", first) is None


def test_a_name_is_taken_once_and_an_account_belongs_to_its_campaign(storage: Storage) -> None:
    first = add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.staff.add("小李", who="office:tests") is None
    assert check(storage, "小李", first, campaign="gusu-2020") is None
    add(storage, campaign="gusu-2020")


def test_a_reset_gives_a_new_password_and_a_new_version(storage: Storage) -> None:
    first = add(storage)
    before = check(storage, "小李", first)
    with storage.transaction(CAMPAIGN) as stores:
        second = stores.staff.reset("小李", who="office:tests")
        assert stores.staff.reset("小王", who="office:tests") is None
    assert second is not None and second != first
    assert check(storage, "小李", first) is None
    after = check(storage, "小李", second)
    assert before is not None and after is not None
    assert after.version > before.version


def test_who_is_removed_is_gone(storage: Storage) -> None:
    first = add(storage)
    view = check(storage, "小李", first)
    with storage.transaction(CAMPAIGN) as stores:
        assert [one.name for one in stores.staff.all()] == ["小李"]
        assert stores.staff.remove("小李", who="office:tests")
        assert not stores.staff.remove("小李", who="office:tests")
    assert check(storage, "小李", first) is None
    with storage.transaction(CAMPAIGN) as stores:
        assert view is not None and stores.staff.get(view.id) is None
        assert stores.staff.choose(view.id, OWN) is None


def test_every_step_is_written_down_and_no_password_with_it(storage: Storage) -> None:
    first = add(storage)
    view = check(storage, "小李", first)
    check(storage, "小李", "wrong")
    assert view is not None
    with storage.transaction(CAMPAIGN) as stores:
        stores.staff.choose(view.id, OWN)
        stores.staff.remove("小李", who="office:tests")
    assert notes(storage) == [
        ("staff.add", "office:tests", "小李"),
        ("staff.login", "desk:小李", "小李"),
        ("staff.password", "desk:小李", "小李"),
        ("staff.remove", "office:tests", "小李"),
    ]


# -- sessions and tries, in Redis ---------------------------------------------------------------------------------


@pytest.fixture
def sessions(link: Link) -> StaffSessions:
    return StaffSessions(link, Sealing("case key of the tests"), CAMPAIGN)


def test_a_session_is_found_by_its_id_until_it_is_dropped(sessions: StaffSessions, link: Link) -> None:
    sid = sessions.create(Signed(7, 2))
    assert sessions.get(sid) == Signed(7, 2)
    assert sessions.get("") is None and sessions.get("other") is None
    keys = link.call("KEYS", "staff-session:*")
    assert len(keys) == 1 and sid.encode() not in keys[0]
    assert 0 < link.call("TTL", keys[0]) <= SESSION_S
    sessions.drop(sid)
    assert sessions.get(sid) is None


def test_a_session_of_one_campaign_opens_no_other(sessions: StaffSessions, link: Link) -> None:
    sid = sessions.create(Signed(7, 2))
    assert StaffSessions(link, Sealing("case key of the tests"), "gusu-2020").get(sid) is None


def test_a_name_is_tried_so_often_and_no_more_wherever_from(sessions: StaffSessions) -> None:
    tried = [sessions.may_try("小李", f"10.0.0.{n}") for n in range(MOST_OF_NAME + 1)]
    assert tried == [True] * MOST_OF_NAME + [False]
    assert sessions.may_try("小王", "10.0.0.1")
    sessions.succeeded("小李", "10.0.0.1")
    assert sessions.may_try("小李", "10.0.0.1")


def test_an_address_tries_so_often_and_no_more_whatever_the_name(sessions: StaffSessions, link: Link) -> None:
    tried = [sessions.may_try(f"name-{n}", "10.0.0.1") for n in range(MOST_OF_ADDRESS + 1)]
    assert tried == [True] * MOST_OF_ADDRESS + [False]
    sessions.succeeded("name-1", "10.0.0.1")
    assert not sessions.may_try("name-1", "10.0.0.1")
    assert sessions.may_try("name-1", "10.0.0.2")
    assert all(link.call("TTL", key) > 0 for key in link.call("KEYS", "staff-try:*"))
