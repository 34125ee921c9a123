"""The count finds what it is there to find in what winners hear: what does not stand, what nobody tells, what nobody takes back."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from chaos.count_winners import count_askers
from chaos.phone import Arrival
from chaos.reckoning import Reckoning
from chaos.world import TODAY, World
from rules.prizes import void_key, word_key
from store.draw_views import PrizeView
from store.identity.tables import Word
from store.identity.words import Words
from store.quiz_tables import Audit, Prize
from store.stores import Storage
from tests.chaos.counting import a_person, said
from tests.chaos.shop import AFTER, LATE, RACE, STORM, TOLD, Shop, open_shop
from tests.chatting import CAMPAIGN
from tests.conftest import SetClock

WRONG_CARD = "cards to winners of what does not stand"
WAITING = "words on their way of prizes that do not stand"
READ = "prizes told of in words that do not stand"


@pytest.fixture
def shop(sqlite_storage: Storage, tmp_path: Path, clock: SetClock) -> Shop:
    return open_shop(sqlite_storage, tmp_path, clock)


def owner(shop: Shop, prize: int) -> str:
    """Who has won it."""
    with shop.world.storage.transaction(CAMPAIGN) as stores:
        row = stores.session.get(Prize, prize)
        assert row is not None
        return next(f"oP{n}" for n in range(9) if stores.players.person(f"oP{n}") == row.person)


def card(shop: Shop, prize: int, key: str, at: datetime = AFTER, to: str = "") -> None:
    """A card has arrived."""
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    words = f'{{"client_msg_id": "{mark}"}}'
    shop.world.platform.came += (Arrival(to or owner(shop, prize), "template", words, at.timestamp()),)


def words_of(shop: Shop, change: Any) -> None:
    with shop.world.storage.identity.session() as session:
        change(session.query(Word))


def wait(shop: Shop, prize: int, key: str) -> None:
    """Word is on its way."""
    person = shop.world.storage.sealing.hash("quiz", owner(shop, prize))
    assert Words(shop.world.storage).add_for_winner(CAMPAIGN, person, key, "恭喜您")


def test_good_news_on_its_way_of_what_is_void_or_lapsed_is_told(shop: Shop) -> None:
    assert shop.counted() == {}
    for name, rank in ((TOLD, 4), (LATE, 2)):
        prize = shop.prize(name, rank)
        wait(shop, prize, word_key(CAMPAIGN, prize))
    wait(shop, shop.prize(STORM, 1), word_key(CAMPAIGN, 9999))  # made void by a correction
    assert shop.counted() == {WAITING: 3}
    words_of(shop, lambda rows: rows.filter(Word.key == word_key(CAMPAIGN, 9999)).update({"state": "failed"}))
    assert shop.counted() == {WAITING: 2}


def test_word_that_a_prize_is_void_which_stands_is_told(shop: Shop) -> None:
    prize = shop.prize(TOLD, 5)
    wait(shop, prize, void_key(CAMPAIGN, prize))
    assert shop.counted() == {WAITING: 1}
    card(shop, prize, void_key(CAMPAIGN, prize))
    assert shop.counted() == {WAITING: 1, WRONG_CARD: 1}


def test_a_card_is_of_a_prize_that_is_theirs_and_stands(shop: Shop) -> None:
    prize = shop.prize(TOLD, 5)
    card(shop, prize, word_key(CAMPAIGN, prize))
    assert shop.counted() == {}
    card(shop, prize, word_key(CAMPAIGN, prize), to="oP99")
    assert shop.counted() == {WRONG_CARD: 1}


def test_a_card_within_the_hour_for_corrections_is_told(shop: Shop) -> None:
    prize = shop.prize(STORM, 1)
    card(shop, prize, word_key(CAMPAIGN, prize))
    assert shop.counted() == {WRONG_CARD: 1}
    with shop.world.storage.transaction(CAMPAIGN) as stores:
        rows = stores.session.query(Audit).filter(Audit.what == "prize.withdraw").all()
        withdrawn = rows[0].detail["prize"]
    card(shop, prize, word_key(CAMPAIGN, withdrawn))
    assert shop.counted() == {WRONG_CARD: 2}


def test_a_card_of_what_had_lapsed_is_told_unless_it_was_under_way(shop: Shop, clock: SetClock) -> None:
    prize = shop.prize(RACE, 3)
    card(shop, prize, word_key(CAMPAIGN, prize), at=AFTER - timedelta(seconds=30))
    assert shop.counted() == {}
    card(shop, prize, word_key(CAMPAIGN, prize), at=AFTER + timedelta(seconds=30))
    assert shop.counted() == {WRONG_CARD: 1}
    wait(shop, prize, word_key(CAMPAIGN, prize))
    taken: dict[str, object] = {"state": "accepted", "tries": 1, "first_attempt_at": AFTER}
    mine = Word.key == word_key(CAMPAIGN, prize)
    words_of(shop, lambda rows: rows.filter(mine).update(taken))
    assert shop.counted() == {}  # a process took it before, and was frozen
    words_of(shop, lambda rows: rows.filter(mine).update({"tries": 2}))
    assert shop.counted() == {WRONG_CARD: 1}


def prize_of(shop: Shop, name: str, place: int) -> PrizeView:
    with shop.world.storage.transaction(CAMPAIGN) as stores:
        draw = stores.draws.named(name)
        assert draw is not None
        return stores.draws.winners(draw)[place]


def test_what_people_read_above_a_reply_is_theirs(shop: Shop) -> None:
    prize = prize_of(shop, LATE, 6)
    person = a_person(int(owner(shop, prize.id)[2:]))
    other = a_person(99)
    news = f"恭喜您，在“{prize.draw}”抽奖里中了：{prize.title}。\n请在12月10日前回复“领奖”\n\n标语"
    said(person, news)
    assert shop.counted(person, other) == {}
    said(other, news)
    assert shop.counted(person, other) == {READ: 1}
    said(person, news.replace(prize.title, "别的"))
    assert shop.counted(person, other) == {READ: 2}
    came = Arrival("oP99", "custom", news, AFTER.timestamp())
    shop.world.platform.came += (came,)
    assert shop.counted(person, other) == {READ: 3}


def test_what_people_read_within_the_hour_is_told(shop: Shop) -> None:
    prize = prize_of(shop, STORM, 0)
    person = a_person(int(owner(shop, prize.id)[2:]))
    said(person, f"恭喜您，在“{prize.draw}”抽奖里中了：{prize.title}。\n标语")
    assert shop.counted(person) == {READ: 1}


def test_a_winner_whom_nobody_tells_is_told_of(shop: Shop) -> None:
    prize = prize_of(shop, LATE, 6).id  # to whom it was passed on
    words_of(shop, lambda rows: rows.filter(Word.key == word_key(CAMPAIGN, prize)).delete())
    assert shop.counted() == {"winners whom nobody tells": 1}
    with shop.world.storage.transaction(CAMPAIGN) as stores:
        stores.draws.told(prize, TODAY)
    assert shop.counted() == {}


def test_whoever_has_heard_of_what_was_called_off_hears_of_that(shop: Shop) -> None:
    late = [one for one in shop.clerk.everybody if one.draw == TOLD][1]  # had a code
    mine = Word.key == void_key(CAMPAIGN, late.prize)
    words_of(shop, lambda rows: rows.filter(mine).update({"state": "accepted"}))
    assert shop.counted() == {"words that a prize was called off, accepted and never arrived": 1}
    card(shop, late.prize, void_key(CAMPAIGN, late.prize))
    assert shop.counted() == {}
    words_of(shop, lambda rows: rows.filter(mine).delete())
    assert shop.counted() == {"prizes called off of which their winner still believes": 1}


def test_whoever_got_a_card_of_what_was_called_off_hears_of_that(shop: Shop) -> None:
    prize = shop.prize(TOLD, 4)
    with shop.world.storage.transaction(CAMPAIGN) as stores:
        stores.session.query(Prize).filter(Prize.id == prize).update({"told_at": None})
    words_of(shop, lambda rows: rows.filter(Word.key == void_key(CAMPAIGN, prize)).delete())
    assert shop.counted() == {}
    card(shop, prize, word_key(CAMPAIGN, prize))
    assert shop.counted() == {"prizes called off of which their winner still believes": 1}


def test_who_has_won_nothing_but_what_is_void_and_asks_is_told_so(shop: Shop) -> None:
    """Others have something to claim, or have claimed it, and are told of that."""
    persons = {one: shop.world.storage.sealing.hash("quiz", one) for one in ("oP0", "oP1", "oP2")}
    states = (("oP0", "void"), ("oP0", "lapsed"), ("oP1", "void"), ("oP1", "won"), ("oP2", "lapsed"))
    prizes = [Prize(person=persons[one], state=state) for one, state in states]
    shop.world.platform.answers = [
        "您在“抽奖24”抽奖里中的灭火器，主办单位核对后取消了，不能领。",
        "没有查到您有要领的奖品。",
    ]
    for wrong in (0, 1):
        found = Reckoning()
        count_askers(found, cast(World, shop.world), prizes, persons)
        assert found.figures == {"winners of nothing but void prizes who asked": 1}
        assert found.violations == {"winners of void prizes who ask and are not told so": wrong}
