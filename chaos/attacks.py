"""Broken, forged and misdirected pushes, as many as one likes; ``python -m chaos.attacks`` fires 100,000 of them.

The forger has the account's keys, so that an attack gets as far as it can: what is broken stands behind a right signature
wherever the platform's own signature would not keep it out.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import logging
import random
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from wechatpy.crypto import WeChatCrypto

from chaos.people import APOLOGY
from chaos.target import product
from web.front import MOST_TOGETHER
from web.webhook import Webhook
from wechat.codec import LARGEST

VICTIM = "oVictim00000000000000000001"
_SAID = ("标语", "答题", "A", "举报", "着火了", "查进度", "登记", "1", "", "[Facepalm]", "我" * 700)
_SENDER = re.compile(r"<ToUserName><!\[CDATA\[(.*?)\]\]></ToUserName>", re.DOTALL)


@dataclass(frozen=True)
class Attack:
    """One request; ``sender`` is the only person who may be answered, none where nobody may."""

    name: str
    query: str
    body: bytes
    sender: str = ""
    method: str = "POST"


class Forger:
    """An account, somebody who knows its keys, and a seed from which every attack follows."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.token, self.key = secrets.token_hex(12), secrets.token_hex(32)[:43]
        self.app_id, self.secret = "wx" + secrets.token_hex(8), secrets.token_hex(16)
        self._crypto = WeChatCrypto(self.token, self.key, self.app_id)
        self._strangers = WeChatCrypto(self.token, self.key, "wx" + secrets.token_hex(8))
        self._count = 0
        self._kinds: tuple[Callable[[], Attack], ...] = (
            self._signature, self._old, self._unsealed, self._flipped, self._other_key, self._other_app, self._plain,
            self._twice, self._break_out, self._entities, self._deep, self._noise, self._cut, self._controls, self._long,
            self._too_long, self._not_utf8, self._query, self._method, self._unknown, self._changed, self._event,
        )  # fmt: skip

    def now(self) -> float:
        return time.time()

    def attacks(self, count: int) -> Iterator[Attack]:
        """So many attacks, of every kind about as many."""
        for number in range(count):
            yield self._kinds[number % len(self._kinds)]()

    def right(self, user: str, said: str) -> Attack:
        """A push as the platform sends it."""
        return self._sealed("right", self._xml(user, said), user)

    def around(self, body: bytes, name: str) -> Iterator[Attack]:
        """A body from a file: once as it is, once enciphered; whoever it names first may be answered."""
        bare = re.sub(rb"<!--.*?-->", b"", body)
        named = re.search(rb"<FromUserName[^>]*>(?:<!\[CDATA\[)?([^<\]]*)", bare)
        sender = named[1].decode(errors="replace").strip() if named else ""
        yield Attack(f"{name}, plain", self._sign(), body)
        yield self._sealed(f"{name}, sealed", body, sender)

    def opened(self, body: bytes) -> str | None:
        """What an answer says, deciphered; none where it is silence."""
        if not body.startswith(b"<xml>"):
            return None
        found = {
            name: re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>".encode(), body)
            for name in _PARTS
        }
        values = [match[1].decode() if match else "" for match in found.values()]
        text: str = self._crypto.decrypt_message(body, *values)
        return text

    @staticmethod
    def receiver(reply: str | None) -> str:
        """To whom an answer is addressed; none is to nobody."""
        named = _SENDER.search(reply or "")
        return named[1] if named else ""

    # -- kinds ---------------------------------------------------------------------------------------------------

    def _signature(self) -> Attack:
        right = self._mine("wrong signature")
        return Attack(right.name, right.query.replace("signature=", "signature=0", 1), right.body)

    def _old(self) -> Attack:
        stamp = int(time.time()) - self._random.choice((301, 3600, 10**9, -400))
        return self._sealed("old", self._xml(self._user(), self._said()), stamp=stamp)

    def _unsealed(self) -> Attack:
        right = self._mine("no msg_signature")
        return Attack(right.name, re.sub("&msg_signature=[0-9a-f]+", "", right.query), right.body)

    def _flipped(self) -> Attack:
        right = self._mine("changed cipher")
        at = self._random.randrange(60, len(right.body) - 30)
        changed = bytes([right.body[at] ^ (1 << self._random.randrange(7))])
        return Attack(right.name, right.query, right.body[:at] + changed + right.body[at + 1 :])

    def _other_key(self) -> Attack:
        other = WeChatCrypto(self.token, secrets.token_hex(32)[:43], self.app_id)
        return self._sealed("another's key", self._xml(self._user(), "标语"), crypto=other)

    def _other_app(self) -> Attack:
        return self._sealed("another account", self._xml(self._user(), "标语"), crypto=self._strangers)

    def _plain(self) -> Attack:
        kind = self._random.choice(("", "&encrypt_type=raw", "&encrypt_type=aes"))
        return Attack("plain in safe mode", self._sign() + kind, self._xml(self._user(), "标语"))

    def _twice(self) -> Attack:
        user = self._user()
        body = self._xml(user, "标语").replace(
            b"</xml>", f"<FromUserName>{VICTIM}</FromUserName></xml>".encode()
        )
        return self._sealed("two senders", body)

    def _break_out(self) -> Attack:
        user = self._user()
        words = f"]]></Content><FromUserName><![CDATA[{VICTIM}]]></FromUserName><Content><![CDATA[标语"
        return self._sealed("words that end their element", self._xml(user, words), user)

    def _entities(self) -> Attack:
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        return self._sealed(
            "entities", bomb + self._xml(self._user(), "&b;&b;").replace(b"<![CDATA[&b", b"&b")
        )

    def _deep(self) -> Attack:
        depth = self._random.choice((9, 100, 3000))
        nested = b"<a>" * depth + b"</a>" * depth
        return self._sealed("deep", self._xml(self._user(), "标语").replace(b"</xml>", nested + b"</xml>"))

    def _noise(self) -> Attack:
        return self._sealed("noise", self._random.randbytes(self._random.randrange(1, 400)).hex().encode())

    def _cut(self) -> Attack:
        body = self._xml(self._user(), "标语")
        return self._sealed("cut", body[: self._random.randrange(len(body) - 7)])

    def _controls(self) -> Attack:
        user = self._user()
        words = "".join(self._random.choices("标语\x00\x01\x0b\x1f\ufffe\u202e\u200d", k=12))
        return self._sealed("control characters", self._xml(user, words), user)

    def _long(self) -> Attack:
        user = self._user()
        return self._sealed("long", self._xml(user, "着火" * self._random.randrange(2000, 6000)), user)

    def _too_long(self) -> Attack:
        return Attack("too long", self._sign(), b"<xml>" + b"x" * (65 * 1024) + b"</xml>")

    def _not_utf8(self) -> Attack:
        return Attack("not UTF-8", self._sign(), b"<xml><Encrypt>\xff\xfe\x80</Encrypt></xml>")

    def _query(self) -> Attack:
        names = ("signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "openid", "%00", "[]")
        pairs = [f"{self._random.choice(names)}={self._random.randbytes(4).hex()}%e4%" for _ in range(6)]
        return Attack("query", "&".join(pairs), self._xml(self._user(), "标语"))

    def _method(self) -> Attack:
        method = self._random.choice(("GET", "PUT", "DELETE", "HEAD", "OPTIONS"))
        return Attack("method", self._sign(), b"", method=method)

    def _unknown(self) -> Attack:
        user = self._user()
        body = self._xml(user, "标语").replace(b"[text]", f"[{self._random.randbytes(3).hex()}]".encode())
        return self._sealed("unknown kind", body, user)

    def _changed(self) -> Attack:
        """A few bytes of the words, the time or the number are others."""
        user = self._user()
        body = bytearray(self._xml(user, self._said()))
        start = body.index(b"<CreateTime>")
        for _ in range(self._random.randrange(1, 5)):
            body[self._random.randrange(start, len(body))] = self._random.randrange(32, 127)
        return self._sealed("changed", bytes(body), user)

    def _event(self) -> Attack:
        user = self._user()
        name = self._random.choice(
            ("subscribe", "SCAN", "CLICK", "LOCATION", "x" * 200, "TEMPLATESENDJOBFINISH")
        )
        extra = f"<Event>{name}</Event><EventKey><![CDATA[{self._said()}]]></EventKey><Ticket>x</Ticket>"
        body = (
            self._xml(user, "").replace(b"[text]", b"[event]").replace(b"</xml>", f"{extra}</xml>".encode())
        )
        return self._sealed("event", body, user)

    # -- how a push is made --------------------------------------------------------------------------------------

    def _mine(self, name: str) -> Attack:
        return self._sealed(name, self._xml(self._user(), self._said()))

    def _user(self) -> str:
        return f"oSender{self._random.randrange(50):020d}"

    def _said(self) -> str:
        return self._random.choice(_SAID)

    def _xml(self, user: str, said: str) -> bytes:
        self._count += 1
        return (
            f"<xml><ToUserName><![CDATA[gh_chaos]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
            f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{said}]]></Content><MsgId>{10**15 + self._count}</MsgId></xml>"
        ).encode()

    def _sign(self, stamp: int | None = None, **more: str) -> str:
        at, nonce = str(stamp if stamp is not None else int(time.time())), secrets.token_hex(5)
        return urlencode({"signature": _sha1(self.token, at, nonce), "timestamp": at, "nonce": nonce, **more})

    def _sealed(
        self,
        name: str,
        xml: bytes,
        sender: str = "",
        stamp: int | None = None,
        crypto: WeChatCrypto | None = None,
    ) -> Attack:
        at, nonce = str(stamp if stamp is not None else int(time.time())), secrets.token_hex(5)
        text = xml.decode("utf-8", "ignore")  # wechatpy enciphers texts alone
        sealed = (crypto or self._crypto).encrypt_message(text, nonce, at)
        cipher = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        body = (
            f"<xml><ToUserName><![CDATA[gh_chaos]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"
        )
        query = {
            "signature": _sha1(self.token, at, nonce),
            "timestamp": at,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": _sha1(self.token, at, nonce, cipher),
        }
        return Attack(name, urlencode(query), body.encode(), sender)


_PARTS = ("MsgSignature", "TimeStamp", "Nonce")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


class Tracebacks(logging.Handler):
    """Hears every line of the log that tells of an exception: it was a fault, whatever the answer was."""

    def __init__(self) -> None:
        super().__init__()
        self._heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            kind = record.exc_info[0]
            self._heard.append(f"{record.name}, {kind.__name__ if kind else 'no exception'}")

    def taken(self) -> str:
        """What was heard since the last look, in a few words; empty where nothing was."""
        heard, self._heard = self._heard, []
        return f"a traceback in the log ({heard[0]})" if heard else ""


@contextmanager
def listening() -> Iterator[Tracebacks]:
    """Hear the whole log for a while."""
    heard = Tracebacks()
    logging.getLogger().addHandler(heard)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(heard)


def fire(app: Webhook, attack: Attack) -> tuple[int, bytes]:
    """Send an attack to the webhook by WSGI; the status and the answer."""
    started: list[str] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": attack.method,
        "PATH_INFO": "/wechat",
        "QUERY_STRING": attack.query,
        "CONTENT_LENGTH": str(len(attack.body)),
        "wsgi.input": io.BytesIO(attack.body),
    }

    def start(status: str, headers: object, error: object = None) -> Any:  # noqa: ARG001
        started.append(status)

    body = b"".join(app(environ, start))
    return int(started[0][:3]), body


def volley(app: Webhook, attacks: Sequence[Attack]) -> list[tuple[int, bytes]]:
    """Hand several attacks to the webhook together, as the server does; status 0 for one without an answer."""
    calls = [(attack.method, attack.query, attack.body[: LARGEST + 1]) for attack in attacks]
    found = {number: (status, body) for number, (status, _, body) in app.answers(calls)}
    return [found.get(number, (0, b"")) for number in range(len(calls))]


def shots(attacks: Iterable[Attack]) -> Iterator[tuple[Attack, ...]]:
    """As many one by one as then together, and so on."""
    left = iter(attacks)
    while lot := tuple(islice(left, MOST_TOGETHER)):
        yield from ((attack,) for attack in lot)
        if lot := tuple(islice(left, MOST_TOGETHER)):
            yield lot


def delivered(app: Webhook, shot: Sequence[Attack]) -> list[tuple[int, bytes]]:
    """The answers to a shot; what is to come again (503) is delivered once more, as the platform does."""
    answers = volley(app, shot) if len(shot) > 1 else [fire(app, *shot)]
    return [
        fire(app, attack) if answer[0] == 503 else answer
        for attack, answer in zip(shot, answers, strict=True)
    ]


def salvo(app: Webhook, forger: Forger, attacks: Iterable[Attack]) -> Iterator[tuple[Attack, str]]:
    """Fire attacks, alone and together; each with what is wrong with its answer or was told in the log meanwhile."""
    with listening() as heard:
        for shot in shots(attacks):
            answers = delivered(app, shot)
            traceback = heard.taken()  # of which of them it is, the log does not tell
            faults = [fault_of(forger, attack, *answer) for attack, answer in zip(shot, answers, strict=True)]
            yield from zip(shot, faults if any(faults) else [traceback] * len(shot), strict=True)


def fault_of(forger: Forger, attack: Attack, status: int, body: bytes) -> str:
    """What is wrong with an answer, if something is."""
    if status not in (200, 403, 405):
        return f"status {status}"
    reply = forger.opened(body)
    if reply is not None and (not attack.sender or forger.receiver(reply) != attack.sender):
        return f"an answer to {'nobody known' if not attack.sender else 'another'}"
    return "an apology" if reply is not None and APOLOGY in reply else ""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.attacks", description="Fire broken pushes at the product."
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())  # each refusal is a line; tracebacks are heard
    forger = Forger(options.seed)
    seen: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, product(forger, Path(folder)) as app:
        for attack, fault in salvo(app, forger, forger.attacks(options.count)):
            if fault:
                print(f"BROKEN, {attack.name}: {fault}")
                return 1
            seen[attack.name] += 1
    print(
        f"{seen.total()} pushes of {len(seen)} kinds in {time.monotonic() - began:.0f} s: all refused or answered rightly."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
