"""The words of an example set into a frame: in a film or a question the words of danger mean no danger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from bot.language.examples import FOLDER, FRAMES, Example

HOLE = "{}"
_SHARES = {"emergency": 90, "report_hazard": 50}  # of a hundred examples, for each meaning the frames give
_FEW = 10  # of a hundred examples of any other label
_SIGNS = range(4, 41)  # what is shorter says too little, what is longer has a frame of its own
_STOPS = "。！？!?.，,"


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose words it takes, what is meant then, and the text with a hole for them."""

    source: str
    label: str
    text: str


def read_frames(folder: Path = FOLDER) -> list[Frame]:
    """All frames."""
    lines = (folder / FRAMES).read_text(encoding="utf-8").splitlines()
    return [Frame(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def framed(examples: Sequence[Example], frames: Sequence[Frame]) -> list[Example]:
    """A share of the examples once more, in frames that keep their meaning and in frames that turn it."""
    return [one for example in examples if len(example.text) in _SIGNS for one in _framed(example, frames)]


def _framed(example: Example, frames: Sequence[Frame]) -> Iterator[Example]:
    """The same example always gets the same frames, and stays with its neighbours."""
    share = _SHARES.get(example.label, _FEW)
    for keeps in (True, False):
        fitting = [
            frame
            for frame in frames
            if frame.source == example.label and (frame.label == example.label) == keeps
        ]
        drawn, chance = divmod(crc32(f"{keeps}{example.text}".encode()), 100)
        if fitting and chance < share:
            frame = fitting[drawn % len(fitting)]
            text = frame.text.replace(HOLE, example.text.rstrip(_STOPS))
            yield Example(frame.label, text, example.block)
