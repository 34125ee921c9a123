"""Subscription notifications: one for each consent, or many under a long-term one."""

from __future__ import annotations

from channels.templated import TemplatedChannel


class SubscriptionChannel(TemplatedChannel):
    """Sends by ``message/subscribe/bizsend``, which knows no key against repeats (section 9).

    Our count of consents is a hint only; WeChat's 43101 is the truth.
    """

    name = "subscription"
    repeatable = False

    def _post(self, openid: str, template: str, values: dict[str, str], page: str, key: str) -> str:  # noqa: ARG002
        return self._wechat.send_notification(openid, template, values, page)
