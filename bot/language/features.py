"""A text to its features: words, pairs of characters, and pairs of sounds against slips between homophones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import jieba

from bot.language.normalise import normalise
from rules.sectors import SECTORS, scores

VERSION = 4  # raised with every change that makes other features of the same text
MOST_SIGNS = 300  # of a text are looked at; what somebody wants is said by then

USED = 5  # how often a word stands in jieba's counts to be one of ours; the rarer ones take three times the memory
LONGEST_WORD = 5
APART = 4  # words, at most, between the two of a pair: 手 … 绞

_WORDS = Path(__file__).resolve().parents[2] / "content" / "language" / "words.txt"
_MEANINGS = {
    "🔥": "火", "🧨": "爆炸", "💥": "爆炸", "🚒": "消防车", "🚑": "救护车", "🆘": "救命", "🚨": "警报", "☠": "毒", "⚡": "电",
    "💨": "烟", "🎁": "奖品", "🏆": "排名", "🥇": "第一名", "📞": "电话", "☎": "电话", "🙏": "谢谢", "👋": "你好", "👍": "好", "📷": "照片",
}  # fmt: skip
_EMOJI = str.maketrans(_MEANINGS)
_REPEATED = re.compile(r"(.)\1{2,}")
_NUMBER = re.compile(r"\d+")
_STOP = re.compile(r"[，。！？；、,.!?;\s]+")
_STEP, _MOST_STEPS, _MOST_PARTS = 4, 8, 4  # how long a text is, in steps of signs, and in how many parts
_SPOKEN = frozenset("12350 12345 96119 119 120 110 122".split())  # numbers that mean something


def load_words() -> None:
    """Give jieba its words that are in use, and teach it those of the subject, so that they are not cut apart."""
    _load_dictionary()
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        for word in [] if line.startswith("#") else line.split():
            jieba.add_word(word)
    for sector in SECTORS:
        for word in sector.words:
            jieba.add_word(word)


def _load_dictionary() -> None:
    """jieba's dictionary without rare and long words: each with its count, each beginning of one with nought."""
    counts: dict[str, int] = {}
    with (Path(jieba.__file__).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, _ = line.split(" ")
            if int(count) >= USED and len(word) <= LONGEST_WORD:
                counts[word] = int(count)
    total = sum(counts.values())
    for word in tuple(counts):
        for end in range(1, len(word)):
            counts.setdefault(word[:end], 0)
    jieba.dt.FREQ, jieba.dt.total, jieba.dt.initialized = counts, total, True


def tidy(text: str) -> str:
    """The text with emoji in words, no repetitions beyond two, and numbers that only count made alike."""
    plain = normalise(text.translate(_EMOJI))[:MOST_SIGNS]
    return _NUMBER.sub(_number, _REPEATED.sub(r"\1\1", plain))


def _number(found: re.Match[str]) -> str:
    digits = found.group()
    if digits in _SPOKEN:
        return digits
    return "0" if len(digits) < 3 else "00"


def features(text: str, sounds: Mapping[int, str]) -> set[str]:
    """What the classifier looks at; ``sounds`` gives each character a sign for its syllable."""
    plain = tidy(text)
    framed = f"^{plain}$"
    heard = f"<{plain.translate(sounds)}>"
    found = set(framed)
    found.update(map("".join, pairwise(framed)))
    found.update(map("".join, pairwise(heard)))
    words = list(jieba.cut(plain, HMM=False))
    found.update(f"_{word}" for word in words if len(word) > 1)
    for apart in range(1, APART + 1):
        found.update(map("+".join, zip(words, words[apart:], strict=False)))
    found.update(f"@{sector}" for sector in scores(plain))
    if "?" in text or "？" in text:
        found.add("?")
    return found | _shape(plain, text)


def _shape(plain: str, text: str) -> set[str]:
    """How long a text is, in how many parts, and how each of these begins and ends."""
    parts = [part for part in map(tidy, _STOP.split(text[:MOST_SIGNS])) if part]
    found = {f"#{min(len(plain) // _STEP, _MOST_STEPS)}", f"##{min(len(parts), _MOST_PARTS)}"}
    for part in parts if len(parts) > 1 else ():
        found |= {f"^{part[:2]}", f"{part[-2:]}$"}
    return found
