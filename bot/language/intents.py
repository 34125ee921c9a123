"""What a message wants: learnt from examples, with rules only where certainty is needed."""

from __future__ import annotations

from bot.language import classifier
from bot.language.classifier import INTENT, of_kind, threshold
from bot.language.emergency import alarm, danger_in
from bot.language.features import tidy
from bot.language.normalise import normalise
from rules.codes import find_sure

LABELS = (
    "emergency",
    "report_hazard",
    "report_status",
    "hotline",
    "quiz",
    "my_score",
    "ranking",
    "prize",
    "slogan",
    "campaign",
    "safety_question",
    "liaison_register",
    "deadlines",
    "filing",
    "stop_reminders",
    "privacy",
    "human",
    "help",
    "smalltalk",
    "other",
)

_SHORT, _SURE = (
    3,
    0.3,
)  # so few signs say little: a bare 交通 may be anything, and counts only where it is well known
_MOST = 3  # choices that are offered where a message is not clear


def prepare() -> None:
    """Load words and weights at the start, so that the first message does not wait."""
    classifier.learnt()
    classifier.judge("预备")


def rank(text: str, calm: bool = False) -> list[tuple[str, float]]:
    """All intents with their scores, the likeliest first; without danger an emergency is none of them.

    ``calm`` where it is known already that there is none.
    """
    if _asks_by_code(text):
        return [("report_status", 1.0)]
    if _says_nothing(text):
        return [("other", 1.0)]
    danger = "none" if calm else danger_in(text)
    ranked = of_kind(text, INTENT)
    if danger == "now" or (danger == "doubt" and alarm(text) >= threshold("label")):
        return [("emergency", 1.0), *(pair for pair in ranked if pair[0] != "emergency")]
    return [pair for pair in ranked if pair[0] != "emergency"]


def label_of(text: str) -> str:
    """The one label of a text."""
    return rank(text)[0][0]


def likely(text: str, calm: bool = False) -> tuple[str, ...]:
    """Up to three intents worth offering; the first alone where it is clear, none where nothing is meant."""
    ranked = rank(text, calm)
    first = ranked[0][0]
    if first == "emergency" or _clear(text, ranked):
        return () if first == "other" else (first,)
    offered = [label for label, score in ranked if score >= threshold("offer") and label != "other"]
    return tuple(offered[:_MOST])


def _clear(text: str, ranked: list[tuple[str, float]]) -> bool:
    if len(ranked) == 1:
        return True
    (_, first), (_, second), *_ = ranked
    known = first >= _SURE or len(tidy(text)) > _SHORT
    return known and first - second >= threshold("clear")


def _asks_by_code(text: str) -> bool:
    return find_sure(text) is not None


def _says_nothing(text: str) -> bool:
    """Nothing at all, or one letter or digit that answers no open question."""
    plain = normalise(text)
    return not tidy(text) or (len(plain) == 1 and plain.isascii())
