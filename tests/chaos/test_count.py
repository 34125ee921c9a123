"""The count finds what it is there to find: each promise, broken on purpose, is told."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from chaos import count, deliveries, talk
from chaos.people import Exchange, Person
from chaos.phone import Arrival, Heard
from chaos.plan import Blow, long, plan, short
from chaos.reckoning import Reckoning
from chaos.violence import Wound
from chaos.world import TODAY, World, liaison, mail_of, unit_name
from content.loader import load
from rules.packet import mail_to_office
from rules.report import Facts
from scheduler.jobs import write_plan
from store.identity.tables import Link
from store.stores import Storage
from store.tables import DeliveryTry, Outgoing, Reminder
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


def test_every_second_person_wishes_to_hear_of_their_report() -> None:
    person = a_person(0, "愿意让我们联系您吗？", "请看一遍：QAXAA", "查询码：K7QM-2XHD-9RTW-4VNB")
    person.reach = True
    person.report()
    assert [one.said for one in person.journal] == ["举报", "只在这里联系", "提交"]


# -- reports -----------------------------------------------------------------------------------------------------


@dataclass
class Small:
    """A world without processes."""

    storage: Storage
    platform: Scripted = field(default_factory=Scripted)
    campaign: Any = field(default_factory=lambda: load(CAMPAIGN))


def a_report(storage: Storage, draft: str, what: str, reach: bool = False) -> str:
    """One that is filed as the handler files it: its link, itself, its letter."""
    facts = Facts(urgent="没有", place="路", unit="", what=what, seen="今天", still="还在", sector="other")
    with storage.transaction(CAMPAIGN) as stores:
        origin = stores.reports.origin("oP0", draft)
        stores.links.link(origin.link, "oP0", reach=reach)
        filed = stores.reports.add(origin, facts, TODAY)
        case = stores.reports.case(filed.id, ZoneInfo("Asia/Shanghai"))
        stores.outbox.add(f"report:{filed.number}", load(CAMPAIGN).email or "", *mail_to_office(case))
        return filed.code


def reports(storage: Storage, person: Person, *wounds: Wound, came: tuple[Arrival, ...] = ()) -> Reckoning:
    found, world = Reckoning(), cast(World, Small(storage, Scripted(came=came)))
    count.count_reports(found, world, [person], wounds)
    count.count_links(found, world, [person])
    count.count_letters(found, world)
    return found


@pytest.fixture
def reporter(sqlite_storage: Storage) -> Person:
    """Somebody who wished to hear of their one report, and was shown its code."""
    person = a_person(0)
    person.markers, person.reach = ["QAXAA"], True
    person.codes = {a_report(sqlite_storage, "d1", "货架编号QAXAA", reach=True): "QAXAA"}
    return person


def test_a_confirmed_report_that_is_gone_or_stored_twice_is_told(
    sqlite_storage: Storage, reporter: Person
) -> None:
    assert reports(sqlite_storage, reporter).holds
    a_report(sqlite_storage, "d2", "货架编号QAXAA", reach=True)
    reporter.codes["K7QM-2XHD-9RTW-4VNB"] = "QAXAB"
    found = reports(sqlite_storage, reporter)
    assert broken(found) == {"confirmed reports lost": 1, "reports stored twice": 1}


def test_a_report_that_is_lost_on_its_way_is_told_unless_redis_was_hurt(sqlite_storage: Storage) -> None:
    person = a_person(0, "现在正在发生吗？", "看到了什么？", "没太明白。")
    person.report()
    assert broken(reports(sqlite_storage, person)) == {"reports that came to no code": 1}
    began = person.begun[0].began
    assert not reports(sqlite_storage, person, Wound("kill", began, began + 9, "worker")).holds
    assert reports(sqlite_storage, person, Wound("empty redis", began, began)).holds


def test_a_report_whose_code_was_lost_has_to_be_there(sqlite_storage: Storage) -> None:
    person = a_person(0, "现在正在发生吗？", "看到了什么？", "请看一遍：QAXAA", "", "没太明白。")
    person.report()
    assert broken(reports(sqlite_storage, person)) == {"reports that came to no code": 1}
    a_report(sqlite_storage, "d1", "货架编号QAXAA")
    assert reports(sqlite_storage, person).holds


def test_a_sixth_report_is_no_lost_one(sqlite_storage: Storage) -> None:
    person = a_person(0, "现在正在发生吗？", "今天已收到您5份，都存好了。")
    person.report()
    assert reports(sqlite_storage, person).holds


def test_a_report_without_its_link_is_told(sqlite_storage: Storage, reporter: Person) -> None:
    with sqlite_storage.identity.session() as session:
        session.query(Link).delete()
    assert set(broken(reports(sqlite_storage, reporter))) == {
        "confirmed reports without a link to their person",
        "reports without any link",
        "reports whose person is told against their wish, or not",
    }


def test_a_link_to_another_is_told(sqlite_storage: Storage, reporter: Person) -> None:
    reporter.openid = "oSomebodyElse"
    assert "confirmed reports without a link to their person" in broken(reports(sqlite_storage, reporter))


def test_who_is_told_against_their_wish_is_told(sqlite_storage: Storage, reporter: Person) -> None:
    reporter.reach = False
    found = reports(sqlite_storage, reporter)
    assert broken(found) == {"reports whose person is told against their wish, or not": 1}


def test_a_report_without_its_letter_is_told(sqlite_storage: Storage, reporter: Person) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Outgoing).delete()
    assert broken(reports(sqlite_storage, reporter)) == {"reports without their letter to the office": 1}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"to": "nobody@example.com"}, "letters to the office with other words or to others"),
        ({"body": "QAXAA"}, "letters to the office with other words or to others"),
        ({"state": "failed"}, "letters to the office that were given up or never arrived"),
        ({"state": "accepted"}, "letters to the office that were given up or never arrived"),
    ],
)
def test_a_letter_that_is_not_as_it_should_be_is_told(
    sqlite_storage: Storage, reporter: Person, values: dict[str, str], told: str
) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Outgoing).update(values)
    assert broken(reports(sqlite_storage, reporter)) == {told: 1}


def test_a_letter_that_arrived_once_is_well_and_twice_is_told(
    sqlite_storage: Storage, reporter: Person
) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Outgoing).update({"state": "accepted"})
        subject = stores.session.query(Outgoing).one().subject
    letter = Arrival(load(CAMPAIGN).email or "", "mail", f"{subject}\n编号")
    assert reports(sqlite_storage, reporter, came=(letter,)).holds
    found = reports(sqlite_storage, reporter, came=(letter, letter))
    assert broken(found) == {"letters to the office that arrived twice": 1}


# -- rounds ------------------------------------------------------------------------------------------------------

ONE = "第1题，共1题\n看到了吗？"


def keep(storage: Storage, draft: str, minutes: int = 0) -> None:
    """A round of the first person, kept as its handler keeps it."""
    at = TODAY + timedelta(minutes=minutes)
    with storage.transaction(CAMPAIGN) as stores:
        stores.attempts.add("oP0", draft, kind="round", answers=[], began=at, at=at, day=TODAY.date())


def rounds(storage: Storage, person: Person, *wounds: Wound) -> Reckoning:
    found = Reckoning()
    count.count_rounds(found, cast(World, Small(storage)), [person], wounds)
    return found


def test_a_round_is_kept_once(sqlite_storage: Storage) -> None:
    person = a_person(0, ONE, "答完了：1题对1题。")
    person.quiz()
    assert broken(rounds(sqlite_storage, person)) == {"finished rounds that are not kept": 1}
    keep(sqlite_storage, "d1")
    assert rounds(sqlite_storage, person).holds
    keep(sqlite_storage, "d12")
    found = rounds(sqlite_storage, person)
    assert broken(found) == {"more rounds kept than were finished": 1, "rounds kept twice": 1}


def test_a_round_whose_end_was_lost_may_be_kept(sqlite_storage: Storage) -> None:
    person = a_person(0, ONE, "", "没太明白。")
    person.quiz()
    keep(sqlite_storage, "d1")
    assert rounds(sqlite_storage, person).holds
    keep(sqlite_storage, "d2", minutes=5)
    assert broken(rounds(sqlite_storage, person)) == {"more rounds kept than were finished": 1}


def test_a_lost_answer_in_mid_round_makes_no_round(sqlite_storage: Storage) -> None:
    person = a_person(0, "第1题，共3题\n对吗？", "", "第3题，共3题\n对吗？", "答完了：3题对1题。")
    person.quiz()
    assert person.lost_ends == 0
    keep(sqlite_storage, "d1")
    assert rounds(sqlite_storage, person).holds


def test_a_round_that_was_given_up_is_kept_too(sqlite_storage: Storage) -> None:
    person = a_person(0, "这一轮到这里：5题答了2题，对1题，没答的算没答对。")
    person.say("取消")
    keep(sqlite_storage, "d1")
    assert rounds(sqlite_storage, person).holds


def test_a_round_that_vanished_is_told_unless_redis_was_hurt(sqlite_storage: Storage) -> None:
    person = a_person(0, ONE, "没太明白。")
    person.quiz()
    assert broken(rounds(sqlite_storage, person)) == {"quiz rounds that came to no end": 1}
    ended = person.begun[0].ended
    assert rounds(sqlite_storage, person, Wound("no redis", ended - 1, ended + 9)).holds
    assert not rounds(sqlite_storage, person, Wound("no redis", ended + 1, ended + 9)).holds


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
