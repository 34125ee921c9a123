"""Question banks that Hypothesis makes up: every type, and texts full of what the formats take for signs."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from content.bank import AUDIENCE_NAMES, TRUE_FALSE, Chapter, Question
from rules import sectors

SECTORS = {one.key: one.name for one in sectors.SECTORS}
_SIGNS = "~=#{}:\\\n\t|%[]'\"＝＋+-@/<>&→>.、,;_$*对错ABC123 ()"
_ID = st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True)


def texts(signs: str = _SIGNS) -> st.SearchStrategy[str]:
    """Texts that are somewhere else than at their ends anything but control characters."""
    free = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))
    made = st.text(st.one_of(st.sampled_from(signs), free), min_size=1, max_size=14)
    begun = st.builds(
        str.__add__, st.sampled_from(("", "[html]", "%50%", "//", "=1+", "A. ", "::", "->", "T")), made
    )
    return begun.map(str.strip).filter(bool)


@st.composite
def questions(draw: st.DrawFn, topic: str, number: int, *, signs: str = _SIGNS, own: bool = True) -> Question:
    kind = draw(st.sampled_from(("single", "multiple", "judge", "order")))
    options, answer = draw(_options(kind, signs))
    fact = draw(st.sampled_from(("FIR-001", "LAW-012")))
    values: dict[str, Any] = {
        "id": f"{topic}-{number}",
        "topic": topic,
        "type": kind,
        "sector": draw(st.sampled_from((None, *SECTORS))),
        "audience": draw(st.sampled_from(list(AUDIENCE_NAMES))),
        "stem": draw(texts(signs)),
        "options": options,
        "answer": answer,
        "why": draw(texts(signs)),
        "source": draw(texts(signs)),
        "fact": draw(st.sampled_from((None, fact))) if own else fact,
        "level": draw(st.integers(1, 3)),
        "reviewed": draw(st.none() | st.dates(date(2002, 1, 1), date(2099, 1, 1))),
    }
    return Question.model_validate(values)


@st.composite
def _options(draw: st.DrawFn, kind: str, signs: str) -> tuple[list[str], list[str]]:
    if kind == "judge":
        return list(TRUE_FALSE), [draw(st.sampled_from(TRUE_FALSE))]
    least = {"single": 2}.get(kind, 3)
    options = draw(st.lists(texts(signs), min_size=least, max_size=5, unique=True))
    if kind == "single":
        return options, [draw(st.sampled_from(options))]
    if kind == "order":
        return options, draw(st.permutations(options))
    right = draw(st.lists(st.sampled_from(options), min_size=2, max_size=len(options) - 1, unique=True))
    return options, right


@st.composite
def banks(draw: st.DrawFn, signs: str = _SIGNS) -> tuple[Chapter, ...]:
    topics = draw(st.lists(_ID, min_size=1, max_size=2, unique=True))
    return tuple(draw(_chapters(topic, signs)) for topic in topics)


@st.composite
def _chapters(draw: st.DrawFn, topic: str, signs: str) -> Chapter:
    own = draw(st.booleans())
    count = draw(st.integers(1, 3))
    some = [draw(questions(topic, number, signs=signs, own=own)) for number in range(count)]
    title = draw(st.one_of(texts(signs), st.just("消防"), st.just(topic)))
    return Chapter(topic=topic, title=title, own=own, questions=tuple(some))
