"""Subscription notifications: one for each consent, or many under a long-term one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from channels.base import Address, ChannelError, Notification
from channels.templates import Template, template_for
from wechat.client import WeChat
from wechat.errors import WeChatError


class SubscriptionChannel:
    """Sends by ``message/subscribe/bizsend``, which knows no key against repeats (section 9)."""

    name = "subscription"
    repeatable = False

    def __init__(
        self, wechat: WeChat, templates: Mapping[str, Template], address: Callable[[str], str]
    ) -> None:
        self._wechat = wechat
        self._templates = templates
        self._address = address

    def reaches(self, to: Address, now: datetime) -> bool:  # noqa: ARG002
        """Whoever may have agreed: our count of consents is a hint, 43101 is the truth."""
        return bool(self._templates and to.openid) and to.allows_channel(self.name)

    def send(self, to: Address, notification: Notification) -> str:
        """Send and return the msgid that the receipt will name."""
        template = template_for(self._templates, notification)
        page = self._address(notification.page) if notification.page else ""
        values = template.fill(notification)
        try:
            return self._wechat.send_notification(to.openid, template.id, values, page)
        except WeChatError as problem:
            error = ChannelError.of(problem)
        raise error
