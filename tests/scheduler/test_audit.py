"""What the audit finds, how often it says so, and whom it tells the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from content.models import Obligation
from scheduler.audit import Audit
from scheduler.watching import case_standing
from store.claims import LEASE
from store.reminder_values import ACCEPTED, NO_ADDRESS, NO_CHANNEL, SKIPPED
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


def unit_mail(office: Office, mail: str) -> None:
    """The office writes another mail address, or none, into the unit's line."""
    row = UnitRow("青泉市安委会", mail=mail)
    office.stores(lambda stores: stores.units.import_rows([row], office.machine()))


def to_call(office: Office) -> tuple[int, int]:
    """How many reminders had nowhere to go: in the alert, and in what ``doctor`` counts as failed."""
    watch = Watch(office.storage, office.campaign.id)
    counted = watch.undelivered(timedelta(days=1))["reminders", "failed"]
    return len(Audit(office.storage, office.campaign, office.now)().unreachable), counted


def asked_by_the_guide(office: Office) -> int:
    """How many reminders the statement finds that the guide gives to those who call."""
    guide = (Path(__file__).parents[2] / "deploy" / "README.md").read_text(encoding="utf-8")
    found = re.search(r"    SELECT [^;]+? FROM reminder r\n[^;]+;", guide)
    assert found
    with office.storage.transaction(office.campaign.id) as stores:
        return len(stores.session.execute(text(found[0])).all())


def ended(office: Office) -> set[tuple[str, str, str]]:
    return {(row.recipient.partition(":")[0], row.state, row.reason) for row in office.rows}


def test_a_unit_without_mail_needs_no_call_where_its_liaison_is_told(both_offices: Office) -> None:
    office = both_offices
    unit_mail(office, "")
    theirs: Obligation = office.campaign.obligations[0].model_copy(update={"to": "unit"})
    office.campaign = office.campaign.model_copy(update={"obligations": (theirs,)})
    office.day("2020-07-07 09:00")
    assert ended(office) == {("liaison", ACCEPTED, ""), ("unit", SKIPPED, NO_ADDRESS)}
    assert (to_call(office), asked_by_the_guide(office)) == ((0, 0), 0)


def test_a_blocked_liaison_needs_no_call_where_the_unit_is_told(both_offices: Office) -> None:
    office = both_offices
    unreachable_liaison(office)
    office.day("2020-07-07 09:00")
    assert ended(office) == {("liaison", SKIPPED, NO_ADDRESS), ("unit", ACCEPTED, "")}
    assert to_call(office) == (0, 0)


def test_what_reached_the_unit_before_says_nothing_of_this_time(office: Office) -> None:
    office.day("2020-07-07 09:00")
    unreachable_liaison(office)
    unit_mail(office, "")
    office.day("2020-07-09 09:00")
    assert (to_call(office), asked_by_the_guide(office)) == ((2, 2), 2)


def test_a_mail_address_added_later_brings_the_reminder_and_ends_the_call(both_offices: Office) -> None:
    office = both_offices
    unreachable_liaison(office)
    unit_mail(office, "")
    office.day("2020-07-07 09:00")
    assert (to_call(office), office.plan()) == ((2, 2), 0)
    unit_mail(office, "office@qingquan.example")
    assert office.plan() == 1
    office.tick()
    assert [to.email for to, _ in office.mail.sent] == ["office@qingquan.example"]
    assert (to_call(office), office.plan()) == ((0, 0), 0)


def test_a_liaison_registered_anew_is_told_and_ends_the_call(office: Office) -> None:
    unreachable_liaison(office)
    unit_mail(office, "")
    office.day("2020-07-07 09:00")
    assert to_call(office) == (2, 2)
    a_liaison(office.storage, office.unit, "openid-2", email="")
    office.plan()
    office.tick()
    assert (office.posts, to_call(office)) == (["template"], (0, 0))


def test_who_answers_no_more_needs_no_call(office: Office) -> None:
    unreachable_liaison(office)
    unit_mail(office, "")
    office.day("2020-07-07 09:00")
    office.stores(lambda stores: stores.liaisons.withdraw(office.liaison, office.machine()))
    assert to_call(office) == (1, 1), "the unit itself"


def test_an_address_that_no_channel_serves_is_to_be_called_and_not_tried_for_ever(office: Office) -> None:
    office.without = ("template", "customer_service", "mail")
    office.day("2020-07-07 09:00")
    assert ended(office) == {("liaison", SKIPPED, NO_CHANNEL)}
    assert (to_call(office), office.plan()) == ((1, 1), 0)


def test_whom_nothing_reaches_is_found_for_as_long_as_a_call_has_sense(
    both_offices: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office = both_offices
    unreachable_liaison(office)
    unit_mail(office, "")
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
    unit_mail(office, "")
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
