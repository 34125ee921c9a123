"""Template messages: what an account may send at any time to a follower who asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from channels.base import Address, ChannelError, Notification
from channels.templates import Template, template_for
from wechat.client import WeChat
from wechat.errors import WeChatError


class TemplateChannel:
    """Sends by ``message/template/send`` with the notification's key as ``client_msg_id`` (section 8)."""

    name = "template"
    repeatable = True

    def __init__(
        self, wechat: WeChat, templates: Mapping[str, Template], address: Callable[[str], str]
    ) -> None:
        self._wechat = wechat
        self._templates = templates
        self._address = address

    def reaches(self, to: Address, now: datetime) -> bool:  # noqa: ARG002
        """Whoever follows; that they do is WeChat's to know (43004)."""
        return bool(self._templates and to.openid) and to.allows_channel(self.name)

    def send(self, to: Address, notification: Notification) -> str:
        """Send and return the msgid that the receipt will name."""
        template = template_for(self._templates, notification)
        url = self._address(notification.page) if notification.page else ""
        values = template.fill(notification)
        try:
            return self._wechat.send_template(to.openid, template.id, values, url, notification.key)
        except WeChatError as problem:
            error = ChannelError.of(problem)
        raise error
