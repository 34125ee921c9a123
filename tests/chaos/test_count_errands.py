"""The count finds what it is there to find in errands: exams, registrations, filings, photos and prizes."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from PIL import Image

from chaos import errands
from chaos.count_errands import count_errands
from chaos.people import PHOTO, Person
from chaos.platform import a_photo
from chaos.reckoning import Reckoning
from chaos.world import TODAY, World
from content.models import PrizeDraw
from pictures.clean import clean
from rules.codes import grouped
from rules.report import Facts
from store.quiz_tables import Attempt, Prize
from store.stores import Storage
from store.tables import Filing, Liaison, ReportPhoto
from tests.chaos.counting import Small, a_person, broken
from tests.chatting import CAMPAIGN
from tests.drawing import VALUE, a_draw
from tests.scheduler.rows import a_liaison, a_unit

UNIT, NAME = "石嘴山炼焦厂", "万里行10月综合信息"


def counted(storage: Storage, *people: Person) -> dict[str, int]:
    found = Reckoning()
    count_errands(found, cast(World, Small(storage)), people)
    return broken(found)


def alter(storage: Storage, change: Callable[..., object]) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        change(stores)


# -- exams -------------------------------------------------------------------------------------------------------


def keep(storage: Storage, draft: str, kind: str = "exam") -> None:
    with storage.transaction(CAMPAIGN) as stores:
        values = {"began": TODAY, "at": TODAY, "day": TODAY.date()}
        stores.attempts.add("oP0", draft, kind=kind, answers=[], **values)  # type: ignore[arg-type]


def test_an_exam_whose_result_was_told_is_kept_once(sqlite_storage: Storage) -> None:
    asked = "成绩上排行榜。\n不计时：慢慢答。"
    person = a_person(0, asked, "第1题，共1题\n对吗？", "答完了：1题对0题。\n这次没有合格。")
    errands.exam(person)
    assert counted(sqlite_storage, person) == {"exams told of that are not kept": 1}
    keep(sqlite_storage, "d0", kind="round")  # not as an exam
    assert counted(sqlite_storage, person) == {"exams told of that are not kept": 1}
    keep(sqlite_storage, "d1")
    assert counted(sqlite_storage, person) == {}
    keep(sqlite_storage, "d2")
    assert counted(sqlite_storage, person) == {"more exams kept than were told of": 1}


def test_an_exam_that_ends_nowhere_is_told(sqlite_storage: Storage) -> None:
    person = a_person(0, "第1题，共20题\n对吗？", "没太明白。")
    errands.exam(person)
    assert counted(sqlite_storage, person) == {"exams that came to no end": 1}


# -- registrations -----------------------------------------------------------------------------------------------


@pytest.fixture
def liaison(sqlite_storage: Storage) -> Person:
    """Somebody who was told to be registered, and is."""
    person = a_person(0, "登记前请看：", "您是哪个单位的联络员？", f"记下了：{UNIT}，李敏。等办公室确认。")
    person.errands.unit = UNIT
    errands.register(person)
    assert [one.said for one in person.journal] == ["登记", "同意", UNIT]
    a_liaison(sqlite_storage, a_unit(sqlite_storage, UNIT, mail=""), "oP0", "")
    return person


def test_a_registration_that_is_told_is_there_once(sqlite_storage: Storage, liaison: Person) -> None:
    assert counted(sqlite_storage, liaison) == {}
    a_liaison(sqlite_storage, a_unit(sqlite_storage, "中卫枸杞园", mail=""), "oP0", "")
    assert counted(sqlite_storage, liaison) == {"registrations told of that are not there once": 1}


def test_a_registration_that_is_gone_or_of_two_is_told(sqlite_storage: Storage, liaison: Person) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        unit = stores.session.query(Liaison).one().unit_id
    a_liaison(sqlite_storage, unit, "oP1", "")
    assert counted(sqlite_storage, liaison) == {"units with two liaisons of whom one registered": 1}
    alter(sqlite_storage, lambda stores: stores.session.query(Liaison).delete())
    assert counted(sqlite_storage, liaison) == {"registrations told of that are not there once": 1}


# -- filings -----------------------------------------------------------------------------------------------------


@pytest.fixture
def filer(sqlite_storage: Storage) -> Person:
    """A liaison who was told that a filing is noted, and it is."""
    person = a_person(0, f"记下了：{NAME}已报送。这一项不再提醒。")
    person.errands.files = (NAME,)
    errands.file(person)
    unit = a_unit(sqlite_storage, UNIT, mail="")
    entry = a_liaison(sqlite_storage, unit, "oP0", "")
    alter(
        sqlite_storage,
        lambda stores: stores.filings.report("programme-monthly", "2020-10", unit, entry, TODAY),
    )
    return person


def test_a_filing_that_is_told_stands_once_and_nothing_else(sqlite_storage: Storage, filer: Person) -> None:
    assert counted(sqlite_storage, filer) == {}
    values = {"occurrence": "2020-09"}
    alter(sqlite_storage, lambda stores: stores.session.query(Filing).update(values))
    found = counted(sqlite_storage, filer)
    assert found == {"filings told of that do not stand": 1, "filings that nobody said": 1}


def test_a_filing_that_is_kept_twice_is_told(sqlite_storage: Storage, filer: Person) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        row = stores.session.query(Filing).one()
        same = {
            name: getattr(row, name)
            for name in ("campaign", "obligation", "occurrence", "unit_id", "state", "by", "at")
        }
        stores.session.add(Filing(**same, version=2))
    assert counted(sqlite_storage, filer) == {"filings kept twice": 1}


# -- photos ------------------------------------------------------------------------------------------------------


@pytest.fixture
def photographer(sqlite_storage: Storage) -> Person:
    """Somebody whose report has one photo, as its summary said."""
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        token = stores.photos.keep_upload("oP0", clean(a_photo()), TODAY)
        origin = stores.reports.origin("oP0", "d1")
        facts = Facts(
            urgent="没有", place="路", unit="", what="QAXAA", seen="今天", still="还在", sector="other"
        )
        filed = stores.reports.add(origin, facts, TODAY)
        stores.photos.attach([token], filed.id)
    person = a_person(
        0,
        "有现场照片吗？",
        "收到第1张，发完回复“完成”",
        "请看一遍：QAXAA\n照片：1张",
        f"查询码：{grouped(filed.code)}",
    )
    person.errands.photographs = True
    person.chance.seed(4)
    person.report()
    assert [one.said for one in person.journal] == ["举报", PHOTO, "完成", "提交"]
    assert list(person.errands.photos.values()) == [1]
    return person


def test_a_photo_whose_report_got_its_code_is_there_and_can_be_looked_at(
    sqlite_storage: Storage, photographer: Person
) -> None:
    assert counted(sqlite_storage, photographer) == {}
    file = next(sqlite_storage.photos.glob("*.jpg"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert counted(sqlite_storage, photographer) == {"photos of reports that can't be looked at": 1}
    file.unlink()
    assert counted(sqlite_storage, photographer) == {"photos of reports that can't be looked at": 1}
    Image.new("RGB", (9, 9)).save(held := io.BytesIO(), "JPEG")
    file.write_bytes(held.getvalue())  # another picture
    assert counted(sqlite_storage, photographer) == {"photos of reports that can't be looked at": 1}


def test_a_photo_that_is_not_fetched_or_not_with_its_report_is_told(
    sqlite_storage: Storage, photographer: Person
) -> None:
    values = {"state": "wanted"}
    alter(sqlite_storage, lambda stores: stores.session.query(ReportPhoto).update(values))
    assert counted(sqlite_storage, photographer) == {"photos of reports that can't be looked at": 1}
    alter(sqlite_storage, lambda stores: stores.session.query(ReportPhoto).delete())
    assert counted(sqlite_storage, photographer) == {"reports with other photos than were told": 1}


# -- prizes ------------------------------------------------------------------------------------------------------


@pytest.fixture
def winner(sqlite_storage: Storage) -> Person:
    """Somebody who has won and was shown their code."""
    rules = a_draw(id="over", needs={"rounds": 1}, prizes=[{"title": "灭火器", "count": 2}])
    for name in ("oP0", "oP1"):
        enter(sqlite_storage, rules, name)
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        step: dict[str, Any] = {"zone": "Asia/Shanghai", "who": "office"}
        everybody, due = stores.entrants.persons(), rules.source.due("Asia/Shanghai")
        stores.draws.commit(rules, everybody, **step, at=due - timedelta(hours=9))
        stores.draws.draw("over", VALUE, everybody, **step, at=TODAY - timedelta(days=1))
        mine = stores.draws.won_by("oP0", TODAY)[0]
        code = stores.draws.new_code(mine.id, "oP0", "d1", TODAY)
    shown = grouped(str(code))
    person = a_person(0, "领奖码只显示一次，请准备好截图。", f"领奖码：{shown}\n请现在截图。")
    person.errands.winner = True
    errands.claim(person)
    assert person.errands.code == shown
    return person


def enter(storage: Storage, rules: PrizeDraw, user: str) -> None:
    day = rules.period.end
    with storage.transaction(CAMPAIGN) as stores:
        at = TODAY - timedelta(days=200)
        stores.attempts.add(user, "d0", kind="round", answers=[], began=at, at=at, day=day)
        stores.entrants.enter(user, {"text": "同意"})


def test_the_code_of_a_prize_gives_it_once(sqlite_storage: Storage, winner: Person) -> None:
    assert counted(sqlite_storage, winner) == {}
    assert counted(sqlite_storage, winner) == {"prizes given out twice": 1}  # it was given before


def test_a_code_that_gives_nothing_or_what_is_anothers_is_told(
    sqlite_storage: Storage, winner: Person
) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        mine = stores.players.person("oP0")
        stores.session.query(Prize).filter(Prize.person == mine).update({"person": "somebody else"})
    assert counted(sqlite_storage, winner) == {"codes of prizes that give another's": 1}
    alter(sqlite_storage, lambda stores: stores.session.query(Prize).update({"code_hash": "else"}))
    assert counted(sqlite_storage, winner) == {"codes of prizes that give nothing": 1}


def test_an_attempt_of_two_days_ago_is_no_exam(sqlite_storage: Storage, winner: Person) -> None:
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        assert stores.session.query(Attempt).count() == 2
    assert counted(sqlite_storage, winner) == {}
