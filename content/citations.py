"""What a source cites: each law or standard by its name, with the year of its version and the article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

STATE = "中华人民共和国"
_SERIES = "GBZ|GBJ|GB|XF|GA|TSG|JGJ|JG|CJJ|CJ|AQ|DL|HG|SH|SY|MT|JT|TB|SL|NY|YJ|LY|LD|WS|HJ|SC|QX"
_NUMBER = re.compile(
    rf"(?<![A-Za-z])({_SERIES})(/[TZ])?[ \u00a0]?([A-Z]{{0,2}}[ ]?\d+(?:\.\d+)*)(?:\s?[-－—–]+\s?((?:19|20)\d\d))?(?!\d)"
)
_TITLE = re.compile(r"《([^》]+)》(?:（([^）]*)）)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_COUNT = r"\d+(?:\.\d+)*|[〇零一二两三四五六七八九十百千]+"
_ARTICLE = re.compile(rf"(?:第|[、和及])({_COUNT})条(?:之([一二三四五六七八九十]+))?")
_UNQUOTED = re.compile(rf"^(.+?)((?:（[^）]*）)?(?:第(?:{_COUNT})条.*)?)$")
_SIGNS = "〇一二三四五六七八九"
_TENS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True)
class Citation:
    """One law or standard in a source; ``version`` is what says which of its versions, as it is written."""

    name: str  # the title of a law without 中华人民共和国, or the number of a standard without its year
    year: int | None
    version: str
    articles: frozenset[str]

    @property
    def shown(self) -> str:
        return shown(self.name)


def citations(source: str) -> Iterator[Citation]:
    """Each law of a source in its order; the title behind the number of a standard is that standard's."""
    heads = list(_heads(source))
    stops = [*(start for start, _, _, _ in heads[1:]), len(source)]
    for (_, end, name, version), stop in zip(heads, stops, strict=False):
        year = _YEAR.search(version)
        yield Citation(name, int(year[0]) if year else None, version, _articles(source[end:stop]))


def asked_for(text: str) -> Citation | None:
    """The one law that somebody names, with or without its brackets; nothing if it isn't one."""
    text = text.strip().upper()
    found = list(citations(text)) or list(citations(_UNQUOTED.sub(r"《\1》\2", text)))
    return found[0] if len(found) == 1 else None


def names(text: str) -> frozenset[str]:
    """The names of all that a text cites."""
    return frozenset(one.name for one in citations(text))


def shown(name: str) -> str:
    """A name as one writes it: a title in its brackets, a number as it is."""
    return name if _NUMBER.fullmatch(name) else f"《{name}》"


def bare(title: str) -> str:
    """The title of a law without the name of the state."""
    return title.strip().removeprefix(STATE)


def _heads(source: str) -> Iterator[tuple[int, int, str, str]]:
    """Where each citation begins, where its articles may begin, its name and its version."""
    taken = 0
    found = sorted([*_NUMBER.finditer(source), *_TITLE.finditer(source)], key=lambda match: match.start())
    for match in found:
        if match.start() < taken:
            continue
        title, end = match, match.end()
        if match.re is _NUMBER:
            series, kind, number, year = match.groups()
            title_behind = _TITLE.match(source, end)
            end = title_behind.end() if title_behind else end
            yield match.start(), end, f"{series}{kind or ''} {number.replace(' ', '')}", year or ""
        else:
            yield match.start(), end, bare(title[1]), title[2] or ""
        taken = end


def _articles(text: str) -> frozenset[str]:
    """The articles that a text names, as ``28`` or ``134之1``."""
    return frozenset(
        _counted(number) + (f"之{_counted(more)}" if more else "") for number, more in _ARTICLE.findall(text)
    )


def _counted(number: str) -> str:
    """A number in digits: 二十八 is 28."""
    if number[0].isdigit():
        return number
    total = now = 0
    for sign in number.replace("零", "〇").replace("两", "二"):
        if sign in _TENS:
            total, now = total + (now or 1) * _TENS[sign], 0
        else:
            now = _SIGNS.index(sign)
    return str(total + now)
