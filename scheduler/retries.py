"""What follows from an attempt: pure rules about errors, lost answers and the platform's ten minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from channels.base import ChannelError
from scheduler.planner import rank
from store.reminder_values import LOST, PENDING, REFUSED, UNKNOWN, Claim, Try

DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 180))
BLIND = timedelta(minutes=9)  # so long a lost answer is met by a repeat under the same key
FORGOTTEN = timedelta(minutes=10)  # so long the platform remembers the key
GIVE_WAY = timedelta(hours=1)  # a channel that stays closed so long lets the next one try
QUOTA_USED = 45009
_QUOTA_BACK = time(8, 30)  # the platform counts days in China; by then its new one has begun
_CHINA = ZoneInfo("Asia/Shanghai")
_MINUTE = timedelta(minutes=1)
_STEP_BACK = timedelta(seconds=20)
_MOST_BACK = 9

NOT_SENT = ("retry", "unsent")  # refused or never connected: surely not sent, may go on for hours
CLOSED = ("permanent", "content", REFUSED)  # this channel will not bring this reminder
IN_DOUBT = ("ambiguous", LOST)


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a row; without a state it goes on to the next channel at once."""

    state: str | None
    at: datetime | None = None
    in_doubt_since: datetime | None = None
    reason: str = ""


def urgent(lead: str) -> bool:
    """Is a repeat better than silence? For the last day and what is late it is; else the next lead follows."""
    return rank(lead) >= -1


def closed(tries: tuple[Try, ...]) -> frozenset[str]:
    """The channels that need not be tried again."""
    return frozenset(tried.channel for tried in tries if tried.outcome in CLOSED)


def doubtful(tries: tuple[Try, ...]) -> frozenset[str]:
    """The channels that may have brought it without our knowing."""
    return frozenset(tried.channel for tried in tries if tried.outcome in IN_DOUBT)


def turn_of(tries: tuple[Try, ...]) -> timedelta:
    """How long a row lets others go first where a channel is shut: what it is refused for may be its own fault."""
    return _STEP_BACK * min(_MOST_BACK, sum(tried.outcome == "alarm" for tried in tries))


def may_repeat(claim: Claim, repeatable: bool, now: datetime) -> bool:
    """May the attempt whose answer was lost be made again blindly? Only while the platform drops repeats."""
    since = claim.first_attempt_at
    return repeatable and since is not None and timedelta() <= now - since < BLIND


def doubt(claim: Claim, now: datetime) -> Next | None:
    """What becomes of a row whose answer is lost for good; None: it is sent once more, now."""
    since = claim.first_attempt_at
    if since is None or claim.again or not urgent(claim.lead):
        return Next(UNKNOWN, in_doubt_since=since, reason="answer lost")
    if timedelta() <= now - since < FORGOTTEN:  # a receipt may still come
        return Next(UNKNOWN, at=since + FORGOTTEN, in_doubt_since=since, reason="answer lost")
    return None


def after_error(
    error: ChannelError, claim: Claim, tried: Try, *, repeatable: bool, now: datetime, left: timedelta
) -> Next:
    """What follows from an error; ``left`` is how long the reminder keeps its sense."""
    since = claim.first_attempt_at
    before = [one for one in claim.tries if one.channel == tried.channel]
    if error.kind in NOT_SENT:
        patience_over = since is None and now - _first(before, tried) >= GIVE_WAY
        return Next(None) if patience_over else Next(PENDING, now + _delay(before), since)
    if error.kind == "later":
        back = _tomorrow(now) if error.code == QUOTA_USED else now + _MINUTE
        if (
            since is not None and back - since >= BLIND
        ):  # too late to repeat the attempt whose answer was lost
            return _unknown(claim, since)
        return Next(None) if since is None and back - now >= left else Next(PENDING, back, since)
    if error.kind == "alarm" and since is not None:  # this post was not taken; the one before may have been
        back = now + _delay(before)
        return Next(PENDING, back, since) if back - since < BLIND else _unknown(claim, since)
    if error.kind == "ambiguous":
        return _after_lost_answer(claim, tried, repeatable, now)
    return Next(None)


def _after_lost_answer(claim: Claim, tried: Try, repeatable: bool, now: datetime) -> Next:
    since = claim.first_attempt_at or tried.started_at
    lost = [one for one in claim.tries if one.outcome in IN_DOUBT and one.started_at >= since]
    if repeatable and len(lost) < len(DELAYS):
        again_at = now + DELAYS[len(lost)]
        if again_at - since < BLIND:
            return Next(PENDING, again_at, since)
    return _unknown(claim, since)


def _unknown(claim: Claim, since: datetime) -> Next:
    """Nobody knows; what is urgent is sent once more when the platform has forgotten it."""
    again_at = since + FORGOTTEN if urgent(claim.lead) and not claim.again else None
    return Next(UNKNOWN, again_at, since, reason="answer lost")


def _delay(before: list[Try]) -> timedelta:
    return DELAYS[min(len(before), len(DELAYS) - 1)]


def _first(before: list[Try], tried: Try) -> datetime:
    return min(one.started_at for one in (*before, tried))


def _tomorrow(now: datetime) -> datetime:
    day = now.astimezone(_CHINA).date() + timedelta(days=1)
    return datetime.combine(day, _QUOTA_BACK, _CHINA)
