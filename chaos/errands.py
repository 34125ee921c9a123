"""What people do besides reports and rounds of five: exams, registering, filing, claiming a prize."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chaos.people import Person

#: Units that people register for; none is like another, so that none is offered in place of another.
UNITS = (
    "石嘴山炼焦厂", "中卫枸杞园", "固原毛纺站", "灵武羊绒行", "盐池滩羊场", "隆德剪纸社", "彭阳杏子坊", "西吉薯粉店",
    "泾源蜂蜜铺", "海原水泥窑", "青铜峡铝业", "平罗种子库",
)  # fmt: skip
_CODE = re.compile(r"领奖码：([A-Z0-9]{4}(?:-[A-Z0-9]{4})+)")
_FILED = re.compile(r"记下了：(.+?)已报送。")
_SHOWN = re.compile(r"照片：(\d+)张")
_UNKEPT = re.compile(r"(\d+)张没存下")


@dataclass
class Errands:
    """What one person has to do, and what they were told came of it."""

    unit: str = ""  # that they register for
    winner: bool = False  # they have won a prize
    files: tuple[str, ...] = ()  # what they may say is filed
    photographs: bool = False
    sits: bool = False  # exams
    exams: int = 0  # whose result they were told
    joined: bool = False  # they were told that they are registered
    code: str = ""  # the last that they were shown for their prize
    said: set[str] = field(default_factory=set)  # what they said is filed
    filed: set[str] = field(default_factory=set)  # what of it they were told is noted
    shown: int = 0  # photos that the last summary of a report told of
    photos: dict[str, int] = field(default_factory=dict)  # query code: how many photos its report has

    def learn(self, text: str, code: str) -> None:
        """What a reply tells them to remember; ``code`` of a report, where the reply holds one."""
        self.exams += "考试合格，祝贺您" in text or "这次没有合格" in text
        if self.unit and (f"记下了：{self.unit}，" in text or f"您已登记为联络员：{self.unit}" in text):
            self.joined = True
        self.filed |= set(_FILED.findall(text))
        if found := _CODE.search(text):
            self.code = found.group(1)
        if "请看一遍" in text:
            shown, unkept = _SHOWN.search(text), _UNKEPT.search(text)
            self.shown = (int(shown.group(1)) if shown else 0) - (int(unkept.group(1)) if unkept else 0)
        if code:
            self.photos[code] = self.shown


def exam(person: Person) -> None:
    """Sit an exam to its end."""
    person.go_through("exam", "考试")


def register(person: Person) -> None:
    """Register for one's unit, unless that is done."""
    if person.errands.unit and not person.errands.joined:
        person.go_through("registration", "登记")


def claim(person: Person) -> None:
    """Have the code of one's prize shown; each new one makes the last void."""
    if person.errands.winner:
        person.go_through("claim", "领奖")


def file(person: Person) -> None:
    """Say that something is filed which is not noted yet."""
    left = sorted(set(person.errands.files) - person.errands.filed)
    if left:
        _file(person, person.chance.choice(left))


def settle(person: Person) -> None:
    """After the storm: whoever is to be registered is, each prize has its code, and what was said is filed is noted."""
    errands = person.errands
    register(person)
    claim(person)
    if errands.sits and not errands.exams:
        exam(person)
    for name in sorted(set(errands.files) - errands.filed):
        before = name in errands.said  # its answer may have been lost
        text = _file(person, name)
        person.right(before or name in errands.filed, f"{name}已报送", text)
    person.right(errands.exams > 0 or not errands.sits, "考试", "not told of any")
    person.right(errands.joined or not errands.unit, "登记", "not told to be registered")
    person.right(bool(errands.code) or not errands.winner, "领奖", "no code")


def _file(person: Person, name: str) -> str:
    person.errands.said.add(name)
    text = person.say(f"{name}已报送")
    if "报了哪一项" in text:  # it was noted before, and the answer lost
        person.say("取消")
    return text
