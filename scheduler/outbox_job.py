"""Sends what waits in the two outboxes: mails to the office, and word to reporters and winners."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from channels.base import Address, Channel, ChannelError, Notification
from scheduler.faults import where
from store.identity.words import About, DueWord, Words
from store.outgoing import Mail
from store.stores import Storage

log = logging.getLogger(__name__)

TITLE, HINT = "办理进展提醒", "有新进展，点开查看"
PRIZE_TITLE, PRIZE_HINT = "抽奖结果", "回复“领奖”看详情"
STATUS_PAGE, PRIZE_PAGE = "go/report_status", "go/prize_claim"
_NOT_SENT = ("retry", "unsent", "later", "alarm")  # again later; an alarm is for the administrator to settle
_BLIND_TRIES = 2  # so often a lost answer is met by a repeat under the same key, within its ten minutes


def send_mails(
    storage: Storage, campaign: str, mail: Channel, now: Callable[[], datetime], *, owner: str, most: int = 20
) -> int:
    """Send the mails that are due; how many were taken in hand. ``now`` is machine time."""
    with storage.transaction(campaign) as stores:
        stores.outbox.settle_lost(now())
    for taken in range(most):
        with storage.transaction(campaign) as stores:
            due = stores.outbox.claim(owner, now())
        if due is None:
            return taken
        _send_mail(storage, campaign, mail, due, now)
    return most


def send_words(
    storage: Storage,
    channels: Mapping[About, Sequence[Channel]],
    last_said: Callable[[str], datetime | None],
    now: Callable[[], datetime],
    *,
    owner: str,
    most: int = 20,
) -> int:
    """Tell reporters that there is news and winners what they have won; how many were taken in hand.

    Each is told by the first channel that reaches them.
    """
    words = Words(storage)
    words.settle_lost(now())
    for taken in range(most):
        due = words.claim(owner, now())
        if due is None:
            return taken
        _send_word(words, channels[due.about], due, _window(due, last_said), now)
    return most


def _send_mail(
    storage: Storage, campaign: str, channel: Channel, mail: Mail, now: Callable[[], datetime]
) -> None:
    letter = Notification(_key(f"{campaign}/{mail.key}"), mail.subject, {}, mail.body, mail.subject)
    outcome, reason = _send(channel, Address(email=mail.to), letter, mail.tries)
    if reason:
        log.warning("mail %d, try %d: %s", mail.id, mail.tries, reason)
    with storage.transaction(campaign) as stores:
        outbox = stores.outbox
        if outcome == "accepted":
            outbox.accepted(mail, now())
        elif outcome == "retry":
            outbox.retry(mail, reason, now())
        elif outcome == "unknown":
            outbox.unknown(mail, reason, now())
        else:
            outbox.failed(mail, reason, now())


def _send_word(
    words: Words,
    channels: Sequence[Channel],
    word: DueWord,
    last_said: datetime | None,
    now: Callable[[], datetime],
) -> None:
    outcome, reason = _by_the_first(channels, word, Address(openid=word.openid, last_said=last_said), now())
    if outcome == "accepted":
        words.accepted(word, reason)
        return
    log.warning("word %d, try %d: %s", word.id, word.tries, reason)
    if outcome == "retry":
        words.retry(word, reason, now())
    elif outcome == "unknown":
        words.unknown(word, reason)
    else:
        words.failed(word, reason)


def _window(word: DueWord, last_said: Callable[[str], datetime | None]) -> datetime | None:
    """When the person last wrote to us; where nobody can tell now, their window counts as closed."""
    try:
        return last_said(word.openid)
    except Exception as problem:  # kept elsewhere than what is to be sent, and needed by one channel only
        log.warning("word %d: no service window known, %s", word.id, type(problem).__name__)
        return None


def _by_the_first(channels: Sequence[Channel], word: DueWord, to: Address, now: datetime) -> tuple[str, str]:
    """Try the channels that reach the person until one takes it, which is named; none that does is tried later."""
    outcome, reason = "retry", "no channel reaches"
    for channel in channels:
        if channel.reaches(to, now):
            outcome, reason = _send(channel, to, _notification(word), word.tries)
            if outcome == "accepted":
                return outcome, channel.name
            if outcome != "failed":
                break
    return outcome, reason


def _send(channel: Channel, to: Address, notification: Notification, tries: int) -> tuple[str, str]:
    """Send, and say what is known of it: accepted, retry, unknown or failed, and why."""
    try:
        channel.send(to, notification)
    except ChannelError as error:
        if error.ambiguous:
            again = channel.repeatable and tries <= _BLIND_TRIES
            return ("retry" if again else "unknown"), f"{channel.name}: {error.kind}"
        return (
            "retry" if error.kind in _NOT_SENT else "failed"
        ), f"{channel.name}: {error.kind} {error.code}"
    except Exception as problem:  # a fault of ours: it may have gone out
        return "unknown", where(problem)[:300]
    return "accepted", ""


def _notification(word: DueWord) -> Notification:
    """What may be read on a lock screen: a number, a state, a hint; of a prize that there is one, and until when."""
    if word.about == "prize":
        title, page = PRIZE_TITLE, PRIZE_PAGE
        fields = {"result": word.phrase, "due": word.due, "hint": PRIZE_HINT}
    else:
        title, page = TITLE, STATUS_PAGE
        fields = {"number": word.number, "state": word.phrase, "hint": HINT}
    return Notification(_key(word.key), title, fields, word.text, subject=title, page=page, kind=word.about)


def _key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
