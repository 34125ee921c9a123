"""What the audit finds, how often it says so, and whom it tells the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from scheduler.audit import Audit
from scheduler.watching import case_standing
from store.claims import LEASE
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
        "overdue", "stuck", "without_receipt", "missing", "late_mails", "late_words",
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
