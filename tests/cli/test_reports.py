"""The office reads reports, never reporters."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from cli.desk import Desk
from cli.reports import reports_group
from rules.report import Consent
from store.identity.links import Links
from store.stores import Storage
from tests.store.reporting import AT, CAMPAIGN, dump, file_one

USER, NAME, PHONE = "oAlice-openid", "赵铁柱", "13800001234"


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    consent = Consent("contact", "宁夏回族自治区应急管理厅", "我同意…", "1", "2020-06-16T15:02:00+08:00")
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        link = stores.reports.origin(USER, "d1").link
    Links(sqlite_storage).link(link, USER, reach=True, name=NAME, phone=PHONE, consents=[consent])
    file_one(sqlite_storage, USER)
    return Desk(sqlite_storage, CAMPAIGN)


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(reports_group, list(words), obj=desk)


def kinds(desk: Desk) -> list[str]:
    with desk.storage.transaction(CAMPAIGN) as stores:
        (view,) = stores.reports.listed()
        return [entry.kind for entry in stores.reports.history(view.id)]


def test_the_list_holds_no_content(desk: Desk) -> None:
    assert "0616-001\tsubmitted\t2020-06-16 15:02\t没有\t消防\t否" in run(desk, "list").output
    (row,) = json.loads(run(desk, "list", "--json").output)
    assert row["number"] == "0616-001"
    assert "临港路" not in run(desk, "list", "--json").output
    assert run(desk, "list", "--state", "closed", "--json").output.strip() == "[]"


def test_the_list_tells_what_is_due_and_what_is_late(desk: Desk) -> None:
    (row,) = json.loads(run(desk, "list", "--json").output)
    assert (row["due"], row["overdue"]) == ("核对：2020-06-17 09:32", "")
    late = replace(desk, ahead=AT + timedelta(days=1) - desk.storage.clock())
    (row,) = json.loads(run(late, "list", "--json").output)
    assert (row["due"], row["overdue"]) == ("核对：2020-06-17 09:32，已超期", "核对")
    shown = run(late, "show", "0616-001", "--reason", "核对").output
    assert "核对：2020-06-17 09:32，已超期。依据：我们定的时限" in shown


def test_the_list_names_what_may_be_the_same_and_merges_nothing(desk: Desk) -> None:
    file_one(desk.storage, "oBob", what="别的事：配电箱没有盖子")
    file_one(desk.storage, "oCarol", place="黄河东路2号", what="楼道里给电动车充电")
    rows = {row["number"]: row["like"] for row in json.loads(run(desk, "list", "--json").output)}
    assert rows == {"0616-001": "0616-002", "0616-002": "0616-001", "0616-003": ""}


def test_a_look_needs_a_reason_and_is_on_record(desk: Desk) -> None:
    assert run(desk, "show", "0616-001").exit_code != 0
    assert run(desk, "show", "0616-001", "--reason", " ").exit_code != 0
    shown = run(desk, "show", "0616-001", "--reason", "核对", "--who", "李敏")
    assert "临港路8号" in shown.output
    assert kinds(desk) == ["state", "look"]
    assert "look  office:李敏  核对" in run(desk, "show", "0616-001", "--reason", "再看").output


def test_the_packet_is_on_record_and_names_its_photos(desk: Desk) -> None:
    with desk.storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.keep_upload(USER, b"cleaned", desk.storage.clock())
        (view,) = stores.reports.listed()
        stores.photos.attach([token], view.id)
    made = run(desk, "packet", "0616-001", "--reason", "转交")
    assert str(desk.storage.photos / f"{token}.jpg") in made.output
    assert kinds(desk) == ["state", "look", "packet"]


def test_nothing_of_the_reporter_is_ever_shown(desk: Desk) -> None:
    outputs = [
        run(desk, *words).output
        for words in (
            ("list", "--json"),
            ("show", "0616-001", "--reason", "核对"),
            ("packet", "0616-001", "--reason", "转交"),
            ("set-state", "0616-001", "screening", "--reason", "核对"),
        )
    ]
    for value in (USER, NAME, PHONE):
        assert all(value not in output for output in outputs)


def test_a_step_is_taken_and_the_reporter_gets_word_of_it(desk: Desk) -> None:
    done = run(desk, "set-state", "0616-001", "screening", "--reason", "核对")
    assert "submitted → screening" in done.output
    assert "会告诉举报人" in done.output
    word = Links(desk.storage).words.claim("a", desk.storage.clock())
    assert word is not None
    assert (word.openid, word.number, word.phrase) == (USER, "0616-001", "核对中")
    for part in ("临港路", "青泉物流", "宿舍"):
        assert part not in word.text
    assert not any(part in word.text[:20] for part in ("举报", "隐患"))


def test_every_time_that_people_read_is_campaign_time(desk: Desk) -> None:
    ahead = replace(desk, ahead=timedelta(days=10))
    run(ahead, "set-state", "0616-001", "screening", "--reason", "核对")
    assert "5月30日" in run(ahead, "show", "0616-001", "--reason", "核对").output
    with desk.storage.transaction(CAMPAIGN) as stores:
        (view,) = stores.reports.listed()
        times = [entry.at for entry in stores.reports.history(view.id)[1:]]
    assert view.state_at == ahead.now()
    assert times == [ahead.now()] * 2


def test_a_step_that_is_not_allowed_says_what_is(desk: Desk) -> None:
    refused = run(desk, "set-state", "0616-001", "closed", "--reason", "x", "--result", "已整改")
    assert refused.exit_code != 0
    assert "screening" in refused.output
    assert run(desk, "set-state", "0616-001", "screening").exit_code != 0


def test_an_authority_is_named_where_its_word_counts(desk: Desk) -> None:
    for words in (("screening",), ("ready",)):
        run(desk, "set-state", "0616-001", *words, "--reason", "核对")
    assert "部门" in run(desk, "set-state", "0616-001", "referred", "--reason", "转").output
    to = ("--by", "区消防救援机构", "--tell", "公函")
    assert run(desk, "set-state", "0616-001", "referred", "--reason", "转", *to).exit_code == 0


def test_hiding_takes_a_second_name(desk: Desk) -> None:
    run(desk, "set-state", "0616-001", "screening", "--reason", "核对")
    hide = ("set-state", "0616-001", "hidden", "--reason", "恶意", "--who", "李敏")
    assert "两个人" in run(desk, *hide).output
    assert run(desk, *hide, "--with", "王芳").exit_code == 0


def test_the_contact_is_shown_only_by_consent_and_on_record(desk: Desk) -> None:
    shown = run(desk, "contact", "0616-001", "--reason", "应急厅核实", "--who", "李敏")
    assert f"姓名：{NAME}" in shown.output
    assert "宁夏回族自治区应急管理厅" in shown.output
    assert "应急厅核实" in dump(desk.storage.identity)
    Links(desk.storage).withdraw_consent(USER, desk.storage.clock())
    refused = run(desk, "contact", "0616-001", "--reason", "再核实")
    assert "没有同意" in refused.output
    assert NAME not in refused.output


def test_an_unknown_number_is_said_so(desk: Desk) -> None:
    assert "没有编号是 0616-999 的举报" in run(desk, "show", "0616-999", "--reason", "x").output
