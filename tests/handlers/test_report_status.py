import pytest

from rules import codes
from rules.report_states import State, Step
from store.identity.links import Links
from store.stores import Storage
from tests.conftest import SetClock
from tests.handlers.reporting import Reporter
from tests.store.reporting import ZONE, dump


@pytest.fixture
def reporter(sqlite_storage: Storage, clock: SetClock) -> Reporter:
    return Reporter(sqlite_storage, clock)


@pytest.fixture
def stranger(sqlite_storage: Storage, clock: SetClock) -> Reporter:
    return Reporter(sqlite_storage, clock, "oStranger")


def code_of(reporter: Reporter) -> str:
    code = codes.find(reporter.reports().text)
    assert code is not None
    return codes.grouped(code)


def advance(reporter: Reporter, *states: State, told: str = "") -> None:
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        for state in states:
            taken = Step(state, by="区消防救援机构", reason="记录", result="已整改")
            stores.reports.set_state(view.id, taken, who="office:li", at=reporter.clock(), told=told)


def test_ones_only_report_is_shown_at_once(reporter: Reporter) -> None:
    reporter.reports()
    reply = reporter.says("查进展")
    assert "0520-001" in reply.text
    assert "已收到" in reply.text
    assert "尚未转交，请同时拨打 12350" in reply.text
    assert set(reply.choices) == {"补充", "看完了", "撤回举报"}


def test_several_reports_are_listed_to_choose_from(reporter: Reporter) -> None:
    reporter.reports()
    reporter.reports()
    reply = reporter.says("我的举报")
    assert reply.choices == ("0520-002", "0520-001", "用查询码查")
    assert "已收到，仓库里设了员工宿舍" in reply.text
    assert "0520-001" in reporter.says("0520-001").text


def test_the_code_shows_the_state_from_anywhere_but_not_the_matter(
    reporter: Reporter, stranger: Reporter
) -> None:
    code = code_of(reporter)
    asked = stranger.begins("report_status", f"查询 {code.lower()}")
    assert "0520-001" in asked.text
    assert "临港路" not in asked.text
    assert "撤回举报" not in asked.choices
    stranger.draft = None
    stranger.says("查询")
    assert "0520-001" in stranger.says(code).text


def test_unknown_and_wrong_codes_get_the_same_answer(stranger: Reporter) -> None:
    answers = set()
    for typed in ("K7QM-2XHD-9RTW-4VNB", "K7QM", "我不记得了"):
        stranger.says("查询")
        answers.add(stranger.says(typed).text)
    assert answers == {"没有查到。请核对查询码，字母里没有 O 和 I，数字里没有 0 和 1。"}


def test_ten_wrong_codes_an_hour(reporter: Reporter, stranger: Reporter, clock: SetClock) -> None:
    code = code_of(reporter)
    for _ in range(10):
        stranger.all("查询", "K7QM-2XHD-9RTW-4VNB")
    assert "请过" in stranger.all("查询", code).text
    clock.forward(minutes=61)
    assert "0520-001" in stranger.all("查询", code).text


def test_an_addition_is_masked_and_kept_once(reporter: Reporter) -> None:
    reporter.reports()
    reporter.says("补充")
    assert "记下了" in reporter.says("在3号楼，打13800001234").text
    reporter.repeats()
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        assert stores.reports.case(view.id, ZONE).additions == ("在3号楼，打〔电话〕",)


def test_ones_own_name_is_hidden_in_what_is_added(reporter: Reporter) -> None:
    reporter.reports(("留姓名和电话", "同意", "赵铁柱", "13800001234"))
    reporter.all("补充", "门卫说赵铁柱别管")
    with reporter.storage.transaction("ningxia-2020") as stores:
        (view,) = stores.reports.listed()
        assert stores.reports.case(view.id, ZONE).additions == ("门卫说〔姓名〕别管",)


def test_ones_own_name_is_hidden_in_an_objection(reporter: Reporter) -> None:
    reporter.reports(("留姓名和电话", "同意", "赵铁柱", "13800001234"))
    steps = (State.SCREENING, State.READY, State.REFERRED, State.ACKNOWLEDGED, State.VERIFYING)
    advance(reporter, *steps, State.NOT_TRUE)
    reporter.all("异议", "门卫说赵铁柱别管")
    assert "门卫说〔姓名〕别管" in dump(reporter.storage.case)
    assert "赵铁柱" not in dump(reporter.storage.case)


def test_after_consent_is_taken_back_the_words_for_12350_offer_no_name(reporter: Reporter) -> None:
    reporter.reports(("留姓名和电话", "同意", "赵铁柱", "13800001234"))
    assert "我愿意留姓名" in reporter.says("12350怎么说").text
    reporter.says("撤回同意")
    assert "我不愿意留姓名" in reporter.says("12350怎么说").text


def test_withdrawn_the_content_and_the_contact_are_gone(reporter: Reporter) -> None:
    reporter.reports(("只在这里联系",))
    reporter.says("撤回举报")
    assert "已撤回" in reporter.says("撤回").text
    assert "临港路" not in dump(reporter.storage.case)
    links = Links(reporter.storage)
    assert not links.reachable(links.tokens_of(reporter.user)[0])
    assert "已撤回" in reporter.says("查进展").text


def test_not_withdrawn_nothing_changes(reporter: Reporter) -> None:
    reporter.reports()
    reporter.says("撤回举报")
    assert "没有撤回" in reporter.says("不撤回").text
    assert "临港路" in dump(reporter.storage.case)


def test_a_stranger_with_the_code_can_not_withdraw(reporter: Reporter, stranger: Reporter) -> None:
    code = code_of(reporter)
    assert "还没有报过" in stranger.says("撤回举报").text
    stranger.reports()
    stranger.reports()
    stranger.all("撤回举报", "用查询码查")
    assert "只能用原来的微信撤回" in stranger.says(code).text


def test_after_a_transfer_it_says_where_and_how(reporter: Reporter) -> None:
    reporter.reports()
    advance(reporter, State.SCREENING, State.READY, State.REFERRED, told="公函")
    reply = reporter.says("查进展")
    assert "已转交区消防救援机构，方式：公函" in reply.text
    assert "尚未转交" not in reply.text


def test_still_there_reopens_what_was_closed(reporter: Reporter) -> None:
    reporter.reports()
    advance(reporter, State.SCREENING, State.DUPLICATE, State.CLOSED)
    assert "再次核对" in reporter.says("还在").text
    assert "再次核对" in reporter.says("查进展").text


def test_still_there_while_it_is_being_worked_on(reporter: Reporter) -> None:
    reporter.reports()
    assert "还在办" in reporter.says("还在").text


def test_an_objection_waits_for_a_conclusion(reporter: Reporter) -> None:
    reporter.reports()
    assert "还没有结论" in reporter.says("异议").text
    steps = (
        State.SCREENING,
        State.READY,
        State.REFERRED,
        State.ACKNOWLEDGED,
        State.VERIFYING,
        State.NOT_TRUE,
    )
    advance(reporter, *steps)
    assert "异议" in reporter.says("查进展").choices
    reporter.says("异议")
    assert "记下了" in reporter.says("去的不是3号库").text
    assert "去的不是3号库" in dump(reporter.storage.case)


def test_a_missing_item_is_asked_for_and_given(reporter: Reporter) -> None:
    reporter.reports()
    advance(reporter, State.SCREENING, State.NEED_INFO, told="在几号楼")
    assert "还差一项：在几号楼" in reporter.says("查进展").text
    reporter.all("补充", "3号楼")
    assert "正在核对" in reporter.says("查进展").text


def test_the_words_for_12350_and_for_the_online_form(reporter: Reporter) -> None:
    assert "还没有报过" in reporter.says("小程序怎么填").text
    reporter.reports()
    assert "您好，我反映一处安全隐患" in reporter.says("12350怎么说").text
    assert "临港路8号" in reporter.says("小程序怎么填").text


def test_the_office_hears_that_there_is_something_new(reporter: Reporter) -> None:
    reporter.reports()
    reporter.all("补充", "在3号楼")
    reporter.repeats()
    with reporter.storage.transaction("ningxia-2020") as stores:
        mails = [stores.outbox.claim("a", reporter.clock()) for _ in range(3)]
    (_, about, nothing) = mails
    assert nothing is None
    assert about is not None and "有补充" in about.subject
    assert "3号楼" not in about.subject + about.body


def test_another_code_is_looked_up_while_one_report_is_shown(reporter: Reporter) -> None:
    first, second = code_of(reporter), code_of(reporter)
    assert "0520-002" in reporter.begins("report_status", second).text
    shown = reporter.says(first)
    assert "0520-001" in shown.text
    assert "请回复选项" not in shown.text
    assert "查询码" in reporter.says("嗯").text
    wrong = reporter.says("K7QM-2XHD-9RTW-4VNA")
    assert "没有查到" in wrong.text
    assert wrong.choices == ("查进展", "求助电话")


def test_who_never_reported_is_asked_for_a_code(stranger: Reporter) -> None:
    assert "没有查到您报的事" in stranger.says("查进展").text
