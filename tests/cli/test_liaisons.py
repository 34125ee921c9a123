"""The office looks at liaisons, confirms them and withdraws them."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from cli.desk import Desk
from cli.liaisons import liaisons_group
from store.stores import Storage


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    return Desk(sqlite_storage, "ningxia-2020")


def enter(desk: Desk, user: str = "openid-1", replaces: tuple[int, ...] = ()) -> int:
    at = desk.storage.clock()
    with desk.storage.transaction(desk.campaign) as stores:
        unit = stores.units.add_unknown("青泉市安委会", at)
        return stores.liaisons.register(
            unit.id,
            user,
            {"name": "李敏"},
            name="李敏",
            phone="13812345678",
            email="limin@126.com",
            consent={},
            at=at,
            replaces=replaces,
        ).id


def run(desk: Desk, *words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(liaisons_group, list(words), obj=desk, input=said)


def test_a_list_masks_names_and_numbers(desk: Desk) -> None:
    enter(desk)
    text = run(desk, "list").output
    assert "青泉市安委会\t待确认\t李*\t138****5678\tl***@126.com\t微信" in text
    for secret in ("李敏", "13812345678", "limin@", "openid-1"):
        assert secret not in text


def test_a_full_list_shows_them_and_leaves_a_line_in_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    enter(desk)
    with caplog.at_level(logging.WARNING):
        text = run(desk, "list", "--full", "--by", "wang").output
    assert "李敏\t13812345678\tlimin@126.com" in text
    assert "openid-1" not in text
    assert caplog.messages == ["liaisons of ningxia-2020 shown in full: 1 entries, by office:wang"]


@pytest.mark.parametrize(("email", "mark"), [("", "送不到"), ("limin@126.com", "微信送不到，发邮件")])
def test_a_list_marks_whom_no_channel_reaches(desk: Desk, email: str, mark: str) -> None:
    number = enter(desk)
    with desk.storage.transaction(desk.campaign) as stores:
        stores.liaisons.change(number, {}, name="李敏", email=email)
        stores.liaisons.unfollow("openid-1", desk.storage.clock())
    assert f"\t{mark}" in run(desk, "list").output


def test_a_list_may_be_json(desk: Desk) -> None:
    number = enter(desk)
    rows = json.loads(run(desk, "list", "--json").stdout)
    assert [(row["id"], row["state"], row["phone"]) for row in rows] == [(number, "pending", "138****5678")]


def test_a_confirmation_ends_whose_place_is_taken(desk: Desk) -> None:
    old = enter(desk)
    new = enter(desk, "openid-2", replaces=(old,))
    assert run(desk, "confirm", str(new), "--by", "wang").output == f"已确认：{new}，青泉市安委会，李*。\n"
    with desk.storage.transaction(desk.campaign) as stores:
        assert [(entry.id, entry.state) for entry in stores.liaisons.active()] == [(new, "confirmed")]


def test_a_withdrawal_asks_first(desk: Desk) -> None:
    number = enter(desk)
    assert run(desk, "withdraw", str(number), said="n\n").exit_code == 1
    assert run(desk, "withdraw", str(number), "--yes").output == f"已撤销：{number}。\n"
    assert len(run(desk, "list").output.splitlines()) == 1


@pytest.mark.parametrize("words", [("confirm", "99"), ("withdraw", "99", "--yes")])
def test_an_unknown_number_is_told(desk: Desk, words: tuple[str, ...]) -> None:
    result = run(desk, *words)
    assert result.exit_code == 1
    assert "没有编号是 99 的登记" in result.output


def test_whether_reminders_pause_is_told_in_campaign_time(desk: Desk) -> None:
    number = enter(desk)
    with desk.storage.transaction(desk.campaign) as stores:
        stores.liaisons.pause(number, desk.now() + timedelta(days=7))
    assert "暂停中" in run(desk, "list").output
    assert "暂停中" not in run(replace(desk, ahead=timedelta(days=10)), "list").output
