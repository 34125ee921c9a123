"""``make bench-boards``: the same messages to an empty system and to one with a million people and 5,000 questions.

Both run in this process on a Redis and an SQLite of their own and take turns, so that whatever else this machine does
falls on both; what is told is the median of a message, and the fastest tenth. Redis is asked over its socket, no HTTP is in it. The empty
system holds only those who play in the measurement; ten of them stand on its board, as on the full one.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import handlers
from bot.bot import Bot
from bot.language import advice, intents
from bot.message import Message
from content.bank import Question
from content.loader import load, load_questions
from store.boards import ALL, Boards
from store.database import case_database, identity_database
from store.embedded import EmbeddedRedis
from store.redis_link import Link
from store.sealing import Sealing
from store.standing import rebuild
from store.stores import Storage
from store.turn import Turns
from web.conversation import Conversation

CAMPAIGN = "ningxia-2020"
BEGAN = datetime(2020, 6, 1, 0, 0, tzinfo=UTC)
NOW = datetime(2020, 6, 16, 4, 0, tzinfo=UTC)
TODAY = date(2020, 6, 16)
BLOCK = 40  # rounds of one system before it is the other's turn
_IDS = itertools.count()


@dataclass
class System:
    """One whole bot with its stores; its clock goes on by some twenty seconds a message, unevenly, as people answer."""

    storage: Storage
    talk: Conversation
    now: list[datetime]

    def say(self, user: str, text: str) -> float:
        """Say something and get the seconds that the answer took."""
        number = next(_IDS)
        self.now[0] += timedelta(seconds=20 + 3 * (number % 7))
        message = Message(user, "text", f"push-{number}", text)
        began = time.perf_counter()
        self.talk.say(message)
        return time.perf_counter() - began


@contextmanager
def system(folder: Path, questions: tuple[Question, ...]) -> Iterator[System]:
    """A bot on a Redis and two databases of its own."""
    redis = EmbeddedRedis(folder / "redis")
    redis.start()
    case, identity = case_database(f"sqlite:///{folder}/c.db"), identity_database(f"sqlite:///{folder}/i.db")
    for database in (case, identity):
        database.migrate()
    link, now = Link(redis.url, timeout=30), [NOW]
    storage = Storage(case, identity, Sealing("case"), Sealing("identity"), folder, lambda: now[0], link)
    bot = Bot(load(CAMPAIGN), questions, handlers.ROUTES, storage, storage.clock, handlers.EVENTS)
    try:
        yield System(storage, Conversation(bot, Turns(link, storage.sealing, CAMPAIGN)), now)
    finally:
        link.close()
        redis.stop()
        for database in (case, identity):
            database.close()


def fill(storage: Storage, people: int) -> float:
    """A player and a finished round for everybody, then the boards from SQL; the seconds of the rebuild."""
    raw = storage.case.engine.raw_connection()
    everybody = sorted(
        map(_person, range(people))
    )  # in the order of the indexes, or the filling takes an hour
    try:
        for pragma in ("synchronous=OFF", "cache_size=-1000000", "wal_autocheckpoint=100000"):
            raw.cursor().execute(f"PRAGMA {pragma}")
        for start in range(0, people, 50_000):
            some = list(enumerate(everybody[start : start + 50_000], start=start))
            raw.cursor().executemany(_PLAYER, [_player(*one) for one in some])
            raw.cursor().executemany(_ATTEMPT, [_attempt(*one) for one in some])
            raw.commit()
        for pragma in (
            "wal_checkpoint(TRUNCATE)",
            "synchronous=FULL",
            "cache_size=-2000",
            "wal_autocheckpoint=1000",
        ):
            raw.cursor().execute(f"PRAGMA {pragma}")
    finally:
        raw.close()
    began = time.perf_counter()
    rebuild(storage, CAMPAIGN, TODAY)
    return time.perf_counter() - began


_PLAYER = (
    "INSERT INTO player (campaign, person, name, hidden, listed, region, created_at, updated_at)"
    " VALUES (?, ?, ?, 0, 1, '', ?, ?)"
)
_ATTEMPT = (
    "INSERT INTO attempt (campaign, origin, person, kind, stage, score, total, stars, clocked, counts, flags, region,"
    " day, answers, pattern, began_at, ended_at) VALUES (?, ?, ?, 'round', '', ?, 100, 0, 0, 1, '[]', '', ?, '[]', '', ?, ?)"
)


def _person(n: int) -> str:
    return hashlib.md5(f"{n}".encode(), usedforsecurity=False).hexdigest()


def _player(n: int, person: str) -> tuple[object, ...]:
    return CAMPAIGN, person, f"选手{n}", _sql(BEGAN), _sql(BEGAN)


def _attempt(n: int, person: str) -> tuple[object, ...]:
    ended = BEGAN + timedelta(seconds=n)
    day = TODAY if n % 10 == 0 else BEGAN.date()
    return CAMPAIGN, person, person, n % 97, day.isoformat(), _sql(ended), _sql(ended)


def _sql(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.000000"


def bank(count: int) -> tuple[Question, ...]:
    """So many questions of one answer each, made from those there are."""
    real = [one for one in load_questions() if one.type in ("single", "judge")]
    if not count:
        return tuple(real)
    copies = itertools.count()
    repeated = itertools.islice(itertools.cycle(real), count)
    return tuple(one.model_copy(update={"id": f"{one.id}-{next(copies)}"}) for one in repeated)


def play(one: System, found: dict[str, list[float]]) -> None:
    """A block of rounds: four answers that end nothing, the fifth, and a look at the board."""
    boards, sealing = Boards(one.storage.link, CAMPAIGN), one.storage.sealing
    for _ in range(BLOCK):
        user = f"oBench{next(_IDS):020d}"
        one.say(user, "再来一轮")
        found["answer"] += [one.say(user, "A") for _ in range(4)]
        found["end of a round"].append(one.say(user, "A"))
        found["board in chat"].append(one.say(user, "排行榜"))
        key = sealing.hash("quiz", user)
        found["rank query"] += [_timed(partial(boards.look, "person", ALL, key)) for _ in range(10)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=5_000)
    parser.add_argument("--blocks", type=int, default=10)
    options = parser.parse_args()
    intents.prepare()
    advice.base()
    with (
        tempfile.TemporaryDirectory() as folder,
        system(_made(Path(folder) / "empty"), bank(0)) as empty,
        system(_made(Path(folder) / "full"), bank(options.questions)) as full,
    ):
        rebuild(empty.storage, CAMPAIGN, TODAY)
        took = fill(full.storage, options.people)
        print(
            f"{options.people} people, {options.questions} questions; boards rebuilt from SQL in {took:.1f} s"
        )
        _compare(empty, full, options.blocks)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _compare(empty: System, full: System, blocks: int) -> None:
    names = ("answer", "end of a round", "board in chat", "rank query")
    found = [{name: list[float]() for name in names} for _ in range(2)]
    for n in range(blocks + 1):
        for one, times in zip((empty, full), found, strict=True):
            play(one, times if n else {name: [] for name in names})  # the first block warms up
    for one in (empty, full):
        board = Boards(one.storage.link, CAMPAIGN).look("person", ALL, "")
        print(f"on the board: {board.size if board else 0}")
    for name in names:
        for what, of in (("median", statistics.median), ("fastest tenth", _fast)):
            few, many = (of(times[name]) * 1e6 for times in found)
            print(f"{name:<15} {what:<14} {few:8.0f} µs empty {many:8.0f} µs full   {many / few:.2f}")


def _fast(times: list[float]) -> float:
    """What it takes when nothing else wants the machine."""
    return statistics.quantiles(times, n=10)[0]


if __name__ == "__main__":
    main()
