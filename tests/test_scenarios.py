"""Transcripts that a customer can read, replayed against the whole bot on real storage.

``tests/scenarios/README.md`` says how they are written. Each expected line is taken from the notice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import pytest

import handlers
from bot.bot import Bot
from bot.language import intents
from bot.message import Reply
from content.loader import load
from content.models import Campaign
from rules import codes
from rules.report_states import State, Step
from store.stores import Storage
from store.units import UnitRow
from tests.chatting import Chat, known_questions
from tests.conftest import SetClock
from wechat.text import LIMIT, compose

FOLDER = Path(__file__).parent / "scenarios"
FILES = sorted(FOLDER.glob("*.txt"))
CAMPAIGNS = ("ningxia-2020", "shenzhen-2020", "xuming-2020", "gusu-2020", "binhai-2020")
SIGNS = (">", "@", "*", "<", "!")
#: What no text of ours may hold; the last two only as what an authority has told us.
REFUSED = re.compile(
    r"匿名|保证|一定|重奖|分享有礼|转发抽奖|集赞|小编|亲，|～|第一时间|知悉|贵用户|(?<!告诉我们：)已受理|(?<!告诉我们：)属实"
)


@dataclass(frozen=True)
class Line:
    number: int
    sign: str
    text: str


@dataclass
class Scenario:
    """One file: its head, and its lines in order."""

    path: Path
    head: dict[str, list[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def first(self, key: str) -> str:
        return self.head[key][0]


def read(path: Path) -> Scenario:
    """A scenario from its file; a line that is none is an error at once."""
    scenario = Scenario(path)
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        key, colon, value = line.partition(": ")
        if line[0] in SIGNS:
            scenario.lines.append(Line(number, line[0], line[1:].strip()))
        elif colon and key == "who" and scenario.lines:
            scenario.lines.append(Line(number, "who", value))
        elif colon and key in ("campaign", "at", "who", "unit", "confirmed"):
            scenario.head.setdefault(key, []).append(value)
        else:
            raise ValueError(f"{path.name}:{number}: {line}")
    return scenario


class Player:
    """Plays a scenario; each person in it has a phone of their own."""

    def __init__(self, scenario: Scenario, storage: Storage, clock: SetClock) -> None:
        self.scenario, self.storage, self.clock = scenario, storage, clock
        self.campaign = _campaign(scenario)
        self.bot = Bot(
            self.campaign, known_questions(), handlers.ROUTES, storage, storage.clock, handlers.EVENTS
        )
        self.people: dict[str, Chat] = {}
        self.chat = self.person(scenario.first("who"))
        self.code, self.told, self.place = "", "", 0
        self.until(scenario.first("at"))
        units = [UnitRow(name) for name in scenario.head.get("unit", ())]
        with storage.transaction(self.campaign.id) as stores:
            stores.units.import_rows(units, clock())

    def play(self) -> None:
        for line in self.scenario.lines:
            _DO[line.sign](self, line)

    def person(self, name: str) -> Chat:
        openid = f"o{sha256(name.encode()).hexdigest()[:27]}"
        return self.people.setdefault(name, Chat(self.bot, openid))

    def until(self, time: str) -> None:
        local = datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(self.campaign.zone))
        self.clock.time = local.astimezone(UTC)

    def say(self, line: Line) -> None:
        self.hear(self.send(line.text), line)

    def send(self, text: str) -> Reply:
        if not text.startswith("["):
            return self.chat.says(text)
        what, _, words = text.strip("[]").partition(" ")
        return _DEEDS[what](self, words)

    def hear(self, reply: Reply, line: Line) -> None:
        """Keep the reply as it arrives in WeChat, and look at how it is worded."""
        self.told, self.place = compose(reply), 0
        self.code = codes.find(self.told) or self.code if reply.secret else self.code
        if found := REFUSED.search(self.told):
            self.fail(line, f"回答里有“{found.group()}”")
        if len(self.told.encode()) > LIMIT:
            self.fail(line, "回答太长，微信放不下")

    def expect(self, line: Line) -> None:
        pattern = ".*?".join(re.escape(part) for part in line.text.split("…"))
        found = re.compile(pattern, re.DOTALL).search(self.told, self.place)
        if found is None:
            self.fail(line, "回答里没有这些字，或先后不对")
        self.place = found.end()

    def expect_not(self, line: Line) -> None:
        if line.text in self.told:
            self.fail(line, "回答里不该有这些字")

    def fail(self, line: Line, why: str) -> NoReturn:
        raise AssertionError(
            f"{self.scenario.path.name}:{line.number}: {why}：\n  {line.sign} {line.text}\n\n{self.told}\n"
        )


def _campaign(scenario: Scenario) -> Campaign:
    """The campaign, with the numbers that its organiser has confirmed."""
    campaign = load(scenario.first("campaign"))
    confirmed = scenario.head.get("confirmed", ())
    lines = tuple(
        line.model_copy(update={"confirmed": line.confirmed or line.number in confirmed})
        for line in campaign.hotlines
    )
    return campaign.model_copy(update={"hotlines": lines})


def _confirm_liaisons(player: Player) -> None:
    with player.storage.transaction(player.campaign.id) as stores:
        for entry in stores.liaisons.active():
            stores.liaisons.confirm(entry.id, "office:zhang", player.clock())


def _step(state: State, told: str = "", result: str = "") -> Callable[[Player], None]:
    def take(player: Player) -> None:
        with player.storage.transaction(player.campaign.id) as stores:
            report = stores.reports.listed()[0]
            taken = Step(state, by=player.campaign.reports_to, reason="记录", result=result)
            stores.reports.set_state(report.id, taken, who="office:zhang", at=player.clock(), told=told)

    return take


#: What happens elsewhere: at the office, at the authority.
ELSEWHERE: dict[str, Callable[[Player], None]] = {
    "办公室确认登记": _confirm_liaisons,
    "办公室开始核对": _step(State.SCREENING),
    "办公室整理好": _step(State.READY),
    "办公室转交主管部门": _step(State.REFERRED, "公函"),
    "主管部门来函受理": _step(State.ACKNOWLEDGED, "AQ-0318"),
}

_DEEDS: dict[str, Callable[[Player, str], Reply]] = {
    "关注": lambda player, _: player.chat.follows(),
    "取消关注": lambda player, _: player.chat.unfollows(),
    "点菜单": lambda player, word: player.chat.taps(word),
    "照片": lambda player, _: player.chat.sends_photo(f"media-{player.chat.count}"),
    "位置": lambda player, label: player.chat.sends_place(label),
    "语音": lambda player, _: player.chat.sends("voice"),
    "查询码": lambda player, _: player.chat.says(codes.grouped(player.code)),
}


def _turn_to(player: Player, line: Line) -> None:
    player.chat = player.person(line.text)


_DO: dict[str, Callable[[Player, Line], None]] = {
    ">": Player.say,
    "<": Player.expect,
    "!": Player.expect_not,
    "@": lambda player, line: player.until(line.text),
    "*": lambda player, line: ELSEWHERE[line.text](player),
    "who": _turn_to,
}


@pytest.fixture(scope="module", autouse=True)
def _words() -> None:
    intents.prepare()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path, sqlite_storage: Storage, clock: SetClock) -> None:
    Player(read(path), sqlite_storage, clock).play()


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_campaign_has_its_scenarios(campaign: str) -> None:
    assert len([path for path in FILES if read(path).first("campaign") == campaign]) >= 3


def test_a_line_that_fails_is_shown_with_its_number_and_the_reply(
    tmp_path: Path, sqlite_storage: Storage, clock: SetClock
) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(
        "campaign: gusu-2020\nat: 2020-06-10 09:00\nwho: 居民\n\n> 主题\n< 今年主题…防线\n< 去年主题\n",
        encoding="utf-8",
    )
    with pytest.raises(AssertionError, match=r"wrong\.txt:7: .*\n  < 去年主题\n\n今年主题：消除事故隐患"):
        Player(read(path), sqlite_storage, clock).play()
