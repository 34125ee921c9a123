"""Each reminder once: what is checked before sending, and what follows from every kind of error."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from channels.base import Address, ChannelError, Notification
from scheduler.audit import Audit
from store.reminder_values import (
    ACCEPTED,
    DELIVERED,
    EXPIRED,
    FAILED,
    FILED,
    GONE,
    LOST,
    NO_ADDRESS,
    OVERTAKEN,
    PAUSED,
    PENDING,
    PLANNED,
    SEEN,
    SENDING,
    SKIPPED,
    SUPERSEDED,
    UNKNOWN,
)
from tests.scheduler.conftest import Killed, Office, Recording
from tests.scheduler.rows import a_liaison, a_unit, at, campaign_with

STEPS = ("claimed", "posted", "recording", "recorded")


def test_a_due_reminder_goes_out_once(both_offices: Office) -> None:
    both_offices.day("2020-07-07 09:00")
    both_offices.tick()
    assert both_offices.posts == ["template"]
    assert both_offices.states == [("T-3", ACCEPTED)]
    (to, said) = both_offices.template.sent[0]
    assert to.openid == "openid-1"
    assert said.fields["hint"] == "还有3天，点开看怎么报"
    assert len(said.key) == 32


def test_a_whole_campaign_sends_each_lead_once(office: Office) -> None:
    for day in range(20):
        office.time = at("2020-07-01 09:00") + timedelta(days=day)
        office.plan()
        office.tick()
        office.tick()
    assert office.states == [(lead, ACCEPTED) for lead in ("T-7", "T-3", "T-1", "T-0", "late+1", "late+3")]
    assert len(set(office.template.keys)) == 6


def test_nothing_goes_out_before_its_campaign_time(office: Office) -> None:
    office.day("2020-07-06 17:00")
    assert office.states == [("T-7", ACCEPTED), ("T-3", PLANNED)]  # the begun one, and tomorrow's waits


@pytest.mark.parametrize("hour", ["08:29", "18:00", "23:00"])
def test_nothing_goes_out_at_night(office: Office, hour: str) -> None:
    office.day(f"2020-07-08 {hour}")
    assert office.states[0] == ("T-3", PLANNED)
    assert office.posts == []


def test_a_day_off_waits_for_the_next_worked_day(office: Office) -> None:
    office.day("2020-07-04 10:00")  # Saturday; T-7 keeps until Tuesday
    assert office.posts == []
    office.day("2020-07-06 08:30")
    assert office.states[0] == ("T-7", ACCEPTED)
    assert office.template.sent[0][1].fields["hint"] == "还有4天，点开看要交什么"


def test_a_last_call_goes_out_on_a_day_off_rather_than_never(office: Office) -> None:
    office.campaign = campaign_with(at("2020-07-12 00:00").date())  # a Sunday
    office.day("2020-07-11 10:00")
    assert office.states == [("T-0", ACCEPTED), ("late+1", PLANNED)]
    assert office.template.sent[0][1].fields["hint"] == "明天截止，今天报最稳妥"


def test_after_an_outage_only_the_nearest_goes_out(office: Office) -> None:
    office.time = at("2020-07-02 12:00")
    office.plan()  # writes T-7, then everything is down for days
    office.day("2020-07-09 10:00")
    assert office.states == [("T-7", SUPERSEDED), ("T-1", ACCEPTED), ("T-0", PLANNED)]
    assert office.rows[0].reason == OVERTAKEN


def test_after_an_outage_past_the_due_day_the_last_call_is_dropped(office: Office) -> None:
    office.time = at("2020-07-10 08:00")
    office.plan()
    office.day("2020-07-11 10:00")
    assert office.posts == []
    assert (office.rows[1].lead, office.rows[1].state, office.rows[1].reason) == ("T-0", SKIPPED, EXPIRED)


def file(office: Office) -> None:
    office.stores(
        lambda stores: stores.filings.report("summary", "once", office.unit, office.liaison, office.machine())
    )


def test_what_is_filed_between_plan_and_send_is_skipped(office: Office) -> None:
    office.plan()
    file(office)
    office.tick()
    assert (office.rows[0].state, office.rows[0].reason) == (SKIPPED, FILED)
    assert office.posts == []


def test_a_filing_taken_back_in_time_is_reminded_of_after_all(office: Office) -> None:
    office.plan()
    file(office)
    office.tick()
    office.stores(lambda stores: stores.filings.withdraw(1))
    office.plan()
    office.tick()
    assert office.states[0] == ("T-3", ACCEPTED)


def test_a_withdrawn_liaison_gets_nothing(office: Office) -> None:
    office.plan()
    office.stores(lambda stores: stores.liaisons.withdraw(office.liaison, office.machine()))
    office.tick()
    assert (office.rows[0].state, office.rows[0].reason) == (SKIPPED, GONE)


def test_a_paused_liaison_gets_nothing_until_resumed(office: Office) -> None:
    office.plan()
    office.stores(lambda stores: stores.liaisons.pause(office.liaison, at("2020-12-31 00:00")))
    office.tick()
    assert office.rows[0].reason == PAUSED
    office.stores(lambda stores: stores.liaisons.resume(office.liaison))
    office.plan()
    office.tick()
    assert office.states[0] == ("T-3", ACCEPTED)


def test_a_moved_date_is_told_with_a_word_about_it(office: Office) -> None:
    office.day("2020-07-03 09:00")
    office.campaign = campaign_with(at("2020-07-15 00:00").date())
    office.day("2020-07-08 09:00")
    assert [said.fields["hint"] for _, said in office.template.sent] == [
        "还有7天，点开看要交什么",
        "日期有更改，以这条为准",
    ]


def test_a_unit_without_confirmed_liaison_gets_mail(office: Office) -> None:
    other = a_unit(office.storage, "临河县安委会", "office@linhe.example")
    a_liaison(office.storage, other, "openid-2", confirmed=False)
    office.day("2020-07-07 09:00")
    assert sorted(office.posts) == ["mail", "template", "template"]
    (to, letter) = office.mail.sent[0]
    assert to.email == "office@linhe.example"
    assert letter.text.startswith("您好。按通知，临河县安委会要在7月10日（周五）前报")


def test_a_unit_that_has_found_its_liaison_is_no_longer_written_to(office: Office) -> None:
    other = a_unit(office.storage, "临河县安委会", "office@linhe.example")
    entry = a_liaison(office.storage, other, "openid-2", confirmed=False)
    office.plan()
    office.stores(lambda stores: stores.liaisons.confirm(entry, "office", office.machine()))
    office.tick()
    assert office.mail.sent == []


def test_who_chose_mail_gets_mail_alone(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.day("2020-07-07 09:00")
    assert office.posts == ["mail"]


def test_who_chose_mail_hears_by_wechat_where_mail_is_refused(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.mail.fail("permanent", 550)
    office.day("2020-07-07 09:00")
    assert office.posts == ["template"]
    assert office.states[0] == ("T-3", ACCEPTED)


def test_who_chose_mail_hears_by_wechat_where_no_mail_can_be_sent(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.without = ("mail",)
    office.day("2020-07-07 09:00")
    assert office.posts == ["template"]
    assert office.states[0] == ("T-3", ACCEPTED)


def test_who_chose_mail_hears_in_the_open_window_where_wechat_has_no_template(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.without, office.said = ("mail", "template"), office.machine()
    office.day("2020-07-07 09:00")
    assert office.posts == ["customer_service"]


def test_the_template_comes_before_the_open_window_and_that_before_mail(office: Office) -> None:
    office.said = office.machine()
    office.day("2020-07-07 09:00")
    assert office.posts == ["template"]
    office.without = ("template",)
    office.day("2020-07-09 09:00")
    assert office.posts == ["template", "customer_service"]
    office.said = None
    office.day("2020-07-10 09:00")
    assert office.posts == ["template", "customer_service", "mail"]


@pytest.mark.parametrize("email", ["", "li@example.com"])
def test_a_unit_whose_liaison_can_not_be_reached_is_written_to_again(office: Office, email: str) -> None:
    other = a_unit(office.storage, "临河县安委会", "office@linhe.example")
    a_liaison(office.storage, other, "openid-2", email=email)
    office.stores(lambda stores: stores.liaisons.unfollow("openid-2", office.machine()))
    office.day("2020-07-07 09:00")
    (sent,) = office.mail.sent
    assert sent[0].email == (email or "office@linhe.example")
    assert ("登记的联络员现在收不到提醒" in sent[1].text) == (not email)


def test_who_has_no_address_is_named_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    other = a_unit(office.storage, "临河县安委会", "office@linhe.example")
    entry = a_liaison(office.storage, other, "openid-2", email="")
    office.stores(lambda stores: stores.liaisons.unfollow("openid-2", office.machine()))
    office.day("2020-07-07 09:00")
    assert f"no address of liaison:{entry}, unit {other}" in caplog.text


def test_whom_wechat_refuses_is_not_tried_there(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.refused(office.liaison, "blocked"))
    office.said = office.machine()
    office.day("2020-07-07 09:00")
    assert office.posts == ["mail"]


def test_nobody_can_be_reached_without_address(office: Office) -> None:
    other = a_unit(office.storage, "临河县安委会", mail="")
    office.day("2020-07-07 09:00")
    with office.storage.transaction(office.campaign.id) as stores:
        (row,) = stores.reminders.of_unit(other)
    assert (row.state, row.reason) == (SKIPPED, NO_ADDRESS)


def test_a_lasting_refusal_goes_on_to_the_open_window_then_to_mail(office: Office) -> None:
    office.said = office.machine()
    office.template.fail("permanent", 43004)
    office.chat.fail("permanent", 45015)
    office.day("2020-07-07 09:00")
    assert office.posts == ["mail"]
    assert [(one.channel, one.outcome) for one in office.tries()] == [
        ("template", "permanent"),
        ("customer_service", "permanent"),
        ("mail", ACCEPTED),
    ]
    assert office.refused == [(office.liaison, "unfollowed")]  # a closed window says nothing about the person
    assert set(office.mail.keys) == {office.mail.keys[0]}


@pytest.mark.parametrize("kind", ["content", "alarm"])
def test_a_fault_of_ours_is_an_alarm_and_the_next_channel_is_tried(
    office: Office, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.template.fail(kind, 40037)
    office.day("2020-07-07 09:00")
    assert office.posts == ["mail"]
    assert "ALARM reminder 1" in caplog.text
    assert "openid-1" not in caplog.text


def test_without_another_channel_it_has_failed(office: Office) -> None:
    office.template.fail("content", 40037)
    office.mail.fail("permanent", 550)
    office.day("2020-07-07 09:00")
    assert (office.rows[0].state, office.rows[0].reason) == (FAILED, "mail permanent 550")


def offices(office: Office, many: int) -> None:
    """So many more liaisons without mail."""
    for number in range(2, many + 2):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number}", email="")


def test_a_fault_of_the_account_holds_a_reminder_up_and_it_goes_out_soon_after(both_offices: Office) -> None:
    office = both_offices
    office.without = ("mail",)
    office.template.fail("alarm", 40164)
    office.day("2020-07-07 09:00")
    assert (office.rows[0].state, office.rows[0].reason) == (PENDING, "held: template 40164")
    office.wait(minutes=1, seconds=20)
    assert office.posts == ["template"]
    assert (office.rows[0].state, office.rows[0].reason) == (ACCEPTED, "")


def test_while_the_account_is_at_fault_one_reminder_at_a_time_looks_whether_it_still_is(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    office.without = ("mail",)
    offices(office, 29)
    refused = office.template.steps
    office.template.fail("alarm", 40164, times=1000)
    office.day("2020-07-07 09:00")
    for _ in range(120):
        office.wait(minutes=1)
    asked = 1000 - len(refused)
    assert 12 <= asked <= 15, "after 1, 2, 5, and then every 10 minutes"
    assert caplog.text.count("ALARM") == 1
    refused.clear()
    for _ in range(10):
        office.wait(minutes=1)
    assert len(office.template.sent) == len(set(office.template.keys)) == 30
    assert caplog.text.count("template takes messages again") == 1


def test_one_reminder_that_is_always_refused_holds_up_no_other(office: Office) -> None:
    class Particular(Recording):
        def send(self, to: Address, notification: Notification) -> str:
            if to.openid == "openid-1":
                raise ChannelError("alarm", 99999, "a code that nobody knows")
            return super().send(to, notification)

    office.template, office.without = Particular("template", repeatable=True), ("mail",)
    offices(office, 9)
    office.day("2020-07-07 09:00")
    for _ in range(24):
        office.wait(seconds=5)
    assert {to.openid for to, _ in office.template.sent} == {f"openid-{number}" for number in range(2, 11)}
    assert office.states[0] == ("T-3", PENDING)


def test_a_fault_that_is_never_mended_ends_as_failed(office: Office) -> None:
    office.without = ("mail",)
    offices(office, 1)
    office.template.fail("alarm", 40125, times=1000)
    office.day("2020-07-10 09:00")
    office.machine.forward(days=1)
    office.time = at("2020-07-11 09:00")
    office.tick()
    with office.storage.transaction(office.campaign.id) as stores:
        ended = {(row.state, row.reason) for row in stores.reminders.of_unit(2) if row.lead == "T-0"}
    assert (office.rows[0].state, office.rows[0].reason) == (FAILED, EXPIRED)
    assert ended == {(FAILED, EXPIRED)}, "it was held up by the other's fault and never tried itself"


def test_mail_is_used_at_once_where_the_account_is_at_fault(office: Office) -> None:
    others = ["a@example.com", "b@example.com"]
    for number, email in enumerate(others, 2):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number}", email=email)
    office.template.fail("alarm", 40164, times=1000)
    office.day("2020-07-07 09:00")
    assert office.posts == ["mail"] * 3
    assert len(office.template.steps) == 999, "the first has found out for all"


def test_who_chose_mail_hears_by_wechat_while_mail_is_at_fault(office: Office) -> None:
    other = a_liaison(office.storage, a_unit(office.storage, "单位2"), "openid-2")
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.stores(lambda stores: stores.liaisons.remind_by_mail(other))
    office.mail.fail("alarm", 535, times=1000)
    office.day("2020-07-07 09:00")
    assert office.posts == ["template"] * 2
    office.mail.steps.clear()
    office.machine.forward(minutes=1)
    office.day("2020-07-09 09:00")
    assert office.posts == ["template"] * 2 + ["mail"] * 2


def test_an_address_that_is_none_does_not_open_a_shut_channel(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """No server has seen such a letter, so it says nothing of the server."""
    office.without = ("template", "customer_service")
    for number in range(2, 5):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number}")
    office.mail.fail("alarm", 535)
    office.mail.fail("permanent", 0)
    office.mail.fail("alarm", 535, times=1000)
    office.day("2020-07-07 09:00")
    office.wait(minutes=2)
    assert "mail takes messages again" not in caplog.text
    assert caplog.text.count("ALARM") == 1


def test_a_held_reminder_gives_its_place_to_the_next_lead(office: Office) -> None:
    office.without = ("mail",)
    office.template.fail("alarm", 40164, times=1000)
    office.day("2020-07-07 09:00")
    assert office.states[0] == ("T-3", PENDING)
    office.machine.forward(days=2)
    office.day("2020-07-09 09:00")
    assert office.states[:2] == [("T-3", SUPERSEDED), ("T-1", PENDING)]
    office.template.steps.clear()
    office.wait(minutes=20)
    assert (office.posts, office.states[1]) == (["template"], ("T-1", ACCEPTED))


def test_a_fault_of_the_account_after_a_lost_answer_makes_no_second_message(office: Office) -> None:
    office.template.fail("ambiguous")
    office.template.fail("alarm", 40164, times=1000)
    office.day("2020-07-07 09:00")
    for _ in range(60):
        office.wait(minutes=1)
    assert office.posts == ["template"]
    assert office.states[0] == ("T-3", UNKNOWN)


def test_a_last_call_after_a_lost_answer_goes_out_once_more_when_the_account_is_mended(
    office: Office,
) -> None:
    office.without = ("mail",)
    office.template.fail("ambiguous")
    office.template.fail("alarm", 40164, times=20)
    office.day("2020-07-09 09:00")
    for _ in range(240):
        office.wait(minutes=1)
    assert office.posts == ["template"] * 2
    assert office.states[0] == ("T-1", ACCEPTED)


def test_a_clock_set_back_shuts_no_channel(office: Office) -> None:
    office.without = ("mail",)
    office.template.fail("alarm", 40164)
    office.day("2020-07-07 09:00")
    office.machine.forward(days=-1)
    office.tick()
    assert office.posts == ["template"]


@pytest.mark.parametrize("kind", ["retry", "unsent"])
def test_what_was_surely_not_sent_is_tried_again_for_an_hour_and_then_otherwise(
    office: Office, kind: str
) -> None:
    office.template.fail(kind, -1, times=100)
    office.day("2020-07-07 09:00")
    for seconds in (5, 20, 60, 180, 180):
        office.wait(seconds=seconds - 1)
        before = len(office.tries())
        office.wait(seconds=1)
        assert len(office.tries()) == before + 1
    assert office.mail.sent == []
    office.wait(minutes=60)
    assert office.posts == ["mail"]


def test_what_never_got_through_ends_as_failed(office: Office) -> None:
    office.template.fail("unsent", times=100)
    office.mail.fail("unsent", times=100)
    office.day("2020-07-07 09:00")
    office.wait(hours=2)
    assert office.states[0] == ("T-3", PENDING)
    office.machine.forward(days=2)
    office.time = at("2020-07-09 09:00")
    office.tick()
    assert office.states[0] == ("T-3", SUPERSEDED)


def test_a_used_up_quota_waits_for_tomorrow(office: Office) -> None:
    office.template.fail("later", 45009)
    office.day("2020-07-07 09:00")
    assert office.states[0] == ("T-3", PENDING)
    office.wait(hours=8)
    assert office.posts == []
    office.wait(hours=15, minutes=30)  # 08:30 on the next day
    assert office.posts == ["template"]


def test_a_last_call_does_not_wait_for_tomorrow(office: Office) -> None:
    office.template.fail("later", 45009)
    office.day("2020-07-10 09:00")
    assert office.posts == ["mail"]


def test_a_limit_by_the_minute_waits_a_minute(office: Office) -> None:
    office.template.fail("later", 45011)
    office.day("2020-07-07 09:00")
    office.wait(seconds=59)
    assert office.posts == []
    office.wait(seconds=1)
    assert office.posts == ["template"]


def test_a_lost_answer_is_repeated_under_the_same_key(office: Office) -> None:
    office.template.fail("ambiguous")
    office.day("2020-07-07 09:00")
    office.wait(seconds=5)
    assert office.posts == ["template"] * 2
    assert len(set(office.template.keys)) == 1
    assert office.states[0] == ("T-3", ACCEPTED)


def test_lost_answers_are_repeated_four_times_and_then_left(office: Office) -> None:
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-07 09:00")
    for seconds in (5, 20, 60, 180):
        office.wait(seconds=seconds)
    assert office.states[0] == ("T-3", UNKNOWN)
    office.wait(hours=3)
    assert office.posts == ["template"] * 5
    office.day("2020-07-09 09:00")  # the next lead follows
    assert office.states[:2] == [("T-3", UNKNOWN), ("T-1", PENDING)]


def test_past_nine_minutes_nothing_is_repeated_blindly(office: Office) -> None:
    office.template.fail("ambiguous")
    office.day("2020-07-07 09:00")
    office.wait(minutes=9)
    assert office.posts == ["template"]
    assert office.states[0] == ("T-3", UNKNOWN)


def test_within_nine_minutes_it_is(office: Office) -> None:
    office.template.fail("ambiguous")
    office.day("2020-07-07 09:00")
    office.wait(minutes=8, seconds=59)
    assert office.posts == ["template"] * 2


def test_a_lost_last_call_is_sent_once_more_by_the_next_channel(office: Office) -> None:
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-09 09:00")
    office.wait(minutes=9)
    assert office.states[0] == ("T-1", UNKNOWN)
    assert office.mail.sent == []
    office.wait(minutes=1)
    assert office.states[0] == ("T-1", ACCEPTED)
    assert len(office.mail.sent) == 1


def test_a_lost_last_call_without_another_channel_is_sent_once_more_and_no_oftener(office: Office) -> None:
    office.stores(
        lambda stores: stores.liaisons.change(office.liaison, {"name": "李敏"}, name="李敏", email="")
    )
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-10 09:00")
    for _ in range(40):
        office.wait(minutes=1)
    posts = len(office.template.sent)
    assert 2 <= posts <= 10
    assert office.states[0] == ("T-0", UNKNOWN)
    office.wait(hours=2)
    assert len(office.template.sent) == posts


@pytest.mark.parametrize(
    ("day", "lead", "posts"),
    [("2020-07-07", "T-3", ["template"]), ("2020-07-10", "T-0", ["template", "mail"])],
)
def test_a_quota_used_up_after_a_lost_answer_does_not_put_it_off_till_it_is_too_late(
    office: Office, day: str, lead: str, posts: list[str]
) -> None:
    office.template.fail("ambiguous")
    office.template.fail("later", 45009, times=100)
    office.day(f"{day} 16:00")
    office.wait(seconds=5)
    assert office.states[0] == (lead, UNKNOWN)
    office.wait(minutes=10)
    assert office.posts == posts
    assert office.states[0] == (lead, ACCEPTED if lead == "T-0" else UNKNOWN)


def test_a_crash_during_the_second_message_makes_no_third(office: Office) -> None:
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-09 09:00")
    office.wait(minutes=9)
    office.dies_at = "posted"
    with pytest.raises(Killed):
        office.wait(minutes=1)
    for _ in range(6):
        office.wait(minutes=10)
    assert office.posts == ["template", "mail"]
    assert office.states[0] == ("T-1", UNKNOWN)


def test_a_receipt_spares_the_second_message(office: Office) -> None:
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-09 09:00")
    office.wait(minutes=9)
    office.receipt("never-seen", "success")
    office.wait(minutes=30)
    assert office.states[0] == ("T-1", DELIVERED)
    assert office.mail.sent == []


def test_a_lost_answer_of_mail_is_not_repeated(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.mail.fail("ambiguous")
    office.day("2020-07-07 09:00")
    office.wait(minutes=30)
    assert office.posts == ["mail"]
    assert office.states[0] == ("T-3", UNKNOWN)


def test_a_block_told_by_receipt_goes_to_mail_at_once(office: Office) -> None:
    office.day("2020-07-07 09:00")
    office.receipt("template-1", "failed:user block")
    office.tick()
    assert office.posts == ["template", "mail"]
    assert office.states[0] == ("T-3", ACCEPTED)
    assert office.refused == [(office.liaison, "blocked")]


def test_seen_ends_the_search_for_another_channel(office: Office) -> None:
    office.template.fail("ambiguous", times=100)
    office.day("2020-07-09 09:00")
    office.stores(lambda stores: stores.reminders.mark_seen(office.liaison, office.machine()))
    office.wait(minutes=30)
    assert (office.rows[0].state, office.rows[0].reason) == (DELIVERED, SEEN)
    assert office.mail.sent == []


def test_what_is_filed_while_an_answer_is_lost_stays_unknown(office: Office) -> None:
    office.template.fail("ambiguous")
    office.day("2020-07-07 09:00")
    file(office)
    office.wait(seconds=5)
    assert (office.rows[0].state, office.rows[0].reason) == (UNKNOWN, FILED)
    assert office.posts == ["template"]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_leaves_one_message(both_offices: Office, step: str) -> None:
    office = both_offices
    office.plan()
    office.dies_at = step
    with pytest.raises(Killed):
        office.tick("a")
    office.wait(minutes=3)
    office.tick("b")
    assert office.states[0] == ("T-3", ACCEPTED)
    assert len(set(office.template.keys)) == 1  # the platform drops the repeat
    assert len(office.template.sent) == (2 if step in ("posted", "recording") else 1)


def test_dying_before_the_post_is_known_to_have_sent_nothing(office: Office) -> None:
    office.plan()
    office.dies_at = "claimed"
    with pytest.raises(Killed):
        office.tick()
    office.wait(minutes=30)
    assert [one.outcome for one in office.tries()] == [ACCEPTED]


def test_dying_after_the_post_for_ten_minutes_is_unknown(office: Office) -> None:
    office.plan()
    office.dies_at = "posted"
    with pytest.raises(Killed):
        office.tick()
    assert office.states[0] == ("T-3", SENDING)
    office.wait(minutes=10)
    assert office.states[0] == ("T-3", UNKNOWN)
    assert office.posts == ["template"]
    assert [one.outcome for one in office.tries()] == [LOST]


def test_dying_after_a_letter_sends_no_second_one(office: Office) -> None:
    office.stores(lambda stores: stores.liaisons.remind_by_mail(office.liaison))
    office.plan()
    office.dies_at = "posted"
    with pytest.raises(Killed):
        office.tick()
    office.wait(minutes=3)
    assert office.posts == ["mail"]
    assert office.states[0] == ("T-3", UNKNOWN)


def test_a_process_that_slept_through_its_lease_does_not_undo_the_other(office: Office) -> None:
    office.plan()

    def sleep() -> None:
        office.machine.forward(minutes=3)
        office.tick("b")

    office.template.steps.append(sleep)
    office.tick("a")
    assert office.states[0] == ("T-3", ACCEPTED)
    assert len(set(office.template.keys)) == 1
    assert [one.outcome for one in office.tries()] == [LOST, ACCEPTED, ACCEPTED]


def test_a_process_that_slept_before_its_post_sends_nothing(both_offices: Office) -> None:
    office = both_offices
    office.plan()

    def sleep(step: str) -> None:
        if step == "claimed":
            office.machine.forward(minutes=3)
            office.tick("b")

    replace(office.dispatcher("a"), at=sleep).tick()
    assert office.posts == ["template"]
    assert office.states[0] == ("T-3", ACCEPTED)


def test_two_processes_send_one_message(both_offices: Office) -> None:
    both_offices.plan()
    first, second = both_offices.dispatcher("a"), both_offices.dispatcher("b")
    others: list[int] = []
    both_offices.template.steps.append(lambda: others.append(second.tick()))
    assert first.tick() == 1
    assert others == [0]
    assert both_offices.posts == ["template"]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_campaign_clock_that_jumps_repeats_nothing(office: Office, days: int) -> None:
    office.day("2020-07-09 09:00")
    office.time += timedelta(days=days)
    office.plan()
    office.tick()
    office.day("2020-07-09 10:00")
    office.day("2020-07-10 10:00")
    sent = office.template.keys
    assert len(sent) == len(set(sent)) == 2
    assert {("T-1", ACCEPTED), ("T-0", ACCEPTED)} <= set(office.states)


def test_a_clock_set_back_sends_no_longer_lead_after_a_shorter_one(office: Office) -> None:
    office.time = at("2020-07-02 09:00")
    office.plan()
    office.day("2020-07-08 09:00")
    assert ("T-7", SUPERSEDED) in office.states
    sent = list(office.template.keys)
    office.day("2020-07-03 09:00")
    assert office.template.keys == sent  # the nearer one has gone out: what lies before it has no sense left


def test_a_clock_set_back_sends_what_was_passed_over_and_never_sent(office: Office) -> None:
    office.time = at("2020-07-02 09:00")
    office.plan()
    office.day("2020-07-08 20:00")  # at night: nothing goes out
    office.day("2020-07-10 20:00")
    assert office.posts == []
    office.day("2020-07-03 09:00")
    assert office.states[0] == ("T-7", ACCEPTED)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_machine_clock_that_jumps_loses_nothing(office: Office, days: int) -> None:
    office.plan()
    office.dies_at = "claimed"
    with pytest.raises(Killed):
        office.tick()
    office.machine.forward(days=days)
    office.tick()
    assert office.posts == ["template"]


def test_one_broken_row_does_not_hold_up_the_others(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    other = a_unit(office.storage, "临河县安委会")
    a_liaison(office.storage, other, "openid-2", email="")

    def broken() -> None:
        raise KeyError("13909510000")

    office.template.steps.append(broken)
    office.day("2020-07-07 09:00")
    assert office.posts == ["template"] * 2
    assert "KeyError at" in caplog.text
    assert "13909510000" not in caplog.text


def test_a_tick_ends_after_its_time(office: Office) -> None:
    for number in range(2, 6):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number}")
    office.plan()
    dispatcher = office.dispatcher()
    seconds = iter(range(100))
    dispatcher.monotonic = lambda: float(next(seconds))
    done = dispatcher.tick(4.0)
    assert 0 < done < 5
    assert len(office.template.sent) == done
    assert office.dispatcher("b").tick() == 5 - done, "what was claimed with these waits for no lease"
    assert len(office.template.sent) == len(set(office.template.keys)) == 5


def test_a_row_that_can_not_be_claimed_does_not_hold_up_those_claimed_with_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    a_liaison(office.storage, a_unit(office.storage, "临河县安委会"), "openid-2", email="")
    office.plan()
    with office.storage.case.engine.begin() as connection:
        connection.execute(text("UPDATE reminder SET due = 'no date' WHERE recipient = 'liaison:1'"))
    assert office.tick() == 1
    assert [to.openid for to, _ in office.template.sent] == ["openid-2"]
    assert "reminder 1: ValueError" in caplog.text


def test_posts_keep_to_the_rate(office: Office) -> None:
    for number in range(2, 6):
        a_liaison(office.storage, a_unit(office.storage, f"单位{number}"), f"openid-{number}")
    office.plan()
    waits: list[float] = []
    dispatcher = replace(
        office.dispatcher(), rate=10.0, sleep=waits.append, monotonic=lambda: sum(waits), at=lambda step: None
    )
    dispatcher.tick()
    assert waits == pytest.approx([0.1] * 4)


def test_the_audit_is_silent_about_a_good_day_and_tells_of_a_bad_one(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    audit = Audit(office.storage, office.campaign, office.now)
    office.day("2020-07-07 09:00")
    assert audit() == replace(audit())
    assert "audit" not in caplog.text
    office.machine.forward(hours=2)
    assert audit().without_receipt == (1,)
    a_liaison(office.storage, office.unit, "openid-2")
    office.time += timedelta(hours=1)
    assert audit().missing == ()  # just registered
    assert [key[-1] for key in audit().missing] == ["liaison:2"]
    office.plan()
    office.time += timedelta(hours=1)
    (late,) = audit().overdue
    assert f"1 overdue: {late}" in caplog.text
