"""Pictures that were asked for in chat reach the phone once, on the simulated platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.picture_job import PictureSender
from store.picture_orders import PictureOrders
from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.platform_fixture import Platform
from tests.simulator.product import Product
from tests.store.playing import CAMPAIGN
from tests.wechat.memory_tokens import MemoryTokens
from wechat.client import WeChat

PERSON = "oWangFang0123456789"
PNG = b"\x89PNG\r\n\x1a\n"
MAYBE = "您要的{0}图片可能没有发到。没收到的话，回复“{0}”再要一次，也可以点那条消息里的链接看。"
UPLOAD, SEND = "/cgi-bin/media/upload", "/cgi-bin/message/custom/send"


class Office:
    """One sender, on a platform where somebody has just written."""

    def __init__(self, storage: Storage, platform: Platform, clock: SetClock) -> None:
        settings, url = platform.settings, platform.url
        wechat = WeChat(settings.app_id, settings.app_secret, MemoryTokens(), url, url, url, timeout=(1, 1))
        self.platform, self.clock = platform, clock
        self.orders = PictureOrders(storage, CAMPAIGN)
        self.said: datetime | None = clock()
        self.drawn: list[str] = []
        self.told: list[str] = []
        self.listens = True
        self.sender = PictureSender(
            self.orders,
            last_said=lambda user: self.said,
            now=clock,
            draw=self.draw,
            upload=lambda data: wechat.upload_image("picture", data),
            send=wechat.send_image,
            account=settings.app_id,
            account_link=wechat.qr_content,
            tell=self.tell,
        )

    def draw(self, user: str, picture: str) -> bytes | None:
        assert user == PERSON
        self.drawn.append(picture)
        return PNG + picture.encode() if "/0" not in picture else None

    def tell(self, user: str, text: str) -> bool:
        assert user == PERSON
        if self.listens:
            self.told.append(text)
        return self.listens

    def ask(self, picture: str = "poster/3", message: str = "m1") -> None:
        self.orders.add(PERSON, message, picture)

    def pictures(self) -> list[bytes]:
        """What was sent to the phone, in order."""
        sent = self.platform.sim.state.outbox.to(PERSON, "custom")
        return [self.platform.sim.state.media_bytes(one.payload["image"]["media_id"]) for one in sent]

    def uploads(self) -> int:
        return len(self.platform.sim.state.media)


@pytest.fixture
def office(sqlite_storage: Storage, link: Link, platform: Platform, clock: SetClock) -> Office:
    clock.time = datetime.now(UTC)
    platform.host(Product(platform.settings).app)
    platform.sim.add_person(PERSON, "王芳")
    platform.sim.push_text(PERSON, "海报")
    platform.sim.wait_quiet()
    return Office(replace(sqlite_storage, link=link), platform, clock)


def test_a_picture_is_drawn_uploaded_and_sent_once(office: Office) -> None:
    office.ask()
    assert office.sender.run() == 1
    assert office.sender.run() == 0
    assert office.pictures() == [PNG + b"poster/3"]


def test_a_poster_is_uploaded_once_for_all(office: Office) -> None:
    office.ask()
    office.ask(message="m2")
    office.sender.run()
    assert (len(office.pictures()), office.uploads(), office.drawn) == (2, 1, ["poster/3"])
    assert office.orders.media("poster/3")


def test_a_certificate_is_uploaded_anew_for_its_name_may_have_changed(office: Office) -> None:
    office.ask("certificate/K7QM-2XHD-9RTW")
    office.ask("certificate/K7QM-2XHD-9RTW", "m2")
    office.sender.run()
    assert (len(office.pictures()), office.uploads()) == (2, 2)


def test_what_wechat_did_not_take_is_tried_again(office: Office) -> None:
    office.platform.sim.faults.add(UPLOAD, "error", errcode=-1)
    office.ask()
    office.sender.run()
    assert office.pictures() == []
    office.platform.sim.faults.add(SEND, "error", errcode=-1)
    office.clock.forward(seconds=10)
    office.sender.run()
    assert office.pictures() == []
    office.clock.forward(seconds=60)
    office.sender.run()
    assert len(office.pictures()) == 1


def test_an_upload_that_wechat_has_lost_is_made_again(office: Office) -> None:
    office.orders.keep_media("poster/3", "no-longer-there")
    office.ask()
    office.sender.run()
    office.clock.forward(seconds=10)
    office.sender.run()
    assert office.pictures() == [PNG + b"poster/3"]


def test_a_picture_that_was_perhaps_sent_is_not_repeated(office: Office) -> None:
    office.platform.sim.faults.add(SEND, "lose")
    office.ask()
    office.sender.run()
    office.clock.forward(hours=1)
    office.sender.run()
    assert len(office.pictures()) == 1
    assert office.told == [MAYBE.format("海报")]


def test_a_sender_that_dies_before_it_sends_is_followed_by_another(office: Office) -> None:
    office.ask()
    assert office.orders.take() is not None  # and its process dies
    office.clock.forward(seconds=119)
    office.sender.run()
    assert office.pictures() == []
    office.clock.forward(seconds=2)
    office.sender.run()
    assert (office.pictures(), office.told) == ([PNG + b"poster/3"], [])


def test_a_sender_that_dies_while_it_sends_leaves_word_that_one_may_ask_again(office: Office) -> None:
    office.ask("certificate/K7QM-2XHD-9RTW")
    order = office.orders.take()
    assert order is not None and office.orders.goes_out(order)  # and its process dies
    office.clock.forward(seconds=121)
    office.listens = False  # the person is being answered just now
    office.sender.run()
    office.listens = True
    office.clock.forward(seconds=121)
    office.sender.run()
    office.clock.forward(seconds=600)
    office.sender.run()
    assert (office.pictures(), office.told) == ([], [MAYBE.format("证书")])
    office.ask("certificate/K7QM-2XHD-9RTW", "m2")
    office.sender.run()
    assert len(office.pictures()) == 1


def test_a_slow_sender_whose_picture_another_has_taken_sends_nothing(office: Office) -> None:
    office.ask()
    slow = office.orders.take()
    assert slow is not None
    office.clock.forward(seconds=121)
    office.sender.run()
    assert not office.orders.goes_out(slow)
    assert not office.orders.again(slow)
    assert len(office.pictures()) == 1


def test_what_was_tried_in_vain_is_said_to_be_so(office: Office) -> None:
    office.platform.sim.faults.add(SEND, "error", errcode=-1, calls=None)
    office.ask()
    for seconds in (0, 10, 60, 300, 3600):
        office.clock.forward(seconds=seconds)
        office.sender.run()
    assert (office.pictures(), office.told) == ([], [MAYBE.format("海报")])
    assert office.orders.lost() == []


def test_nothing_is_left_in_redis_of_what_was_sent(office: Office, link: Link) -> None:
    office.ask()
    office.sender.run()
    left = [key for key in link.call("KEYS", "picture*") if not key.startswith(b"picture-asked:")]
    assert left == []


def test_nothing_is_sent_when_the_window_has_closed(office: Office) -> None:
    office.said = office.clock() - timedelta(hours=48)
    office.ask()
    assert office.sender.run() == 1
    assert (office.pictures(), office.drawn) == ([], [])


def test_an_order_that_overtook_its_turn_waits(office: Office) -> None:
    office.said = None
    office.ask()
    office.sender.run()
    office.said = office.clock()
    office.clock.forward(seconds=10)
    office.sender.run()
    assert len(office.pictures()) == 1


def test_a_picture_that_is_no_more_is_not_sent(office: Office) -> None:
    office.ask("poster/0")
    office.sender.run()
    assert (office.pictures(), office.orders.take()) == ([], None)


def test_no_log_names_a_person(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.platform.sim.faults.add(SEND, "error", errcode=48002)
    office.ask()
    office.sender.run()
    assert "not sent" in caplog.text
    assert PERSON not in caplog.text


def test_what_the_qr_code_says_is_asked_once(office: Office) -> None:
    assert (office.sender.learn_link(), office.sender.learn_link()) == (1, 0)
    (code,) = office.platform.sim.state.qrcodes.values()
    assert (code.scene, office.orders.account_link()) == ("poster", code.url)


def test_an_account_without_qr_codes_is_no_fault(office: Office) -> None:
    office.platform.sim.faults.add("/cgi-bin/qrcode/create", "error", errcode=48001)
    assert office.sender.learn_link() == 0
    assert office.orders.account_link() == ""
