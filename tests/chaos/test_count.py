"""The count finds what it is there to find: each promise, broken on purpose, is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest

from chaos import deliveries, talk
from chaos.phone import Arrival
from chaos.plan import Blow, long, plan, short
from chaos.reckoning import Reckoning
from chaos.violence import Wound, posting
from chaos.world import TODAY, World, liaison, mail_of, unit_name
from scheduler.jobs import write_plan
from store.patience import TURN_S
from store.stores import Storage
from store.tables import DeliveryTry, Reminder
from tests.chaos.counting import Small, a_person, broken, said
from tests.chatting import CAMPAIGN
from tests.scheduler.rows import a_liaison, a_unit

# -- talk --------------------------------------------------------------------------------------------------------


def test_another_answer_to_a_repeat_is_told_unless_something_was_lost() -> None:
    person, found = a_person(), Reckoning()
    said(person, "第1题", "第1题")
    talk.count_talk(found, [person], [])
    assert found.holds
    said(person, "第1题", "第2题")
    talk.count_talk(found, [person], [Wound("kill", 99.0, 99.1)])
    assert broken(found) == {"repeats with another answer for no reason": 1}
    talk.count_talk(found, [person], [Wound("empty redis", 102.0, 102.1)])
    assert found.holds


@pytest.mark.parametrize(("on", "told"), [("worker", 0), ("scheduler", 1)])
def test_only_a_frozen_worker_may_answer_a_repeat_otherwise(on: str, told: int) -> None:
    person, found = a_person(), Reckoning()
    said(person, "第1题", "第2题")
    talk.count_talk(found, [person], [Wound("freeze", 101.0, 111.0, on)])
    assert found.violations["repeats with another answer for no reason"] == told


@pytest.mark.parametrize(
    ("wounds", "told"),
    [
        ([], 1),
        ([Wound("kill", 101.0, 101.1, "worker")], 1),
        ([Wound("no redis", 90.0, 98.0)], 0),
        ([Wound("no redis", 86.0, 96.0)], 1),  # it had been back for long enough
        ([Wound("freeze", 104.0, 114.0, "scheduler")], 0),
    ],
)
def test_an_apology_is_told_unless_something_was_gone(wounds: list[Wound], told: int) -> None:
    person, found = a_person(), Reckoning()
    said(person, "系统正忙，您这条还没有处理")
    talk.count_talk(found, [person], wounds)
    assert found.figures["apologies (系统正忙)"] == 1
    assert found.violations["apologies while nothing was dead, frozen or gone"] == told


def test_a_repeat_that_met_nobody_is_no_other_answer() -> None:
    person, found = a_person(0, *["共28条"] * 50), Reckoning()
    for _ in range(50):
        person.slogan()
    talk.count_talk(found, [person], [])
    assert found.holds


def test_the_words_of_another_are_told() -> None:
    one, other, found = a_person(0), a_person(1), Reckoning()
    said(one, "请看一遍：编号QBXAA")
    talk.count_talk(found, [one, other], [])
    assert broken(found) == {"replies with another person's words": 1}


def test_silence_is_counted_and_silence_for_good_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chaos.people.TRIES", 1)
    person, found = a_person(0), Reckoning()
    person.say("标语")
    talk.count_talk(found, [person], [])
    assert broken(found) == {"words never answered": 1}
    assert found.figures["silences on all three deliveries"] == 1


def test_a_wrong_reply_is_told() -> None:
    person, found = a_person(0, "共27条"), Reckoning()
    person.slogan()
    talk.count_talk(found, [person], [])
    assert broken(found) == {"wrong replies": 1}


# -- people ------------------------------------------------------------------------------------------------------


def test_a_person_goes_through_a_report_by_the_replies_alone() -> None:
    steps = ["先问一句：现在正在发生吗？", "在哪里？发个位置", "在哪里？发个位置", "看到了什么？"]
    person = a_person(0, *steps, "请看一遍：\n情况：QAXAA", "查询码：K7QM-2XHD-9RTW-4VNB")
    person.report()
    assert [one.said for one in person.journal][:3] == ["举报", "没有", "临港路8号3号库"]
    assert person.journal[-1].said == "提交"
    assert person.codes == {"K7QM-2XHD-9RTW-4VNB": "QAXAA"}


def test_after_the_storm_neither_an_apology_nor_silence_is_excused() -> None:
    answers = ("没有没写完的内容", "系统正忙", "现在没有正在进行的事", "", "共28条", "联络员工区")
    person = a_person(0, *answers)
    person.unit = "联络员工区"
    person.settle()
    assert len(person.faults) == 2
    assert not cast(Any, person.platform).answers
    calm = a_person(1, *filter(lambda words: words and "系统正忙" not in words, answers))
    calm.unit = "联络员工区"
    calm.settle()
    assert not calm.faults


def test_after_the_storm_every_resident_ends_a_round() -> None:
    begun = ("没有没写完的内容", "现在没有正在进行的事", "共28条", "第1题，共1题\n对吗？")
    person = a_person(0, *begun, "没太明白。", "已收到您反映的情况")
    person.codes = {"K7QM-2XHD-9RTW-4VNB": "QAXAA"}
    person.settle()
    assert person.faults == ["答题 → '没太明白。'"]
    good = a_person(1, *begun, "答完了：1题对1题。", "已收到您反映的情况")
    good.codes = {"K7QM-2XHD-9RTW-4VNC": "QBXAA"}
    good.settle()
    assert (good.faults, good.rounds) == ([], 1)


def test_every_second_person_wishes_to_hear_of_their_report() -> None:
    person = a_person(0, "愿意让我们联系您吗？", "请看一遍：QAXAA", "查询码：K7QM-2XHD-9RTW-4VNB")
    person.reach = True
    person.report()
    assert [one.said for one in person.journal] == ["举报", "只在这里联系", "提交"]


# -- reminders ---------------------------------------------------------------------------------------------------


CAME = TODAY.timestamp()


@pytest.fixture
def small(sqlite_storage: Storage) -> Small:
    """One liaison whose two reminders were accepted and arrived."""
    world = Small(sqlite_storage)
    sqlite_storage.clock.time = datetime.now(TODAY.tzinfo)  # type: ignore[attr-defined]
    a_liaison(sqlite_storage, a_unit(sqlite_storage, unit_name(0), mail=""), liaison(0), mail_of(0))
    write_plan(sqlite_storage, world.campaign, TODAY)
    names = deliveries.due_names(cast(World, world)).values()
    world.platform.came = tuple(
        Arrival(liaison(0), "template", f"{name} {unit_name(0)}", CAME) for name in names
    )
    change(sqlite_storage, state="accepted")
    return world


def change(storage: Storage, **values: Any) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Reminder).filter(Reminder.send_at <= TODAY).update(values)


def tried(storage: Storage, outcome: str, claim_no: int = 1) -> None:
    """Each due reminder was tried once more, when the first cards came."""
    with storage.transaction(CAMPAIGN) as stores:
        for row in stores.session.query(Reminder).filter(Reminder.send_at <= TODAY):
            values = {
                "campaign": CAMPAIGN,
                "reminder_id": row.id,
                "claim_no": claim_no,
                "channel": "template",
            }
            stores.session.add(DeliveryTry(**values, outcome=outcome, started_at=TODAY, ended_at=TODAY))


def reminders(world: Small, liaisons: int = 1) -> Reckoning:
    found = Reckoning()
    deliveries.count_reminders(found, cast(World, world), liaisons)
    return found


def test_reminders_that_all_arrived_once_are_well(small: Small) -> None:
    found = reminders(small)
    assert found.holds
    assert found.figures["reminders accepted"] == found.figures["reminders due"] == 2


def test_a_reminder_that_arrived_twice_is_told_whatever_the_channels(small: Small) -> None:
    came = small.platform.came
    small.platform.came = (*came, replace(came[0], to=mail_of(0), kind="mail"))
    assert broken(reminders(small)) == {"reminders that arrived twice": 1}


@pytest.mark.parametrize(
    ("outcome", "again", "seconds", "told"),
    [
        ("ambiguous", True, 601.0, 0),  # by design: ten minutes after an answer was lost
        ("lost", True, 601.0, 0),
        ("lost", True, 590.0, 1),  # too early
        ("lost", False, 601.0, 1),  # the row knows nothing of it
        ("retry", True, 601.0, 1),  # no answer was lost
    ],
)
def test_a_second_card_is_excused_ten_minutes_after_a_lost_answer_alone(
    small: Small, outcome: str, again: bool, seconds: float, told: int
) -> None:
    tried(small.storage, outcome)
    change(small.storage, again=again)
    came = small.platform.came
    small.platform.came = (*came, replace(came[0], at=CAME + seconds))
    assert broken(reminders(small)).get("reminders that arrived twice", 0) == told
    small.platform.came = (*small.platform.came, replace(came[0], at=CAME + 2 * seconds))
    assert broken(reminders(small)) == {"reminders that arrived twice": 1}  # a third is never excused


def test_a_card_with_the_unit_of_another_is_told(small: Small) -> None:
    came = small.platform.came
    small.platform.came = (replace(came[0], words=came[0].words.replace(unit_name(0), unit_name(1))), came[1])
    assert broken(reminders(small)) == {"cards and letters that name another's unit": 1}


def test_what_was_taken_over_is_counted(small: Small) -> None:
    change(small.storage, claim_no=3)
    tried(small.storage, "lost", claim_no=2)
    tried(small.storage, "accepted", claim_no=3)
    figures = reminders(small).figures
    assert figures["reminders taken in hand"] == 6
    assert figures["tries that ended lost, taken over in the midst of a post"] == 2
    assert figures["of these taken over from a process that wrote nothing down, or handed back"] == 4


def test_a_reminder_that_never_came_is_told_unless_nobody_can_know(small: Small) -> None:
    small.platform.came = small.platform.came[:1]
    assert broken(reminders(small)) == {"accepted reminders that never arrived": 1}
    change(small.storage, state="unknown")
    assert reminders(small).holds


@pytest.mark.parametrize(
    ("state", "told"), [("sending", "due reminders that are not final"), ("failed", "reminders given up")]
)
def test_a_reminder_that_is_left_lying_is_told(small: Small, state: str, told: str) -> None:
    change(small.storage, state=state)
    assert broken(reminders(small)) == {told: 2}


def test_a_liaison_without_reminders_is_told(small: Small) -> None:
    assert broken(reminders(small, liaisons=2)) == {"due reminders without a row": 2}


def test_who_is_in_the_midst_of_a_post_is_found(small: Small) -> None:
    change(small.storage, state="sending", owner="a-host-4711-2844cbab")
    assert posting(small.storage) == set()  # claimed, and nothing begun
    change(small.storage, started_at=TODAY)
    assert posting(small.storage) == {4711}


# -- plans -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_plan_and_every_deed() -> None:
    blows = plan(long(200, 120, restarts=3), seed=7)
    assert blows == plan(long(200, 120, restarts=3), seed=7) != plan(long(200, 120, restarts=3), seed=8)
    deeds = Counter(one.deed for one in blows)
    gone = dict.fromkeys(("dark", "postgres", "hung postgres", "empty redis", "no redis", "hung redis"), 3)
    assert deeds == {"kill": 200, "freeze": 9} | gone
    assert min(one.seconds for one in blows if one.deed.startswith("hung")) > TURN_S
    assert max(one.seconds for one in blows if one.deed == "freeze") > 120
    assert {one.on for one in blows if one.deed == "kill"} == {"worker", "master", "scheduler"}


def test_the_freeze_beyond_the_lease_is_slept_to_its_end() -> None:
    for seed in range(20):
        blows = plan(long(60, 120, restarts=1), seed)
        slept = next(place for place, one in enumerate(blows) if one.deed == "freeze" and one.seconds > 120)
        assert all(one.deed != "dark" for one in blows[slept:])


def test_after_redis_was_emptied_for_the_last_time_only_workers_die() -> None:
    blows = plan(short(10, 6, restarts=1), seed=1)
    last = max(place for place, one in enumerate(blows) if one.deed == "empty redis")
    assert all(isinstance(one, Blow) and one.on == "worker" for one in blows[last + 1 :])
    assert len(blows) - last > 1
