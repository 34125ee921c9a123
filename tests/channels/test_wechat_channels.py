"""Template, subscription and customer-service channels on the simulated platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from channels import build_channels
from channels.base import Address, Channel, ChannelError, Notification
from tests.channels.people import DEADLINE, NOW, PERSON, SOMEBODY, TEMPLATES, address
from tests.platform_fixture import Platform
from tests.wechat.memory_tokens import MemoryTokens
from wechat.client import WeChat


@pytest.fixture
def channels(platform: Platform) -> dict[str, Channel]:
    settings, url = platform.settings, platform.url
    wechat = WeChat(settings.app_id, settings.app_secret, MemoryTokens(), url, url, url, timeout=(1, 1))
    platform.sim.add_person(PERSON, "王芳")
    return build_channels(address, lambda: NOW, wechat, TEMPLATES, TEMPLATES)


def failure(channel: Channel, to: Address = SOMEBODY, notification: Notification = DEADLINE) -> ChannelError:
    with pytest.raises(ChannelError) as problem:
        channel.send(to, notification)
    assert problem.value.__context__ is None and to.openid not in str(problem.value)
    return problem.value


def test_channels_are_built_from_what_is_set(channels: dict[str, Channel]) -> None:
    assert list(channels) == ["template", "subscription", "customer_service"]
    assert list(build_channels(address, lambda: NOW)) == []
    mail_only = build_channels(address, lambda: NOW, smtp_url="smtp://127.0.0.1:25", mail_from="a@b.cn")
    assert list(mail_only) == ["mail"]


# --- template


def test_a_template_message_arrives_with_fitted_values(
    platform: Platform, channels: dict[str, Channel]
) -> None:
    receipt = channels["template"].send(SOMEBODY, DEADLINE)
    (sent,) = platform.sim.state.outbox.to(PERSON, "template")
    assert receipt == str(sent.msgid)
    assert sent.client_msg_id == DEADLINE.key
    assert sent.payload["data"]["time2"] == {"value": "2020年7月10日 23:59"}
    assert sent.payload["url"] == "http://127.0.0.1:9/deadlines"


def test_a_repeat_of_a_template_message_is_no_second_card(
    platform: Platform, channels: dict[str, Channel]
) -> None:
    platform.sim.faults.add("/cgi-bin/message/template/send", "lose")
    assert failure(channels["template"]).ambiguous and channels["template"].repeatable
    assert channels["template"].send(SOMEBODY, DEADLINE)
    assert (platform.sim.state.outbox.posts, platform.sim.state.outbox.cards) == (2, 1)


def test_a_lost_request_is_ambiguous_too(platform: Platform, channels: dict[str, Channel]) -> None:
    platform.sim.faults.add("/cgi-bin/message/template/send", "drop")
    assert failure(channels["template"]).ambiguous


def test_who_does_not_follow_is_reached_another_way(platform: Platform, channels: dict[str, Channel]) -> None:
    platform.sim.add_person(PERSON, "王芳", follows=False)
    problem = failure(channels["template"])
    assert problem.permanent and problem.code == 43004


def test_a_kind_without_a_template_needs_a_look(channels: dict[str, Channel]) -> None:
    assert failure(channels["template"], notification=replace(DEADLINE, kind="other")).alarming


def test_a_template_needs_an_openid_and_leave(channels: dict[str, Channel]) -> None:
    template = channels["template"]
    assert template.reaches(SOMEBODY, NOW)
    assert not template.reaches(Address(email="a@b.cn"), NOW)
    assert not template.reaches(replace(SOMEBODY, allows=frozenset({"mail"})), NOW)


# --- subscription


def test_a_notification_takes_one_consent(platform: Platform, channels: dict[str, Channel]) -> None:
    platform.sim.state.credits[f"{PERSON}|deadline"] = 1
    assert channels["subscription"].send(SOMEBODY, DEADLINE)
    problem = failure(channels["subscription"])
    assert problem.permanent and problem.code == 43101
    assert not channels["subscription"].repeatable


# --- customer service


@pytest.mark.parametrize(
    ("ago", "reached"),
    [
        (timedelta(0), True),
        (timedelta(hours=47), True),
        (timedelta(hours=48), False),
        (timedelta(hours=-1), False),
    ],
)
def test_customer_service_reaches_whoever_wrote_lately(
    channels: dict[str, Channel], ago: timedelta, reached: bool
) -> None:
    assert channels["customer_service"].reaches(replace(SOMEBODY, last_said=NOW - ago), NOW) is reached


def test_customer_service_does_not_reach_who_never_wrote(channels: dict[str, Channel]) -> None:
    assert not channels["customer_service"].reaches(Address(openid=PERSON), NOW)


def test_the_full_text_goes_into_the_chat(platform: Platform, channels: dict[str, Channel]) -> None:
    from simulator.windows import Windows

    assert isinstance(platform.sim.state.windows, Windows)
    platform.sim.state.windows.open(PERSON, "message", platform.sim.seconds())
    assert channels["customer_service"].send(SOMEBODY, DEADLINE) == ""
    (sent,) = platform.sim.state.outbox.to(PERSON, "custom")
    content = sent.payload["text"]["content"]
    assert content.startswith(DEADLINE.text) and 'href="http://127.0.0.1:9/deadlines"' in content


def test_a_closed_window_is_told_by_the_platform(channels: dict[str, Channel]) -> None:
    problem = failure(channels["customer_service"])
    assert problem.permanent and problem.code == 45015


def test_a_long_text_is_cut_to_one_message(platform: Platform, channels: dict[str, Channel]) -> None:
    platform.sim.state.windows.open(PERSON, "message", platform.sim.seconds())
    channels["customer_service"].send(SOMEBODY, replace(DEADLINE, text="字" * 3000))
    (sent,) = platform.sim.state.outbox.to(PERSON, "custom")
    assert sent.payload["text"]["content"].endswith("…")
