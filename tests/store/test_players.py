"""Players: names, the wish to stand on boards, units and regions, and how they are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from store.embedded import EmbeddedRedis
from store.quiz_tables import Audit, Player
from store.redis_link import Link, Unavailable
from store.standing import forget, rebuild, settle
from store.stores import Storage
from tests.store.playing import AT, CAMPAIGN, TODAY, a_unit, join, person, play, shown
from tests.store.reporting import dump

USER = "oPlayer-openid"


def test_nobody_is_shown_by_name_who_chose_none(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        player = stores.players.of(USER)
        assert player.shown.startswith("玩家·")
        assert player.listed
        assert stores.session.scalars(select(Player)).all() == []


def test_a_chosen_name_is_shown_until_staff_hides_it(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        named = stores.players.rename(USER, "安全员小李", AT)
        assert named.waits and named.shown.startswith("玩家·")
        (seen,) = stores.players.approve({named.id: "安全员小李"}, who="office:wang", at=AT)
        assert seen.shown == "安全员小李" and not stores.players.names_waiting()
        assert stores.players.rename(USER, "安全员小李", AT).shown == "安全员小李"
        stores.players.hide(named.id, True, who="office:wang", reason="像真名", at=AT)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.players.of(USER).shown.startswith("玩家·")
        assert stores.players.rename(USER, "另一个名字", AT).shown.startswith("玩家·")
        stores.players.hide(named.id, False, who="office:wang", reason="看过了", at=AT)
        assert stores.players.of(USER).shown == "另一个名字"
        audit = [
            (row.what, row.who, row.detail.get("reason")) for row in stores.session.scalars(select(Audit))
        ]
        assert audit == [
            ("name.seen", "office:wang", None),
            ("name.hide", "office:wang", "像真名"),
            ("name.show", "office:wang", "看过了"),
        ]
        assert "安全员小李" not in str([row.detail for row in stores.session.scalars(select(Audit))])
        assert stores.players.hide(999, True, who="office:wang", reason="", at=AT) is None


def test_only_the_name_that_staff_saw_is_let_through(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        number = stores.players.rename(USER, "安全员小李", AT).id
        stores.players.rename("other", "安全员老王", AT)
    with storage.transaction(CAMPAIGN) as stores:
        stores.players.rename(USER, "换了一个", AT)
        assert stores.players.approve({number: "安全员小李"}, who="office:wang", at=AT) == ()
        assert stores.players.names_waiting() == 2
        assert stores.session.scalars(select(Audit)).all() == []
    with storage.transaction("other") as stores:
        assert stores.players.approve({number: "换了一个"}, who="office:wang", at=AT) == ()
    with storage.transaction(CAMPAIGN) as stores:
        stores.players.approve({number: "换了一个"}, who="office:wang", at=AT)
        assert [(one.name, one.state) for one in stores.players.named()] == [
            ("安全员老王", "等人看"),
            ("换了一个", "显示"),
        ]
        assert stores.players.rename(USER, "又换一个", AT).waits
        assert not stores.players.rename(USER, "", AT).waits


def test_a_unit_one_has_played_for_may_be_changed_once_in_ten_days(storage: Storage) -> None:
    one, two = a_unit(storage), a_unit(storage, "白石小学", "学校")
    join(storage, USER, one)
    play(storage, USER, 5)
    join(storage, USER, two, "学校", AT + timedelta(days=9, hours=23))
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.players.of(USER).unit_id == one
        until = stores.players.may_change(USER, AT + timedelta(days=1))
        assert until == AT + timedelta(days=10)
    join(storage, USER, two, "学校", AT + timedelta(days=10))
    with storage.transaction(CAMPAIGN) as stores:
        assert (stores.players.of(USER).unit_id, stores.players.of(USER).region) == (two, "学校")


def test_whoever_has_played_for_nobody_yet_may_correct_the_unit(storage: Storage) -> None:
    one, two = a_unit(storage), a_unit(storage, "白石小学", "学校")
    play(storage, USER, 5, at=AT - timedelta(days=1))  # for nobody
    join(storage, USER, one)
    join(storage, USER, two, "学校", AT + timedelta(minutes=1))
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.players.may_change(USER, AT + timedelta(minutes=2)) is None
        stores.players.leave(USER, AT + timedelta(minutes=2))
    join(storage, USER, None, "青泉市", AT + timedelta(minutes=3))
    join(storage, USER, one, at=AT + timedelta(minutes=4))
    play(storage, USER, 5, at=AT + timedelta(minutes=5))
    join(storage, USER, two, "学校", AT + timedelta(minutes=6))
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.players.of(USER).unit_id == one
        until = stores.players.may_change(USER, AT + timedelta(minutes=6))
        assert until == AT + timedelta(days=10, minutes=4)


@pytest.mark.parametrize("kind", ["round", "practice", "notebook"])
def test_no_way_counts_one_person_for_two_units_in_ten_days(storage: Storage, kind: str) -> None:
    one, two = a_unit(storage), a_unit(storage, "白石小学", "学校")
    join(storage, USER, one)
    play(storage, USER, 5, counts=False, kind=kind)  # also one that staff has still to look at
    for minute in range(1, 4):
        later = AT + timedelta(minutes=minute)
        with storage.transaction(CAMPAIGN) as stores:
            stores.players.leave(USER, later)
        for unit, region in ((two, "学校"), (None, "学校"), (one, "青泉市")):
            join(storage, USER, unit, region, later)
            with storage.transaction(CAMPAIGN) as stores:
                assert stores.players.of(USER).unit_id is None and not stores.players.of(USER).region


def test_who_has_played_for_a_region_does_not_change_it_for_a_units(storage: Storage) -> None:
    unit = a_unit(storage)
    join(storage, USER, None, "白石县")
    play(storage, USER, 5)
    join(storage, USER, unit, at=AT + timedelta(days=1))
    with storage.transaction(CAMPAIGN) as stores:
        assert (stores.players.of(USER).unit_id, stores.players.of(USER).region) == (None, "白石县")


def test_a_round_stays_with_the_unit_it_was_played_for(storage: Storage) -> None:
    one, two = a_unit(storage), a_unit(storage, "白石小学", "学校")
    join(storage, USER, one)
    play(storage, USER, 5)
    join(storage, USER, two, "学校", AT + timedelta(days=11))
    play(storage, USER, 3, at=AT + timedelta(days=11))
    with storage.transaction(CAMPAIGN) as stores:
        numbers = stores.participation.units()
        assert (numbers[one].right, numbers[two].right) == (5, 3)


def test_regions_are_where_the_listed_units_are(storage: Storage) -> None:
    a_unit(storage)
    a_unit(storage, "白石小学", "白石县", group="学校")
    a_unit(storage, "红山村委会", "", group="村级")
    with storage.transaction(CAMPAIGN) as stores:
        stores.units.add_unknown("谁也不认识的单位", AT)
        assert stores.players.regions() == ("白石县", "青泉市")


def test_campaigns_do_not_share_players(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.players.rename(USER, "安全员小李", AT)
    with storage.transaction("other") as stores:
        assert stores.players.of(USER).name == ""
        assert stores.players.named() == ()


def test_no_openid_is_in_the_database_or_on_the_boards(storage: Storage, link: Link) -> None:
    boarded = replace(storage, link=link)
    rebuild(boarded, CAMPAIGN, TODAY)
    with boarded.transaction(CAMPAIGN) as stores:
        stores.players.rename(USER, "安全员小李", AT)
    play(boarded, USER, 3)
    assert shown(boarded) == [(person(storage, USER), 3)]
    assert USER not in dump(storage.case)


def test_participation_counts_rounds_people_and_right_answers(storage: Storage) -> None:
    unit = a_unit(storage)
    for user, rights in (("one", (5, 3)), ("two", (2,))):
        join(storage, user, unit)
        for right in rights:
            play(storage, user, right)
    play(storage, "three", 5)
    play(storage, "one", 5, counts=False)  # an exam without a clock: no board, yet taken part
    with storage.transaction(CAMPAIGN) as stores:
        numbers = stores.participation.unit(unit)
        assert (numbers.rounds, numbers.people, numbers.average) == (4, 2, 75)
        assert stores.participation.region("青泉市") == numbers
        assert stores.participation.units() == {unit: numbers}
        assert stores.participation.regions() == {"青泉市": numbers}
        assert stores.participation.whole().people == 3
        assert list(stores.participation.days()) == [TODAY]
        assert stores.participation.unit(999).average == 0


def test_a_person_who_is_forgotten_stands_on_no_board_and_in_no_row(storage: Storage, link: Link) -> None:
    boarded = replace(storage, link=link)
    rebuild(boarded, CAMPAIGN, TODAY)
    unit = a_unit(boarded)
    for n in range(6):
        join(boarded, f"user-{n}", unit)
        play(boarded, f"user-{n}", n)
    gone = person(boarded, "user-5")
    assert (gone, 5) in shown(boarded, period=TODAY.isoformat())
    forget(boarded, CAMPAIGN, "user-5", AT)
    assert gone not in dict(shown(boarded))
    assert gone not in dict(shown(boarded, period=TODAY.isoformat()))
    assert gone not in dump(storage.case)
    settle(boarded, CAMPAIGN, TODAY)
    assert shown(boarded, "unit") == [(str(unit), 4000)]  # 10 of 25 right


def test_what_was_played_after_the_wish_stays(storage: Storage, link: Link) -> None:
    boarded = replace(storage, link=link)
    rebuild(boarded, CAMPAIGN, TODAY)
    play(boarded, USER, 5)
    play(boarded, USER, 2, at=AT + timedelta(hours=2))
    forget(boarded, CAMPAIGN, USER, AT + timedelta(hours=1))
    settle(boarded, CAMPAIGN, TODAY)
    assert shown(boarded) == [(person(storage, USER), 2)]


class Hasty(Link):
    """A way to Redis on which what is marked first is counted at once, before it is gone from SQL."""

    def __init__(self, url: str, count: Callable[[], object]) -> None:
        super().__init__(url)
        self._count: Callable[[], object] | None = count

    def call(self, *command: object) -> object:
        answer = super().call(*command)
        if command[0] == "SADD" and self._count is not None:
            count, self._count = self._count, None
            count()
        return answer


def test_a_count_in_the_midst_of_forgetting_does_not_keep_what_goes(
    storage: Storage, link: Link, redis_server: EmbeddedRedis
) -> None:
    boarded = replace(storage, link=link)
    rebuild(boarded, CAMPAIGN, TODAY)
    unit = a_unit(boarded)
    for n in range(6):
        join(boarded, f"user-{n}", unit)
        play(boarded, f"user-{n}", n)
    hasty = Hasty(redis_server.url, lambda: settle(boarded, CAMPAIGN, TODAY))
    forget(replace(storage, link=hasty), CAMPAIGN, "user-5", AT)
    hasty.close()
    settle(boarded, CAMPAIGN, TODAY)
    assert person(boarded, "user-5") not in dict(shown(boarded))
    assert shown(boarded, "unit") == [(str(unit), 4000)]


def test_without_redis_nothing_is_forgotten_by_halves(storage: Storage) -> None:
    play(storage, USER, 5)
    away = replace(storage, link=Link("unix:///nowhere/redis.sock"))
    with pytest.raises(Unavailable):
        forget(away, CAMPAIGN, USER, AT)
    assert person(storage, USER) in dump(storage.case)
