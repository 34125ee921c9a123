from datetime import timedelta

from store.claims import BACKOFF
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.reporting import CAMPAIGN, dump


def add(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.outbox.add("report:1", "office@example.cn", "收到隐患线索", "编号")


def test_a_mail_added_twice_is_claimed_once(storage: Storage) -> None:
    add(storage)
    add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        mail = stores.outbox.claim("a", storage.clock())
        assert mail is not None and mail.key == "report:1"
        assert stores.outbox.claim("b", storage.clock()) is None
        assert stores.outbox.accepted(mail, storage.clock())
        assert stores.outbox.claim("b", storage.clock()) is None


def test_what_was_surely_not_sent_is_tried_again_later(storage: Storage, clock: SetClock) -> None:
    add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        mail = stores.outbox.claim("a", clock())
        assert mail is not None and stores.outbox.retry(mail, "refused", clock())
        assert stores.outbox.claim("a", clock()) is None
    clock.forward(seconds=BACKOFF[0])
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.outbox.claim("a", clock()) is not None


def test_after_the_last_try_it_has_failed(storage: Storage, clock: SetClock) -> None:
    add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        for _ in range(len(BACKOFF) + 1):
            clock.forward(days=1)
            mail = stores.outbox.claim("a", clock())
            assert mail is not None
            stores.outbox.retry(mail, "refused", clock())
        clock.forward(days=1)
        assert stores.outbox.claim("a", clock()) is None
        assert stores.outbox.unsettled() == ("report:1",)


def test_a_dead_sender_leaves_it_unknown_not_repeated(storage: Storage, clock: SetClock) -> None:
    add(storage)
    with storage.transaction(CAMPAIGN) as stores:
        mail = stores.outbox.claim("a", clock())
    clock.forward(minutes=5)
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.outbox.settle_lost(clock()) == 1
        assert mail is not None and not stores.outbox.accepted(mail, clock())
        assert stores.outbox.claim("b", clock() + timedelta(days=1)) is None
    assert "unknown" in dump(storage.case)
