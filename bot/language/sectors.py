"""Which sector a described hazard belongs to."""

from __future__ import annotations

from bot.language.classifier import SECTOR, of_kind, threshold
from rules.sectors import OTHER, scores

_NAMED = (
    0.8  # what a word of a sector adds when the second place is given away: a hazard often belongs to two
)


def rank(text: str) -> tuple[str, ...]:
    """All twelve sectors: the likeliest first, then the others with more weight on the words they are named by."""
    first, *rest = of_kind(text, SECTOR)
    named = scores(text)
    rest.sort(key=lambda pair: -pair[1] - (_NAMED if pair[0] in named else 0.0))
    return (first[0], *(key for key, _ in rest))


def likely(text: str) -> tuple[str, ...]:
    """The two of the eleven sectors worth offering; nothing where the words say nothing."""
    best = max(score for key, score in of_kind(text, SECTOR) if key != OTHER)
    if best < threshold("sector"):
        return ()
    return tuple(key for key in rank(text) if key != OTHER)[:2]
