"""Finished rounds, and the notebook of wrong answers, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from store.quiz_tables import Attempt
from store.stores import Storage, Stores

CAMPAIGN, OTHER = "ningxia-2020", "gusu-2020"
USER, SOMEBODY = "oAlice-openid", "oBob-openid"
AT = datetime(2020, 6, 1, 17, 0, tzinfo=UTC)  # the second of June in Beijing
DAY = date(2020, 6, 2)
RIGHT = {"question": "fir-001", "given": "甲", "right": True, "at": AT.isoformat(), "seconds": 9.0}


def add(stores: Stores, draft: str = "d1", user: str = USER, **more: Any) -> bool:
    known = {"kind": "round", "answers": [RIGHT], "began": AT, "at": AT, "day": DAY}
    return stores.attempts.add(user, draft, **{**known, **more})


def test_a_round_is_kept_once_with_all_that_is_known_of_it(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        assert add(stores, kind="exam", stage="", total=20, clocked=True, counts=False, flags=["fast"])
        assert not add(stores, kind="exam")
    with storage.transaction(CAMPAIGN) as stores:
        (row,) = stores.session.scalars(select(Attempt)).all()
        assert (row.kind, row.score, row.total, row.clocked, row.counts) == ("exam", 1, 20, True, False)
        assert (row.flags, row.day, row.ended_at, row.answers) == (["fast"], DAY, AT, [RIGHT])
        assert USER not in row.origin + row.person


def test_the_same_draft_of_another_person_or_campaign_is_another_round(storage: Storage) -> None:
    for campaign, user in ((CAMPAIGN, USER), (CAMPAIGN, SOMEBODY), (OTHER, USER)):
        with storage.transaction(campaign) as stores:
            assert add(stores, user=user)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.attempts.totals(USER) == (1, 1, 1)


def test_a_round_bears_the_unit_and_region_of_its_player(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        unit = stores.units.add_unknown("青泉市安委会", AT)
        stores.players.join(USER, unit.id, "青泉市", AT)
        add(stores)
        add(stores, user=SOMEBODY)
        unit_id = unit.id
    with storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.scalars(select(Attempt).order_by(Attempt.id)).all()
        assert [(row.unit_id, row.region) for row in rows] == [(unit_id, "青泉市"), (None, "")]


def test_rounds_are_counted_by_campaign_day_and_kind(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        for n, (kind, day) in enumerate([("round", 2), ("exam", 2), ("practice", 2), ("round", 1)]):
            add(stores, f"d{n}", kind=kind, day=date(2020, 6, day), clocked=kind == "exam")
        add(stores, user=SOMEBODY)
        assert stores.attempts.ended_on(USER, DAY, ("round", "exam")) == 2
        assert stores.attempts.ended_on(USER, DAY, ("round", "exam"), but="d0") == 1


def test_an_exam_without_a_clock_is_no_round_of_a_day_that_is_too_many(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        add(stores, "with", kind="exam", clocked=True)
        add(stores, "without", kind="exam", counts=False)
        assert stores.attempts.ended_on(USER, DAY, ("round", "exam")) == 1


def test_the_most_stars_of_each_passed_level_are_known(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        for n, (stage, stars) in enumerate(
            [("home", 1), ("home", 3), ("home", 2), ("school", 0), ("fire", 1)]
        ):
            add(stores, f"d{n}", kind="level", stage=stage, stars=stars)
        add(stores, "d9", kind="hunt", stage="kitchen", stars=3)
        add(stores, user=SOMEBODY, kind="level", stage="law", stars=3)
        assert stores.attempts.stars(USER) == {"home": 3, "fire": 1}


def test_the_question_of_a_day_is_known_to_be_answered(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        add(stores, "daily 2020-06-02", kind="daily", stage="2020-06-02")
        assert stores.attempts.played(USER, "daily", "2020-06-02")
        assert not stores.attempts.played(USER, "daily", "2020-06-03")
        assert not stores.attempts.played(SOMEBODY, "daily", "2020-06-02")
        assert not add(stores, "daily 2020-06-02", kind="daily", stage="2020-06-02")


def test_what_was_begun_before_the_wish_is_forgotten(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        add(stores)
        add(stores, "d2", began=AT + timedelta(hours=1))
        stores.attempts.forget(USER, AT)
        assert stores.attempts.totals(USER)[0] == 1


# -- the notebook ------------------------------------------------------------------------------------------------


def settle(stores: Stores, rights: dict[str, bool], day: date, review: bool = False) -> None:
    stores.notebook.settle(USER, rights, review=review, today=day, at=AT)


def test_only_what_was_wrong_comes_in(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        settle(stores, {"a": False, "b": True, "c": False}, DAY)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.notebook.all(USER) == ["a", "c"]
        assert stores.notebook.due(USER, DAY) == []
        assert stores.notebook.due(USER, DAY + timedelta(days=1)) == ["a", "c"]
        assert stores.notebook.count(USER, DAY + timedelta(days=1)) == (2, 2)
        assert stores.notebook.count(SOMEBODY, DAY) == (0, 0)


def test_a_right_answer_counts_in_a_review_and_nowhere_else(storage: Storage) -> None:
    tomorrow = DAY + timedelta(days=1)
    with storage.transaction(CAMPAIGN) as stores:
        settle(stores, {"a": False}, DAY)
        settle(stores, {"a": True}, tomorrow)
        assert stores.notebook.due(USER, tomorrow) == ["a"]
        settle(stores, {"a": True}, tomorrow, review=True)
        assert stores.notebook.due(USER, tomorrow + timedelta(days=2)) == []
        later = tomorrow + timedelta(days=3)
        assert stores.notebook.due(USER, later) == ["a"]
        settle(stores, {"a": True}, later, review=True)
        assert stores.notebook.all(USER) == []


def test_a_wrong_answer_anywhere_begins_the_waiting_anew(storage: Storage) -> None:
    tomorrow = DAY + timedelta(days=1)
    with storage.transaction(CAMPAIGN) as stores:
        settle(stores, {"a": False}, DAY)
        settle(stores, {"a": True}, tomorrow, review=True)
        settle(stores, {"a": False}, tomorrow)
        assert stores.notebook.due(USER, tomorrow + timedelta(days=1)) == ["a"]
        settle(stores, {"a": True}, tomorrow + timedelta(days=1), review=True)
        assert stores.notebook.all(USER) == ["a"]


def test_a_notebook_is_forgotten_up_to_the_wish_and_only_that_persons(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        settle(stores, {"a": False}, DAY)
        stores.notebook.settle(USER, {"b": False}, review=False, today=DAY, at=AT + timedelta(hours=1))
        stores.notebook.settle(SOMEBODY, {"a": False}, review=False, today=DAY, at=AT)
        stores.notebook.forget(USER, AT)
        assert stores.notebook.all(USER) == ["b"]
        assert stores.notebook.all(SOMEBODY) == ["a"]


def test_questions_that_left_the_bank_can_be_let_go(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        settle(stores, {"a": False, "b": False}, DAY)
        stores.notebook.drop(USER, ["a"])
        stores.notebook.drop(USER, [])
        assert stores.notebook.all(USER) == ["b"]
