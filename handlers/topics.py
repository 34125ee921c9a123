"""The topic of the question bank that somebody names: by its title, a part of it, or another word for the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.dialogue import match_choice
from bot.language.normalise import normalise
from rules.grading import in_part

LONGEST = 20  # of what names a topic; more is said about something else
_PRACTISE = re.compile(r"(?:我|请|帮|给|想|要|去|来|再|专门|只)*练(?:习|一练|练|一下|几道|五道|点)*")
_AROUND = re.compile(r"(?:方面|这?一?类)?的?(?:安全)?(?:知识)?的?(?:题目?)?$")
#: What people call a topic besides its title; 危化品 and the like are also what a level is called.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "agriculture": ("农机", "农药", "拖拉机", "种地"),
    "confined-space": ("受限空间", "密闭空间"),
    "construction": ("工地", "施工", "建筑"),
    "electrical": ("电气", "家电", "电器"),
    "emergency-rescue": ("应急", "救援", "抢险"),
    "fire": ("火灾", "防火", "灭火"),
    "first-aid": ("救护", "心肺复苏"),
    "fishery-and-shipping": ("渔船", "水上", "行船", "捕鱼"),
    "flood-and-weather": ("防汛", "洪水", "天气"),
    "gas": ("煤气", "天然气", "用气"),
    "hazardous-waste": ("危废",),
    "hazchem": ("危化品", "危化", "化学品", "化工"),
    "home": ("家庭", "家里", "在家"),
    "hotlines": ("报警", "报警电话", "热线"),
    "law": ("法规", "法律法规"),
    "mine": ("煤矿", "采矿"),
    "occupational-health": ("职业病", "粉尘"),
    "pipelines": ("管线", "输油管道"),
    "rumours": ("谣言", "识谣"),
    "rural": ("农村", "乡下", "村里"),
    "school": ("学校", "学生", "校车"),
    "self-rescue": ("疏散", "自救", "逃生"),
    "signs": ("标识", "警示标志"),
    "special-equipment": ("电梯", "锅炉", "压力容器"),
    "traffic": ("道路交通", "道路", "开车", "驾驶", "骑车"),
    "warehouse-logistics": ("仓库", "快递"),
}
_BY_WORD = {word: topic for topic, words in _ALSO.items() for word in words}


def asks_to_practise(text: str) -> bool:
    """Might a text name a topic to practise? A glance, for it is asked of every answer."""
    return len(text) > 2 and ("练" in text or "練" in text)


def wanted(text: str, titles: Mapping[str, str]) -> str | None:
    """The topic that a text asks to practise, as 练习交通 does; ``titles`` gives each topic's."""
    begun = _PRACTISE.match(normalise(text)) if len(text) <= LONGEST else None
    return named(normalise(text)[begun.end() :], titles) if begun else None


def named(text: str, titles: Mapping[str, str]) -> str | None:
    """The topic that a text names by itself: 交通, 交通安全, 道路."""
    if len(text) > LONGEST:
        return None
    plain = normalise(text)
    by_title = {title: topic for topic, title in titles.items()}
    for core in dict.fromkeys((plain, _AROUND.sub("", plain, count=1))):
        if len(core) > 1 and (found := _meant(core, titles, by_title)) is not None:
            return found
    return None


def _meant(core: str, titles: Mapping[str, str], by_title: Mapping[str, str]) -> str | None:
    title = match_choice(core, tuple(by_title))
    if title is not None:
        return by_title[title]
    if (topic := _BY_WORD.get(core)) in titles:
        return topic
    places = set(in_part(core, tuple(by_title), normalise) or ())
    return by_title[tuple(by_title)[places.pop()]] if len(places) == 1 else None
