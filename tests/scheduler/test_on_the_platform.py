"""From plan to receipt with the real template channel on the simulated platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels import build_channels
from channels.templates import Template
from scheduler.dispatcher import Dispatcher
from scheduler.jobs import write_plan
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.reminder_values import ACCEPTED, DELIVERED, PENDING, UNKNOWN
from store.stores import Storage
from store.tokens import Tokens
from store.turn import Turns
from tests.conftest import SetClock
from tests.platform_fixture import Platform
from tests.scheduler.conftest import Killed, Office
from tests.scheduler.rows import a_liaison, a_unit, at, campaign_with
from tests.simulator.product import Product, Received
from tests.wechat.memory_tokens import MemoryTokens
from wechat.client import WeChat

PERSON = "oWangFang0123456789"
FIELDS = {"matter": "thing1", "due": "time2", "unit": "thing3", "hint": "thing4"}
SEND = "/cgi-bin/message/template/send"


@pytest.fixture
def on_platform(platform: Platform, storage: Storage, clock: SetClock) -> Office:
    """A liaison who follows the account on the platform, and a product that hands on its receipts."""
    clock.time = datetime.now(UTC).replace(microsecond=0)
    unit = a_unit(storage)
    office = Office(
        storage, clock, campaign_with(at("2020-07-10 00:00").date()), unit, a_liaison(storage, unit, PERSON)
    )
    product = Product(platform.settings)
    product.say = lambda received: _settle(office, received)
    platform.host(product.app)
    platform.sim.add_person(PERSON, "王芳")
    return office


def _settle(office: Office, received: Received) -> dict[str, Any] | None:
    if received.word("Event") == "TEMPLATESENDJOBFINISH":
        told = datetime.fromtimestamp(int(received.word("CreateTime")), tz=UTC)
        office.stores(
            lambda stores: stores.reminders.receipt(
                received.word("MsgID"), received.word("FromUserName"), received.word("Status"), told
            )
        )
    return None


def dispatcher(office: Office, platform: Platform) -> Dispatcher:
    settings, url = platform.settings, platform.url
    wechat = WeChat(settings.app_id, settings.app_secret, MemoryTokens(), url, url, url, timeout=(1, 1))
    templates = {"reminder": Template("deadline", FIELDS)}
    channels = build_channels(lambda page: f"{url}/{page}", office.machine, wechat, templates)
    return Dispatcher(
        office.campaign, office.storage, tuple(channels.values()), office.now, "a", at=office._die
    )


def send(office: Office, platform: Platform) -> None:
    write_plan(office.storage, office.campaign, office.now())
    dispatcher(office, platform).tick()
    assert platform.sim.wait_quiet()


def test_a_reminder_is_delivered(on_platform: Office, platform: Platform) -> None:
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", DELIVERED)
    (sent,) = platform.sim.state.outbox.to(PERSON, "template")
    assert sent.payload["data"] == {
        "thing1": {"value": "月总结、统计表、影像"},
        "time2": {"value": "2020年7月10日 23:59"},
        "thing3": {"value": "青泉市安委会"},
        "thing4": {"value": "还有3天，点开看怎么报"},
    }


def test_a_lost_answer_ends_as_one_card(on_platform: Office, platform: Platform) -> None:
    platform.sim.faults.add(SEND, "lose")
    platform.sim.faults.drop_receipts = True
    send(on_platform, platform)
    on_platform.machine.forward(seconds=5)
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", ACCEPTED)
    assert (platform.sim.state.outbox.posts, platform.sim.state.outbox.cards) == (2, 1)


def test_the_receipt_of_a_lost_answer_spares_the_repeat(on_platform: Office, platform: Platform) -> None:
    platform.sim.faults.add(SEND, "lose")
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", DELIVERED)
    on_platform.machine.forward(minutes=30)
    send(on_platform, platform)
    assert platform.sim.state.outbox.posts == 1


def test_a_crash_after_the_post_ends_as_one_card(on_platform: Office, platform: Platform) -> None:
    platform.sim.faults.drop_receipts = True
    on_platform.dies_at = "posted"
    with pytest.raises(Killed):
        send(on_platform, platform)
    on_platform.machine.forward(minutes=3)
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", ACCEPTED)
    assert (platform.sim.state.outbox.posts, platform.sim.state.outbox.cards) == (2, 1)


def test_past_the_platforms_memory_no_second_card_is_made(on_platform: Office, platform: Platform) -> None:
    platform.sim.faults.add(SEND, "lose")
    platform.sim.faults.drop_receipts = True
    send(on_platform, platform)
    on_platform.machine.forward(minutes=11)
    platform.time.forward(660)
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", UNKNOWN)
    assert platform.sim.state.outbox.cards == 1


def test_a_block_is_found_by_its_receipt(on_platform: Office, platform: Platform) -> None:
    platform.sim.faults.receipts.append("failed:user block")
    send(on_platform, platform)
    (row, *_) = on_platform.rows
    assert (row.state, row.channel) == ("pending", "template")


def test_off_the_whitelist_a_reminder_waits_until_the_address_is_back_on_it(
    on_platform: Office, platform: Platform
) -> None:
    on_platform.stores(
        lambda stores: stores.liaisons.change(on_platform.liaison, {"name": "李敏"}, name="李敏", email="")
    )
    platform.sim.faults.refuse_ip = True
    send(on_platform, platform)
    assert (on_platform.rows[0].state, on_platform.rows[0].reason) == (PENDING, "held: template 40164")
    platform.sim.faults.refuse_ip = False
    on_platform.machine.forward(minutes=2)
    platform.time.forward(120)  # a receipt that comes before the answer is known by its time
    send(on_platform, platform)
    assert on_platform.states[0] == ("T-3", DELIVERED)
    assert platform.sim.state.outbox.cards == 1


def test_without_redis_the_template_goes_out_all_the_same(
    on_platform: Office, platform: Platform, tmp_path: Path
) -> None:
    """The token is fetched by this process for itself, and nobody knows of a window."""
    gone = EmbeddedRedis(tmp_path / "redis")
    gone.start()
    link = Link(gone.url, 0.5)
    turns = Turns(link, on_platform.storage.sealing, on_platform.campaign.id)
    assert turns.last_said(PERSON) is None
    gone.kill()
    settings, url = platform.settings, platform.url
    tokens = Tokens(link, on_platform.storage.sealing, settings.app_id)
    wechat = WeChat(settings.app_id, settings.app_secret, tokens, url, url, url, timeout=(1, 1))
    channels = build_channels(
        lambda page: f"{url}/{page}", on_platform.machine, wechat, {"reminder": Template("deadline", FIELDS)}
    )
    write_plan(on_platform.storage, on_platform.campaign, on_platform.now())
    sender = replace(
        dispatcher(on_platform, platform), channels=tuple(channels.values()), last_said=turns.last_said
    )
    sender.tick()
    assert platform.sim.wait_quiet()
    gone.stop()
    assert on_platform.states[0] == ("T-3", DELIVERED)
    assert platform.sim.state.outbox.cards == 1
