"""Customer-service messages: a late answer to somebody who wrote to us."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.message import Reply
from channels.base import Address, ChannelError, Notification
from wechat.client import WeChat
from wechat.errors import WeChatError
from wechat.text import compose, fit

#: The window is 48 hours from a person's own message; the last minutes are left alone (section 7).
WINDOW = timedelta(hours=48) - timedelta(minutes=5)


class CustomerServiceChannel:
    """Sends the full text in the chat while the person's window is open."""

    name = "customer_service"
    repeatable = False

    def __init__(self, wechat: WeChat, address: Callable[[str], str]) -> None:
        self._wechat = wechat
        self._address = address

    def reaches(self, to: Address, now: datetime) -> bool:
        """Whoever wrote to us within the window."""
        if not to.openid or to.last_said is None or not to.allows_channel(self.name):
            return False
        return timedelta() <= now - to.last_said < WINDOW

    def send(self, to: Address, notification: Notification) -> str:
        """Send; no receipt comes, so there is nothing to return."""
        text = fit(compose(Reply(notification.text, page=notification.page), self._address))
        try:
            self._wechat.send_text(to.openid, text)
        except WeChatError as problem:
            error = ChannelError.of(problem)
        else:
            return ""
        raise error
