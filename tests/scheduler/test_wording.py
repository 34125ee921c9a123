"""What a reminder says on the day it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from content.loader import load
from content.occurrences import occurrences
from scheduler.planner import calendar
from scheduler.wording import Subject, hint, notification
from tests.scheduler.rows import campaign_with


def about(due: date, today: date, lead: str = "T-3", assumed: bool = False) -> Subject:
    campaign = campaign_with(due, assumed=assumed)
    (obligation,) = campaign.obligations
    (occurrence,) = occurrences(obligation)
    return Subject(campaign, obligation, occurrence, lead, "青泉市安委会", False, True, today, False)


JULY = date(2020, 7, 10)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (about(JULY, date(2020, 7, 3)), "还有7天，点开看要交什么"),
        (about(JULY, date(2020, 7, 7)), "还有3天，点开看怎么报"),
        (about(JULY, date(2020, 7, 9)), "明天截止，今天报最稳妥"),
        (about(JULY, JULY), "今天截止，点开看怎么报"),
        (about(JULY, date(2020, 7, 13), "late+1"), "已过截止日，请尽快补报"),
        (about(JULY, date(2020, 7, 15), "late+3"), "还没收到，有困难请告诉我们"),
        (about(date(2020, 5, 31), date(2020, 5, 28)), "还有3天，点开看怎么报"),
        (about(date(2020, 5, 31), date(2020, 5, 29)), "截止日周日放假，请今天报"),
        (about(JULY, date(2020, 7, 3), assumed=True), "推定日期，还有7天，可早报"),
        (about(JULY, JULY, assumed=True), "推定日期到了，点开看看"),
        (about(JULY, date(2020, 7, 13), "late+1", assumed=True), "推定日期到了，点开看看"),
        (replace(about(JULY, date(2020, 7, 3)), corrected=True), "日期有更改，以这条为准"),
    ],
)
def test_the_hint_counts_from_the_day_of_sending(subject: Subject, said: str) -> None:
    assert hint(subject) == said


def test_fields_are_whole_and_fit() -> None:
    long = replace(about(JULY, date(2020, 7, 7)), unit="青泉市安全生产委员会办公室和应急管理局联合值班室")
    assert notification(long, "key", mail=False).fields == {
        "matter": "月总结、统计表、影像",
        "due": "2020年7月10日",
        "unit": "青泉市安全生产委员会办公室和应急管理局…",
        "hint": "还有3天，点开看怎么报",
    }


def test_every_field_of_ningxia_fits_at_every_lead() -> None:
    campaign = load("ningxia-2020")
    for slot in calendar(campaign):
        day = slot.send_at.date()
        subject = Subject(
            campaign, slot.obligation, slot.occurrence, slot.lead, "单位" * 30, False, True, day, False
        )
        fields = notification(subject, "key", mail=False).fields
        assert all(0 < len(value) <= 20 and "\n" not in value for value in fields.values())


def test_a_liaison_reads_in_the_chat() -> None:
    assert notification(about(date(2020, 5, 31), date(2020, 5, 29)), "key", mail=False).text == (
        "报送提醒：月总结、统计表、影像\n青泉市安委会\n"
        "还有2天，5月31日（周日）前报。那天是周日，建议今天报。发到 nxaq001@126.com。\n"
        "报完回复“已报送”，看到了回复“收到”。"
    )


def test_a_liaison_reads_in_a_letter() -> None:
    letter = notification(about(JULY, JULY, "T-0"), "key", mail=True)
    assert letter.subject == "请在7月10日（周五）前报月总结、统计表、影像"
    assert letter.text == (
        "您好。\n青泉市安委会要报：月总结、统计表、影像。\n今天截止，7月10日（周五）。发到 nxaq001@126.com。\n"
        "报完请在微信里回复“已报送”。问题请打 0951-8622127。"
    )


def test_an_assumed_date_is_called_so() -> None:
    letter = notification(about(JULY, date(2020, 7, 7), assumed=True), "key", mail=True)
    assert "还有3天，7月10日（周五），推定，以办公室通知为准。" in letter.text
    assert letter.subject == "请报月总结、统计表、影像，推定日期7月10日（周五）"


def test_a_unit_without_liaison_is_written_to() -> None:
    campaign = load("ningxia-2020")
    slot = calendar(campaign)[0]
    subject = Subject(
        campaign,
        slot.obligation,
        slot.occurrence,
        slot.lead,
        "青泉市安委会",
        True,
        False,
        date(2020, 5, 28),
        False,
    )
    letter = notification(subject, "key", mail=True)
    assert letter.subject == "请在5月31日（周日）前报联络员"
    assert letter.text == (
        "您好。按通知，青泉市安委会要在5月31日（周日）前报联络员表和活动方案，发到 nxaq001@126.com。"
        "那天是周日，建议5月29日（周五）报。问题请打 0951-8622127。"
    )
    assert letter.page == ""


def test_a_unit_that_is_late_is_asked_once_more() -> None:
    subject = replace(about(JULY, date(2020, 7, 13), "late+1"), to_unit=True, has_liaison=False)
    assert notification(subject, "key", mail=True).text == (
        "您好。按通知，青泉市安委会要在7月10日（周五）前报月总结、统计表和影像，我们还没收到，请尽快补报，发到 nxaq001@126.com。"
        "还没有登记联络员，登记后提醒直接发给联络员。问题请打 0951-8622127。"
    )
