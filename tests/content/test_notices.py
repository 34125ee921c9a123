"""What holds for each of the five campaigns of 2020 because it rests on its notice."""

from __future__ import annotations

import pytest

from content.loader import load
from content.models import Campaign
from handlers import ROUTES
from tests.content.notices import dated, letters, notice_of

WORDS = {word for route in ROUTES for word in route.words}
FIVE = ("binhai-2020", "gusu-2020", "ningxia-2020", "shenzhen-2020", "xuming-2020")
NATIONAL = load("ningxia-2020").slogans.items


@pytest.fixture(scope="module", params=FIVE)
def campaign(request: pytest.FixtureRequest) -> Campaign:
    return load(request.param)


def test_title_number_audience_and_issuers_are_the_notices_own(campaign: Campaign) -> None:
    notice, text = campaign.notice, notice_of(campaign)
    told = [notice.title, notice.audience, *([notice.number] if notice.number else [])]
    assert [words for words in told if letters(words) not in text] == []
    assert [words for words in notice.issuers if words not in text] == []
    assert f"第{notice.edition}个" in text


def test_the_date_of_issue_stands_in_the_notice(campaign: Campaign) -> None:
    issued = campaign.notice.issued
    assert issued is None or f"{issued.year}年{issued.month}月{issued.day}日" in notice_of(campaign)


def test_what_the_notice_asks_for_carries_its_words(campaign: Campaign) -> None:
    assert campaign.theme.text in campaign.theme.quote
    assert campaign.month.quote
    assert not campaign.month.assumed
    assert all(line.quote for line in campaign.hotlines if line.source == "通知")
    assert all(contact.quote for contact in campaign.contacts)
    assert all(account.quote for account in campaign.accounts)


def test_a_stated_due_date_stands_in_its_quote(campaign: Campaign) -> None:
    fixed = [one for one in campaign.obligations if one.due.kind == "fixed" and not one.due.assumed]
    for one in fixed:
        assert one.due.kind == "fixed"
        assert f"{one.due.on.month}月{one.due.on.day}日前" in letters(one.quote)


def test_a_dated_activity_has_its_day_in_its_quote(campaign: Campaign) -> None:
    for one in campaign.activities:
        if one.on:
            assert f"{one.on.month}月{one.on.day}日" in letters(one.quote)
    assert "2020-06-16" in dated(campaign).values()


def test_only_the_filing_that_names_the_liaison_goes_to_the_unit(campaign: Campaign) -> None:
    to_unit = [one.to == "unit" for one in campaign.obligations]
    assert to_unit == [any(item.form for item in one.items) for one in campaign.obligations]
    assert sum(to_unit) == (1 if campaign.obligations else 0)


def test_every_campaign_ends_up_with_the_national_slogans(campaign: Campaign) -> None:
    assert campaign.slogans.items == NATIONAL
    assert campaign.slogans.own == (campaign.id in ("ningxia-2020", "binhai-2020"))


def test_the_national_numbers_are_always_there(campaign: Campaign) -> None:
    shown = [line.number for line in campaign.hotlines if line.confirmed]
    assert shown == ["119", "120", "110", "122", "12350"]


def test_the_welcome_leads_to_what_the_bot_can_do(campaign: Campaign) -> None:
    assert len(campaign.welcome.lines) == 4
    assert {line.word for line in campaign.welcome.lines} <= WORDS


def test_a_form_of_our_own_asks_for_three_things(campaign: Campaign) -> None:
    form = campaign.liaison_form
    if form.ours:
        assert [field.label for field in form.fields if field.required] == ["姓名", "单位", "手机"]
        assert len(form.fields) == 3
