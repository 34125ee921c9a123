"""What no name on the boards may hold, read once from ``names.tsv``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from content.errors import ContentError

FILE = Path(__file__).parent / "names.tsv"
HEAD = "kind\twhere\tword"
Kind = Literal["contact", "office", "leader", "politics", "insult", "sex", "trade", "advert"]
#: Anywhere; at the beginning; at the end; nothing but it; not beside another Latin letter.
Where = Literal["in", "start", "end", "whole", "word"]


@dataclass(frozen=True, slots=True)
class NameWord:
    """One word, written in simplified letters and lower case, without blanks."""

    kind: Kind
    where: Where
    word: str


def name_words(file: Path = FILE) -> tuple[NameWord, ...]:
    """The words in their order, or a fault with its line."""
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    if head != HEAD:
        raise ContentError([f"{file.name} 第1行：表头应是 {HEAD!r}。"])
    return tuple(_word(file, number, line) for number, line in enumerate(lines, start=2))


def _word(file: Path, number: int, line: str) -> NameWord:
    kind, where, word = [*line.split("\t"), "", ""][:3]
    known_kind = next((one for one in get_args(Kind) if one == kind), None)
    known_where = next((one for one in get_args(Where) if one == where), None)
    if known_kind is None or known_where is None or not word or line.count("\t") != 2:
        raise ContentError([f"{file.name} 第{number}行：应写类别、位置和词，中间用制表符。"])
    return NameWord(known_kind, known_where, word)
