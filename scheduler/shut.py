"""Channels that bring nothing before somebody has mended the account: one reminder at a time finds out whether they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: From one try to the next; what waits goes out soon after it is mended, and the platform is not pressed meanwhile.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))


@dataclass(frozen=True, slots=True)
class _Fault:
    code: int
    since: datetime
    until: datetime
    times: int


class ShutChannels:
    """What one process knows of them, on machine time."""

    def __init__(self) -> None:
        self._faults: dict[str, _Fault] = {}

    def shut(self, channel: str, code: int, now: datetime) -> bool:
        """The account was refused there; is that news?"""
        before = self._faults.get(channel)
        times = before.times if before else 0
        pause = PAUSES[min(times, len(PAUSES) - 1)]
        self._faults[channel] = _Fault(code, now, now + pause, times + 1)
        return before is None or before.code != code

    def open(self, channel: str) -> bool:
        """The account was not refused there; had it been before?"""
        return self._faults.pop(channel, None) is not None

    def until(self, channel: str, now: datetime) -> datetime | None:
        """When it is tried again, if that is not now; a clock that was set back shuts nothing."""
        fault = self._faults.get(channel)
        return fault.until if fault and fault.since <= now < fault.until else None

    def why(self, channel: str) -> str:
        """The code of its fault, for those who look after the account."""
        fault = self._faults.get(channel)
        return f"{channel} {fault.code}".removesuffix(" 0") if fault else channel
