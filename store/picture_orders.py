"""Pictures that people asked for in chat and are still to be sent, and what is known of pictures sent: all in Redis.

An order is taken out before it is worked at, so that nobody gets a picture twice; one that is lost with its process is
no harm, for the reply has the link to the same picture. What an order says is sealed, and gone after an hour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

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
_TAKE = Script(
    """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)
if #due == 0 then return {} end
redis.call('ZREM', KEYS[1], due[1])
local order = redis.call('GET', KEYS[2] .. due[1])
redis.call('DEL', KEYS[2] .. due[1])
return {due[1], order or ''}
"""
)


@dataclass(frozen=True, slots=True)
class Order:
    """A picture that is ours to send."""

    key: str
    user: str
    picture: str  # poster/3, certificate/K7QM-2XHD-9RTW
    tries: int = 0


class PictureOrders:
    """The orders of one campaign. Times are machine time; without Redis nothing is ordered and nothing known."""

    def __init__(self, storage: Storage, campaign: str) -> None:
        self._link = storage.link
        self._sealing = storage.sealing
        self._clock = storage.clock
        self._campaign = campaign
        self._due = f"pictures:{campaign}"
        self._one = f"picture:{campaign}:"

    def add(self, user: str, message: str, picture: str) -> bool:
        """Have a picture sent to somebody, once for each of their messages."""
        if self._link is None:
            return False
        key = f"{self._mine(user)}:{self._sealing.hash('picture-order', f'{user} {message}')}"
        return self._put(Order(key, user, picture), self._clock())

    def take(self) -> Order | None:
        """One that is due; from now on nobody else will send it."""
        if self._link is None:
            return None
        while found := self._link.run(_TAKE, (self._due, self._one), self._clock().timestamp()):
            order = self._read(found[0].decode(), found[1])
            if order is not None:
                return order
        return None

    def again(self, order: Order) -> bool:
        """Put back one that was surely not sent; False where it was tried often enough."""
        if order.tries >= len(BACKOFF_S):
            return False
        later = replace(order, tries=order.tries + 1)
        return self._put(later, self._clock() + timedelta(seconds=BACKOFF_S[order.tries]))

    def forget(self, user: str) -> None:
        """Take out what somebody has ordered."""
        if self._link is None:
            return
        for key in self._link.call("ZRANGE", self._due, 0, -1):
            if key.decode().startswith(f"{self._mine(user)}:"):
                self._link.many(("ZREM", self._due, key), ("DEL", self._one + key.decode()))

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
        said = json.dumps({"user": order.user, "picture": order.picture, "tries": order.tries})
        keys = (self._due, self._one + order.key, f"picture-asked:{self._campaign}:{order.key}:{order.tries}")
        sealed = self._sealing.seal(said.encode())
        return bool(self._link.run(_ORDER, keys, order.key, sealed, KEPT_S, due.timestamp(), ASKED_S))

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
