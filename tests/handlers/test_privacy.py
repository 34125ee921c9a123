import pytest

from store.identity.forgetting import Forgettings
from store.identity.links import Links
from store.stores import Storage
from tests.conftest import SetClock
from tests.handlers.reporting import Reporter

NAMED = ("留姓名和电话", "同意", "赵铁柱", "13800001234")


@pytest.fixture
def reporter(sqlite_storage: Storage, clock: SetClock) -> Reporter:
    return Reporter(sqlite_storage, clock)


def reached(reporter: Reporter) -> list[str]:
    """How the case database says that each reporter can be reached."""
    with reporter.storage.transaction(reporter.campaign.id) as stores:
        return [view.facts.reachable for view in stores.reports.listed()]


def test_what_is_kept_is_said_and_counted(reporter: Reporter) -> None:
    assert "身份另存，单独加密" in reporter.says("隐私").text
    reporter.reports(NAMED)
    mine = reporter.says("我的信息")
    assert "举报：1件，其中1件留了姓名和电话" in mine.text
    assert "撤回同意" in mine.choices


def test_what_was_chosen_for_the_boards_is_said(reporter: Reporter) -> None:
    assert "排行榜" not in reporter.says("我的信息").text
    with reporter.storage.transaction("ningxia-2020") as stores:
        stores.players.rename(reporter.user, "安全员小李", reporter.storage.clock())
    assert "排行榜：昵称安全员小李" in reporter.says("我的信息").text


def test_it_is_said_how_long_what_is_unfinished_stays(reporter: Reporter) -> None:
    assert "没写完的举报和登记：72小时后删除；没答完的题：30天后删除" in reporter.says("隐私").text


def test_consent_taken_back_deletes_name_and_number(reporter: Reporter) -> None:
    assert "没有要撤回的" in reporter.says("撤回同意").text
    reporter.reports(NAMED)
    assert "已删除" in reporter.says("撤回同意").text
    assert Links(reporter.storage).named(reporter.user) == 0
    assert reached(reporter) == ["chat"]


def test_the_case_follows_where_a_turn_broke_off_after_the_consent_was_taken_back(
    reporter: Reporter, clock: SetClock
) -> None:
    reporter.reports(NAMED)
    Links(reporter.storage).withdraw_consent(reporter.user, clock())
    assert reached(reporter) == ["named"]
    reporter.says("撤回同意")
    assert reached(reporter) == ["chat"]


def test_a_wish_is_written_down_and_the_links_go_at_once(reporter: Reporter, clock: SetClock) -> None:
    reporter.reports(NAMED)
    assert reporter.says("删除我的信息").choices == ("删除", "不删")
    reply = reporter.says("删除")
    assert "记下了" in reply.text
    assert "正在删除" in reply.text
    assert Links(reporter.storage).tokens_of(reporter.user) == ()
    assert reached(reporter) == ["none"]
    (wish,) = Forgettings(reporter.storage).due(clock())
    assert (wish.user, wish.scope) == (reporter.user, "all")
    assert "正在删" in reporter.says("我的信息").text


def test_the_code_still_shows_the_report_after_that(reporter: Reporter) -> None:
    from rules import codes

    code = codes.find(reporter.reports().text)
    reporter.all("删除我的信息", "删除")
    assert code is not None
    assert "0520-001" in reporter.begins("report_status", codes.grouped(code)).text


def test_changing_ones_mind_keeps_everything(reporter: Reporter, clock: SetClock) -> None:
    reporter.reports()
    reporter.says("删除我的信息")
    assert "没有删除" in reporter.says("不删").text
    assert len(Links(reporter.storage).tokens_of(reporter.user)) == 1
    assert Forgettings(reporter.storage).due(clock()) == ()
