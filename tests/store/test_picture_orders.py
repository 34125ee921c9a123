"""Pictures on their way: each once, sealed, soon gone; on a real Redis."""

from __future__ import annotations

from dataclasses import replace

from store.picture_orders import ASKED_S, KEPT_S, MEDIA_S, PictureOrders
from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import CAMPAIGN


def orders(storage: Storage, link: Link) -> PictureOrders:
    return PictureOrders(replace(storage, link=link), CAMPAIGN)


def test_an_order_is_taken_once(sqlite_storage: Storage, link: Link) -> None:
    mine, other = orders(sqlite_storage, link), orders(sqlite_storage, link)
    assert mine.add("oAlice", "m1", "poster/3")
    order = mine.take()
    assert order is not None
    assert (order.user, order.picture) == ("oAlice", "poster/3")
    assert other.take() is None


def test_a_message_that_comes_again_orders_nothing_and_a_new_one_does(
    sqlite_storage: Storage, link: Link
) -> None:
    mine = orders(sqlite_storage, link)
    assert mine.add("oAlice", "m1", "poster/3")
    assert not mine.add("oAlice", "m1", "poster/3")
    assert mine.take()
    assert not mine.add("oAlice", "m1", "poster/3")
    assert mine.add("oAlice", "m2", "poster/3")
    assert mine.add("oBob", "m1", "poster/3")


def test_what_was_not_sent_is_tried_again_later_and_not_for_ever(
    sqlite_storage: Storage, link: Link, clock: SetClock
) -> None:
    mine = orders(sqlite_storage, link)
    mine.add("oAlice", "m1", "poster/3")
    for wait in (10, 60, 300):
        order = mine.take()
        assert order is not None
        assert mine.again(order)
        assert mine.take() is None
        clock.forward(seconds=wait)
    last = mine.take()
    assert last is not None
    assert not mine.again(last)


def test_an_order_can_be_read_by_nobody_and_is_soon_gone(sqlite_storage: Storage, link: Link) -> None:
    orders(sqlite_storage, link).add("oAlice", "m1", "certificate/K7QM-2XHD-9RTW")
    for key in link.call("KEYS", "*"):
        value = link.call("ZRANGE", key, 0, -1) if key.startswith(b"pictures:") else [link.call("GET", key)]
        assert b"oAlice" not in key + b"".join(value)
        assert b"K7QM" not in key + b"".join(value)
        if not key.startswith(b"pictures:"):
            assert 0 < link.call("TTL", key) <= max(KEPT_S, ASKED_S)


def test_an_order_whose_words_have_expired_is_passed_over(sqlite_storage: Storage, link: Link) -> None:
    mine = orders(sqlite_storage, link)
    mine.add("oAlice", "m1", "poster/3")
    mine.add("oBob", "m1", "poster/4")
    first = link.call("ZRANGE", f"pictures:{CAMPAIGN}", 0, -1)[0]
    link.call("DEL", f"picture:{CAMPAIGN}:{first.decode()}")
    assert mine.take() is not None
    assert mine.take() is None


def test_whoever_is_forgotten_gets_no_picture(sqlite_storage: Storage, link: Link) -> None:
    mine = orders(sqlite_storage, link)
    mine.add("oAlice", "m1", "poster/3")
    mine.add("oBob", "m1", "poster/4")
    mine.forget("oAlice")
    order = mine.take()
    assert order is not None
    assert order.user == "oBob"
    assert mine.take() is None


def test_a_sent_picture_is_known_for_less_than_three_days(sqlite_storage: Storage, link: Link) -> None:
    mine = orders(sqlite_storage, link)
    assert mine.media("poster/3") == ""
    mine.keep_media("poster/3", "media-1")
    assert (mine.media("poster/3"), mine.media("poster/4")) == ("media-1", "")
    assert 0 < link.call("TTL", f"media:{CAMPAIGN}:poster/3") <= MEDIA_S < 72 * 3600
    mine.drop_media("poster/3")
    assert mine.media("poster/3") == ""


def test_another_account_has_no_pictures_of_the_former_one(sqlite_storage: Storage, link: Link) -> None:
    mine = orders(sqlite_storage, link)
    mine.belong_to("wx1")
    mine.keep_media("poster/3", "media-1")
    mine.keep_account_link("http://weixin.qq.com/q/1")
    mine.belong_to("wx1")
    assert (mine.media("poster/3"), mine.account_link()) == ("media-1", "http://weixin.qq.com/q/1")
    mine.belong_to("wx2")
    assert (mine.media("poster/3"), mine.account_link()) == ("", "")


def test_without_redis_nothing_is_ordered(sqlite_storage: Storage) -> None:
    mine = PictureOrders(sqlite_storage, CAMPAIGN)
    assert not mine.add("oAlice", "m1", "poster/3")
    assert (mine.take(), mine.media("poster/3"), mine.account_link()) == (None, "", "")
