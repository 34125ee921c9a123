"""What template messages and subscription notifications share: a template that is filled, and a page to open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime

from channels.base import Address, ChannelError, Notification
from channels.templates import Template, template_for
from wechat.client import WeChat
from wechat.errors import WeChatError


class TemplatedChannel(ABC):
    """A channel of WeChat whose messages are filled templates."""

    name = ""

    def __init__(
        self, wechat: WeChat, templates: Mapping[str, Template], address: Callable[[str], str]
    ) -> None:
        self._wechat = wechat
        self._templates = templates
        self._address = address

    def reaches(self, to: Address, now: datetime) -> bool:  # noqa: ARG002
        """Whoever has an OpenID; that they follow, or agreed, is WeChat's to know (43004, 43101)."""
        return bool(self._templates and to.openid) and to.allows_channel(self.name)

    def send(self, to: Address, notification: Notification) -> str:
        """Send and return the msgid that the receipt will name."""
        template = template_for(self._templates, notification)
        page = self._address(notification.page) if notification.page else ""
        values = template.fill(notification)
        try:
            return self._post(to.openid, template.id, values, page, notification.key)
        except WeChatError as problem:
            error = ChannelError.of(problem)
        raise error

    @abstractmethod
    def _post(self, openid: str, template: str, values: dict[str, str], page: str, key: str) -> str:
        """The one call."""
