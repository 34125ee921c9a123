"""Which version of a law is the present one, as far as the facts know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from content.facts import Fact

_CITED = re.compile(r"《([^》]+)》（([^）]*)）")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ENDED = re.compile(r"((?:《[^》]+》)+)同时废止")
_LAW = re.compile(r"《([^》]+)》")
_STATE = "中华人民共和国"


@dataclass(frozen=True)
class Laws:
    """The newest year in which each law was made or changed, and which law ended another."""

    newest: Mapping[str, int]
    ended_by: Mapping[str, str]

    def faults(self, source: str) -> Iterator[str]:
        """What is replaced among the laws that a source cites."""
        for title in map(_bare, _LAW.findall(source)):
            if title in self.ended_by:
                yield f"《{title}》已经废止，现在是《{self.ended_by[title]}》"
        for title, year in cited(source):
            if year < self.newest.get(title, year):
                yield f"《{title}》引的是{year}年的，现在是{self.newest[title]}年的"


def laws_of(facts: Iterable[Fact]) -> Laws:
    """The laws that the usable facts cite, and those of which they say that they ended."""
    newest: dict[str, int] = {}
    ended: dict[str, str] = {}
    for fact in facts:
        if not fact.usable:
            continue
        for title, year in cited(fact.source):
            newest[title] = max(year, newest.get(title, year))
        by = _LAW.search(fact.source)
        for titles in _ENDED.findall(fact.text) if by else ():
            ended |= {_bare(title): _bare(by[1]) for title in _LAW.findall(titles) if by}
    return Laws(newest, ended)


def cited(source: str) -> Iterator[tuple[str, int]]:
    """Each law of a source, with the year of its version: the first that stands in brackets behind it."""
    for title, version in _CITED.findall(source):
        year = _YEAR.search(version)
        if year:
            yield _bare(title), int(year[0])


def _bare(title: str) -> str:
    return title.removeprefix(_STATE)
