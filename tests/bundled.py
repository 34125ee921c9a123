"""Our own content, read once a process: no test writes into it, and to read it anew costs more than most tests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from content import loader
from content.bank import Chapter
from content.facts import FACTS, Fact, load_facts
from content.loader import ADVICE, CAMPAIGNS, QUESTIONS, load_advice, load_campaign, load_chapters
from content.models import Advice, Campaign

_facts = cache(load_facts)
_campaign, _chapters, _advice = cache(load_campaign), cache(load_chapters), cache(load_advice)


def facts_of(file: Path = FACTS) -> Mapping[str, Fact]:
    return _facts() if file == FACTS else load_facts(file)


def campaign_in(folder: Path) -> Campaign:
    return _campaign(folder) if folder.parent == CAMPAIGNS else load_campaign(folder)


def chapters_in(folder: Path = QUESTIONS, facts: Mapping[str, Fact] | None = None) -> tuple[Chapter, ...]:
    ours = folder == QUESTIONS and (facts is None or facts is _facts())
    return _chapters() if ours else load_chapters(folder, facts)


def advice_in(folder: Path = ADVICE, facts: Mapping[str, Fact] | None = None) -> tuple[Advice, ...]:
    ours = folder == ADVICE and (facts is None or facts is _facts())
    return _advice() if ours else load_advice(folder, facts)


def read_once() -> None:
    """Let everybody who asks the loader from now on be given what was read before; other folders are read as ever."""
    loader.load_facts = facts_of  # type: ignore[attr-defined]
    loader.load_campaign = campaign_in
    loader.load_chapters = chapters_in
    loader.load_advice = advice_in
