"""Accounts of the desk are made and taken away on the command line."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from cli.desk import Desk
from cli.staff import staff_group
from store.staff import sign_in
from store.stores import Storage
from tests.store.playing import CAMPAIGN


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    return Desk(sqlite_storage, CAMPAIGN)


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(staff_group, [*words], obj=desk)


def password_in(result: Result) -> str:
    found = re.search(r"^口令：(\S+)$", result.output, re.M)
    assert found, result.output
    return found[1]


def test_a_password_is_printed_once_and_opens_the_account(desk: Desk) -> None:
    password = password_in(run(desk, "add", "小李"))
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", password)
    assert sign_in(desk.storage, CAMPAIGN, "小李", password) is not None
    listed = run(desk, "list").output
    assert "小李\t还没换成自己的\t5月20日" in listed
    assert password not in listed


def test_a_taken_name_and_an_unknown_one_are_said(desk: Desk) -> None:
    run(desk, "add", "小李")
    again = run(desk, "add", " 小李 ")
    assert again.exit_code == 1 and "已经有叫“小李”的账号" in again.output
    for command in ("reset", "remove"):
        unknown = run(desk, command, "小王")
        assert unknown.exit_code == 1 and "没有叫“小王”的账号" in unknown.output
    assert run(desk, "add", "字" * 41).exit_code == 1


def test_a_reset_ends_the_old_password_and_a_removal_the_account(desk: Desk) -> None:
    old = password_in(run(desk, "add", "小李"))
    new = password_in(run(desk, "reset", "小李"))
    assert sign_in(desk.storage, CAMPAIGN, "小李", old) is None
    assert sign_in(desk.storage, CAMPAIGN, "小李", new) is not None
    assert run(desk, "remove", "小李").output == "账号“小李”删掉了。\n"
    assert sign_in(desk.storage, CAMPAIGN, "小李", new) is None
    assert run(desk, "list").output == "名字\t口令\t上次登录\n"


@pytest.mark.parametrize(
    ("base_url", "told"),
    [
        ("", "登录的网址：BASE_URL 后面加 /desk/\n"),
        ("http://127.0.0.1:8000/", "登录的网址：http://127.0.0.1:8000/desk/\n"),
    ],
)
def test_the_address_of_the_desk_is_told_whole_where_it_is_known(
    desk: Desk, base_url: str, told: str
) -> None:
    known = replace(desk, base_url=base_url)
    assert run(known, "add", "小李").output.endswith(told)
    assert run(known, "reset", "小李").output.endswith(told)
