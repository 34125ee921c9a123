"""The reminder table: claims, fences, receipts, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import chain, pairwise
from threading import Barrier

import pytest

from store.reminder_values import (
    ACCEPTED,
    DELIVERED,
    FILED,
    MOVED,
    NO_ADDRESS,
    PENDING,
    PLANNED,
    REFUSED,
    SEEN,
    SKIPPED,
    SUPERSEDED,
    UNKNOWN,
    Claim,
    PlannedReminder,
    SlotKey,
    Try,
)
from store.stores import Storage
from tests.conftest import SetClock

CAMPAIGN = "ningxia-2020"
LEASE = timedelta(minutes=2)
NOW = datetime.fromisoformat("2020-07-07T09:00+08:00")
LATER = NOW + timedelta(days=2)
DUE = date(2020, 7, 10)


def planned(
    recipient: str = "liaison:1", lead: str = "T-3", due: date = DUE, send_at: datetime = NOW
) -> PlannedReminder:
    return PlannedReminder("month-summary", "once", due, recipient, lead, 1, send_at, LATER)


def ensure(storage: Storage, *reminders: PlannedReminder) -> int:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.reminders.ensure(reminders)


def due(storage: Storage, now: datetime = NOW) -> tuple[int, ...]:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.reminders.due(now, LATER, 100)


def claim(storage: Storage, owner: str = "a", reminder_id: int = 1, now: datetime = NOW) -> Claim | None:
    with storage.transaction(CAMPAIGN) as stores:
        return next(iter(stores.reminders.claim([reminder_id], owner, LEASE, now)), None)


def start(storage: Storage, held: Claim, channel: str = "template", openid: str = "openid-1") -> bool:
    with storage.transaction(CAMPAIGN) as stores:
        since = held.first_attempt_at or storage.clock()
        return stores.reminders.start(held, channel, LEASE, openid, in_doubt_since=since, again=False)


def finish(storage: Storage, held: Claim, state: str, message_id: str = "", **more: object) -> bool:
    with storage.transaction(CAMPAIGN) as stores:
        tried = Try("template", storage.clock(), state, message_id=message_id)
        stores.reminders.note(held, tried, storage.clock())
        return stores.reminders.finish(held, state, **more)  # type: ignore[arg-type]


def sent(storage: Storage, reminder_id: int = 1, message_id: str = "501", state: str = ACCEPTED) -> Claim:
    held = claim(storage, reminder_id=reminder_id)
    assert held is not None
    assert start(storage, held)
    assert finish(storage, held, state, message_id)
    return held


def state(storage: Storage, reminder_id: int = 1) -> tuple[str, str]:
    with storage.transaction(CAMPAIGN) as stores:
        return next((r.state, r.reason) for r in stores.reminders.of_unit(1) if r.id == reminder_id)


def find(storage: Storage, lead: str, liaison: int) -> int:
    with storage.transaction(CAMPAIGN) as stores:
        rows = stores.reminders.of_unit(1)
    return next(row.id for row in rows if (row.lead, row.recipient) == (lead, f"liaison:{liaison}"))


def receipt(storage: Storage, message_id: str, status: str, openid: str = "openid-1") -> bool:
    with storage.transaction(CAMPAIGN) as stores:
        return stores.reminders.receipt(message_id, openid, status, storage.clock()) is not None


def test_the_same_plan_twice_writes_once(storage: Storage) -> None:
    assert ensure(storage, planned(), planned(lead="T-1")) == 2
    assert ensure(storage, planned(), planned(lead="T-1")) == 0
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reminders.counts() == {PLANNED: 2}


def test_two_planners_at_once_write_once(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.reminders._insert([planned()])
        stores.reminders._insert([planned()])  # as if the other had not been seen
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reminders.counts().total() == 1


def test_a_row_waits_for_its_campaign_time(storage: Storage) -> None:
    ensure(storage, planned())
    assert due(storage, NOW - timedelta(seconds=1)) == ()
    assert due(storage, NOW) == (1,)
    assert claim(storage, now=NOW - timedelta(seconds=1)) is None


def test_of_two_claimers_one_wins(storage: Storage) -> None:
    ensure(storage, planned())
    won = [claim(storage, owner) for owner in ("a", "b")]
    assert [found is not None for found in won] == [True, False]


def test_who_waits_for_a_row_that_another_takes_does_not_get_it(storage: Storage) -> None:
    """Both statements are under way: the second sees the row as the first leaves it, not as it was."""
    ensure(storage, planned())
    with ThreadPoolExecutor() as pool:
        with storage.transaction(CAMPAIGN) as stores:
            (first,) = stores.reminders.claim([1], "a", LEASE, NOW)
            second = pool.submit(claim, storage, "b")
            time.sleep(0.3)  # the other waits in the database by now
            assert not second.done()
        assert first.id == 1
        assert second.result(timeout=10) is None


def test_many_claimers_at_once_take_each_row_once(storage: Storage) -> None:
    ensure(storage, *(planned(f"liaison:{number}") for number in range(1, 21)))
    start_line = Barrier(4)

    def take(owner: str) -> list[int]:
        start_line.wait()
        return [row for row in range(1, 21) if claim(storage, owner, row) is not None]

    with ThreadPoolExecutor(4) as pool:
        taken = list(chain.from_iterable(pool.map(take, "abcd")))
    assert sorted(taken) == list(range(1, 21))


def test_a_lease_that_ran_out_is_taken_over(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    first = claim(storage, "a")
    clock.forward(minutes=1)
    assert claim(storage, "b") is None
    clock.forward(minutes=2)
    second = claim(storage, "b")
    assert first is not None
    assert second is not None
    assert (first.claim_no, second.claim_no) == (1, 2)


def test_an_old_claim_changes_nothing(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    old = claim(storage, "a")
    clock.forward(minutes=3)
    new = claim(storage, "a")  # even under the same owner
    assert old is not None
    assert new is not None
    assert not start(storage, old)
    assert not finish(storage, old, ACCEPTED, "501")
    assert state(storage) == ("sending", "")
    assert start(storage, new)
    assert finish(storage, new, ACCEPTED, "502")


def test_what_an_old_claim_has_sent_is_still_written_down(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    old = claim(storage, "a")
    clock.forward(minutes=3)
    claim(storage, "b")
    assert old is not None
    finish(storage, old, ACCEPTED, "501")
    assert receipt(storage, "501", "success")
    assert state(storage) == (DELIVERED, "")


def test_an_attempt_that_was_cut_off_is_seen_by_the_next(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    held = claim(storage)
    assert held is not None
    begun = clock()
    start(storage, held)
    clock.forward(minutes=3)
    after = claim(storage, "b")
    assert after is not None
    assert (after.started_at, after.first_attempt_at, after.channel) == (begun, begun, "template")


def test_a_final_row_is_claimed_no_more(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    sent(storage)
    clock.forward(days=1)
    assert claim(storage) is None
    assert due(storage, NOW + timedelta(days=1)) == ()


def test_a_pending_row_waits_for_machine_time(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    held = claim(storage)
    assert held is not None
    finish(storage, held, PENDING, next_attempt_at=clock() + timedelta(seconds=20))
    assert due(storage) == ()
    clock.forward(seconds=20)
    assert due(storage) == (1,)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_machine_clock_that_jumps_strands_no_claim(storage: Storage, clock: SetClock, days: int) -> None:
    ensure(storage, planned())
    claim(storage)
    clock.forward(days=days)
    assert claim(storage, "b") is not None


def test_a_receipt_settles_by_message(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage)
    assert receipt(storage, "501", "success", openid="somebody else")
    assert state(storage) == (DELIVERED, "")


def test_a_receipt_settles_a_lost_answer_by_person_and_time(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    sent(storage, message_id="", state=UNKNOWN)
    clock.forward(minutes=9)
    assert receipt(storage, "777", "success")
    assert state(storage) == (DELIVERED, "")


def test_a_receipt_after_ten_minutes_settles_no_lost_answer(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    sent(storage, message_id="", state=UNKNOWN)
    clock.forward(minutes=11)
    assert not receipt(storage, "777", "success")
    assert state(storage)[0] == UNKNOWN


def test_a_receipt_for_one_of_two_lost_answers_settles_neither(storage: Storage) -> None:
    ensure(storage, planned(), planned(lead="T-1"))
    sent(storage, 1, message_id="", state=UNKNOWN)
    sent(storage, 2, message_id="", state=UNKNOWN)
    assert not receipt(storage, "777", "success")


def test_a_receipt_may_be_quicker_than_the_record(storage: Storage) -> None:
    ensure(storage, planned())
    held = claim(storage)
    assert held is not None
    start(storage, held)
    assert receipt(storage, "501", "success")
    assert not finish(storage, held, ACCEPTED, "501")
    assert state(storage) == (DELIVERED, "")


def test_a_receipt_may_come_just_as_the_answer_is_written_down(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage)
    with storage.transaction(CAMPAIGN) as stores:
        look, looks = stores.reminders._by_message, iter((lambda _: None,))
        stores.reminders._by_message = lambda message_id: next(looks, look)(message_id)  # type: ignore[method-assign]
        assert stores.reminders.receipt("501", "openid-1", "success", storage.clock())


def test_a_blocked_one_goes_on_at_once(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage)
    assert receipt(storage, "501", "failed: user block")
    assert state(storage)[0] == PENDING
    assert due(storage) == (1,)
    held = claim(storage)
    assert held is not None
    assert [(tried.channel, tried.outcome) for tried in held.tries][-1] == ("template", REFUSED)
    assert held.first_attempt_at is None


def test_a_receipt_said_twice_counts_once(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage)
    assert receipt(storage, "501", "failed:user block")
    held = claim(storage)
    assert held is not None
    start(storage, held, "mail", "")
    assert not receipt(storage, "501", "failed:user block")
    assert finish(storage, held, ACCEPTED, "<1@mail>")


def test_a_foreign_receipt_concerns_nobody(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage)
    assert not receipt(storage, "999", "success")
    assert not receipt(storage, "", "success", openid="")


def test_seen_answers_what_was_sent_together(storage: Storage, clock: SetClock) -> None:
    earlier = planned(lead="T-7", send_at=NOW - timedelta(days=4))
    ensure(storage, earlier, planned(), planned(recipient="liaison:2"))
    first, second, other = (find(storage, *which) for which in (("T-7", 1), ("T-3", 1), ("T-3", 2)))
    sent(storage, first)
    clock.forward(days=4)
    sent(storage, second, message_id="", state=UNKNOWN)
    sent(storage, other)
    with storage.transaction(CAMPAIGN) as stores:
        concerned = stores.reminders.mark_seen(1, clock())
    assert [view.lead for view in concerned] == ["T-3"]
    assert state(storage, second) == (DELIVERED, SEEN)
    assert state(storage, other)[0] == ACCEPTED
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reminders.mark_seen(3, clock()) == ()


@pytest.mark.parametrize("certain", [True, False])
def test_seen_settles_nothing_in_doubt_that_it_need_not_mean(storage: Storage, certain: bool) -> None:
    ensure(storage, planned(), planned(lead="T-1"))
    first, second = find(storage, "T-3", 1), find(storage, "T-1", 1)
    sent(storage, first, **({} if certain else {"message_id": "", "state": UNKNOWN}))
    sent(storage, second, message_id="", state=UNKNOWN)
    with storage.transaction(CAMPAIGN) as stores:
        concerned = stores.reminders.mark_seen(1, storage.clock())
    assert [view.lead for view in concerned] == (["T-3"] if certain else ["T-1", "T-3"])
    assert state(storage, second)[0] == UNKNOWN, "it may never have come"
    assert state(storage, first)[0] == (ACCEPTED if certain else UNKNOWN)


def test_what_was_sent_is_listed_for_the_person(storage: Storage) -> None:
    ensure(storage, planned(), planned(lead="T-1"), planned(recipient="liaison:2"))
    mine = find(storage, "T-3", 1)
    sent(storage, mine)
    sent(storage, find(storage, "T-3", 2))
    with storage.transaction(CAMPAIGN) as stores:
        assert [view.id for view in stores.reminders.sent_to(1)] == [mine]


def times(*reminders: PlannedReminder) -> dict[SlotKey, tuple[datetime, datetime]]:
    return {(r.obligation, r.occurrence, r.lead, r.due): (r.send_at, r.not_after) for r in reminders}


def test_a_moved_date_is_planned_anew_and_what_was_sent_stays(storage: Storage) -> None:
    ensure(storage, planned(lead="T-7"), planned())
    told, waiting = find(storage, "T-7", 1), find(storage, "T-3", 1)
    sent(storage, told)
    new = planned(lead="T-3", due=date(2020, 7, 20))
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reminders.replan(times(new)) == 1
        assert stores.reminders.ensure([new]) == 1
    assert [state(storage, number) for number in (told, waiting, 3)] == [
        (ACCEPTED, ""),
        (SUPERSEDED, MOVED),
        (PLANNED, ""),
    ]


def test_a_date_that_moves_there_and_back_is_planned_again(storage: Storage) -> None:
    ensure(storage, planned())
    with storage.transaction(CAMPAIGN) as stores:
        stores.reminders.replan({})
    assert ensure(storage, planned()) == 1
    assert state(storage) == (PLANNED, "")


def test_another_hour_moves_what_waits(storage: Storage) -> None:
    ensure(storage, planned())
    later = planned(send_at=NOW + timedelta(hours=1))
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.reminders.replan(times(later)) == 1
    assert due(storage, NOW) == ()
    assert due(storage, NOW + timedelta(hours=1)) == (1,)


@pytest.mark.parametrize(("reason", "back"), [(FILED, True), (NO_ADDRESS, False)])
def test_what_lies_aside_comes_back_if_the_reason_can_pass(storage: Storage, reason: str, back: bool) -> None:
    ensure(storage, planned())
    held = claim(storage)
    assert held is not None
    with storage.transaction(CAMPAIGN) as stores:
        stores.reminders.finish(held, SKIPPED, reason=reason)
    assert ensure(storage, planned()) == back
    assert state(storage)[0] == (PLANNED if back else SKIPPED)


def test_begun_work_comes_first_then_the_nearest_due_date(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned(due=date(2020, 7, 12)), planned(due=date(2020, 7, 11)), planned())
    with storage.transaction(CAMPAIGN) as stores:
        ids = {view.due.day: view.id for view in stores.reminders.of_unit(1)}
    held = claim(storage, reminder_id=ids[12])
    assert held is not None
    finish(storage, held, PENDING, next_attempt_at=clock())
    assert due(storage) == (ids[12], ids[10], ids[11])


def test_tries_are_only_ever_added(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned())
    for number in range(3):
        held = claim(storage)
        assert held is not None
        finish(storage, held, PENDING, next_attempt_at=clock())
        clock.forward(seconds=1)
        with storage.transaction(CAMPAIGN) as stores:
            assert len(stores.reminders.tries_of(1)) == number + 1
    with storage.transaction(CAMPAIGN) as stores:
        tries = stores.reminders.tries_of(1)
    assert all(a.started_at < b.started_at for a, b in pairwise(tries))


def test_the_audit_finds_what_waits_too_long(storage: Storage, clock: SetClock) -> None:
    ensure(storage, planned(), planned(lead="T-1"), planned(lead="T-0"))
    claim(storage, reminder_id=2)
    sent(storage, 3)
    clock.forward(hours=2)
    with storage.transaction(CAMPAIGN) as stores:
        reminders = stores.reminders
        assert reminders.overdue(NOW + timedelta(minutes=14), timedelta(minutes=15), LATER) == ()
        assert reminders.overdue(NOW + timedelta(minutes=15), timedelta(minutes=15), LATER) == (1,)
        assert reminders.stuck(timedelta(minutes=15)) == (2,)
        assert reminders.without_receipt(timedelta(hours=1)) == (3,)
        assert reminders.missing([planned(), planned(lead="late+1")]) == (planned(lead="late+1"),)


def test_a_person_can_be_forgotten(storage: Storage) -> None:
    ensure(storage, planned())
    sent(storage, message_id="", state=UNKNOWN)
    with storage.transaction(CAMPAIGN) as stores:
        stores.reminders.forget(1)
    assert not receipt(storage, "777", "success")


def test_campaigns_do_not_see_each_other(storage: Storage) -> None:
    ensure(storage, planned())
    with storage.transaction("gusu-2020") as stores:
        assert stores.reminders.due(NOW, LATER, 100) == ()
        assert stores.reminders.claim([1], "a", LEASE, NOW) == ()
