"""Claim, check again, send, record: each reminder reaches its recipient once.

Each step is a transaction of its own, and none is open while a channel is at work. Campaign time decides whether
a reminder is due; leases, retries and the platform's ten minutes are machine time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import TypeVar
from zoneinfo import ZoneInfo

from channels.base import Address, Channel, ChannelError, Notification
from content.models import Campaign
from scheduler.checking import Standing, standing, verdict
from scheduler.faults import where
from scheduler.planner import Slot, calendar, horizon
from scheduler.retries import DELAYS, after_error, closed, doubt, doubtful, may_repeat, turn_of
from scheduler.shut import ShutChannels
from scheduler.wording import Subject, notification
from store.reminder_values import (
    ACCEPTED,
    FAILED,
    HELD,
    LOST,
    NO_CHANNEL,
    PENDING,
    REFUSED,
    SKIPPED,
    UNKNOWN,
    Claim,
    Try,
)
from store.stores import Storage, Stores

log = logging.getLogger(__name__)
T = TypeVar("T")

LEASE = timedelta(minutes=2)  # longer than a channel's timeouts together
BATCH = 200
TOGETHER = 8  # rows that are claimed in one transaction
FAULTS = 3  # so many rows in a row that break mean that it's not the rows
MAIL = "mail"
BLOCKED = "failed:userblock"  # in a receipt
#: What a lasting refusal by WeChat says about the person; other codes concern one channel only.
UNREACHABLE = {40003: "unknown", 43004: "unfollowed", 43019: "blocked", 48002: "blocked"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One post that is about to be made."""

    claim: Claim
    channel: Channel
    to: Address
    notification: Notification
    started_at: datetime


@dataclass
class Dispatcher:
    """Sends the reminders of one campaign that are due; any number of these may run at once."""

    campaign: Campaign
    storage: Storage
    channels: Sequence[Channel]  # in the order in which they are tried
    now: Callable[[], datetime]  # campaign time
    owner: str
    last_said: Callable[[str], datetime | None] = lambda openid: None  # noqa: ARG005
    on_refused: Callable[[int, str], None] = lambda liaison, why: None  # noqa: ARG005
    rate: float = 20.0  # a second; 0 is as fast as it goes
    lease: timedelta = LEASE
    shut: ShutChannels = field(default_factory=ShutChannels)
    at: Callable[[str], None] = lambda step: None  # noqa: ARG005  # where a test lets the process die
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _slots: tuple[Slot, ...] = field(init=False, repr=False)
    _mails: bool = field(init=False)
    _next_post: float = field(init=False, default=0.0)
    _faults: int = field(init=False, default=0)  # rows in a row that broke

    def __post_init__(self) -> None:
        self._slots = calendar(self.campaign)
        self._mails = any(channel.name == MAIL for channel in self.channels)

    def tick(self, seconds: float = 4.0) -> int:
        """Work on what is due for a few seconds; how many reminders were taken in hand."""
        until, taken, due = self.monotonic() + seconds, 0, self._due()
        self._faults = 0
        for start in range(0, len(due), TOGETHER):
            taken += self._work(due[start : start + TOGETHER], until)
            if self.monotonic() >= until:
                break
        return taken

    def _work(self, ids: Sequence[int], until: float) -> int:
        """Take rows, and bring them one by one; those for which no time is left are handed back."""
        claims, taken = self._claims(ids), 0
        openids = self._openids(claims)
        for claim in claims:
            if self.monotonic() >= until:
                self._guarded(claim.id, partial(self._hand_back, claim))
            else:
                openid = openids.get(_liaison(claim), "")
                taken += self._guarded(claim.id, partial(self._bring, claim, openid)) is not None
        return taken

    def _guarded(self, reminder_id: int, work: Callable[[], T]) -> T | None:
        """What the work returns; None if it broke, for one broken row must not hold up the others."""
        try:
            done = work()
        except Exception as problem:
            self._faults += 1
            log.error("reminder %d: %s", reminder_id, where(problem))
            if self._faults == FAULTS:
                raise
            return None
        self._faults = 0
        return done

    def _bring(self, claim: Claim, openid: str) -> bool:
        """One reminder, from its claim to its record."""
        self.at("claimed")
        self._tell_blocked(claim)
        tried: set[str] = set()
        said = self._window(claim, openid)
        held: Claim | None = claim
        while held is not None:
            attempt = self._prepare(held, tried, said)
            if attempt is None:
                break
            tried.add(attempt.channel.name)
            held = self._send(attempt)
        return True

    def _due(self) -> tuple[int, ...]:
        now = self.now()
        limit = horizon(self.campaign, now)
        if limit is None:
            return ()
        with self.storage.transaction(self.campaign.id) as stores:
            return stores.reminders.due(now, limit, BATCH)

    def _claims(self, ids: Sequence[int]) -> tuple[Claim, ...]:
        """Those of these rows that no other process has, taken in one transaction, or one by one where that breaks."""
        try:
            return self._claim(ids)
        except Exception as problem:
            log.warning("%d reminders are claimed one by one: %s", len(ids), where(problem))
        alone = (self._guarded(one, partial(self._claim, (one,))) for one in ids)
        return tuple(chain.from_iterable(claims for claims in alone if claims))

    def _claim(self, ids: Sequence[int]) -> tuple[Claim, ...]:
        with self.storage.transaction(self.campaign.id) as stores:
            return stores.reminders.claim(ids, self.owner, self.lease, self.now())

    def _hand_back(self, claim: Claim) -> None:
        with self.storage.transaction(self.campaign.id) as stores:
            stores.reminders.hand_back(claim)

    def _openids(self, claims: Sequence[Claim]) -> dict[int, str]:
        """The OpenIDs of the liaisons whom these are about, if they are in WeChat's reach."""
        try:
            with self.storage.looking(self.campaign.id) as stores:
                return stores.liaisons.in_wechat(map(_liaison, claims))
        except Exception as problem:  # one channel less is no reason to send nothing
            log.warning("no OpenIDs of %d reminders: %s", len(claims), where(problem))
            return {}

    def _window(self, claim: Claim, openid: str) -> datetime | None:
        """When the person last wrote to us; asked outside of transactions, for it is kept elsewhere."""
        try:
            return self.last_said(openid) if openid else None
        except Exception as problem:  # one channel less is no reason to send nothing
            log.warning("reminder %d: no service window known, %s", claim.id, type(problem).__name__)
            return None

    def _tell_blocked(self, claim: Claim) -> None:
        """A receipt has found that the person refuses the account's messages."""
        if claim.tries and (claim.tries[-1].outcome, claim.tries[-1].code) == (REFUSED, BLOCKED):
            self._refused(claim, "blocked")

    def _prepare(self, claim: Claim, tried: Collection[str], said: datetime | None) -> Attempt | None:
        """Check in a fresh read and mark the attempt; None where nothing is to be sent now."""
        with self.storage.transaction(self.campaign.id) as stores:
            claim = self._take_over(stores, claim)
            now = self.now()
            mails = self._mails and self._open(MAIL)
            found = standing(stores, self._slots, claim, now, mails=mails)
            against = verdict(claim, found, now)
            if against is not None:
                stores.reminders.finish(claim, against.state, reason=against.reason)
                log.info("reminder %d: %s %s", claim.id, against.state, against.reason)
                return None
            to = replace(found.address, last_said=said)
            return self._choose(stores, claim, found, to, tried)

    def _take_over(self, stores: Stores, claim: Claim) -> Claim:
        """Whoever held the row before broke off during a post: it may have been received."""
        if claim.started_at is None:
            return claim
        lost = Try(claim.channel, claim.started_at, LOST)
        stores.reminders.note(claim, lost, claim.first_attempt_at)
        return replace(claim, started_at=None, tries=(*claim.tries, lost))

    def _choose(
        self, stores: Stores, claim: Claim, found: Standing, to: Address, tried: Collection[str]
    ) -> Attempt | None:
        """The channel to use; the row is finished where there is none, or where a repeat is not allowed."""
        clock = self.storage.clock()
        usable = [
            one for one in self.channels if one.reaches(to, clock) and one.name not in closed(claim.tries)
        ]
        if claim.first_attempt_at is not None:
            same = [one for one in usable if one.name == claim.channel]
            if same and may_repeat(claim, same[0].repeatable, clock):
                return self._start(stores, claim, same[0], found, to)
            after = doubt(claim, clock)
            if after is not None:
                stores.reminders.finish(
                    claim, after.state or FAILED, reason=after.reason, next_attempt_at=after.at
                )
                return None
            claim = replace(claim, first_attempt_at=None, again=True)
        unsure = doubtful(claim.tries)
        left = [one for one in usable if one.name not in tried and self._open(one.name)]
        ordered = sorted(left, key=lambda one: one.name in unsure)  # what was in doubt comes last
        if ordered:
            return self._start(stores, claim, ordered[0], found, to)
        self._give_up(stores, claim, usable)
        return None

    def _open(self, channel: str) -> bool:
        return self.shut.until(channel, self.storage.clock()) is None

    def _start(
        self, stores: Stores, claim: Claim, channel: Channel, found: Standing, to: Address
    ) -> Attempt | None:
        now = self.storage.clock()
        openid = "" if channel.name == MAIL else to.openid
        since = claim.first_attempt_at or now
        if not stores.reminders.start(
            claim, channel.name, self.lease, openid, in_doubt_since=since, again=claim.again
        ):
            return None
        return Attempt(claim, channel, to, self._notification(claim, found, channel.name == MAIL), now)

    def _notification(self, claim: Claim, found: Standing, mail: bool) -> Notification:
        assert found.slot is not None  # else the verdict was against it
        subject = Subject(
            campaign=self.campaign,
            obligation=found.slot.obligation,
            occurrence=found.slot.occurrence,
            lead=claim.lead,
            unit=found.unit,
            to_unit=claim.recipient.startswith("unit:"),
            has_liaison=found.has_liaison,
            today=self.now().astimezone(ZoneInfo(self.campaign.zone)).date(),
            corrected=found.corrected,
        )
        return notification(subject, claim.client_msg_id, mail)

    def _give_up(self, stores: Stores, claim: Claim, usable: Sequence[Channel]) -> None:
        """No channel is left now; one that gave way to the others, or is shut, is waited for."""
        if usable:
            now = self.storage.clock()
            times = {one.name: self.shut.until(one.name, now) for one in usable}
            shut = [self.shut.why(name) for name, until in times.items() if until]
            back = turn_of(claim.tries)
            again_at = min(until + back if until else now + DELAYS[-1] for until in times.values())
            reason = f"{HELD}: {', '.join(shut)}" if shut else ""
            stores.reminders.finish(claim, PENDING, reason=reason, next_attempt_at=again_at)
        elif claim.tries:
            last = claim.tries[-1]
            state = UNKNOWN if doubtful(claim.tries) else FAILED
            stores.reminders.finish(claim, state, reason=f"{last.channel} {last.outcome} {last.code}")
            log.error("reminder %d: no channel left after %s %s", claim.id, last.channel, last.code)
        else:
            stores.reminders.finish(claim, SKIPPED, reason=NO_CHANNEL)
            log.warning("reminder %d: no channel for the address", claim.id)

    def _send(self, attempt: Attempt) -> Claim | None:
        """Post with no transaction open, and record; a claim comes back where the next channel is to try."""
        self._pace()
        error, message_id = None, ""
        try:
            message_id = attempt.channel.send(attempt.to, attempt.notification)
        except ChannelError as problem:
            error = problem
        except Exception as problem:  # a fault of ours, and nobody knows how far it got
            log.error("reminder %d: %s", attempt.claim.id, where(problem))
            error = ChannelError("ambiguous", 0, type(problem).__name__)
        self.at("posted")
        if error is not None:
            return self._failed(attempt, error)
        self._accepted(attempt, message_id)
        return None

    def _accepted(self, attempt: Attempt, message_id: str) -> None:
        claim = attempt.claim
        tried = Try(attempt.channel.name, attempt.started_at, ACCEPTED, message_id=message_id)
        with self.storage.transaction(self.campaign.id) as stores:
            since = claim.first_attempt_at or attempt.started_at
            held = stores.reminders.accept(claim, tried, since)
            self.at("recording")
        self.at("recorded")
        self._works(tried.channel)
        log.info("reminder %d: accepted by %s%s", claim.id, tried.channel, "" if held else ", claim was lost")

    def _failed(self, attempt: Attempt, error: ChannelError) -> Claim | None:
        claim, channel = attempt.claim, attempt.channel
        tried = Try(channel.name, attempt.started_at, error.kind, str(error.code or ""), error.reason)
        left = claim.not_after - self.now()
        after = after_error(
            error, claim, tried, repeatable=channel.repeatable, now=self.storage.clock(), left=left
        )
        with self.storage.transaction(self.campaign.id) as stores:
            held = stores.reminders.note(claim, tried, after.in_doubt_since)
            if after.state is not None:
                stores.reminders.finish(claim, after.state, reason=after.reason, next_attempt_at=after.at)
            self.at("recording")
        self.at("recorded")
        self._report(attempt, error)
        if after.state is not None or not held:
            return None
        return replace(claim, first_attempt_at=None, tries=(*claim.tries, tried))

    def _report(self, attempt: Attempt, error: ChannelError) -> None:
        """Tell the log, and mark the liaison where WeChat has refused a person for good."""
        name, alarming = attempt.channel.name, error.alarming
        if error.kind == "alarm":  # of the account, told once for all
            alarming = self.shut.shut(name, error.code, self.storage.clock())
        elif error.permanent and error.code:  # an answer, about this person: the account is well
            self._works(name)
        level, told = (logging.ERROR, "ALARM ") if alarming else (logging.INFO, "")
        log.log(level, "%sreminder %d: %s by %s (%s)", told, attempt.claim.id, error.kind, name, error.code)
        if error.permanent and name != MAIL and error.code in UNREACHABLE:
            self._refused(attempt.claim, UNREACHABLE[error.code])

    def _works(self, channel: str) -> None:
        if self.shut.open(channel):
            log.warning("%s takes messages again", channel)

    def _refused(self, claim: Claim, why: str) -> None:
        """Tell whoever keeps the liaisons that WeChat does not reach this one."""
        liaison = _liaison(claim)
        if not liaison:
            return
        try:
            self.on_refused(liaison, why)
        except Exception as problem:  # the reminder goes on to its next channel all the same
            log.error("liaison %d could not be marked: %s", liaison, where(problem))

    def _pace(self) -> None:
        if not self.rate:
            return
        now = self.monotonic()
        if self._next_post > now:
            self.sleep(self._next_post - now)
        self._next_post = max(now, self._next_post) + 1 / self.rate


def _liaison(claim: Claim) -> int:
    """The number of the liaison whom a reminder is for; 0 if it is for a unit."""
    kind, _, number = claim.recipient.partition(":")
    return int(number) if kind == "liaison" else 0
