"""The chapters to their files: written beside, proved by reading them again, then put in place."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from content.bank import Chapter, Question
from content.errors import ContentError
from content.facts import Fact
from content.loader import load_chapters
from content.reading import read
from content.writing import swap, to_yaml

_ALWAYS = ("id", "stem", "options", "answer", "why", "source", "fact", "level", "reviewed", "lapsed")
_UNLESS = {"type": "single", "audience": "public"}


def install(folder: Path, old: Sequence[Chapter], new: Sequence[Chapter], facts: Mapping[str, Fact]) -> None:
    """Put the chapters that are other than before in place of those; the files of the rest stay as they are."""
    with TemporaryDirectory(dir=folder.parent, prefix=".making-") as made:
        beside = Path(made) / folder.name
        shutil.copytree(folder, beside)
        files = {str(read([file]).data.get("topic")): file for file in sorted(beside.glob("*.yaml"))}
        for chapter in new:
            if chapter not in old:
                file = files.get(chapter.topic, beside / f"{chapter.topic}.yaml")
                file.write_text(chapter_text(chapter), encoding="utf-8")
        if _by_topic(load_chapters(beside, facts)) != _by_topic(new):
            raise ContentError(["写好的题库读回来不一样，没有改动任何内容。请把这份文件交给技术人员看看。"])
        swap(beside, folder, Path(made) / "old")


def chapter_text(chapter: Chapter) -> str:
    """A chapter as its file has it: a question after another, with a blank line between them."""
    head: dict[str, Any] = {"topic": chapter.topic, "title": chapter.title}
    head |= {"sector": chapter.sector} if chapter.sector else {}
    head |= {"own": "true"} if chapter.own else {}
    parts = [_indented(to_yaml([_said(chapter, one)])) for one in chapter.questions]
    return f"{to_yaml(head)}questions:\n" + "\n".join(parts)


def _said(chapter: Chapter, question: Question) -> dict[str, Any]:
    """What must be said of a question: the rest is said by its chapter, or goes without saying."""
    values = question.model_dump(mode="json", exclude={"topic"})
    if len(question.answer) == 1:
        values["answer"] = question.answer[0]
    if question.type == "judge":
        values.pop("type")
    kept = {name for name in _ALWAYS if values[name] is not None}
    kept |= {name for name, usual in _UNLESS.items() if values.get(name, usual) != usual}
    kept |= {"sector"} if question.sector != chapter.sector else set()
    if question.type == "single" and tuple(question.options) == ("对", "错"):
        kept |= {"type"}
    return {name: value for name, value in values.items() if name in kept}


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _by_topic(chapters: Sequence[Chapter]) -> dict[str, Chapter]:
    return {chapter.topic: chapter for chapter in chapters}
