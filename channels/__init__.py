"""Ways to reach a person, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from channels.base import Channel
from channels.customer_service import CustomerServiceChannel
from channels.mail import MailChannel, read_server
from channels.subscription import SubscriptionChannel
from channels.template import TemplateChannel
from channels.templates import Template
from wechat.client import WeChat

__all__ = ["build_channels"]


def build_channels(
    address: Callable[[str], str],
    now: Callable[[], datetime],
    wechat: WeChat | None = None,
    templates: Mapping[str, Template] | None = None,
    subscriptions: Mapping[str, Template] | None = None,
    smtp_url: str = "",
    mail_from: str = "",
) -> dict[str, Channel]:
    """The channels that the settings allow, by name, in the order in which they are tried by default."""
    built: list[Channel] = []
    if wechat is not None and templates:
        built.append(TemplateChannel(wechat, templates, address))
    if wechat is not None and subscriptions:
        built.append(SubscriptionChannel(wechat, subscriptions, address))
    if wechat is not None:
        built.append(CustomerServiceChannel(wechat, address))
    if smtp_url:
        built.append(MailChannel(read_server(smtp_url), mail_from, address, now))
    return {channel.name: channel for channel in built}
