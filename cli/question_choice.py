"""Which questions a command is about: by topic, type, sector, the law they rest on, the day of their review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from content.bank import KIND_NAMES, Chapter, Question
from content.citations import Citation, asked_for
from content.facts import load_facts
from content.laws import Laws, load_laws
from content.loader import load_advice, load_chapters
from content.scenes import load_scenes
from rules.sectors import KEYS, OTHER, SECTORS

SECTOR_NAMES = {one.key: one.name for one in SECTORS}
_NONE = "none"
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for; empty is all."""

    topic: str = ""
    kind: str | None = None
    sector: str = ""
    source: str = ""
    reviewed_before: date | None = None

    @property
    def one_by_one(self) -> bool:
        """Whether one wants to see each question, and not only how many there are."""
        return bool(self.source or self.reviewed_before)


def choosing(command: _Command) -> _Command:
    """Give a command the options of a choice, which it is given by their names."""
    options = (
        click.option("--topic", default="", metavar="类别", help="只要这一类，比如 fire 或 消防。"),
        click.option("--type", "kind", type=click.Choice(list(KIND_NAMES)), help="只要这种题型。"),
        click.option("--sector", default="", metavar="行业", help="只要这个行业，比如 hazchem；none 是不分行业的。"),
        click.option("--source", "--law", "source", default="", metavar="法律",
                     help="只要出处引了它的，比如《消防法》、“《消防法》第28条”、GB 12158。"),
        click.option("--reviewed-before", type=_day, metavar="日期", help="只要这一天以前复核的，和还没有复核的。"),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def chosen(folder: Path, choice: Choice) -> tuple[Chapter, ...]:
    """The chapters with the questions that are asked for; an empty one is left out."""
    chapters = load_chapters(folder)
    found = [one for one in chapters if not choice.topic or choice.topic in (one.topic, one.title)]
    if not found:
        known = "、".join(f"{one.topic}（{one.title}）" for one in chapters)
        raise click.ClickException(f"没有“{choice.topic}”这个类别，有的是：{known}")
    fits = _fitting(choice, [one for chapter in chapters for one in chapter.questions])
    kept = [(one, tuple(question for question in one.questions if fits(question))) for one in found]
    return tuple(one.model_copy(update={"questions": some}) for one, some in kept if some)


def beside(choice: Choice) -> str:
    """What else of the content rests on a law, on a line each: a change of it concerns that as well."""
    laws = load_laws()
    wanted = _law(laws, choice.source)
    if wanted is None:
        return ""
    facts = [fact.id for fact in load_facts().values() if laws.meant(wanted, fact.source)]
    advice = [one.id for one in load_advice() if laws.meant(wanted, one.source)]
    pictures = [
        scene.id for scene in load_scenes() if any(laws.meant(wanted, one.source) for one in scene.hazards)
    ]
    named = (("依据", facts), ("安全知识", advice), ("找隐患", pictures))
    lines = [f"{name}{len(ids)}条：{'、'.join(ids)}" for name, ids in named if ids]
    return "\n".join(["引用它的还有：", *lines]) if lines else ""


def _fitting(choice: Choice, bank: Sequence[Question]) -> Callable[[Question], bool]:
    laws, sector = load_laws(), _sector(choice.sector)
    wanted = _law(laws, choice.source)
    if wanted and not any(laws.meant(wanted, question.source) for question in bank):
        more = beside(choice)
        raise click.ClickException(_nothing_rests_on(wanted, bank) + (f"\n{more}" if more else ""))
    before = choice.reviewed_before

    def fits(question: Question) -> bool:
        return (
            choice.kind in (None, question.type)
            and (not sector or (question.sector or _NONE) == sector)
            and (wanted is None or laws.meant(wanted, question.source))
            and (before is None or question.reviewed is None or question.reviewed < before)
        )

    return fits


def _law(laws: Laws, source: str) -> Citation | None:
    """The one law that was asked for."""
    if not source:
        return None
    wanted = asked_for(source)
    if wanted is None:
        raise click.ClickException(f"“{source}”看不出是哪部法律，请写成《消防法》或“《消防法》第28条”。")
    return laws.named(wanted)


def _nothing_rests_on(wanted: Citation, bank: Sequence[Question]) -> str:
    laws = load_laws()
    near = sorted({law.shown for question in bank for law in laws.like(wanted.name, question.source)})
    told = f"没有题目的出处引用{wanted.shown}" + (f"（{wanted.year}）" if wanted.year else "")
    told += f"第{'、'.join(sorted(wanted.articles))}条" if wanted.articles else ""
    return f"{told}，引用的有：{'、'.join(near)}。" if near else f"{told}。"


def _sector(name: str) -> str:
    """The key of a sector by its key or its name."""
    key = KEYS.get(name, name)
    if not name or key == _NONE or (key in SECTOR_NAMES and key != OTHER):
        return key
    known = "、".join(f"{key}（{name}）" for key, name in SECTOR_NAMES.items())
    raise click.ClickException(f"没有“{name}”这个行业，有的是：{known}、{_NONE}（不分行业）")


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise click.BadParameter("日期请写成 2026-11-22 这样。") from None
