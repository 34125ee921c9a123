import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from channels import build_channels
from channels.base import Channel
from channels.templates import Template, read_templates
from cli.run import TEMPLATES
from rules.prizes import HAS_WON
from rules.report_states import State, phrase
from scheduler.outbox_job import send_mails, send_words
from store.identity.entrants import Entrants
from store.identity.links import Links
from store.identity.words import About, Words
from store.redis_link import Unavailable
from store.stores import Storage
from tests.conftest import SetClock
from tests.platform_fixture import Platform
from tests.scheduler.conftest import Recording
from tests.store.reporting import CAMPAIGN, dump
from tests.wechat.memory_tokens import MemoryTokens
from wechat.client import WeChat

FIELDS = {"number": "character_string1", "state": "phrase2", "hint": "thing3"}
PRIZE = "prize:ningxia-2020:1"


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


def add_win(storage: Storage, text: str, phrase: str = "", due: str = "") -> Words:
    """Somebody who takes part in draws has won, and a message of this text waits for them."""
    Entrants(storage, CAMPAIGN).enter("oAlice", {"text": "我同意"})
    words = Words(storage)
    words.add_for_winner(
        CAMPAIGN, storage.sealing.hash("quiz", "oAlice"), PRIZE, text, phrase=phrase, due=due
    )
    return words


def on_platform(platform: Platform, clock: SetClock, templates: Mapping[str, Template]) -> dict[str, Channel]:
    """The channels to the simulated platform, where this person follows the account."""
    settings, url = platform.settings, platform.url
    wechat = WeChat(settings.app_id, settings.app_secret, MemoryTokens(), url, url, url, timeout=(1, 1))
    platform.sim.add_person("oAlice", "王芳")
    return build_channels(lambda page: f"{url}/{page}", clock, wechat, templates)


def add_word(storage: Storage) -> None:
    links = Links(storage)
    links.link("t1", "oAlice", reach=True)
    links.words.add("t1", "t1:2", text="您关注的事有新进展", number="0616-001", phrase="已转交")


def tell(storage: Storage, clock: SetClock, *channels: Channel, said: datetime | None = None) -> int:
    tellers: dict[About, Sequence[Channel]] = {"report": channels, "prize": channels[:1]}
    return send_words(storage, tellers, lambda openid: said, clock, owner="a")


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
    words = add_win(storage, "恭喜您，中了：灭火器。")
    tell(storage, clock, chat)
    assert chat.sent == []
    clock.forward(minutes=5)
    tell(storage, clock, chat, said=clock())
    ((to, notification),) = chat.sent
    assert (to.openid, notification.text) == ("oAlice", "恭喜您，中了：灭火器。")
    assert tell(storage, clock, chat, said=clock()) == 0
    assert words.in_full(PRIZE)


def test_outside_the_window_a_winner_is_told_by_a_card_that_names_no_prize(
    storage: Storage, clock: SetClock, platform: Platform
) -> None:
    """On the simulated platform, with the fields that the README names and ``run`` sets."""
    setting = {"prize": {**TEMPLATES["prize"], "id": "prize"}}
    built = on_platform(platform, clock, read_templates(json.dumps(setting)))
    words = add_win(storage, "中了：灭火器。", phrase=HAS_WON, due="2020-07-12")
    tellers = (built["customer_service"], built["template"])
    assert send_words(storage, {"report": (), "prize": tellers}, lambda _: None, clock, owner="a") == 1
    (sent,) = platform.sim.state.outbox.to("oAlice", "template")
    assert sent.payload["data"] == {
        "phrase1": {"value": "已中奖"},
        "date2": {"value": "2020年7月12日"},
        "thing3": {"value": "回复“领奖”看详情"},
    }
    assert sent.payload["url"] == f"{platform.url}/go/prize_claim"
    assert not words.in_full(PRIZE)


def test_where_nobody_can_tell_the_window_the_card_goes_out(storage: Storage, clock: SetClock) -> None:
    def gone(openid: str) -> datetime | None:
        raise Unavailable("redis")

    chat, template = Recording("customer_service"), Recording("template", repeatable=True)
    add_word(storage)
    tellers: dict[About, Sequence[Channel]] = {"report": (chat, template), "prize": ()}
    assert send_words(storage, tellers, gone, clock, owner="a") == 1
    assert (len(chat.sent), len(template.sent)) == (0, 1)


def test_a_card_tells_number_state_and_hint_and_nothing_of_the_matter(
    storage: Storage, clock: SetClock, platform: Platform
) -> None:
    """On the simulated platform, which holds values to their rules, with the fields that the README names."""
    built = on_platform(platform, clock, {"report": Template("news", FIELDS)})
    add_word(storage)
    assert tell(storage, clock, built["customer_service"], built["template"]) == 1
    (sent,) = platform.sim.state.outbox.to("oAlice", "template")
    assert sent.payload["data"] == {
        "character_string1": {"value": "0616-001"},
        "phrase2": {"value": "已转交"},
        "thing3": {"value": "有新进展，点开查看"},
    }
    assert sent.payload["url"] == f"{platform.url}/go/report_status"


@pytest.mark.parametrize("state", list(State))
def test_every_state_fits_its_field(state: State) -> None:
    assert re.fullmatch(r"[\u4e00-\u9fff]{2,5}", phrase(state))
