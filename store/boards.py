"""The boards in Redis: people, units and regions, of the day and of the campaign; rebuilt from SQL when lost.

A person's score holds the right answers and, for equal ones, who reached them first, so a rank is one command.
A unit's or region's score is the rate of participation times the share of right answers; a unit whose headcount the
organiser has given stands before those whose rate can only be taken from who has joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from store.redis_link import Link, RedisError, Script, Unavailable

Of = Literal["person", "unit", "region"]
Group = Literal["unit", "region"]
GROUPS: tuple[Group, ...] = ("unit", "region")
ALL = "all"  # the period of the whole campaign; a day is its ISO date
TOP = 10  # lines that fit on a phone
LEAST: Mapping[Group, int] = {"unit": 5, "region": 10}  # people, so that no single one makes the number
DAY_KEPT_S = 36 * 3600
BUSY_MS = 120_000
_LATEST = 2**32 - 1  # seconds; a score has 53 bits, 21 are left for right answers

_RANK = """
local function rank(zset, counts, heads, members, id, least)
  local sums = redis.call('HMGET', counts, id .. ':people', id .. ':right', id .. ':total')
  local people, right, total = tonumber(sums[1] or 0), tonumber(sums[2] or 0), tonumber(sums[3] or 0)
  if people < tonumber(least) or total == 0 then redis.call('ZREM', zset, id) return end
  local head = tonumber(redis.call('HGET', heads, id) or 0)
  local size = head > 0 and head or math.max(tonumber(redis.call('HGET', members, id) or 0), people)
  local score = math.floor(math.min(1, people / size) * right / total * 1000000 + 0.5)
  if head > 0 then score = score + 2000000 end
  redis.call('ZADD', zset, string.format('%.0f', score), id)
end
"""
#: KEYS: busy todo rounds days, the two boards of people, then of each group: heads members, board and counts twice.
_ADD = Script(
    _RANK
    + """
local person, right, total, order, day, expiry, listed = unpack(ARGV, 1, 7)
redis.call('HINCRBY', KEYS[3], day, 1)
redis.call('SADD', KEYS[4], day)
local busy = redis.call('EXISTS', KEYS[1]) == 1
if busy then redis.call('SADD', KEYS[2], 'person:' .. person, 'day:' .. day) end
for n = 5, 6 do
  local old = redis.call('ZSCORE', KEYS[n], person)
  if listed == '1' and (not old or tonumber(right) > 0) then
    local rights = math.floor((tonumber(old) or 0) / 4294967296) + tonumber(right)
    redis.call('ZADD', KEYS[n], string.format('%.0f', rights * 4294967296 + tonumber(order)), person)
  end
end
redis.call('EXPIRE', KEYS[6], expiry)
for group = 0, 1 do
  local id, kind, least, fresh, fresh_today = unpack(ARGV, 8 + group * 5, 12 + group * 5)
  local key = 7 + group * 6
  if id ~= '' then
    if busy then redis.call('SADD', KEYS[2], kind .. ':' .. id) end
    for period, new in ipairs({fresh, fresh_today}) do
      local zset, counts = KEYS[key + period * 2], KEYS[key + period * 2 + 1]
      redis.call('HINCRBY', counts, id .. ':rounds', 1)
      redis.call('HINCRBY', counts, id .. ':right', right)
      redis.call('HINCRBY', counts, id .. ':total', total)
      redis.call('HINCRBY', counts, id .. ':people', new)
      rank(zset, counts, KEYS[key], KEYS[key + 1], id, least)
      if period == 2 then
        redis.call('EXPIRE', zset, expiry)
        redis.call('EXPIRE', counts, expiry)
      end
    end
  end
end
return 1
"""
)
_LOOK = Script(
    """
return {redis.call('EXISTS', KEYS[1]), redis.call('ZCARD', KEYS[2]),
  redis.call('ZREVRANGE', KEYS[2], 0, tonumber(ARGV[2]) - 1, 'WITHSCORES'),
  redis.call('ZREVRANK', KEYS[2], ARGV[1]) or -1, redis.call('ZSCORE', KEYS[2], ARGV[1]) or ''}
"""
)
#: KEYS: heads members board counts; what a group has, whatever stood there.
_SET_GROUP = Script(
    _RANK
    + """
local id, least, expiry, rounds, right, total, people = unpack(ARGV)
if rounds == '0' then
  redis.call('HDEL', KEYS[4], id .. ':rounds', id .. ':right', id .. ':total', id .. ':people')
else
  redis.call('HSET', KEYS[4], id .. ':rounds', rounds, id .. ':right', right, id .. ':total', total,
    id .. ':people', people)
end
rank(KEYS[3], KEYS[4], KEYS[1], KEYS[2], id, least)
if expiry ~= '0' then redis.call('EXPIRE', KEYS[3], expiry) redis.call('EXPIRE', KEYS[4], expiry) end
"""
)
#: KEYS: heads members, board and counts twice; ARGV: least, then id, headcount, members of each group.
_SET_SIZES = Script(
    _RANK
    + """
redis.call('DEL', KEYS[1], KEYS[2])
for n = 2, #ARGV, 3 do
  if ARGV[n + 1] ~= '0' then redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
  if ARGV[n + 2] ~= '0' then redis.call('HSET', KEYS[2], ARGV[n], ARGV[n + 2]) end
end
for n = 2, #ARGV, 3 do
  for key = 3, 5, 2 do rank(KEYS[key], KEYS[key + 1], KEYS[1], KEYS[2], ARGV[n], ARGV[1]) end
end
"""
)
_SWAP = Script(
    """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[3]) end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[1]) end
redis.call('UNLINK', KEYS[3])
"""
)
_RELEASE = Script("if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end")


@dataclass(frozen=True, slots=True)
class Played:
    """One counted round, as the boards take it."""

    person: str
    right: int
    total: int
    ended_at: datetime
    day: date
    listed: bool
    groups: Mapping[
        Group, tuple[str, int, int]
    ]  # its id; the person's first round for it, and first today: 0 or 1


@dataclass(frozen=True, slots=True)
class Sums:
    """What a unit or region has played."""

    rounds: int = 0
    right: int = 0
    total: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a board."""

    place: int  # from 1
    key: str  # keyed hash of the person, id of the unit, name of the region
    score: int  # right answers of a person; points of a unit or region in hundredths, 10000 is all
    headed: bool = False  # the headcount of the unit is known


@dataclass(frozen=True, slots=True)
class Board:
    """The first lines of a board, and the own one."""

    lines: tuple[Line, ...]
    mine: Line | None
    size: int

    @property
    def mixed(self) -> bool:
        """Do units or regions whose headcount is known stand above others?"""
        return len({line.headed for line in self.lines}) > 1


class Boards:
    """The boards of one campaign; what writes raises ``Unavailable`` where Redis is away."""

    def __init__(self, link: Link | None, campaign: str) -> None:
        self._link = link
        self._campaign = campaign

    @property
    def kept(self) -> bool:
        """Is there a Redis to keep boards in?"""
        return self._link is not None

    # -- reading -----------------------------------------------------------------------------------------------

    def look(self, of: Of, period: str, key: str, most: int = TOP) -> Board | None:
        """The first lines and that of ``key``; nothing where Redis is away or the boards wait to be rebuilt."""
        if self._link is None:
            return None
        keys = (self._key("ready"), self._board(of, period))
        try:
            ready, size, flat, place, score = self._link.run(_LOOK, keys, key, most)
        except (Unavailable, RedisError):
            return None
        if not ready:
            return None
        pairs = zip(flat[::2], flat[1::2], strict=True)
        lines = tuple(_line(of, n, name.decode(), found) for n, (name, found) in enumerate(pairs, start=1))
        mine = _line(of, place + 1, key, score) if place >= 0 else None
        return Board(lines, mine, size)

    def ready(self) -> bool:
        """Do the boards stand, or has Redis lost them?"""
        return bool(self._call("EXISTS", self._key("ready")))

    def rounds(self, day: date) -> int:
        """How many counted rounds of a day the boards know of."""
        return int(self._call("HGET", self._key("rounds"), day.isoformat()) or 0)

    def agreed(self) -> date | None:
        """The last day on which the boards were found to hold what SQL has."""
        kept = self._call("GET", self._key("agreed"))
        return date.fromisoformat(kept.decode()) if kept else None

    def agree(self, day: date) -> None:
        """Note that the boards hold what SQL has."""
        self._call("SET", self._key("agreed"), day.isoformat())

    # -- after a round -----------------------------------------------------------------------------------------

    def add(self, played: Played) -> None:
        """Count a round that has just been committed."""
        if self._link is None:
            return
        day = played.day.isoformat()
        keys = [self._key("busy"), self._key("todo"), self._key("rounds"), self._key("days")]
        keys += [self._board("person", ALL), self._board("person", day)]
        values: list[str | int] = [played.person, played.right, played.total, _order(played.ended_at), day]
        values += [DAY_KEPT_S, int(played.listed)]
        for group in GROUPS:
            keys += self._group_keys(group, (ALL, day))
            ident, fresh, fresh_today = played.groups.get(group, ("", 0, 0))
            values += [ident, group, LEAST[group], fresh, fresh_today]
        self._link.run(_ADD, keys, *values)

    # -- corrections: whoever changes SQL marks what is touched, a job counts it anew -----------------------------

    def recount_later(self, items: Collection[str]) -> None:
        """Mark what must be counted anew: ``person:…``, ``unit:…``, ``region:…``, ``day:…``."""
        if items and self._link is not None:
            self._link.call("SADD", self._key("todo"), *items)

    def take_todo(self, most: int) -> list[str]:
        """Some of what must be counted anew; it is no longer marked."""
        return [item.decode() for item in self._call("SPOP", self._key("todo"), most) or ()]

    def claim(self, token: str) -> bool:
        """Begin to count anew, unless another process does; until the release every round is marked as well."""
        return bool(self._call("SET", self._key("busy"), token, "NX", "PX", BUSY_MS))

    def go_on(self) -> None:
        """Keep the claim."""
        self._call("PEXPIRE", self._key("busy"), BUSY_MS)

    def release(self, token: str) -> None:
        self._need().run(_RELEASE, (self._key("busy"),), token)

    def remove(self, person: str) -> None:
        """Take a person off every board of people at once."""
        if self._link is None:
            return
        days = [day.decode() for day in self._link.call("SMEMBERS", self._key("days"))]
        for period in (ALL, *days):
            self._link.call("ZREM", self._board("person", period), person)

    # -- rebuilding ----------------------------------------------------------------------------------------------

    def write_people(self, period: str, scores: Iterable[tuple[str, int]], *, new: bool = False) -> None:
        """Set the scores of people, on the board or on the one that will take its place."""
        flat = [value for person, score in scores for value in (score, person)]
        if flat:
            self._call("ZADD", self._new(period) if new else self._board("person", period), *flat)

    def drop_people(self, period: str, persons: Collection[str]) -> None:
        if persons:
            self._call("ZREM", self._board("person", period), *persons)

    def start_over(self, period: str) -> None:
        """Throw away an unfinished board."""
        self._call("UNLINK", self._new(period))

    def swap(self, period: str) -> None:
        """Put the new board in the old one's place."""
        board = self._board("person", period)
        self._need().run(_SWAP, (board, self._new(period), f"{board}:old"))
        self._expire(board, period)

    def write_group(self, group: Group, ident: str, period: str, sums: Sums) -> None:
        """Set what a unit or region has played."""
        expiry = 0 if period == ALL else DAY_KEPT_S
        values = (ident, LEAST[group], expiry, sums.rounds, sums.right, sums.total, sums.people)
        self._need().run(_SET_GROUP, self._group_keys(group, (period,)), *values)

    def write_sizes(self, group: Group, day: date, sizes: Mapping[str, tuple[int, int]]) -> None:
        """Set headcount and members of every unit or region, and rank them by it."""
        flat = [value for ident, (head, members) in sizes.items() for value in (ident, head, members)]
        self._need().run(_SET_SIZES, self._group_keys(group, (ALL, day.isoformat())), LEAST[group], *flat)

    def write_rounds(self, day: date, count: int) -> None:
        self._call("HSET", self._key("rounds"), day.isoformat(), count)
        self._call("SADD", self._key("days"), day.isoformat())

    def groups_known(self, group: Group) -> set[str]:
        """The units or regions that have played so far."""
        fields = self._call("HKEYS", f"{self._board(group, ALL)}:counts")
        return {field.decode().rpartition(":")[0] for field in fields}

    def mark_ready(self) -> None:
        self._call("SET", self._key("ready"), 1)

    # -- keys ------------------------------------------------------------------------------------------------------

    def _key(self, name: str) -> str:
        return f"board:{self._campaign}:{name}"

    def _board(self, of: Of, period: str) -> str:
        return self._key(f"{of}:{period}")

    def _new(self, period: str) -> str:
        return f"{self._board('person', period)}:new"

    def _group_keys(self, group: Group, periods: Sequence[str]) -> list[str]:
        boards = [self._board(group, period) for period in periods]
        both = [key for board in boards for key in (board, f"{board}:counts")]
        return [self._key(f"{group}:heads"), self._key(f"{group}:members"), *both]

    def _expire(self, key: str, period: str) -> None:
        if period != ALL:
            self._call("EXPIRE", key, DAY_KEPT_S)

    def _call(self, *command: object) -> Any:
        return self._need().call(*command)

    def _need(self) -> Link:
        if self._link is None:
            raise RuntimeError("boards need a Redis")
        return self._link


def score_of(right: int, reached_at: datetime) -> int:
    """A person's score: right answers first, and of equal ones the earlier before the later."""
    return right * (_LATEST + 1) + _order(reached_at)


def _order(at: datetime) -> int:
    return _LATEST - int(at.timestamp())


def _line(of: Of, place: int, key: str, score: bytes) -> Line:
    value = int(float(score))
    if of == "person":
        return Line(place, key, value // (_LATEST + 1))
    return Line(place, key, round(value % 2_000_000 / 100), headed=value >= 2_000_000)
