"""Where a Chinese sentence may be broken without tearing a word."""

from __future__ import annotations

import re

import jieba

from bot.language.features import load_words

_TOGETHER = re.compile("(复工复产|齐抓共管|一岗双责|只有起点|没有终点)")  # jieba takes them for two words


def words_of(text: str) -> list[str]:
    """The text in words; put together again they are the text without its blanks."""
    if not jieba.dt.initialized:
        load_words()
    parts = _TOGETHER.split(text)
    words = [[part] if n % 2 else jieba.cut(part, HMM=False) for n, part in enumerate(parts)]
    return [word for some in words for word in some if word.strip()]
