"""Which version of each law that the content cites is the present one: what stands in ``laws.tsv``.

Nobody here knows all laws: the table holds what the facts cite, and what is known to have been replaced by it. A law of
which it knows nothing is a fault in our own content, for who cites it has to look first whether it still holds; an
organiser may cite documents of their own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from content.citations import Citation, bare, citations, names, shown
from content.facts import Fact

LAWS = Path(__file__).parent / "laws.tsv"
PRESENT = "现行文本"  # the version of a law that is told by its amendments, not by a year
_LIKE_A_LAW = ("法", "法典", "条例")  # how the titles end that no organiser gives to a document of their own


@dataclass(frozen=True)
class Law:
    """One law or standard: the version that holds, and what is not cited any more since it does."""

    name: str  # a title without 中华人民共和国, or the number of a standard without its year
    title: str  # of a standard
    version: str  # a year, or ``PRESENT``
    since: str = ""  # the day from which it holds, where that is in another year than its version
    replaces: tuple[str, ...] = ()  # titles and numbers that ended with it
    stands_above: tuple[str, ...] = ()  # of the same matter: not ended, but we cite the newer
    known_by: str = ""  # a fact that cites it so; behind it where it is known from what it replaced

    @property
    def years(self) -> tuple[int, ...]:
        """The years by which its present version is cited."""
        return tuple(int(text[:4]) for text in (self.version, self.since) if text[:4].isdecimal())


class Laws:
    """All laws that are known, found by their names and by those of what they replaced."""

    def __init__(self, known: Iterable[Law]) -> None:
        self.by_name: Mapping[str, Law] = {law.name: law for law in known}
        self._titles = {bare(law.title): law for law in self.by_name.values() if law.title}
        self._ended = {name: law for law in self.by_name.values() for name in law.replaces}
        self._below = {name: law for law in self.by_name.values() for name in law.stands_above}

    def faults(self, source: str, *, own: bool = False) -> Iterator[str]:
        """What is replaced, unknown or without its version in a source; an organiser's ``own`` may be unknown."""
        for cited in citations(source):
            fault = self._gone(cited) or self._fault(cited, own=own)
            if fault:
                yield fault

    def faults_in_text(self, text: str, *, own: bool = False) -> Iterator[str]:
        """The same of a sentence that names a law: it need not state a year, and may say that a law has ended."""
        for cited in citations(text):
            told_so = "废止" in text and cited.name in self._ended
            named_alone = cited.year is None and not cited.version and self._known(cited)
            fault = "" if told_so else self._gone(cited)
            if fault := fault or ("" if told_so or named_alone else self._fault(cited, own=own)):
                yield fault

    def unknown(self, source: str) -> Iterator[str]:
        """The titles that look like a law's and aren't known, for who may cite them all the same."""
        for cited in citations(source):
            known = self._known(cited) or cited.name in self._ended or cited.name in self._below
            if not known and cited.name.endswith(_LIKE_A_LAW):
                yield cited.shown

    def named(self, cited: Citation) -> Citation:
        """The same, by the name under which it is known: a standard's title stands for its number."""
        law = self._known(cited)
        return replace(cited, name=law.name) if law else cited

    def meant(self, wanted: Citation, source: str) -> bool:
        """Whether a source cites the law that is asked for: of that year and with one of the articles, if it says so."""
        return any(
            one.name == wanted.name
            and wanted.year in (None, one.year)
            and (not wanted.articles or bool(wanted.articles & one.articles))
            for one in map(self.named, citations(source))
        )

    def like(self, name: str, source: str) -> Iterator[Citation]:
        """What a source cites under that name or one that has it within."""
        return (one for one in citations(source) if name in one.name or one.name in name)

    def _known(self, cited: Citation) -> Law | None:
        return self.by_name.get(cited.name) or self._titles.get(cited.name)

    def _gone(self, cited: Citation) -> str:
        if law := self._ended.get(cited.name):
            return f"{cited.shown}已经废止，现在是{shown(law.name)}"
        if law := self._below.get(cited.name):
            return f"{cited.shown}请改引{shown(law.name)}（{law.since or law.version}起施行）"
        return ""

    def _fault(self, cited: Citation, *, own: bool) -> str:
        law = self._known(cited)
        if law is None:
            return "" if own else f"{cited.shown}不在 laws.tsv 里，请先核对它现在还有没有效，再加进去"
        if law.version == PRESENT:
            return "" if cited.version == PRESENT else f"{cited.shown}请写成{shown(law.name)}（{PRESENT}）"
        if cited.year is None:
            return f"{cited.shown}没有写年份，现在是{law.version}年的"
        if cited.year not in law.years:
            newer = cited.year > max(law.years)
            return f"{cited.shown}引的是{cited.year}年的，" + (
                f"laws.tsv 里是{law.version}年的，请核对后改成一样" if newer else f"现在是{law.version}年的"
            )
        return ""


def load_laws(file: Path = LAWS) -> Laws:
    """All laws of the table."""
    with file.open(encoding="utf-8", newline="") as lines:
        return Laws(_law(row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def table_faults(laws: Laws, facts: Mapping[str, Fact]) -> Iterator[str]:
    """Where the table and the facts say different things, and what in it nothing stands behind."""
    for fact in facts.values():
        for fault in laws.faults(fact.source):
            yield f"依据 {fact.id}：{fault}"
    used = {name for fact in facts.values() for name in names(fact.source)}
    for law in laws.by_name.values():
        if law.name not in used:
            yield f"laws.tsv：没有依据引用{shown(law.name)}，请删掉这一行"
        first = facts.get(law.known_by.split("；")[0])
        if first is None or law.name not in names(first.source):
            yield f"laws.tsv：{shown(law.name)}的 known_by 要先写一条引用它的依据，写的是“{law.known_by}”"


def _law(row: Mapping[str, str]) -> Law:
    return Law(
        row["law"], row["title"], row["version"], row["since"], _several(row["replaces"]),
        _several(row["stands_above"]), row["known_by"],
    )  # fmt: skip


def _several(cell: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in cell.split("；") if name.strip())
