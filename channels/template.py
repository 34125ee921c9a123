"""Template messages: what an account may send at any time to a follower who asked for it."""

from __future__ import annotations

from channels.templated import TemplatedChannel


class TemplateChannel(TemplatedChannel):
    """Sends by ``message/template/send`` with the notification's key as ``client_msg_id`` (section 8)."""

    name = "template"
    repeatable = True

    def _post(self, openid: str, template: str, values: dict[str, str], page: str, key: str) -> str:
        return self._wechat.send_template(openid, template, values, page, key)
