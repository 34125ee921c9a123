"""What the desk tells of draws and of those who have won."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from content.bank import Bank
from store.identity.entrants import Entrants
from store.identity.winners import Reach
from store.redis_link import Link
from store.staff_sessions import StaffSessions
from store.stores import Storage
from tests.conftest import SetClock
from tests.drawing import CAMPAIGN, KNOWN, SEALED, VALUE, a_campaign, a_draw, passed
from web.desk import tables
from web.desk.desk import Desk
from web.desk.tables import Wanted

WINDOW = timedelta(hours=48)
NEAR = "oPlayer0"


@pytest.fixture
def drawn(sqlite_storage: Storage, clock: SetClock) -> Storage:
    """Two people have won; one of them wrote to us lately."""
    entrants = Entrants(sqlite_storage, CAMPAIGN)
    for user in (NEAR, "oPlayer1"):
        passed(sqlite_storage, user, "home", "school")
        entrants.enter(user, {})
    step = {"zone": "Asia/Shanghai", "who": "office"}
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.draws.commit(a_draw(), entrants.persons(), **step, at=SEALED)
    clock.time = KNOWN
    with sqlite_storage.transaction(CAMPAIGN) as stores:
        stores.draws.draw("levels", VALUE, entrants.persons(), **step, at=KNOWN)
    return sqlite_storage


def a_desk(storage: Storage, link: Link, clock: SetClock, cards: bool) -> Desk:
    def said(openid: str) -> datetime | None:
        return KNOWN if openid == NEAR else None

    return Desk(
        storage=storage,
        campaign=a_campaign(a_draw()),
        bank=Bank([], {}),
        sessions=StaffSessions(link, storage.sealing, CAMPAIGN),
        clock=clock,
        reach=Reach(storage, CAMPAIGN, said, WINDOW, cards),
    )


def test_whom_no_message_reaches_stands_there(drawn: Storage, link: Link, clock: SetClock) -> None:
    table = tables.prizes_table(a_desk(drawn, link, clock, cards=False), Wanted())
    assert sorted(str(row[5]) for row in table.rows) == ["发不到", "还没有"]
    assert "有1位中奖的人收不到消息" in table.about
    assert "中奖名单" in table.about


def test_how_long_the_value_can_be_corrected_stands_there(
    drawn: Storage, link: Link, clock: SetClock
) -> None:
    desk = a_desk(drawn, link, clock, cards=True)
    assert tables.draws_table(desk, Wanted()).rows[0][1] == "已抽出，数值还能更正"
    clock.forward(hours=1)
    assert tables.draws_table(desk, Wanted()).rows[0][1] == "已抽出"


def test_with_a_card_everybody_is_within_reach(drawn: Storage, link: Link, clock: SetClock) -> None:
    table = tables.prizes_table(a_desk(drawn, link, clock, cards=True), Wanted())
    assert [row[5] for row in table.rows] == ["还没有", "还没有"]
    assert "收不到" not in table.about
