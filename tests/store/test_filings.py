"""Filings: whose word ends reminders, and what the office decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from store.filings import FilingView
from store.stores import Storage, Stores

AT = datetime(2020, 7, 8, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def a_liaison(stores: Stores, user: str, *, by: str = "code") -> tuple[int, int]:
    """A unit and its liaison."""
    unit = stores.units.add_unknown("青泉市安委会", AT)
    entry = stores.liaisons.register(unit.id, user, {}, name="李敏", consent={}, at=AT, confirmed_by=by)
    return unit.id, entry.id


def report(stores: Stores, unit: int, liaison: int, at: datetime = AT) -> FilingView:
    return stores.filings.report("month-summary", "once", unit, liaison, at)


def test_the_word_of_a_confirmed_liaison_settles(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1")
        filing = report(stores, unit, liaison)
        assert (filing.state, filing.version, filing.by) == ("self_reported", 1, f"liaison:{liaison}")
        assert stores.filings.settled() == {("month-summary", "once", unit)}


def test_the_word_of_a_pending_liaison_is_kept_and_settles_nothing(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1", by="")
        report(stores, unit, liaison)
        assert len(stores.filings.of_unit(unit)) == 1
        assert stores.filings.settled() == set()
        stores.liaisons.confirm(liaison, "office:wang", LATER)
        assert stores.filings.settled() == {("month-summary", "once", unit)}


def test_a_confirmed_colleague_settles_what_a_pending_one_reported(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, pending = a_liaison(stores, "openid-1", by="")
        _, confirmed = a_liaison(stores, "openid-2")
        report(stores, unit, pending)
        assert report(stores, unit, confirmed).version == 2
        assert len(stores.filings.settled()) == 1


def test_said_twice_is_kept_once(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1")
        assert report(stores, unit, liaison).id == report(stores, unit, liaison, LATER).id
        assert len(stores.filings.all()) == 1


def test_a_withdrawal_unsettles_and_the_next_report_is_the_next_version(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1")
        first = report(stores, unit, liaison)
        assert stores.filings.withdraw(first.id)
        assert not stores.filings.withdraw(first.id)
        assert stores.filings.settled() == set()
        assert report(stores, unit, liaison, LATER).version == 2
        last = stores.filings.last_by([liaison])
        assert last is not None
        assert last.version == 2


def test_what_the_office_confirmed_can_not_be_withdrawn(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1", by="")
        filing = report(stores, unit, liaison)
        confirmed = stores.filings.confirm(filing.id, "office:wang", LATER)
        assert confirmed is not None
        assert (confirmed.state, confirmed.decided_by) == ("confirmed", "office:wang")
        assert not stores.filings.withdraw(filing.id)
        assert stores.filings.settled() == {("month-summary", "once", unit)}


def test_a_rejection_ends_every_report_of_the_occurrence(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, one = a_liaison(stores, "openid-1")
        _, two = a_liaison(stores, "openid-2")
        first = report(stores, unit, one)
        report(stores, unit, two)
        rejected = stores.filings.reject(first.id, "缺统计表", "office:wang", LATER)
        assert rejected is not None
        assert (rejected.state, rejected.reason) == ("rejected", "缺统计表")
        assert stores.filings.settled() == set()
        assert stores.filings.confirm(first.id, "office:wang", LATER) is None


def test_the_office_may_receive_what_nobody_reported(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, _ = a_liaison(stores, "openid-1")
        filing = stores.filings.receive("month-summary", "once", unit, "office:wang", AT)
        assert stores.filings.receive("month-summary", "once", unit, "office:wang", LATER).id == filing.id
        assert stores.filings.settled() == {("month-summary", "once", unit)}


def test_campaigns_are_apart(storage: Storage) -> None:
    with storage.transaction("one") as stores:
        unit, liaison = a_liaison(stores, "openid-1")
        report(stores, unit, liaison)
    with storage.transaction("two") as stores:
        assert stores.filings.all() == ()
        assert stores.filings.settled() == set()
