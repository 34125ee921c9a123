"""The interfaces by which the account speaks to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from simulator.acts import Acts
from simulator.call import Answer, Call
from simulator.errors import ApiError
from simulator.outbox import Outbox
from simulator.records import Person, Sent
from simulator.settings import Template
from simulator.values import wrong_field

TEXT_LIMIT = 2048
SENT_ONCE_WITHIN = 600.0
TYPING_LASTS, TYPING_NEEDS = 15.0, 30.0
BLOCKED = "failed:user block"


class Sending:
    """Accepts or refuses what the account wants to send, and shows it to the person."""

    def __init__(self, world: Acts) -> None:
        self._world = world
        self._once = _sent_lately(world.state.outbox)
        self._typing: dict[str, float] = {}
        self._lock = Lock()

    # template messages

    def template(self, call: Call) -> Answer:
        """message/template/send"""
        body = call.json()
        person = self._known(body)
        if not person.follows:
            raise ApiError(43004)
        template = self._template(body)
        client_id = str(body.get("client_msg_id") or "")
        msgid, first = self._number(person, client_id)
        self._keep("template", person, body, msgid, client_id, first and not person.blocked)
        if first:
            self._show_card(person, template, body, "template")
            self._report(person, msgid)
        return {"errcode": 0, "errmsg": "ok", "msgid": msgid}

    def _number(self, person: Person, client_id: str) -> tuple[int, bool]:
        """Give the message its id: that of the first where the same client_msg_id came within ten minutes."""
        now, key = self._world.seconds(), (person.openid, client_id)
        with self._lock:
            msgid, at = self._once.get(key, (0, 0.0))
            if client_id and msgid and now - at < SENT_ONCE_WITHIN:
                return msgid, False
            msgid = self._world.fresh_id()
            self._once[key] = (msgid, now)
            return msgid, True

    def _report(self, person: Person, msgid: int) -> None:
        """Push the receipt of a template message a moment later."""
        world = self._world
        status = world.faults.take_receipt(BLOCKED if person.blocked else "success")
        good = status == "success"
        word = "送达" if good else "拒收" if status == BLOCKED else "失败"
        world.log(f"模板消息 → {person.name}", "done" if good else "heed", word)
        if world.faults.drop_receipts:
            return
        world.later(
            lambda: world.push_event(person, "TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status),
            world.timing.receipt_after,
        )

    # subscription notifications

    def subscription(self, call: Call) -> Answer:
        """message/subscribe/bizsend"""
        body = call.json()
        person, template = self._known(body), self._template(body)
        self._spend_credit(person, template)
        msgid = self._world.fresh_id()
        self._keep("subscription", person, body, msgid, "", True)
        self._show_card(person, template, {**body, "url": body.get("page", "")}, "subscription")
        self._world.log(f"订阅通知 → {person.name}", "done", "送达")
        if not self._world.faults.drop_receipts:
            self._world.later(lambda: self._report_subscription(person, template, msgid))
        return {"errcode": 0, "errmsg": "ok", "msgid": msgid}

    def _spend_credit(self, person: Person, template: Template) -> None:
        key, state = f"{person.openid}|{template.id}", self._world.state
        with state.lock:
            if not state.credits.get(key):
                raise ApiError(43101)
            state.credits[key] -= 1

    def _report_subscription(self, person: Person, template: Template, msgid: int) -> None:
        outcome = {"TemplateId": template.id, "MsgID": msgid, "ErrorCode": 0, "ErrorStatus": "success"}
        self._world.push_event(person, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": outcome})

    # customer-service messages

    def custom(self, call: Call) -> Answer:
        """message/custom/send"""
        body = call.json()
        person = self._known(body)
        kind = str(body.get("msgtype"))
        read = self._readers().get(kind)
        if read is None:
            raise ApiError(40008)
        part = body.get(kind)
        content = read(part if isinstance(part, dict) else {})
        self._spend_window(person)
        self._typing.pop(person.openid, None)
        self._keep("custom", person, body, self._world.fresh_id(), "", True)
        self._world.show(person, "account", kind, content)
        self._world.log(f"客服消息 → {person.name}", "done", "送达")
        return {"errcode": 0, "errmsg": "ok"}

    def _readers(self) -> Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            "text": lambda part: {"text": checked_text(part.get("content"))},
            "image": lambda part: {"media_id": self._media(part.get("media_id"), "image")},
            "voice": lambda part: {"media_id": self._media(part.get("media_id"), "voice")},
            "news": checked_news,
            "msgmenu": checked_menu,
        }

    def _media(self, media_id: object, kind: str) -> str:
        media = self._world.state.media.get(str(media_id))
        if media is None or media.type != kind:
            raise ApiError(40007)
        return media.id

    def _spend_window(self, person: Person) -> None:
        if person.blocked:
            raise ApiError(48002)
        found = self._world.state.windows.spend(person.openid, self._world.seconds())
        if found != "spent":
            raise ApiError(45015 if found == "closed" else 45047)

    def typing(self, call: Call) -> Answer:
        """message/custom/typing"""
        body = call.json()
        person, now = self._known(body), self._world.seconds()
        if body.get("command") == "CancelTyping":
            self._typing.pop(person.openid, None)
        elif body.get("command") == "Typing":
            self._start_typing(person, now)
        else:
            raise ApiError(45072)
        self._world.state.touch()
        return {"errcode": 0, "errmsg": "ok"}

    def _start_typing(self, person: Person, now: float) -> None:
        windows = self._world.state.windows
        if not windows.is_open(person.openid, now):
            raise ApiError(45015)
        if now - windows.last_trigger(person.openid) > TYPING_NEEDS:
            raise ApiError(45080)
        if self.is_typing(person):
            raise ApiError(45081)
        self._typing[person.openid] = now + TYPING_LASTS

    def is_typing(self, person: Person) -> bool:
        """Say whether the phone shows that the account is typing."""
        return self._typing.get(person.openid, 0.0) > self._world.seconds()

    # what they share

    def _known(self, body: Mapping[str, Any]) -> Person:
        person = self._world.state.persons.get(str(body.get("touser")))
        if person is None:
            raise ApiError(40003)
        return person

    def _template(self, body: Mapping[str, Any]) -> Template:
        template = self._world.settings.template(str(body.get("template_id")))
        if template is None:
            raise ApiError(40037)
        problem = wrong_field(template, body.get("data"))
        if problem:
            raise ApiError(47003, problem)
        return template

    def _show_card(self, person: Person, template: Template, body: Mapping[str, Any], kind: str) -> None:
        if person.blocked and kind == "template":
            return
        rows = [[spec.label, body["data"][spec.name]["value"]] for spec in template.fields]
        card = {"title": template.title, "rows": rows, "url": body.get("url") or ""}
        self._world.show(person, "account", kind, card)

    def _keep(
        self, kind: str, person: Person, body: dict[str, Any], msgid: int, client_id: str, shown: bool
    ) -> None:
        at = self._world.now().isoformat()
        self._world.state.outbox.add(Sent(kind, person.openid, body, at, msgid, client_id, shown))


def _sent_lately(outbox: Outbox) -> dict[tuple[str, str], tuple[int, float]]:
    """Remember, after a restart, which client_msg_id was given which number and when."""
    return {
        (sent.touser, sent.client_msg_id): (sent.msgid, datetime.fromisoformat(sent.at).timestamp())
        for sent in reversed(list(outbox))
        if sent.kind == "template" and sent.client_msg_id
    }


def checked_text(content: object) -> str:
    """Take the words of a text message, or refuse them."""
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > TEXT_LIMIT:
        raise ApiError(45002)
    return content


def checked_news(part: dict[str, Any]) -> dict[str, Any]:
    """Take the one article of a news message, or refuse it."""
    articles = part.get("articles")
    if not isinstance(articles, list) or not articles or not all(isinstance(one, dict) for one in articles):
        raise ApiError(44004)
    if len(articles) > 1:
        raise ApiError(45008)
    names = ("title", "description", "url", "picurl")
    return {"articles": [{name: str(one.get(name, "")) for name in names} for one in articles]}


def checked_menu(part: dict[str, Any]) -> dict[str, Any]:
    """Take a menu message, or refuse it."""
    items = part.get("list")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise ApiError(44004)
    chosen = [{"id": str(item.get("id", "")), "text": checked_text(item.get("content"))} for item in items]
    head, tail = str(part.get("head_content", "")), str(part.get("tail_content", ""))
    return {"text": head, "items": chosen, "tail": tail}
