"""The plan against the truth of the notice, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.loader import load
from content.models import Campaign, Lead, ReminderPolicy
from rules.units import LiaisonView, UnitView
from scheduler.planner import EVER, Recipient, calendar, horizon, plan, rank, recipients_of
from store.reminder_values import PlannedReminder
from tests.scheduler.rows import at, campaign_with

LIAISON = Recipient("liaison:1", 1, "", frozenset({"liaison"}), "template")
UNIT = Recipient("unit:1", 1, "", frozenset({"unit"}), "mail")
FIRST, LAST = at("2020-05-20 00:00"), at("2021-01-31 00:00")


@pytest.fixture(scope="module")
def ningxia() -> Campaign:
    return load("ningxia-2020")


def leads(campaign: Campaign, obligation: str, occurrence: str) -> list[tuple[str, str]]:
    return [
        (slot.lead, slot.send_at.strftime("%m-%d %H:%M"))
        for slot in calendar(campaign)
        if (slot.occurrence.obligation, slot.occurrence.key) == (obligation, occurrence)
    ]


def due_at(
    campaign: Campaign, moment: str, *recipients: Recipient, settled: set[tuple[str, str, int]] | None = None
) -> list[PlannedReminder]:
    now = at(moment)
    return plan(
        calendar(campaign), recipients or (LIAISON,), settled or set(), now, now + timedelta(seconds=1)
    )


def test_who_has_registered_is_reminded_of_the_first_filing_too(ningxia: Campaign) -> None:
    """The bot's registration is no filing: the unit's form has still to be sent in."""
    unit = UnitView(1, "青泉市安委会", "", "", "a@b.cn", True, False)
    entry = LiaisonView(
        7, 1, unit.name, "", "confirmed", "oLi", "李敏", "", "", {}, False, None, "", (), FIRST
    )
    now = at("2020-05-29 09:00")
    due = plan(calendar(ningxia), recipients_of((unit,), (entry,)), set(), now, now + timedelta(seconds=1))
    assert {one.recipient for one in due if one.obligation == "liaison-and-plan"} == {"liaison:7", "unit:1"}


@pytest.mark.parametrize(
    ("openid", "unreachable", "email", "told"),
    [
        ("oLi", "", "", {("liaison:7", "template")}),
        ("", "unfollowed", "", {("liaison:7", "none"), ("unit:1", "mail")}),
        ("oLi", "blocked", "", {("liaison:7", "none"), ("unit:1", "mail")}),
        ("", "unfollowed", "li@b.cn", {("liaison:7", "mail")}),
    ],
)
def test_a_liaison_answers_only_where_a_channel_reaches_them(
    ningxia: Campaign, openid: str, unreachable: str, email: str, told: set[tuple[str, str]]
) -> None:
    unit = UnitView(1, "青泉市安委会", "", "", "a@b.cn", True, False)
    entry = LiaisonView(
        7, 1, unit.name, "", "confirmed", openid, "李敏", "", email, {}, False, None, unreachable, (), FIRST
    )
    recipients = recipients_of((unit,), (entry,))
    channels = {recipient.key: recipient.channel for recipient in recipients}
    due = due_at(ningxia, "2020-07-09 09:00", *recipients)
    assert {(one.recipient, channels[one.recipient]) for one in due} == told


def test_ningxia_falls_due_when_the_notice_says(ningxia: Campaign) -> None:
    found = {
        (r.obligation, r.due.isoformat())
        for r in plan(calendar(ningxia), (LIAISON, UNIT), set(), FIRST, LAST)
    }
    assert found == {
        ("liaison-and-plan", "2020-05-31"),
        ("highlights", "2020-06-30"),
        ("month-summary", "2020-07-10"),
        ("programme-monthly", "2020-07-31"),
        ("programme-monthly", "2020-08-31"),
        ("programme-monthly", "2020-09-30"),
        ("programme-monthly", "2020-10-31"),
        ("programme-monthly", "2020-11-30"),
        ("programme-table", "2020-11-30"),
    }


def test_a_sunday_is_reminded_of_on_friday(ningxia: Campaign) -> None:
    assert leads(ningxia, "liaison-and-plan", "once") == [
        ("T-7", "05-22 09:00"),  # the 24th is a Sunday
        ("T-3", "05-28 09:00"),
        ("T-0", "05-29 09:00"),  # with T-1, which falls on the same day
        ("late+1", "06-01 09:00"),
        ("late+3", "06-03 09:00"),
    ]


def test_a_friday_keeps_every_lead(ningxia: Campaign) -> None:
    assert leads(ningxia, "month-summary", "once") == [
        ("T-7", "07-03 09:00"),
        ("T-3", "07-07 09:00"),
        ("T-1", "07-09 09:00"),
        ("T-0", "07-10 09:00"),
        ("late+1", "07-13 09:00"),
        ("late+3", "07-15 09:00"),
    ]


def test_a_holiday_is_reminded_of_on_the_day_before() -> None:
    campaign = campaign_with(date(2020, 6, 25))
    assert ("T-0", "06-24 09:00") in leads(campaign, "summary", "once")
    assert ("late+1", "06-28 09:00") in leads(campaign, "summary", "once")  # a Sunday that is worked


def test_leads_before_the_notice_are_dropped() -> None:
    campaign = campaign_with(date(2020, 5, 26), begins=date(2020, 5, 20))
    assert [lead for lead, _ in leads(campaign, "summary", "once")] == [
        "T-3",
        "T-1",
        "T-0",
        "late+1",
        "late+3",
    ]


def test_every_reminder_lies_on_a_working_day_at_nine(ningxia: Campaign) -> None:
    for slot in calendar(ningxia):
        assert slot.send_at.time() == time(9, 0)
        assert slot.send_at.utcoffset() == timedelta(hours=8)
        assert slot.send_at < slot.not_after


def test_one_lead_takes_over_from_the_other(ningxia: Campaign) -> None:
    slots = [slot for slot in calendar(ningxia) if slot.occurrence.obligation == "month-summary"]
    ends = [slot.not_after for slot in slots]
    assert ends[:3] == [slot.send_at for slot in slots[1:4]]
    assert ends[3] == at("2020-07-11 00:00")  # the due day is over
    assert ends[4] == slots[5].send_at
    assert ends[5] == at("2020-07-18 00:00")  # two working days more


def test_after_an_outage_only_the_nearest_is_left(ningxia: Campaign) -> None:
    assert [r.lead for r in due_at(ningxia, "2020-07-09 15:00")] == ["T-1"]


def test_between_the_due_day_and_the_first_late_lead_nothing_is_due(ningxia: Campaign) -> None:
    assert due_at(ningxia, "2020-07-12 10:00") == []


def test_who_has_filed_is_left_alone(ningxia: Campaign) -> None:
    other = Recipient("liaison:2", 2, "", frozenset({"liaison"}), "template")
    found = due_at(ningxia, "2020-07-09 09:00", LIAISON, other, settled={("month-summary", "once", 1)})
    assert [r.recipient for r in found] == ["liaison:2"]


def test_the_filing_that_names_the_liaison_goes_to_the_unit(ningxia: Campaign) -> None:
    found = due_at(ningxia, "2020-05-28 09:00", LIAISON, UNIT)
    assert [(r.obligation, r.recipient) for r in found] == [("liaison-and-plan", "unit:1")]


def test_a_unit_without_liaison_is_told_what_a_liaison_is_told(ningxia: Campaign) -> None:
    alone = Recipient("unit:2", 2, "", frozenset({"unit", "liaison"}), "mail")
    assert [r.recipient for r in due_at(ningxia, "2020-07-09 09:00", LIAISON, alone)] == [
        "liaison:1",
        "unit:2",
    ]


def test_groups_are_kept_apart() -> None:
    campaign = campaign_with(date(2020, 7, 10), groups=("学校",))
    school = Recipient("liaison:1", 1, "学校", frozenset({"liaison"}), "template")
    office = Recipient("liaison:2", 2, "机关", frozenset({"liaison"}), "template")
    found = due_at(campaign, "2020-07-07 09:00", school, office)
    assert [r.recipient for r in found] == ["liaison:1"]


def test_who_asked_for_silence_gets_it() -> None:
    campaign = campaign_with(date(2020, 7, 10))
    silent = Recipient("liaison:1", 1, "", frozenset({"liaison"}), "template", at("2020-07-08 00:00"))
    assert due_at(campaign, "2020-07-07 09:00", silent) == []
    assert [r.lead for r in due_at(campaign, "2020-07-09 09:00", silent)] == ["T-1"]


def test_a_campaign_without_obligations_plans_nothing(ningxia: Campaign) -> None:
    empty = ningxia.model_copy(update={"obligations": ()})
    assert plan(calendar(empty), (LIAISON, UNIT), set(), FIRST, LAST) == []


def test_an_hour_outside_the_hours_allowed_is_moved_inside() -> None:
    campaign = campaign_with(date(2020, 7, 10), policy=ReminderPolicy(at=time(6, 0)))
    assert {slot.send_at.time() for slot in calendar(campaign)} == {time(8, 30)}


def test_hours_and_days_off_hold_reminders_back(ningxia: Campaign) -> None:
    assert horizon(ningxia, at("2020-07-07 08:29")) is None
    assert horizon(ningxia, at("2020-07-07 08:30")) == EVER
    assert horizon(ningxia, at("2020-07-07 18:00")) is None
    # on a Saturday only what does not last until Monday morning
    assert horizon(ningxia, at("2020-07-11 10:00")) == at("2020-07-13 08:30")


def test_shorter_and_later_leads_rank_higher() -> None:
    names = [Lead(days_before=7).name, "T-3", "T-1", "T-0", "late+1", Lead(working_days_after=3).name]
    assert sorted(names, key=rank) == names


def test_times_are_of_the_campaigns_zone(ningxia: Campaign) -> None:
    (first, *_) = calendar(ningxia)
    assert first.send_at == datetime(2020, 5, 22, 1, 0, tzinfo=UTC)
    assert first.send_at.tzinfo == ZoneInfo("Asia/Shanghai")
