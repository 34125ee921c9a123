"""The weights of the classifier: one file, read at the start, added up as whole numbers without NumPy.

Each feature has one small number for each label. They stand side by side in one big integer, four bytes a lane, so that
adding two features is one addition, however many labels there are.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from struct import Struct
from typing import Any

FILE = Path(__file__).resolve().parents[2] / "content" / "language" / "weights.zip"
ZERO = 128  # what stands for nought in a byte
_LANE = 4  # bytes: room for the sum of more features than a text can have
_ABOUT, _FEATURES, _NUMBERS, _SOUNDS = "about.json", "features.txt", "numbers.bin", "sounds.txt"
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same input makes the same bytes


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: a row of numbers a feature, a scale and a bias a label."""

    labels: tuple[str, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    thresholds: Mapping[str, float]
    digest: str
    sounds: Mapping[int, str]
    rows: Mapping[str, int]

    def scores(self, features: Iterable[str]) -> dict[str, float]:
        """How far the features speak for each label (above nought) or against it."""
        found = [row for feature in features if (row := self.rows.get(feature)) is not None]
        count = len(found) or 1
        packed = sum(found).to_bytes(_LANE * len(self.labels), "little")
        sums = Struct(f"<{len(self.labels)}I").unpack(packed)
        nought, root = ZERO * len(found), sqrt(count)
        return {
            label: (total - nought) * scale / root + bias
            for label, total, scale, bias in zip(self.labels, sums, self.scales, self.biases, strict=True)
        }


def load(file: Path = FILE) -> Weights:
    """Read the file of weights."""
    with zipfile.ZipFile(file) as archive:
        about: dict[str, Any] = json.loads(archive.read(_ABOUT))
        names = archive.read(_FEATURES).decode().split("\n")
        numbers = archive.read(_NUMBERS)
        sounds = archive.read(_SOUNDS).decode()
    return Weights(
        tuple(about["labels"]),
        tuple(about["scales"]),
        tuple(about["biases"]),
        about["thresholds"],
        about["digest"],
        read_sounds(sounds),
        dict(zip(names, _packed(numbers, len(about["labels"])), strict=True)),
    )


def save(file: Path, about: Mapping[str, Any], names: Sequence[str], numbers: bytes, sounds: str) -> None:
    """Write the file of weights, uncompressed, so that its bytes hang on nothing but the content."""
    parts = {
        _ABOUT: json.dumps(about, ensure_ascii=False, indent=1).encode(),
        _FEATURES: "\n".join(names).encode(),
        _NUMBERS: numbers,
        _SOUNDS: sounds.encode(),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data)


def read_sounds(table: str) -> dict[int, str]:
    """From lines of characters that sound alike to one sign a line, from the range for private use."""
    lines = enumerate(table.split("\n"))
    return {ord(sign): chr(0xE000 + place) for place, alike in lines for sign in alike}


def _packed(numbers: bytes, labels: int) -> Iterable[int]:
    spread = bytearray(len(numbers) * _LANE)
    spread[::_LANE] = numbers
    width = labels * _LANE
    return (int.from_bytes(spread[start : start + width], "little") for start in range(0, len(spread), width))
