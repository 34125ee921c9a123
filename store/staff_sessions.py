"""Who is signed in at the desk, and how often somebody has tried to be: both in Redis."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from store.redis_link import Link, Script
from store.sealing import Sealing, Unreadable

SESSION_S = 8 * 3600
TRIES_S = 15 * 60
MOST_OF_NAME, MOST_OF_ADDRESS = 10, 30  # tries within that time
_COUNT = Script(
    """
for n, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[1]) end
end
return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}
"""
)


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose session it is; it holds while the account has still this version."""

    number: int
    version: int


class StaffSessions:
    """The sessions of one campaign's desk: the cookie holds a random id, Redis the sealed account."""

    def __init__(self, link: Link, sealing: Sealing, campaign: str) -> None:
        self._link = link
        self._sealing = sealing
        self._campaign = campaign

    def create(self, signed: Signed) -> str:
        """Begin a session of eight hours and give its id."""
        sid = secrets.token_urlsafe(32)
        sealed = self._sealing.seal(f"{signed.number} {signed.version}".encode())
        self._link.call("SET", self._key(sid), sealed, "EX", SESSION_S)
        return sid

    def get(self, sid: str) -> Signed | None:
        """Whose session this is, if it is still there."""
        sealed = self._link.call("GET", self._key(sid)) if sid else None
        if not sealed:
            return None
        try:
            number, version = self._sealing.open(sealed).decode().split()
        except Unreadable:
            return None
        return Signed(int(number), int(version))

    def drop(self, sid: str) -> None:
        self._link.call("DEL", self._key(sid))

    # -- tries ---------------------------------------------------------------------------------------------------

    def may_try(self, name: str, address: str) -> bool:
        """Count one more try of a name and from an address; false where it is one too many."""
        of_name, of_address = self._link.run(_COUNT, self._tries(name, address), TRIES_S)
        return int(of_name) <= MOST_OF_NAME and int(of_address) <= MOST_OF_ADDRESS

    def succeeded(self, name: str, address: str) -> None:
        """Let the tries of a name begin anew; those from an address go on, for one may know one password of many."""
        self._link.call("DEL", self._tries(name, address)[0])

    def _tries(self, name: str, address: str) -> tuple[str, str]:
        return f"staff-try:{self._hash('name', name)}", f"staff-try:{self._hash('address', address)}"

    def _key(self, sid: str) -> str:
        return f"staff-session:{self._hash('session', sid)}"

    def _hash(self, purpose: str, value: str) -> str:
        return self._sealing.hash(f"staff {purpose}", f"{self._campaign}\0{value}")
