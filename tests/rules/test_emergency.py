import re

import pytest

from content.loader import available_campaigns, load
from content.models import Campaign, Hotline
from rules.emergency import DOUBT, FOOTER, card, card_line, hotlines, numbers


@pytest.fixture
def campaign() -> Campaign:
    return load("ningxia-2020")


def test_the_first_line_holds_the_numbers(campaign: Campaign) -> None:
    for text in (card(campaign), DOUBT, card_line(campaign)):
        assert all(number in text.splitlines()[0] for number in ("119", "120", "110"))


def test_the_card_as_the_deck_has_it(campaign: Campaign) -> None:
    assert card(campaign) == (
        "马上拨 119、120 或 110，先离开危险处。\n119 火灾、爆炸、泄漏、坍塌、被困\n120 受伤、中毒\n110 治安，或拿不准\n"
        "122 交通事故\n\n接通后说：在哪里，出了什么事，有没有人受伤被困，您的电话。\n\n"
        "这里没有人实时值守，不能代替报警。\n安全后回复“继续”，我们帮您整理给 12350 的材料。"
    )


def test_the_place_is_there_to_be_read_out(campaign: Campaign) -> None:
    assert "您的位置，念给接线员：许明寺镇××路12号旁。" in card(campaign, "许明寺镇××路12号旁")


def with_hotline(campaign: Campaign, **values: object) -> Campaign:
    line = Hotline.model_validate({"number": "96119", "purpose": "消防隐患", "source": "通知"} | values)
    return campaign.model_copy(update={"hotlines": (*campaign.hotlines, line)})


def test_an_own_number_is_shown_once_confirmed(campaign: Campaign) -> None:
    sure = with_hotline(campaign, confirmed=True)
    assert "没着火的消防隐患打 96119，其他隐患打 12350。" in card(sure)
    assert "96119" in hotlines(sure)


def test_an_unconfirmed_number_is_never_shown(campaign: Campaign) -> None:
    unsure = with_hotline(campaign, confirmed=False)
    assert "96119" not in card(unsure) + card_line(unsure) + hotlines(unsure)
    assert "96119" not in numbers(unsure)


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_no_number_but_the_national_and_the_campaigns_own(campaign_id: str) -> None:
    campaign = load(campaign_id)
    text = card(campaign) + card_line(campaign) + hotlines(campaign) + FOOTER + DOUBT
    assert set(re.findall(r"\d{3,}", text)) <= numbers(campaign)
    assert len(card(campaign).encode()) < 2048
