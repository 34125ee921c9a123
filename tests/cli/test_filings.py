"""The office looks at filings and decides on them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from cli.desk import Desk
from cli.filings import filings_group
from store.stores import Storage


@pytest.fixture
def desk(sqlite_storage: Storage) -> Desk:
    return Desk(sqlite_storage, "ningxia-2020")


def report(desk: Desk, confirmed_by: str = "code") -> int:
    at = desk.storage.clock()
    with desk.storage.transaction(desk.campaign) as stores:
        unit = stores.units.add_unknown("青泉市安委会", at)
        liaison = stores.liaisons.register(
            unit.id, "openid-1", {}, name="李敏", consent={}, at=at, confirmed_by=confirmed_by
        )
        return stores.filings.report("month-summary", "once", unit.id, liaison.id, at).id


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(filings_group, list(words), obj=desk)


def states(desk: Desk) -> list[str]:
    with desk.storage.transaction(desk.campaign) as stores:
        return [one.state for one in stores.filings.all()]


def test_a_list_says_who_reported_what_and_when(desk: Desk) -> None:
    report(desk, confirmed_by="")
    assert (
        "青泉市安委会\t月总结、统计表、影像\t自报已报送\t联络员1（待确认）\t5月20日 09:00"
        in run(desk, "list").output
    )


def test_the_office_confirms(desk: Desk) -> None:
    number = report(desk)
    assert run(desk, "confirm", str(number)).output == f"已确认：{number}，青泉市安委会。\n"
    assert states(desk) == ["confirmed"]
    assert len(run(desk, "list", "--open").output.splitlines()) == 1


def test_the_office_rejects_with_a_reason(desk: Desk) -> None:
    number = report(desk)
    assert "请写明退回的原因" in run(desk, "reject", str(number), " ").output
    assert run(desk, "reject", str(number), "缺统计表").exit_code == 0
    assert states(desk) == ["rejected"]
    assert "缺统计表" in run(desk, "list").output


def test_the_office_notes_what_came_by_mail(desk: Desk) -> None:
    report(desk)
    assert "请写明是哪一项、哪一期" in run(desk, "receive", "青泉市安委会", "programme-monthly").output
    result = run(desk, "receive", "青泉市安委会", "programme-monthly", "2020-07", "--by", "wang")
    assert result.output == "已记下：青泉市安委会，万里行7月综合信息。\n"
    assert "办公室 wang" in run(desk, "list").output


def test_what_came_is_named_as_the_list_names_it(desk: Desk) -> None:
    report(desk)
    result = run(desk, "receive", "青泉市安委会", "联络员表、活动方案")
    assert result.output == "已记下：青泉市安委会，联络员表、活动方案。\n"
    result = run(desk, "receive", "青泉市安委会", "万里行8月综合信息")
    assert result.output == "已记下：青泉市安委会，万里行8月综合信息。\n"
    refused = run(desk, "receive", "青泉市安委会", "总结").output
    assert "  月总结、统计表、影像，或 month-summary once\n" in refused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("confirm", "99"), "没有编号是 99 的报送"),
        (("reject", "99", "缺"), "没有编号是 99 的报送"),
        (("receive", "红山村委会", "month-summary"), "没有单位“红山村委会”"),
    ],
)
def test_what_is_not_there_is_told(desk: Desk, words: tuple[str, ...], sentence: str) -> None:
    result = run(desk, *words)
    assert result.exit_code == 1
    assert sentence in result.output
