"""A whole campaign in a second."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.desk import Desk
from cli.rehearse import MADE_UP, rehearse_command, rehearse_lines
from content.loader import available_campaigns, load
from scheduler.planner import Recipient
from store.stores import Storage
from tests.scheduler.rows import a_liaison, a_unit

NINGXIA = ["--campaign", "ningxia-2020", "--from", "2020-05-20", "--to", "2020-12-31"]


def played(storage: Storage, *arguments: str) -> str:
    desk = Desk(storage, "ningxia-2020")
    return CliRunner().invoke(rehearse_command, [*arguments], obj=desk, catch_exceptions=False).stdout


def test_each_line_of_json_is_one_reminder(sqlite_storage: Storage) -> None:
    lines = [json.loads(line) for line in played(sqlite_storage, *NINGXIA, "--json").splitlines()]
    assert lines[0] == {
        "campaign": "ningxia-2020",
        "obligation": "liaison-and-plan",
        "due": "2020-05-31",
        "lead": "T-7",
        "send_at": "2020-05-22T09:00:00+08:00",
        "to": "unit:1",
        "channel": "mail",
    }
    assert len({(line["obligation"], line["due"]) for line in lines}) == 9
    assert [line["send_at"] for line in lines] == sorted(line["send_at"] for line in lines)


def test_those_who_are_registered_are_played(sqlite_storage: Storage) -> None:
    unit = a_unit(sqlite_storage)
    liaison = a_liaison(sqlite_storage, unit)
    a_unit(sqlite_storage, "临河县安委会")
    lines = [json.loads(line) for line in played(sqlite_storage, *NINGXIA, "--json").splitlines()]
    july = {(line["to"], line["channel"]) for line in lines if line["obligation"] == "month-summary"}
    assert july == {(f"liaison:{liaison}", "template"), ("unit:2", "mail")}


def test_a_unit_is_named_and_one_without_address_is_not_reached(sqlite_storage: Storage) -> None:
    a_unit(sqlite_storage, "临河县安委会", mail="")
    liaison = a_liaison(sqlite_storage, a_unit(sqlite_storage))
    table = played(sqlite_storage, *NINGXIA)
    assert "\t临河县安委会\t送不到\t" in table
    assert f"\t青泉市安委会联络员{liaison}\t微信\t" in table
    lines = [json.loads(line) for line in played(sqlite_storage, *NINGXIA, "--json").splitlines()]
    assert {line["channel"] for line in lines if line["to"] == "unit:1"} == {"none"}


def test_people_read_a_table(sqlite_storage: Storage) -> None:
    table = played(sqlite_storage, *NINGXIA)
    assert "2020年5月29日（周五）09:00\t单位1\t邮件\t联络员表、活动方案\t5月31日（周日）\t截止当天" in table
    assert table.endswith("共49条。\n")


def test_a_late_start_sends_only_the_nearest_reminder() -> None:
    lines = rehearse_lines(load("ningxia-2020"), MADE_UP, date(2020, 7, 8), date(2020, 7, 9))
    assert [(line.lead, line.send_at.strftime("%m-%d %H:%M")) for line in lines] == [
        ("T-3", "07-08 09:00"),
        ("T-1", "07-09 09:00"),
    ]


def test_a_start_on_a_day_off_begins_on_the_next_worked_day() -> None:
    lines = rehearse_lines(load("ningxia-2020"), MADE_UP, date(2020, 7, 4), date(2020, 7, 6))
    assert {line.send_at.date() for line in lines} == {date(2020, 7, 6)}


def test_no_reminder_is_played_twice() -> None:
    for campaign_id in available_campaigns():
        campaign = load(campaign_id)
        lines = rehearse_lines(campaign, MADE_UP, campaign.begins, date(2021, 1, 31))
        keys = [(line.obligation, line.due, line.to, line.lead) for line in lines]
        assert len(keys) == len(set(keys))


def test_a_thousand_liaisons_are_played_within_a_few_seconds() -> None:
    many = [
        Recipient(f"liaison:{number}", number, "", frozenset({"liaison"}), "template")
        for number in range(1000)
    ]
    begun = time.monotonic()
    lines = rehearse_lines(load("ningxia-2020"), many, date(2020, 5, 20), date(2020, 12, 31))
    assert len(lines) == 44_000
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--campaign", "nowhere"], "没有活动“nowhere”"),
        ([*NINGXIA[:2], "--from", "2020-07-01", "--to", "2020-06-01"], "早于开始日期"),
    ],
)
def test_what_can_not_be_played_is_said(
    tmp_path: Path, sqlite_storage: Storage, arguments: list[str], said: str
) -> None:
    result = CliRunner().invoke(rehearse_command, arguments, obj=Desk(sqlite_storage, "ningxia-2020"))
    assert result.exit_code == 1
    assert said in result.output
