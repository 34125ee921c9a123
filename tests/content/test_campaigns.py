"""Each campaign loads, and Ningxia's says what its notice says."""

from __future__ import annotations

from datetime import date

import pytest

from content.errors import ContentError
from content.loader import available_campaigns, load
from content.models import Campaign
from content.occurrences import occurrences


@pytest.fixture(scope="module")
def ningxia() -> Campaign:
    return load("ningxia-2020")


@pytest.mark.parametrize("campaign_id", available_campaigns())
def test_each_campaign_loads(campaign_id: str) -> None:
    assert load(campaign_id).id == campaign_id


def test_an_unknown_campaign_is_told_with_those_that_exist() -> None:
    with pytest.raises(ContentError, match="ningxia-2020"):
        load("../ningxia-2020")


def test_ningxia_holds_all_parts_of_its_notice(ningxia: Campaign) -> None:
    assert len(ningxia.slogans.items) == 28
    assert len(ningxia.liaison_form.fields) == 11
    assert len(ningxia.activities) == 7
    assert len(ningxia.obligations) == 5
    assert ningxia.phone == "0951-8622127"
    assert ningxia.email == "nxaq001@126.com"
    assert ningxia.begins == date(2020, 5, 20)
    assert ningxia.ends == date(2020, 12, 31)


def test_ningxia_falls_due_on_nine_days(ningxia: Campaign) -> None:
    days = [(time.due.isoformat(), time.assumed) for one in ningxia.obligations for time in occurrences(one)]
    assert days == [
        ("2020-05-31", False),
        ("2020-06-30", True),
        ("2020-07-10", False),
        ("2020-07-31", True),
        ("2020-08-31", True),
        ("2020-09-30", True),
        ("2020-10-31", True),
        ("2020-11-30", True),
        ("2020-11-30", False),
    ]


def test_ningxia_asks_the_unit_for_its_liaison(ningxia: Campaign) -> None:
    first = ningxia.obligations[0]
    assert first.to == "unit"
    assert any(item.form for item in first.items)


def test_ningxia_keeps_every_blank_of_both_annexes(ningxia: Campaign) -> None:
    shown = [
        [blank for group in table.groups for row in group.rows if not row.ours for blank in row.blanks]
        for table in ningxia.tables
    ]
    assert [len(blanks) for blanks in shown] == [37, 6]
    assert [blank.kind for blank in shown[0]].count("yes_no") == 7


def test_the_required_fields_are_ours(ningxia: Campaign) -> None:
    required = [field.label for field in ningxia.liaison_form.fields if field.required]
    assert required == ["姓名", "手机", "单位名称"]
    assert ningxia.liaison_form.required_is_ours
