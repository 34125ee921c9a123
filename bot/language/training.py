"""Learning the weights from the examples; for development only, the bot never imports this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.language import weights
from bot.language.classifier import DANGER, INTENT, SECTOR
from bot.language.examples import FOLDER, Example, digest, read
from bot.language.features import features, load_words
from bot.language.framing import framed, read_frames

FOLDS = 5
LEAST, LEAST_PAIR = 2, 3  # examples a feature must stand in, and a pair of words, of which there are most
PENALTY = {INTENT: 3.0, SECTOR: 0.8, DANGER: 2.0}  # C of the support vector machine, by cross-validation
DOUBT_RECALL, LABEL_RECALL, NOW_PRECISION = 0.991, 0.96, 0.92  # of emergencies
CLEAR = 0.93  # share that is right among those answered without asking back
OFFERED = 0.98  # share of right intents that stand above the limit for being offered
SECTOR_KNOWN = 0.95  # share of described hazards for which sectors are offered

Floats = NDArray[np.float64]
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_ENDS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


@dataclass(frozen=True)
class Learnt:
    """One head: what it can answer, and a column of weights with its bias for each."""

    labels: tuple[str, ...]
    columns: Floats
    biases: Floats


@dataclass(frozen=True)
class Outcome:
    """What cross-validation says of the weights, and how much they take."""

    examples: tuple[int, int]
    intents: float
    sectors: tuple[float, float]
    thresholds: dict[str, float]
    alarms: dict[str, tuple[float, float]]  # recall and false alarm rate at each threshold
    size: int


def train(file: Path = weights.FILE, folder: Path = FOLDER) -> Outcome:
    """Learn from all examples, with thresholds from cross-validation, and write the file."""
    load_words()
    sounds = sound_table()
    said, sectors = read("examples", folder), read("sectors", folder)
    more = framed(said, read_frames(folder))
    heads = [
        Head(INTENT, said, sounds, more),
        Head(SECTOR, sectors, sounds),
        Head(DANGER, said, sounds, more),
    ]
    tried = Tried(*heads)
    thresholds = tried.thresholds()
    names = vocabulary(heads[0].found[: len(said)] + heads[1].found)
    about, numbers = quantised([head.learn(names) for head in heads])
    about |= {"digest": digest(folder), "thresholds": thresholds, "examples": [len(said), len(sectors)]}
    weights.save(file, about, names, numbers, sounds)
    alarms = {name: tried.alarm(thresholds[name]) for name in ("now", "label", "doubt")}
    return Outcome(
        (len(said), len(sectors)),
        tried.intents(),
        tried.sectors(),
        thresholds,
        alarms,
        file.stat().st_size,
    )


class Head:
    """One question put to a text, with the examples that it is learnt from.

    Examples in frames, ``more``, come after all others: they are learnt from, but nothing is measured by them.
    """

    def __init__(self, kind: str, said: Sequence[Example], sounds: str, more: Sequence[Example] = ()) -> None:
        table = weights.read_sounds(sounds)
        examples = [*said, *more]
        self.kind = kind
        self.said = np.arange(len(examples)) < len(said)
        self.found = [features(example.text, table) for example in examples]
        self.wanted = np.array([self._answer(example.label) for example in examples])
        self.folds = np.array([crc32(example.block.encode()) % FOLDS for example in examples])

    def _answer(self, label: str) -> str:
        if self.kind != DANGER:
            return self.kind + label
        return DANGER if label == "emergency" else ""

    def learn(self, names: Sequence[str]) -> Learnt:
        """What all examples together teach."""
        return _fit(self.kind, matrix(self.found, names), self.wanted)

    def cross_scores(self, beside: Sequence[set[str]] = ()) -> tuple[tuple[str, ...], Floats]:
        """The scores that each example gets from what was learnt without its fold; ``beside`` adds only words."""
        texts = self.found[: int(self.said.sum())]
        scores: Floats = np.zeros(0)
        labels: tuple[str, ...] = ()
        for fold in range(FOLDS):
            tried = self.folds == fold
            names = vocabulary(
                [*(found for found, out in zip(texts, tried, strict=False) if not out), *beside]
            )
            every = matrix(self.found, names)
            learnt = _fit(self.kind, every[~tried], self.wanted[~tried])
            labels = learnt.labels
            scores = scores if scores.size else np.zeros((len(self.found), len(labels)))
            scores[tried] = every[tried] @ learnt.columns + learnt.biases
        return labels, scores[self.said]


class Tried:
    """The scores of cross-validation, and what follows from them."""

    def __init__(self, intents: Head, sectors: Head, danger: Head) -> None:
        self.labels, self.scores = intents.cross_scores(sectors.found)
        self.right = self.labels.index(f"{INTENT}emergency")
        self.wanted = np.array([self.labels.index(label) for label in intents.wanted[intents.said]])
        _, dangers = danger.cross_scores(sectors.found)
        others = np.delete(self.scores, self.right, axis=1).max(axis=1)
        self.danger = dangers[:, 0] + self.scores[:, self.right] - others
        self.real = (danger.wanted == DANGER)[danger.said]
        keys, self.sector_scores = sectors.cross_scores(intents.found[: len(self.real)])
        self.sector_wanted = np.array([keys.index(key) for key in sectors.wanted])
        self.other = keys.index(f"{SECTOR}other")

    def thresholds(self) -> dict[str, float]:
        """The limits of every decision."""
        own = self.scores[np.arange(len(self.wanted)), self.wanted]
        found = {
            "now": self._precise(NOW_PRECISION),
            "label": float(np.quantile(self.danger[self.real], 1 - LABEL_RECALL)),
            "doubt": float(np.quantile(self.danger[self.real], 1 - DOUBT_RECALL)),
            "clear": self._clear(),
            "offer": float(np.quantile(own, 1 - OFFERED)),
            "sector": self._sector(),
        }
        return {name: round(value, 4) for name, value in found.items()}

    def _precise(self, share: float) -> float:
        """The lowest danger score from which on that share of the alarms is right."""
        order = np.argsort(-self.danger, kind="stable")
        precision = np.cumsum(self.real[order]) / np.arange(1, len(order) + 1)
        return float(self.danger[order[np.flatnonzero(precision >= share)[-1]]])

    def _clear(self) -> float:
        """The lead of the first intent from which on it need not be asked about."""
        ranked = np.sort(self.scores, axis=1)
        lead = ranked[:, -1] - ranked[:, -2]
        order = np.argsort(-lead, kind="stable")
        correct = (self.scores.argmax(axis=1) == self.wanted)[order]
        precision = np.cumsum(correct) / np.arange(1, len(order) + 1)
        return float(lead[order[np.flatnonzero(precision >= CLEAR)[-1]]])

    def _sector(self) -> float:
        """The score that the best of the eleven sectors reaches for nearly every hazard of one of them."""
        best = np.delete(self.sector_scores, self.other, axis=1).max(axis=1)
        return float(np.quantile(best[self.sector_wanted != self.other], 1 - SECTOR_KNOWN))

    def alarm(self, limit: float) -> tuple[float, float]:
        """Recall and false alarm rate at a limit."""
        above = self.danger >= limit
        return float(above[self.real].mean()), float(above[~self.real].mean())

    def intents(self) -> float:
        """The share of right intents."""
        return float((self.scores.argmax(axis=1) == self.wanted).mean())

    def sectors(self) -> tuple[float, float]:
        """The share of sectors that are right at the first place, and at one of the first two."""
        order = np.argsort(-self.sector_scores, axis=1, kind="stable")
        first, second = order[:, 0] == self.sector_wanted, order[:, 1] == self.sector_wanted
        return float(first.mean()), float((first | second).mean())


def vocabulary(found: Sequence[set[str]]) -> list[str]:
    """The features that stand in enough texts, in order."""
    counts: Counter[str] = Counter(feature for one in found for feature in one)
    return sorted(
        name for name, count in counts.items() if count >= (LEAST_PAIR if "+" in name[1:] else LEAST)
    )


def matrix(found: Sequence[set[str]], names: Sequence[str]) -> csr_matrix:
    """One row of unit length a text, one column a feature."""
    place = {name: number for number, name in enumerate(names)}
    rows = [sorted(place[feature] for feature in one if feature in place) for one in found]
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5) for row in rows if row])
    return csr_matrix((values, np.concatenate(rows).astype(int), ends), shape=(len(rows), len(names)))


def _fit(kind: str, known: csr_matrix, wanted: NDArray[np.str_]) -> Learnt:
    machine = LinearSVC(C=PENALTY[kind], random_state=0).fit(known, wanted)
    labels = tuple(map(str, machine.classes_)) if len(machine.classes_) > 2 else (str(machine.classes_[1]),)
    return Learnt(labels, machine.coef_.T, machine.intercept_)


def quantised(heads: Sequence[Learnt]) -> tuple[dict[str, Any], bytes]:
    """All heads side by side, each column in steps of a 127th of its largest weight, and how to read it back."""
    columns = np.concatenate([head.columns for head in heads], axis=1)
    scales = np.abs(columns).max(axis=0) / 127
    numbers = np.rint(columns / scales).astype(int) + weights.ZERO
    about = {
        "labels": [label for head in heads for label in head.labels],
        "scales": [round(float(scale), 8) for scale in scales],
        "biases": [round(float(bias), 6) for head in heads for bias in head.biases],
    }
    return about, numbers.astype(np.uint8).tobytes()


def sound_table() -> str:
    """The characters of everyday writing, one line a syllable; sounds that dialects don't keep apart are one."""
    alike: dict[str, list[str]] = {}
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                sign = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            alike.setdefault(_sound(lazy_pinyin(sign)[0]), []).append(sign)
    return "\n".join("".join(alike[sound]) for sound in sorted(alike))


def _sound(syllable: str) -> str:
    for start, plain in _ALIKE:
        if syllable.startswith(start):
            syllable = plain + syllable[len(start) :]
            break
    for end, plain in _ENDS:
        if syllable.endswith(end):
            return syllable.removesuffix(end) + plain
    return syllable
