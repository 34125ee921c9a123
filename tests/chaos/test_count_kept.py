"""The count finds what it is there to find in what is kept: reports, links, letters and rounds."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from chaos import count
from chaos.people import Person
from chaos.phone import Arrival
from chaos.reckoning import Reckoning
from chaos.violence import Wound
from chaos.world import TODAY, World
from content.loader import load
from rules.packet import mail_to_office
from rules.report import Facts
from store.identity.tables import Link
from store.stores import Storage
from store.tables import Outgoing
from tests.chaos.counting import Scripted, Small, a_person, broken
from tests.chatting import CAMPAIGN

# -- reports -----------------------------------------------------------------------------------------------------


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


def test_an_end_that_was_told_and_got_lost_may_be_kept(sqlite_storage: Storage) -> None:
    person = a_person(0, ONE, "答完了：1题对1题。|没太明白。")  # Redis was emptied between two deliveries
    person.quiz()
    keep(sqlite_storage, "d1")
    found = rounds(sqlite_storage, person)
    assert found.holds
    assert found.figures["answers lost that may have ended a round"] == 1


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
