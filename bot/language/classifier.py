"""One look at a text for everything that is asked of it: intent, danger, sector."""

from __future__ import annotations

from functools import lru_cache

from bot.language import weights
from bot.language.features import features, load_words

INTENT, SECTOR, DANGER = "intent:", "sector:", "danger"


@lru_cache(maxsize=1)
def learnt() -> weights.Weights:
    """The weights, read once; ``prepare`` calls this at the start."""
    load_words()
    return weights.load()


@lru_cache(maxsize=256)
def judge(text: str) -> dict[str, float]:
    """The score of every label; kept for a moment, as one message is asked about several times."""
    known = learnt()
    return known.scores(features(text, known.sounds))


def of_kind(text: str, kind: str) -> list[tuple[str, float]]:
    """The labels of one kind with their scores, the likeliest first."""
    scores = judge(text)
    found = [(label.removeprefix(kind), scores[label]) for label in scores if label.startswith(kind)]
    return sorted(found, key=lambda pair: -pair[1])


def threshold(name: str) -> float:
    """A limit that cross-validation set when the weights were made."""
    return learnt().thresholds[name]
