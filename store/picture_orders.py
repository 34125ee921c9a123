"""Pictures that people asked for in chat and are still to be sent, and what is known of pictures sent: all in Redis.

An order is claimed as a row of an outbox is (``store/claims.py``): with a lease and a fence, and said to be going before
it is sent. If its process dies before that, it is taken again; after that it is unknown: it may have gone out, so it isn't
repeated, and the person is told that they may ask again. What an order says is sealed, and gone after an hour.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.claims import LEASE
from store.redis_link import Script
from store.sealing import Unreadable

if TYPE_CHECKING:
    from store.stores import Storage

KEPT_S = 3600
ASKED_S = 24 * 3600  # a message that comes again brings no second picture
MEDIA_S = 60 * 3600  # WeChat keeps an upload for three days
LINK_S = 30 * 24 * 3600
BACKOFF_S = (10, 60, 300)

_ORDER = Script(
    """
if not redis.call('SET', KEYS[3], '1', 'NX', 'EX', ARGV[5]) then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
return 1
"""
)
#: KEYS of these: waiting, sent just now, whose claim, one order. A claim is the token of its process, with ! once it goes out.
_TAKE = Script(
    """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)
if #due == 0 then return {} end
redis.call('ZREM', KEYS[1], due[1])
local order = redis.call('GET', KEYS[4] .. due[1])
if order then
  redis.call('ZADD', KEYS[2], ARGV[2], due[1])
  redis.call('HSET', KEYS[3], due[1], ARGV[3])
end
return {due[1], order or ''}
"""
)
_GO = Script(
    """
if redis.call('HGET', KEYS[3], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2] .. '!')
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
"""
)
_AGAIN = Script(
    """
local claim = redis.call('HGET', KEYS[3], ARGV[1])
if claim ~= ARGV[2] and claim ~= ARGV[2] .. '!' then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('SET', KEYS[4] .. ARGV[1], ARGV[3], 'EX', ARGV[4])
redis.call('ZADD', KEYS[1], ARGV[5], ARGV[1])
return 1
"""
)
_LOST = Script(
    """
local unknown = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])) do
  local claim = redis.call('HGET', KEYS[3], key) or ''
  if string.sub(claim, -1) == '!' then
    redis.call('ZADD', KEYS[2], ARGV[2], key)
    unknown[#unknown + 1] = key
    unknown[#unknown + 1] = redis.call('GET', KEYS[4] .. key) or ''
  else
    redis.call('ZREM', KEYS[2], key)
    redis.call('HDEL', KEYS[3], key)
    redis.call('ZADD', KEYS[1], ARGV[1], key)
  end
end
return unknown
"""
)


@dataclass(frozen=True, slots=True)
class Order:
    """A picture that is ours to send."""

    key: str
    user: str
    picture: str  # poster/3, certificate/K7QM-2XHD-9RTW
    tries: int = 0
    claim: str = ""  # what it is ours by, until its lease ends

    @property
    def is_last(self) -> bool:
        """Is this the last try?"""
        return self.tries >= len(BACKOFF_S)


class PictureOrders:
    """The orders of one campaign. Times are machine time; without Redis nothing is ordered and nothing known."""

    def __init__(self, storage: Storage, campaign: str) -> None:
        self._link = storage.link
        self._sealing = storage.sealing
        self._clock = storage.clock
        self._campaign = campaign
        self._due = f"pictures:{campaign}"
        self._sending = f"pictures-sending:{campaign}"
        self._claims = f"pictures-claims:{campaign}"
        self._one = f"picture:{campaign}:"

    def add(self, user: str, message: str, picture: str) -> bool:
        """Have a picture sent to somebody, once for each of their messages."""
        if self._link is None:
            return False
        key = f"{self._mine(user)}:{self._sealing.hash('picture-order', f'{user} {message}')}"
        return self._put(Order(key, user, picture), self._clock())

    def take(self) -> Order | None:
        """Claim one that is due; until its lease ends nobody else will work at it."""
        if self._link is None:
            return None
        claim = secrets.token_hex(8)
        now = self._clock()
        while found := self._link.run(_TAKE, self._keys, now.timestamp(), self._lease(now), claim):
            order = self._read(found[0].decode(), found[1])
            if order is not None:
                return replace(order, claim=claim)
            self._drop(found[0].decode())
        return None

    def goes_out(self, order: Order) -> bool:
        """Say that it is about to be sent: from now on it is not repeated. False where it is no more ours."""
        lease = self._lease(self._clock())
        return self._link is not None and bool(self._link.run(_GO, self._keys, order.key, order.claim, lease))

    def done(self, order: Order) -> None:
        """Let go of one that was sent, or that can't be."""
        self._drop(order.key)

    def again(self, order: Order) -> bool:
        """Put back one that was surely not sent; False after the last try, or where it is no more ours."""
        if self._link is None or order.is_last:
            return False
        due = self._clock() + timedelta(seconds=BACKOFF_S[order.tries])
        later = self._sealed(replace(order, tries=order.tries + 1))
        values = (order.key, order.claim, later, KEPT_S, due.timestamp())
        return bool(self._link.run(_AGAIN, self._keys, *values))

    def lost(self) -> list[Order]:
        """What was going out when its sender died, for its people to be told; then it is ``done``.

        What a sender had only begun to work at is due again.
        """
        if self._link is None:
            return []
        now = self._clock()
        flat = self._link.run(_LOST, self._keys, now.timestamp(), self._lease(now))
        unknown = []
        for key, sealed in zip(flat[::2], flat[1::2], strict=True):
            order = self._read(key.decode(), sealed)
            if order is None:
                self._drop(key.decode())
            else:
                unknown.append(order)
        return unknown

    def forget(self, user: str) -> None:
        """Take out what somebody has ordered."""
        if self._link is None:
            return
        for zset in (self._due, self._sending):
            for key in self._link.call("ZRANGE", zset, 0, -1):
                if key.decode().startswith(f"{self._mine(user)}:"):
                    self._drop(key.decode())

    # -- what is known of pictures ---------------------------------------------------------------------------

    def media(self, picture: str) -> str:
        """The media id under which WeChat still has a picture, or nothing."""
        return self._get(self._media(picture))

    def keep_media(self, picture: str, media: str) -> None:
        self._set(self._media(picture), media, MEDIA_S)

    def drop_media(self, picture: str) -> None:
        if self._link is not None:
            self._link.call("DEL", self._media(picture))

    def account_link(self) -> str:
        """What the account's QR code says, or nothing."""
        return self._get(f"account-link:{self._campaign}")

    def keep_account_link(self, link: str) -> None:
        self._set(f"account-link:{self._campaign}", link, LINK_S)

    def belong_to(self, account: str) -> None:
        """Where the campaign has moved to another account, nothing of the former one holds any more."""
        former = self._get(f"account:{self._campaign}")
        if former == account or self._link is None:
            return
        if former:
            media = self._link.call("KEYS", f"media:{self._campaign}:*")
            self._link.call("DEL", f"account-link:{self._campaign}", *media)
        self._link.call("SET", f"account:{self._campaign}", account)

    # -- within ----------------------------------------------------------------------------------------------

    def _put(self, order: Order, due: datetime) -> bool:
        if self._link is None:
            return False
        keys = (self._due, self._one + order.key, f"picture-asked:{self._campaign}:{order.key}")
        values = (order.key, self._sealed(order), KEPT_S, due.timestamp(), ASKED_S)
        return bool(self._link.run(_ORDER, keys, *values))

    def _sealed(self, order: Order) -> bytes:
        said = {"user": order.user, "picture": order.picture, "tries": order.tries}
        return self._sealing.seal(json.dumps(said).encode())

    def _drop(self, key: str) -> None:
        if self._link is not None:
            self._link.many(
                ("ZREM", self._due, key),
                ("ZREM", self._sending, key),
                ("HDEL", self._claims, key),
                ("DEL", self._one + key),
            )

    @property
    def _keys(self) -> tuple[str, str, str, str]:
        return self._due, self._sending, self._claims, self._one

    def _lease(self, now: datetime) -> float:
        return (now + LEASE).timestamp()

    def _read(self, key: str, sealed: bytes) -> Order | None:
        try:
            return Order(key, **json.loads(self._sealing.open(sealed))) if sealed else None
        except Unreadable:
            return None

    def _get(self, key: str) -> str:
        kept = self._link.call("GET", key) if self._link is not None else None
        return kept.decode() if kept else ""

    def _set(self, key: str, value: str, seconds: int) -> None:
        if self._link is not None:
            self._link.call("SET", key, value, "EX", seconds)

    def _media(self, picture: str) -> str:
        return f"media:{self._campaign}:{picture}"

    def _mine(self, user: str) -> str:
        return self._sealing.hash("picture-orders-of", user)
