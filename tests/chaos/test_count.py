"""The count finds what it is there to find: each promise, broken on purpose, is told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import pytest

from chaos import count
from chaos.count import Reckoning
from chaos.people import Exchange, Person
from chaos.phone import Arrival, Heard
from chaos.plan import Blow, long, plan, short
from chaos.violence import Wound
from chaos.world import TODAY, World, liaison, mail_of, unit_name
from content.loader import load
from rules.report import Facts
from scheduler.jobs import write_plan
from store.stores import Storage
from store.tables import Reminder
from tests.chatting import CAMPAIGN
from tests.scheduler.rows import a_liaison, a_unit


@dataclass
class Scripted:
    """A platform that answers as it is told."""

    answers: list[str] = field(default_factory=list)
    came: tuple[Arrival, ...] = ()

    def say(self, person: str, text: str) -> Heard:
        words = self.answers.pop(0) if self.answers else ""
        return Heard(words, "replied" if words else "failed", 1, (words,), "")

    def again(self, person: str) -> Heard:
        return Heard("", "failed", 3, ("", "", ""), "")

    def arrived(self) -> tuple[Arrival, ...]:
        return self.came


def a_person(number: int = 0, *answers: str) -> Person:
    platform: Any = Scripted(list(answers))
    return Person(f"oP{number}", f"Q{chr(65 + number)}X", platform, random.Random(0), hurry=0.0)


def said(person: Person, *heard: str, at: float = 100.0) -> None:
    person.journal.append(
        Exchange(person.openid, "答题", heard, heard[-1] if heard else "", not heard, "", at, at + 5)
    )


def broken(found: Reckoning) -> dict[str, int]:
    return {what: n for what, n in found.violations.items() if n}


# -- talk --------------------------------------------------------------------------------------------------------


def test_another_answer_to_a_repeat_is_told_unless_something_was_lost() -> None:
    person, found = a_person(), Reckoning()
    said(person, "第1题", "第1题")
    count.count_talk(found, [person], [])
    assert found.holds
    said(person, "第1题", "第2题")
    count.count_talk(found, [person], [Wound("kill", 99.0, 99.1)])
    assert broken(found) == {"repeats with another answer for no reason": 1}
    count.count_talk(found, [person], [Wound("empty redis", 102.0, 102.1)])
    assert found.holds


def test_a_repeat_that_met_nobody_is_no_other_answer() -> None:
    person, found = a_person(0, *["共28条"] * 50), Reckoning()
    for _ in range(50):
        person.slogan()
    count.count_talk(found, [person], [])
    assert found.holds


def test_the_words_of_another_are_told() -> None:
    one, other, found = a_person(0), a_person(1), Reckoning()
    said(one, "请看一遍：编号QBXAA")
    count.count_talk(found, [one, other], [])
    assert broken(found) == {"replies with another person's words": 1}


def test_silence_is_counted_and_silence_for_good_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chaos.people.TRIES", 1)
    person, found = a_person(0), Reckoning()
    person.say("标语")
    count.count_talk(found, [person], [])
    assert broken(found) == {"words never answered": 1}
    assert found.figures["silences on all three deliveries"] == 1


def test_a_wrong_reply_is_told() -> None:
    person, found = a_person(0, "共27条"), Reckoning()
    person.slogan()
    count.count_talk(found, [person], [])
    assert broken(found) == {"wrong replies": 1}


# -- people ------------------------------------------------------------------------------------------------------


def test_a_person_goes_through_a_report_by_the_replies_alone() -> None:
    steps = ["先问一句：现在正在发生吗？", "在哪里？发个位置", "在哪里？发个位置", "看到了什么？"]
    person = a_person(0, *steps, "请看一遍：\n情况：QAXAA", "查询码：K7QM-2XHD-9RTW-4VNB")
    person.report()
    assert [one.said for one in person.journal][:3] == ["举报", "没有", "临港路8号3号库"]
    assert person.journal[-1].said == "提交"
    assert person.codes == {"K7QM-2XHD-9RTW-4VNB": "QAXAA"}


# -- reports and rounds ------------------------------------------------------------------------------------------


@dataclass
class Small:
    """A world without processes."""

    storage: Storage
    platform: Scripted = field(default_factory=Scripted)
    campaign: Any = field(default_factory=lambda: load(CAMPAIGN))


def a_report(storage: Storage, draft: str, what: str) -> str:
    facts = Facts(urgent="没有", place="路", unit="", what=what, seen="今天", still="还在", sector="other")
    with storage.transaction(CAMPAIGN) as stores:
        return stores.reports.add(stores.reports.origin("oP0", draft), facts, TODAY).code


def test_a_confirmed_report_that_is_gone_or_stored_twice_is_told(sqlite_storage: Storage) -> None:
    person, found, world = a_person(0), Reckoning(), cast(World, Small(sqlite_storage))
    person.markers = ["QAXAA"]
    person.codes = {a_report(sqlite_storage, "d1", "货架编号QAXAA"): "QAXAA"}
    count.count_reports(found, world, [person])
    assert found.holds
    a_report(sqlite_storage, "d2", "货架编号QAXAA")
    person.codes["K7QM-2XHD-9RTW-4VNB"] = "QAXAB"
    count.count_reports(found, world, [person])
    assert broken(found) == {"confirmed reports lost": 1, "reports stored twice": 1}


# -- reminders ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small(sqlite_storage: Storage) -> Small:
    """One liaison whose two reminders were accepted and arrived."""
    world = Small(sqlite_storage)
    sqlite_storage.clock.time = datetime.now(TODAY.tzinfo)  # type: ignore[attr-defined]
    a_liaison(sqlite_storage, a_unit(sqlite_storage, unit_name(0), mail=""), liaison(0), mail_of(0))
    write_plan(sqlite_storage, world.campaign, TODAY)
    names = count.due_names(cast(World, world)).values()
    world.platform.came = tuple(Arrival(liaison(0), "template", name) for name in names)
    change(sqlite_storage, state="accepted")
    return world


def change(storage: Storage, **values: Any) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Reminder).filter(Reminder.send_at <= TODAY).update(values)


def reminders(world: Small, liaisons: int = 1) -> Reckoning:
    found = Reckoning()
    count.count_reminders(found, cast(World, world), liaisons)
    return found


def test_reminders_that_all_arrived_once_are_well(small: Small) -> None:
    found = reminders(small)
    assert found.holds
    assert found.figures["reminders accepted"] == found.figures["reminders due"] == 2


def test_a_reminder_that_arrived_twice_is_told_whatever_the_channels(small: Small) -> None:
    came = small.platform.came
    small.platform.came = (*came, replace(came[0], to=mail_of(0), kind="mail"))
    assert broken(reminders(small)) == {"reminders that arrived twice": 1}
    change(small.storage, again=True)
    assert reminders(small).holds  # by design, after ten minutes without an answer


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


# -- plans -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_plan_and_every_deed() -> None:
    blows = plan(long(200, 120, restarts=3), seed=7)
    assert blows == plan(long(200, 120, restarts=3), seed=7) != plan(long(200, 120, restarts=3), seed=8)
    deeds = Counter(one.deed for one in blows)
    assert deeds == {"kill": 200, "freeze": 9, "dark": 3, "postgres": 3, "empty redis": 3, "no redis": 3}
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
