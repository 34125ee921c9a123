"""The chapters that an import is about: the bank's own, those that the file states, and the one asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from content.bank import Chapter, Sector
from content.base import Id, Model, Text
from content.formats.draft import CHAPTERS, Draft, Entry
from content.reading import Document, Key, entries
from content.wording import note_errors

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class Stated(Model):
    """What is said of a chapter, beside its questions; a new one is the organiser's own."""

    topic: Id
    title: Text
    sector: Sector | None = None
    own: bool = True


def stated(draft: Draft, old: Sequence[Chapter], topic: str, title: str) -> dict[str, Stated]:
    """All chapters by their topic, after what the file and the command say of them."""
    known = {one.topic: _of(one) for one in old}
    found = dict(known)
    for key, entry in entries(draft, CHAPTERS):
        before = known.get(str(entry.get("topic")))
        now = _validated(draft, key, (before.model_dump() if before else {}) | entry)
        if now and before and now.own != before.own:
            kept = "本单位自己的" if before.own else "题库自带的"
            draft.add((*key, "own"), f"“{before.title}”是{kept}类别，这里不能改")
        elif now:
            found[now.topic] = now
    if topic:
        _ask_for(draft, found, topic, title)
    return found


def named(chapters: Mapping[str, Stated], name: str) -> str:
    """The topic that a name means: a topic itself, or the title of just one chapter."""
    titles = Counter(one.title for one in chapters.values())
    if name in chapters or titles[name] != 1:
        return name
    return next(one.topic for one in chapters.values() if one.title == name)


def _ask_for(draft: Draft, found: dict[str, Stated], name: str, title: str) -> None:
    """See to the chapter of ``--topic`` and ``--title``."""
    topic = named(found, name)
    known = found.get(topic)
    if known is None and not _ID.fullmatch(topic):
        draft.refuse_all(f"“{name}”只能用小写字母、数字和短横线，比如 our-port", "--topic")
    elif known is None and not title.strip():
        draft.refuse_all(f"“{topic}”是新的类别，请加上名称，比如 --title 港区安全", "--topic")
    elif known and title and title != known.title and not known.own:
        draft.refuse_all(f"“{known.title}”是题库自带的类别，名称不能改，请去掉 --title", "--title")
    elif known is None or title:
        before = known.model_dump() if known else {}
        found[topic] = Stated.model_validate(before | {"topic": topic, "title": title})


def _of(chapter: Chapter) -> Stated:
    return Stated(topic=chapter.topic, title=chapter.title, sector=chapter.sector, own=chapter.own)


def _validated(document: Document, key: Key, entry: Entry) -> Stated | None:
    try:
        return Stated.model_validate(entry)
    except ValidationError as error:
        note_errors(document, error, key)
        return None
