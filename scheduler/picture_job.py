"""Sends pictures that were asked for in chat, each once, and learns what the account's QR code says.

Whoever perhaps got none (the sender died, the answer was lost, it was refused) is told with their next message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.faults import where
from scheduler.runner import Job
from store.picture_orders import Order, PictureOrders

log = logging.getLogger(__name__)

SCENE = "poster"
WINDOW = timedelta(hours=48) - timedelta(minutes=5)  # from a person's own words
_NOT_SENT = ("retry", "unsent", "later", "alarm")
_MEDIA_GONE = 40007
_WORDS = {"poster": "海报", "certificate": "证书"}  # by which one asks again


@dataclass(frozen=True, slots=True)
class PictureSender:
    """What it takes to send the pictures of one campaign; what reaches out may raise what it likes."""

    orders: PictureOrders
    last_said: Callable[[str], datetime | None]
    now: Callable[[], datetime]  # machine time
    draw: Callable[[str, str], bytes | None]  # whose, which; nothing where there is no such picture
    upload: Callable[[bytes], str]  # gives a media id
    send: Callable[[str, str], object]  # to whom, which media id
    account: str
    account_link: Callable[[str], str]  # what the QR code of a scene says
    tell: Callable[[str, str], bool]  # whom, what: with the reply to their next message; False where not now

    def jobs(self) -> tuple[Job, ...]:
        """All of them."""
        return (Job("pictures", 3.0, self.run), Job("account-link", 600.0, self.learn_link))

    def run(self, most: int = 5) -> int:
        """Send what is due; how many were taken in hand."""
        for lost in self.orders.lost():
            log.warning("a picture was going out when its sender died")
            self._unknown(lost)
        for taken in range(most):
            order = self.orders.take()
            if order is None:
                return taken
            self._serve(order)
        return most

    def learn_link(self) -> int:
        """Ask once for what the QR code says; until it is known, pictures carry the address of the page."""
        self.orders.belong_to(self.account)
        if self.orders.account_link():
            return 0
        try:
            self.orders.keep_account_link(self.account_link(SCENE))
        except Exception as problem:  # an account without this right never has one
            log.info("the account's QR code: %s", where(problem))
            return 0
        return 1

    def _serve(self, order: Order) -> None:
        """Upload, then send; what surely was not sent is tried again."""
        said = self.last_said(order.user)
        if said is None:  # the turn that asked is not quite over, or it was a tap
            if not self.orders.again(order):
                self.orders.done(order)  # nobody who could be told
            return
        if self.now() - said >= WINDOW:
            self.orders.done(order)  # WeChat would refuse it; the reply had the link
            return
        try:
            media = self._media(order)
        except Exception as problem:  # nothing was sent, whatever it was
            self._later(order, problem)
            return
        if not media:
            self.orders.done(order)
        elif self.orders.goes_out(order):
            self._send(order, media)

    def _media(self, order: Order) -> str:
        """The picture's media id: of a poster the one that WeChat still has, else that of a new upload."""
        lasting = order.picture.startswith("poster/")  # a certificate changes with its name
        kept = self.orders.media(order.picture) if lasting else ""
        if kept:
            return kept
        data = self.draw(order.user, order.picture)
        if data is None:
            return ""
        media = self.upload(data)
        if lasting:
            self.orders.keep_media(order.picture, media)
        return media

    def _send(self, order: Order, media: str) -> None:
        try:
            self.send(order.user, media)
        except Exception as problem:
            gone = getattr(problem, "code", 0) == _MEDIA_GONE
            if gone:
                self.orders.drop_media(order.picture)
            if gone or getattr(problem, "kind", "") in _NOT_SENT:
                self._later(order, problem)
            else:  # refused for good, or perhaps sent: once is enough
                log.warning("a picture was perhaps not sent: %s", where(problem))
                self._unknown(order)
        else:
            self.orders.done(order)

    def _later(self, order: Order, problem: Exception) -> None:
        end = "; given up" if order.is_last else ""
        log.warning("a picture, try %d: %s%s", order.tries + 1, where(problem), end)
        if order.is_last:
            self._unknown(order)
        else:
            self.orders.again(order)

    def _unknown(self, order: Order) -> None:
        """Have the person told that they may ask again; where that can't be now, the order's lease brings it back."""
        word = _WORDS[order.picture.partition("/")[0]]
        text = f"您要的{word}图片可能没有发到。没收到的话，回复“{word}”再要一次，也可以点那条消息里的链接看。"
        try:
            told = self.tell(order.user, text)
        except Exception as problem:
            log.warning("nobody was told of a picture: %s", where(problem))
            return
        if told:
            self.orders.done(order)
