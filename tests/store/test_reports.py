import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from rules.report_states import IllegalStep, State, Step
from store.reports import Changed, filed_links
from store.stores import Storage
from tests.store.reporting import AT, CAMPAIGN, FACTS, ZONE, dump, file_one

SCREENING = Step(State.SCREENING, reason="核对")


def advance(storage: Storage, report_id: int, *states: State) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        for state in states:
            result = "已整改" if state is State.CLOSED else ""
            stores.reports.set_state(
                report_id,
                Step(state, by="区消防救援机构", reason="记录", result=result),
                who="office:a",
                at=AT,
            )


def test_a_report_filed_twice_is_one_report_with_one_code(storage: Storage) -> None:
    assert file_one(storage) == file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        assert len(stores.reports.listed()) == 1


def test_another_draft_or_person_files_another_report(storage: Storage) -> None:
    filed = [file_one(storage), file_one(storage, draft="d2"), file_one(storage, user="oBob")]
    assert [one.number for one in filed] == ["0616-001", "0616-002", "0616-003"]
    assert len({one.code for one in filed}) == 3


def test_the_code_finds_its_report_and_is_stored_nowhere(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        found = stores.reports.by_code(f" {filed.code.lower()} ")
        assert found is not None and found.number == filed.number
        assert stores.reports.by_code("K7QM-2XHD-9RTW-4VNB") is None
        assert stores.reports.by_code("nothing") is None
    assert filed.code not in dump(storage.case)


def test_another_campaign_sees_nothing_of_it(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction("gusu-2020") as stores:
        assert stores.reports.by_code(filed.code) is None
        assert stores.reports.listed() == ()


def test_numbers_are_unique_under_concurrency(storage: Storage) -> None:
    ready = threading.Barrier(8)

    def file_at_once(n: int) -> str:
        ready.wait()
        return file_one(storage, draft=f"d{n}").number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(file_at_once, range(8)))
    assert sorted(numbers) == [f"0616-{n:03d}" for n in range(1, 9)]


def test_one_turn_run_at_once_in_two_places_files_one_report(storage: Storage) -> None:
    ready = threading.Barrier(4)

    def file_the_same(_: int) -> str:
        ready.wait()
        return file_one(storage).code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(file_the_same, range(4)))
    assert len(codes) == 1
    with storage.transaction(CAMPAIGN) as stores:
        assert len(stores.reports.listed()) == 1


def test_a_step_is_checked_recorded_and_counted(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        view = stores.reports.set_state(filed.id, SCREENING, who="office:li", at=AT, version=1)
        assert (view.state, view.version) == ("screening", 2)
        last = stores.reports.history(filed.id)[-1]
        assert (last.kind, last.who, last.old, last.new, last.reason) == (
            "state",
            "office:li",
            "submitted",
            "screening",
            "核对",
        )


def test_an_illegal_step_changes_nothing(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores, pytest.raises(IllegalStep):
        stores.reports.set_state(filed.id, Step(State.REFERRED, by="x", reason="x"), who="office", at=AT)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reports.listed()[0].state == "submitted"


def test_a_step_on_an_old_version_is_refused(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        stores.reports.set_state(filed.id, SCREENING, who="office", at=AT, version=1)
    with storage.transaction(CAMPAIGN) as stores, pytest.raises(Changed):
        stores.reports.set_state(filed.id, Step(State.READY, reason="齐了"), who="office", at=AT, version=1)


def test_two_who_move_a_report_at_once_do_not_both_succeed(storage: Storage) -> None:
    filed = file_one(storage)
    ready = threading.Barrier(2)

    def move(_: int) -> str:
        ready.wait()
        try:
            with storage.transaction(CAMPAIGN) as stores:
                stores.reports.set_state(filed.id, SCREENING, who="office", at=AT)
        except (Changed, IllegalStep):
            return "refused"
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, range(2))) == ["moved", "refused"]


def test_every_look_is_on_record_and_needs_a_reason(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reports.look(filed.number, "office:li", "核对", AT) is not None
        with pytest.raises(ValueError, match="理由"):
            stores.reports.look(filed.number, "office:li", " ", AT)
    with storage.transaction(CAMPAIGN) as stores:
        looks = [entry for entry in stores.reports.history(filed.id) if entry.kind == "look"]
        assert [(look.who, look.reason) for look in looks] == [("office:li", "核对")]


def test_an_addition_counts_once_and_answers_what_was_missing(storage: Storage) -> None:
    filed = file_one(storage)
    advance(storage, filed.id, State.SCREENING, State.NEED_INFO)
    for _ in range(2):
        with storage.transaction(CAMPAIGN) as stores:
            stores.reports.addition(filed.id, "在3号楼", AT)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reports.case(filed.id, ZONE).additions == ("在3号楼",)
        assert stores.reports.listed()[0].state == "screening"


def test_withdrawn_before_referral_the_content_is_gone(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        stores.reports.addition(filed.id, "在3号楼", AT)
        assert stores.reports.withdraw(filed.id, AT)
        assert stores.reports.withdraw(filed.id, AT)
    left = dump(storage.case)
    for part in ("临港路", "青泉物流", "员工宿舍", "在3号楼"):
        assert part not in left


def test_withdrawn_after_referral_the_facts_stay(storage: Storage) -> None:
    filed = file_one(storage)
    advance(storage, filed.id, State.SCREENING, State.READY, State.REFERRED)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reports.withdraw(filed.id, AT)
        assert stores.reports.case(filed.id, ZONE).what == FACTS.what


def test_a_concluded_report_can_not_be_withdrawn(storage: Storage) -> None:
    filed = file_one(storage)
    advance(storage, filed.id, State.SCREENING, State.DUPLICATE, State.CLOSED)
    with storage.transaction(CAMPAIGN) as stores:
        assert not stores.reports.withdraw(filed.id, AT)


def test_still_there_reopens_what_was_closed(storage: Storage) -> None:
    filed = file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        assert not stores.reports.still_there(filed.id, AT)
    advance(storage, filed.id, State.SCREENING, State.DUPLICATE, State.CLOSED)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reports.still_there(filed.id, AT)
        assert stores.reports.still_there(filed.id, AT)
        assert stores.reports.listed()[0].state == "reopened"


def test_what_the_last_step_said_is_there_to_be_told(storage: Storage) -> None:
    filed = file_one(storage)
    advance(storage, filed.id, State.SCREENING, State.READY)
    with storage.transaction(CAMPAIGN) as stores:
        before = stores.reports.by_number(filed.number)
        assert before is not None and not before.referred
        referral = Step(State.REFERRED, by="区消防救援机构", reason="归其管辖")
        view = stores.reports.set_state(filed.id, referral, who="office", at=AT, told="公函")
        assert (view.body, view.told, view.referred) == ("区消防救援机构", "公函", True)


def test_reports_are_counted_by_link_and_time(storage: Storage) -> None:
    file_one(storage)
    with storage.transaction(CAMPAIGN) as stores:
        link = stores.reports.origin("oAlice", "d1").link
        assert stores.reports.filed_since([link], AT - timedelta(hours=1)) == 1
        assert stores.reports.filed_since([link], AT + timedelta(hours=1)) == 0
        assert stores.reports.filed_since([], AT - timedelta(hours=1)) == 0
        assert filed_links(stores.session, [link, "other"]) == {link}
        assert [view.number for view in stores.reports.of([link])] == ["0616-001"]


def test_how_a_reporter_is_reached_follows_what_they_take_back(storage: Storage) -> None:
    named = file_one(storage, draft="d1", reachable="named")
    silent = file_one(storage, draft="d2", reachable="none")
    other = file_one(storage, user="oBob", reachable="named")

    def reached() -> list[str]:
        with storage.transaction(CAMPAIGN) as stores:
            views = [stores.reports.by_number(one.number) for one in (named, silent, other)]
            return [view.facts.reachable for view in views if view]

    with storage.transaction(CAMPAIGN) as stores:
        links = [stores.reports.origin("oAlice", draft).link for draft in ("d1", "d2")]
        stores.reports.unnamed(links)
    assert reached() == ["chat", "none", "named"]
    with storage.transaction("gusu-2020") as stores:  # a person is forgotten in every campaign
        stores.reports.unreachable(links)
    assert reached() == ["none", "none", "named"]


def test_a_withdrawn_report_reaches_nobody(storage: Storage) -> None:
    filed = file_one(storage, reachable="named")
    with storage.transaction(CAMPAIGN) as stores:
        stores.reports.withdraw(filed.id, AT)
        assert stores.reports.listed()[0].facts.reachable == "none"
