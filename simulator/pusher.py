"""Takes what people do to the product, and what it answers back to them."""

from __future__ import annotations

import hmac
import http.client
import secrets
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from simulator.cipher import CipherError, signature
from simulator.messages import Fields, ReplyError, build, parse, read_reply
from simulator.records import Bubble, Person
from simulator.world import World

Status = Literal["replied", "success", "failed", "dropped"]
OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"
QUIET_EVENTS = {
    "unsubscribe",
    "VIEW",
    "TEMPLATESENDJOBFINISH",
    "subscribe_msg_popup_event",
    "subscribe_msg_change_event",
    "subscribe_msg_sent_event",
}


@dataclass(frozen=True)
class Push:
    """One push, as it is repeated until it is answered."""

    openid: str
    xml: str
    what: str
    articles: int = 1
    quiet: bool = False


@dataclass(frozen=True)
class PushResult:
    """What became of a push: the bubbles it brought, how often it was tried, how long the answer took."""

    replies: tuple[Bubble, ...]
    status: Status
    attempts: int
    milliseconds: int
    push: Push
    problem: str = ""
    heard: tuple[str, ...] = ()  # the words that each delivery was answered with, those too that got lost

    @property
    def text(self) -> str:
        """The words of the reply, empty where there was none."""
        return "\n".join(bubble.text for bubble in self.replies)


@dataclass(frozen=True)
class _Answer:
    reply: tuple[str, dict[str, Any]] | None = None
    problem: str = ""

    @property
    def words(self) -> str:
        return str(self.reply[1].get("text", "")) if self.reply else ""


class Pusher:
    """The side of the platform that calls the product."""

    def __init__(self, world: World) -> None:
        self._world = world

    def push(self, person: Person, fields: Fields, what: str) -> PushResult:
        """Push a message or event of a person, made from its fields."""
        head: Fields = {
            "ToUserName": self._world.settings.account,
            "FromUserName": person.openid,
            "CreateTime": int(self._world.seconds()),
        }
        articles = 8 if "Event" in fields else 1
        quiet = fields.get("Event") in QUIET_EVENTS
        return self.deliver(Push(person.openid, build({**head, **fields}), what, articles, quiet))

    def deliver(self, push: Push) -> PushResult:
        """Deliver a push, up to three times, and show what comes of it."""
        world = self._world
        if world.faults.drop_pushes:
            world.log(push.what, "heed", "丢了")
            return PushResult((), "dropped", 0, 0, push)
        result = self._tries(push)
        done = result.status != "failed"
        world.log(
            push.what, "done" if done else "heed", f"{result.milliseconds} 毫秒" if done else result.problem
        )
        return result

    def _tries(self, push: Push) -> PushResult:
        began, answer, spent = time.monotonic(), _Answer(problem="没有投递"), 0
        timing = self._world.timing.deliveries
        heard: list[str] = []
        for attempt, due in enumerate(timing, start=1):
            self._world.pause(began + due - time.monotonic())
            started = time.monotonic()
            answer = self._once(push)
            spent = round((time.monotonic() - started) * 1000)
            heard.append(answer.words)
            if not answer.problem:
                return replace(self._show(push, answer, attempt, spent), heard=tuple(heard))
        return replace(self._give_up(push, answer.problem, len(timing), spent), heard=tuple(heard))

    def _show(self, push: Push, answer: _Answer, attempts: int, spent: int) -> PushResult:
        if answer.reply is None or answer.reply[0] == "transfer_customer_service":
            return PushResult((), "success", attempts, spent, push)
        person = self._world.person(push.openid)
        bubble = self._world.show(person, "account", *answer.reply)
        return PushResult((bubble,), "replied", attempts, spent, push)

    def _give_up(self, push: Push, problem: str, attempts: int, spent: int) -> PushResult:
        if not push.quiet:
            self._world.show(self._world.person(push.openid), "note", "text", {"text": OUT_OF_ORDER})
        return PushResult((), "failed", attempts, spent, push, problem)

    def _once(self, push: Push) -> _Answer:
        query, body = self._seal(push)
        try:
            status, answer = self._post(query, body)
        except TimeoutError:
            return _Answer(problem=f"{self._world.timing.answer_within:g} 秒没有回答")
        except (OSError, http.client.HTTPException):
            return _Answer(problem="连不上")
        if status != 200:
            return _Answer(problem=f"状态码 {status}")
        lost = "回答丢了" if self._world.faults.take_lost_answer() else ""
        try:
            return _Answer(self._open(answer, push), lost)
        except (ReplyError, CipherError, UnicodeDecodeError) as problem:
            return _Answer(problem=f"回答不合规：{problem}")

    def _seal(self, push: Push) -> tuple[dict[str, str], bytes]:
        """Make query string and body for one delivery; each has its own time, nonce and signatures."""
        settings = self._world.settings
        timestamp, nonce = str(int(self._world.seconds())), str(secrets.randbelow(10**10))
        query = {
            "signature": signature(settings.token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": push.openid,
        }
        if settings.mode == "plain":
            return query, push.xml.encode()
        sealed = self._world.cipher.encrypt(push.xml)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(settings.token, timestamp, nonce, sealed)
        return query, self._sealed_body(push.xml, sealed).encode()

    def _sealed_body(self, xml: str, sealed: str) -> str:
        if self._world.settings.mode == "compatible":
            return xml.removesuffix("</xml>") + f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return build({"ToUserName": self._world.settings.account, "Encrypt": sealed})

    def _post(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        return self._request("POST", query, body, headers)

    def _request(
        self, method: str, query: dict[str, str], body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        parts = urlsplit(self._world.settings.callback)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._world.timing.answer_within)
        asked = "&".join(part for part in (parts.query, urlencode(query)) if part)
        try:
            connection.request(method, f"{parts.path or '/'}?{asked}", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _open(self, body: bytes, push: Push) -> tuple[str, dict[str, Any]] | None:
        text = body.decode()
        if text.strip() in ("", "success"):
            return None
        root = parse(text)
        if root.find("Encrypt") is not None:
            root = parse(self._unseal(root))
        elif self._world.settings.mode == "safe":
            raise ReplyError("没有加密")
        reply = read_reply(root, self._world.settings.account, push.openid, push.articles)
        if reply[0] == "image" and reply[1]["media_id"] not in self._world.state.media:
            raise ReplyError("MediaId 不认识")
        return reply

    def _unseal(self, root: ET.Element) -> str:
        sealed, signed, timestamp, nonce = (
            root.findtext(name) or "" for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        )
        expected = signature(self._world.settings.token, timestamp, nonce, sealed)
        if not hmac.compare_digest(signed.encode(), expected.encode()):
            raise ReplyError("MsgSignature 不对")
        return self._world.cipher.decrypt(sealed)

    def verify(self) -> bool:
        """Ask the callback to prove itself, as WeChat does when the settings are saved."""
        timestamp, nonce, echo = str(int(self._world.seconds())), secrets.token_hex(5), secrets.token_hex(8)
        signed = signature(self._world.settings.token, timestamp, nonce)
        query = {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": echo}
        try:
            status, body = self._request("GET", query, None, {"User-Agent": "Mozilla/4.0"})
        except (OSError, http.client.HTTPException):
            return False
        return status == 200 and body == echo.encode()
