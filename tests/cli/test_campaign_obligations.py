"""``obligations`` says of each campaign what its notice says: the truth here is written by hand from the notices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.campaign import obligations_command
from content.loader import CAMPAIGNS
from content.proofs import squeeze

FIELDS = {"campaign", "obligation", "title", "due", "stated", "items", "quote", "notice"}
#: What must be filed, by when, and whether the notice states that day.
TRUTH: dict[str, list[tuple[str, str | None, bool]]] = {
    "ningxia-2020": [
        ("liaison-and-plan", "2020-05-31", True),
        ("highlights", "2020-06-30", False),  # 活动期间
        ("month-summary", "2020-07-10", True),
        ("programme-monthly", "2020-07-31", False),  # 每月
        ("programme-monthly", "2020-08-31", False),
        ("programme-monthly", "2020-09-30", False),
        ("programme-monthly", "2020-10-31", False),
        ("programme-monthly", "2020-11-30", False),
        ("programme-table", "2020-11-30", True),
    ],
    "shenzhen-2020": [
        ("liaison-and-plan", "2020-05-28", True),
        ("month-summary", "2020-07-05", True),
        ("programme-summary", "2020-12-28", True),
    ],
    "xuming-2020": [],
    "gusu-2020": [
        ("liaison-and-plan", "2020-06-04", True),
        ("weekly-material", "2020-06-04", True),
        ("weekly-material", "2020-06-11", True),
        ("weekly-material", "2020-06-18", True),
        ("weekly-material", "2020-06-25", True),
        ("summary", "2020-07-01", True),
    ],
    "binhai-2020": [
        ("liaison-and-schedule", "2020-05-31", True),
        ("plan", "2020-06-05", True),
        ("summary", "2020-06-30", True),
        ("good-practice", None, False),  # 及时
        ("other-news", None, False),  # 随时
    ],
}


def rows(campaign_id: str, folder: Path = CAMPAIGNS) -> list[dict[str, object]]:
    arguments = ["--campaign", campaign_id, "--json"]
    result = CliRunner().invoke(obligations_command, arguments, obj=folder, catch_exceptions=False)
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("campaign_id", TRUTH)
def test_every_due_date_is_the_notices(campaign_id: str) -> None:
    found = [(row["obligation"], row["due"], row["stated"]) for row in rows(campaign_id)]
    assert found == TRUTH[campaign_id]


@pytest.mark.parametrize("campaign_id", TRUTH)
def test_every_line_carries_the_words_and_the_title_of_the_notice(campaign_id: str) -> None:
    notice = squeeze((CAMPAIGNS / campaign_id / "notice.txt").read_text(encoding="utf-8"))
    for row in rows(campaign_id):
        assert set(row) == FIELDS
        assert row["campaign"] == campaign_id
        assert row["items"]
        assert squeeze(str(row["quote"])) in notice
        assert squeeze(str(row["notice"])) in notice


def test_people_read_weekdays_and_what_is_assumed() -> None:
    result = CliRunner().invoke(obligations_command, ["--campaign", "ningxia-2020"])
    assert "2020年6月30日（周二）（推定）\t亮点活动信息，至少2篇" in result.output
    assert "2020年7月10日（周五）\t月总结、统计表、影像" in result.output


def test_a_notice_without_obligations_says_so() -> None:
    result = CliRunner().invoke(obligations_command, ["--campaign", "xuming-2020"])
    assert result.output == "通知没有要求报送。\n"


def test_an_unknown_campaign_is_told_with_those_that_exist() -> None:
    result = CliRunner().invoke(obligations_command, ["--campaign", "nowhere"])
    assert result.exit_code == 1
    assert all(name in result.output for name in TRUTH)
