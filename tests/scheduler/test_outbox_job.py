import logging
from datetime import datetime

import pytest

from scheduler.outbox_job import send_mails, send_words
from store.identity.entrants import Entrants
from store.identity.links import Links
from store.identity.words import Words
from store.stores import Storage
from tests.conftest import SetClock
from tests.scheduler.conftest import Recording
from tests.store.reporting import CAMPAIGN, dump


@pytest.fixture
def mail() -> Recording:
    return Recording("mail")


def add_mail(storage: Storage) -> None:
    with storage.transaction(CAMPAIGN) as stores:
        stores.outbox.add("report:0616-001", "office@example.cn", "收到隐患线索 0616-001", "编号")


def send(storage: Storage, mail: Recording, clock: SetClock) -> int:
    return send_mails(storage, CAMPAIGN, mail, clock, owner="a")


def test_a_mail_goes_out_once(storage: Storage, clock: SetClock, mail: Recording) -> None:
    add_mail(storage)
    assert send(storage, mail, clock) == 1
    assert send(storage, mail, clock) == 0
    ((to, letter),) = mail.sent
    assert (to.email, letter.subject) == ("office@example.cn", "收到隐患线索 0616-001")
    assert len(letter.key) == 32


@pytest.mark.parametrize("kind", ["retry", "unsent", "later", "alarm"])
def test_what_was_not_sent_comes_again(storage: Storage, clock: SetClock, mail: Recording, kind: str) -> None:
    add_mail(storage)
    mail.fail(kind)
    send(storage, mail, clock)
    assert send(storage, mail, clock) == 0
    clock.forward(minutes=5)
    assert send(storage, mail, clock) == 1
    assert len(mail.sent) == 1


def test_what_may_have_been_sent_is_not_repeated(storage: Storage, clock: SetClock, mail: Recording) -> None:
    add_mail(storage)
    mail.fail("ambiguous")
    send(storage, mail, clock)
    clock.forward(days=1)
    assert send(storage, mail, clock) == 0
    assert "unknown" in dump(storage.case)


def test_a_sender_that_dies_leaves_it_unknown(storage: Storage, clock: SetClock, mail: Recording) -> None:
    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    add_mail(storage)
    mail.steps.append(die)
    with pytest.raises(Died):
        send(storage, mail, clock)
    clock.forward(minutes=5)
    assert send(storage, mail, clock) == 0
    assert len(mail.sent) == 1
    assert "unknown" in dump(storage.case)


def test_a_refused_mail_has_failed(storage: Storage, clock: SetClock, mail: Recording) -> None:
    add_mail(storage)
    mail.fail("permanent")
    send(storage, mail, clock)
    clock.forward(days=1)
    assert send(storage, mail, clock) == 0
    with storage.transaction(CAMPAIGN) as stores:
        assert stores.outbox.unsettled() == ("report:0616-001",)


def add_word(storage: Storage) -> None:
    links = Links(storage)
    links.link("t1", "oAlice", reach=True)
    links.words.add("t1", "t1:2", text="您关注的事有新进展", number="0616-001", phrase="已转交")


def tell(storage: Storage, clock: SetClock, *channels: Recording, said: datetime | None = None) -> int:
    return send_words(storage, channels, lambda openid: said, clock, owner="a")


def test_word_goes_by_chat_while_the_window_is_open_else_by_template(
    storage: Storage, clock: SetClock
) -> None:
    chat, template = Recording("customer_service"), Recording("template", repeatable=True)
    add_word(storage)
    tell(storage, clock, chat, template)
    assert (len(chat.sent), len(template.sent)) == (0, 1)
    Links(storage).words.add("t1", "t1:3", text="x", number="0616-001", phrase="已整改")
    tell(storage, clock, chat, template, said=clock())
    assert (len(chat.sent), len(template.sent)) == (1, 1)


def test_a_lock_screen_learns_nothing(storage: Storage, clock: SetClock) -> None:
    template = Recording("template", repeatable=True)
    add_word(storage)
    tell(storage, clock, template)
    ((to, notification),) = template.sent
    assert to.openid == "oAlice"
    seen = notification.title + "".join(notification.fields.values()) + notification.text[:20]
    assert "举报" not in seen and "隐患" not in seen
    assert notification.fields == {"number": "0616-001", "state": "已转交", "hint": "有新进展，点开查看"}


def test_whom_nothing_reaches_now_is_tried_later(
    storage: Storage, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = Recording("customer_service")
    add_word(storage)
    assert tell(storage, clock, chat) == 1
    assert tell(storage, clock, chat) == 0
    clock.forward(minutes=5)
    tell(storage, clock, chat, said=clock())
    assert len(chat.sent) == 1
    assert "oAlice" not in caplog.text


def test_a_refusal_lets_the_next_channel_try(storage: Storage, clock: SetClock) -> None:
    chat, template = Recording("customer_service"), Recording("template", repeatable=True)
    chat.fail("permanent", 45015)
    add_word(storage)
    tell(storage, clock, chat, template, said=clock())
    assert len(template.sent) == 1


def test_a_winner_is_told_by_chat_once_the_window_is_open(storage: Storage, clock: SetClock) -> None:
    chat = Recording("customer_service")
    Entrants(storage, CAMPAIGN).enter("oAlice", {"text": "我同意"})
    person = storage.sealing.hash("quiz", "oAlice")
    Words(storage).add_for_winner(CAMPAIGN, person, "prize:ningxia-2020:1", "恭喜您，中了：灭火器。")
    tell(storage, clock, chat)
    assert chat.sent == []
    clock.forward(minutes=5)
    tell(storage, clock, chat, said=clock())
    ((to, notification),) = chat.sent
    assert (to.openid, notification.text, notification.page) == ("oAlice", "恭喜您，中了：灭火器。", "")
    assert tell(storage, clock, chat, said=clock()) == 0
