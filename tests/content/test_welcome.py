"""The words of each campaign's welcome lead to something that the bot can do."""

from __future__ import annotations

import pytest

from cli.campaign import word_faults
from content.loader import available_campaigns, load


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_every_word_of_the_welcome_is_a_word_of_a_route(campaign_id: str) -> None:
    assert word_faults(load(campaign_id)) == []


def test_a_word_that_leads_nowhere_is_told() -> None:
    campaign = load("ningxia-2020")
    line = campaign.welcome.lines[0].model_copy(update={"word": "跳舞"})
    welcome = campaign.welcome.model_copy(update={"lines": (line, *campaign.welcome.lines[1:])})
    changed = campaign.model_copy(update={"welcome": welcome})
    assert word_faults(changed) == ["ningxia-2020：欢迎词里的“跳舞”，助手不认得"]
