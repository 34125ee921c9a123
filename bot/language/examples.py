"""The sentences that the classifier learns from, and a digest that tells whether the weights still match them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.language.features import VERSION

FOLDER = Path(__file__).resolve().parents[2] / "content" / "language"
FRAMES = "frames.tsv"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence, what it wants (or its sector), and the neighbours it was written with."""

    label: str
    text: str
    block: str


_NEIGHBOURS = 10  # lines; paraphrases stand together and must not be split between learning and trying


def read(part: str, folder: Path = FOLDER) -> list[Example]:
    """All examples of a part: ``examples``, ``sectors`` or ``test``."""
    return [example for file in _files(folder, part) for example in _read_file(file)]


def digest(folder: Path = FOLDER) -> str:
    """What the weights hang on: both parts to learn from, words, frames, and the version of the features."""
    made = sha256(f"features {VERSION}\n".encode())
    parts = [*_files(folder, "examples"), *_files(folder, "sectors")]
    for file in [*parts, folder / "words.txt", folder / FRAMES]:
        made.update(f"{file.name}\n".encode() + file.read_bytes())
    return made.hexdigest()


def _files(folder: Path, part: str) -> list[Path]:
    return sorted((folder / part).glob("*.tsv"))


def _read_file(file: Path) -> Iterator[Example]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
        label, tab, text = line.partition("\t")
        if tab and not line.startswith("#"):
            yield Example(label, text, f"{file.name}:{number // _NEIGHBOURS}")
