"""What the audit finds, how often it says so, and whom it tells the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from scheduler.audit import Audit
from scheduler.watching import case_standing
from store.claims import LEASE
from store.reminder_values import SKIPPED
from store.units import UnitRow
from store.watch import Watch
from tests.scheduler.conftest import Killed, Office
from tests.scheduler.rows import a_liaison


@dataclass
class Told:
    """What the audit handed on."""

    figures: list[Mapping[str, int]] = field(default_factory=list)

    def __call__(self, name: str, figures: Mapping[str, int]) -> None:
        assert name == "audit"
        self.figures.append(figures)


def late_by_an_hour(office: Office) -> None:
    """A reminder is planned for nine and nobody sends it."""
    office.plan()
    office.time += timedelta(hours=1)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [line for line in caplog.messages if line.startswith("audit: ")]


def test_a_finding_is_said_once_however_often_it_is_found(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(office.storage, office.campaign, office.now)
    late_by_an_hour(office)
    assert audit().overdue == audit().overdue == (1,)
    assert said(caplog) == ["audit: 1 overdue: 1"]


def test_of_several_only_what_is_new_is_said(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    audit = Audit(office.storage, office.campaign, office.now)
    late_by_an_hour(office)
    audit()
    a_liaison(office.storage, office.unit, "openid-2")
    office.plan()
    office.time += timedelta(hours=1)
    first, second = audit().overdue
    assert said(caplog) == [f"audit: 1 overdue: {first}", f"audit: 1 overdue: {second}"]


def test_what_was_mended_and_goes_wrong_again_is_said_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(office.storage, office.campaign, office.now)
    late_by_an_hour(office)
    audit()
    office.time -= timedelta(hours=1)
    assert audit().overdue == ()
    office.time += timedelta(hours=1)
    audit()
    assert said(caplog) == ["audit: 1 overdue: 1"] * 2


def test_the_figures_are_handed_on_every_time(office: Office) -> None:
    told = Told()
    audit = Audit(office.storage, office.campaign, office.now, told)
    late_by_an_hour(office)
    audit()
    audit()
    assert [one["overdue"] for one in told.figures] == [1, 1]
    assert set(told.figures[0]) == {
        "overdue", "stuck", "without_receipt", "missing", "late_mails", "late_words", "late_photos",
        "held", "unreachable",
    }  # fmt: skip


def test_a_claim_held_beyond_its_lease_is_found(both_offices: Office) -> None:
    office = both_offices
    office.plan()
    office.dies_at = "claimed"
    with pytest.raises(Killed):
        office.tick()
    audit = Audit(office.storage, office.campaign, office.now)
    office.machine.forward(minutes=10)
    assert audit().stuck == ()
    office.machine.forward(minutes=20)
    assert audit().stuck == (1,)
    waiting = case_standing(office.storage, office.campaign, office.time).queues["reminders"]
    assert (waiting.due, waiting.age > 900) == (1, True)


def test_a_mail_and_a_word_that_nobody_sends_are_found(both_offices: Office) -> None:
    office = both_offices
    office.stores(lambda stores: stores.outbox.add("report:1", "a@example.cn", "x", "y"))
    office.stores(lambda stores: stores.links.link("t", "openid-1", reach=True))
    office.stores(lambda stores: stores.links.words.add("t", "k", text="x", number="1", phrase="已转交"))
    audit = Audit(office.storage, office.campaign, office.now)
    assert (audit().late_mails, audit().late_words) == ((), ())
    office.machine.forward(minutes=16)
    assert (audit().late_mails, audit().late_words) == ((1,), (1,))


def test_a_mail_whose_sender_died_is_found(office: Office) -> None:
    office.stores(lambda stores: stores.outbox.add("report:1", "a@example.cn", "x", "y"))
    office.stores(lambda stores: stores.outbox.claim("a", office.machine()))
    office.machine.forward(minutes=16)
    office.machine.time += LEASE
    assert Audit(office.storage, office.campaign, office.now)().late_mails == (1,)


def test_where_no_mail_can_be_sent_none_is_late(office: Office) -> None:
    office.stores(lambda stores: stores.outbox.add("report:1", "a@example.cn", "x", "y"))
    office.machine.forward(hours=1)
    audit = Audit(office.storage, office.campaign, office.now, mails=False)
    assert audit().late_mails == ()
    assert "mails" not in case_standing(office.storage, office.campaign, office.time, mails=False).queues


def test_what_a_fault_of_the_account_holds_up_is_found_until_it_is_mended(both_offices: Office) -> None:
    office = both_offices
    office.without = ("mail",)
    office.template.fail("alarm", 40164)
    office.day("2020-07-07 09:00")
    audit = Audit(office.storage, office.campaign, office.now)
    assert audit().held == (1,)
    office.wait(minutes=2)
    assert audit().held == ()


def unreachable_liaison(office: Office) -> None:
    """The liaison has blocked the account and gave no mail."""
    office.stores(
        lambda stores: stores.liaisons.change(office.liaison, {"name": "李敏"}, name="李敏", email="")
    )
    office.stores(lambda stores: stores.liaisons.refused(office.liaison, "blocked"))


def test_whom_nothing_reaches_is_found_for_as_long_as_a_call_has_sense(
    both_offices: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office = both_offices
    unreachable_liaison(office)
    with office.storage.transaction(office.campaign.id) as stores:
        stores.units.import_rows([UnitRow("青泉市安委会", mail="")], office.machine())
    office.day("2020-07-07 09:00")
    audit = Audit(office.storage, office.campaign, office.now)
    found = audit().unreachable
    assert found == tuple(row.id for row in office.rows if row.state == SKIPPED)
    assert found
    assert sum("unreachable" in line for line in said(caplog)) == 1
    watch = Watch(office.storage, office.campaign.id)
    assert watch.undelivered(timedelta(days=1)) == {("reminders", "failed"): len(found)}
    office.time += timedelta(days=60)
    assert audit().unreachable == ()


def test_who_has_filed_needs_no_call(office: Office) -> None:
    unreachable_liaison(office)
    office.day("2020-07-07 09:00")
    audit = Audit(office.storage, office.campaign, office.now)
    assert audit().unreachable
    office.stores(
        lambda stores: stores.filings.report("summary", "once", office.unit, office.liaison, office.machine())
    )
    assert audit().unreachable == ()


def test_who_was_reached_is_not_among_those_to_call(office: Office) -> None:
    office.day("2020-07-07 09:00")
    assert Audit(office.storage, office.campaign, office.now)().unreachable == ()
    assert not Watch(office.storage, office.campaign.id).undelivered(timedelta(days=1))


def test_a_photo_that_is_wanted_for_an_hour_is_found(both_offices: Office) -> None:
    office = both_offices
    office.stores(lambda stores: stores.photos.want("a" * 32, "m1", office.machine(), "openid-1"))
    audit = Audit(office.storage, office.campaign, office.now)
    assert audit().late_photos == ()
    office.machine.forward(hours=1)
    assert audit().late_photos == (1,)
