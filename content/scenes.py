"""Pictures in which one looks for hazards: what is in each, where it stands, and why it is dangerous."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from content.base import Id, Model, ShortName, Text
from content.errors import ContentError
from content.facts import Fact, load_facts
from content.models import FactId
from content.proofs import prove_fact
from content.reading import Document, Key, entries, read
from content.wording import note_errors

SCENES = Path(__file__).parent / "scenes"
LOOKED = "（看过了）"  # behind what was pointed at, in the list of the chat
FEWEST = 8  # scenes that a campaign wants
LABEL, WHY = 16, 80  # characters that a phone shows in a row, and without scrolling
LARGEST = 80 * 1024  # bytes of a picture, for a poor network

#: What a picture may not hold: anything that acts, that loads, or that tells what is what.
_REFUSED = {
    "DOCTYPE": r"<!DOCTYPE|<!ENTITY",
    "注释": r"<!--",
    "id、class 或 data-": r"\s(?:id|class|data-[\w-]+|aria-[\w-]+)\s*=",
    "script 或 on…": r"<\s*(?:\w+:)?script|\son\w+\s*=",
    "title、desc 或 metadata": r"<\s*(?:\w+:)?(?:title|desc|metadata)\b",
    "style": r"<\s*(?:\w+:)?style|\sstyle\s*=",
    "链接或别处的内容": r"href|url\s*\(|<\s*(?:\w+:)?(?:image|use|a|foreignObject|iframe)\b",
}
_FRAME = re.compile(r'<svg[^>]*viewBox="0 0 (\d+) (\d+)"')

PerMille = Annotated[int, Field(ge=0, le=1000)]
Box = tuple[PerMille, PerMille, PerMille, PerMille]  # left, top, width, height, of a thousand of the picture


class Thing(Model):
    """Something in a picture that one may point at; by itself a harmless one."""

    id: Id
    label: Text = Field(max_length=LABEL)
    box: Box

    @field_validator("box")
    @classmethod
    def _inside(cls, box: Box) -> Box:
        left, top, width, height = box
        if left + width > 1000 or top + height > 1000:
            raise ValueError("box 伸到图外面了，左加宽、上加高都不能超过1000")
        if not width or not height:
            raise ValueError("box 的宽和高不能是0")
        return box


class Hazard(Thing):
    """Something that is dangerous, and the fact that says so."""

    why: Text = Field(max_length=WHY)
    source: Text
    fact: FactId


class Scene(Model):
    """One picture with its hazards, and harmless things that look as if."""

    id: Id
    title: ShortName
    alt: Text
    picture: Text
    width: int = Field(ge=100)
    height: int = Field(ge=100)
    hazards: tuple[Hazard, ...] = Field(min_length=3)
    decoys: tuple[Thing, ...] = Field(min_length=3)

    @property
    def things(self) -> tuple[Thing, ...]:
        return (*self.hazards, *self.decoys)

    def at(self, x: float, y: float, reach: tuple[float, float] = (0, 0)) -> Thing | None:
        """What stands at a point (per mille): a box that holds it, else the nearest within a finger's ``reach``."""
        near = [(distance, thing) for thing in self.things if (distance := _beside(thing, x, y, reach)) <= 1]
        return min(near, key=lambda pair: pair[0])[1] if near else None


def _beside(thing: Thing, x: float, y: float, reach: tuple[float, float]) -> float:
    """How far a point lies from a box: nothing within it, one at the end of the reach."""
    left, top, width, height = thing.box
    across, down = max(left - x, 0, x - left - width), max(top - y, 0, y - top - height)
    far = [
        gap / most if most else float("inf") for gap, most in zip((across, down), reach, strict=True) if gap
    ]
    return sum(one * one for one in far)


@lru_cache(maxsize=1)
def scenes() -> Mapping[str, Scene]:
    """All scenes of the product by their id."""
    return {scene.id: scene for scene in load_scenes()}


def load_scenes(folder: Path = SCENES, facts: Mapping[str, Fact] | None = None) -> tuple[Scene, ...]:
    """All scenes, in the order of their files; every fault in them at once if there are any."""
    found: list[Scene] = []
    faults: list[str] = []
    known = load_facts() if facts is None else facts
    for file in sorted(folder.glob("*.yaml")):
        document = read([file])
        scene = _validated(document)
        _prove(document, scene, file, known)
        faults += [f"{folder.name}/{fault}" for fault in document.sorted_faults()]
        found += [scene] if scene else []
    if faults:
        raise ContentError(faults)
    return tuple(found)


def scene_faults(folder: Path = SCENES, facts: Mapping[str, Fact] | None = None) -> list[str]:
    """What is wrong with the scenes one by one, and whether there are enough."""
    try:
        count = len(load_scenes(folder, facts))
    except ContentError as error:
        return error.faults
    return [] if count >= FEWEST else [f"找隐患只有{count}张图，至少要有{FEWEST}张"]


def _validated(document: Document) -> Scene | None:
    try:
        return Scene.model_validate(document.data)
    except ValidationError as error:
        note_errors(document, error)
        return None


def _prove(document: Document, scene: Scene | None, file: Path, facts: Mapping[str, Fact]) -> None:
    """Add what the model can't know: the facts, boxes that meet, words that come twice, the picture."""
    if scene is not None and scene.id != file.stem:
        document.add(("id",), f"写的是“{scene.id}”，要和文件名“{file.stem}”一样")
    for key, entry in entries(document, "hazards"):
        if entry.get("fact") is not None:
            _prove_fact(document, key, entry, facts)
    things = [*entries(document, "hazards"), *entries(document, "decoys")]
    for name in ("id", "label"):
        _prove_once(document, things, name)
    if scene is not None:
        _prove_apart(document, scene, [key for key, _ in things])
        for fault in _picture_faults(file.with_name(Path(scene.picture).name), scene):
            document.add(("picture",), fault)


def _prove_fact(document: Document, key: Key, entry: dict[str, Any], facts: Mapping[str, Fact]) -> None:
    """What is found in a scene counts, so its fact must have been found in its source."""
    fact = facts.get(str(entry["fact"]))
    if fact is not None and not fact.usable:
        document.add((*key, "fact"), f"“{fact.id}”还没有核实，不能用在图里")
    else:
        prove_fact(document, key, entry, facts, own=False)


def _prove_once(document: Document, things: list[tuple[Key, dict[str, Any]]], name: str) -> None:
    seen: set[str] = set()
    for key, entry in things:
        value = str(entry.get(name))
        if value in seen:
            document.add((*key, name), f"“{value}”在这张图里已经用过")
        seen.add(value)


def _prove_apart(document: Document, scene: Scene, keys: list[Key]) -> None:
    """Two boxes that meet leave it open what a tap means."""
    for (_, one), (key, other) in combinations(zip(keys, scene.things, strict=True), 2):
        if _meet(one.box, other.box):
            document.add((*key, "box"), f"和“{one.label}”的框重叠了，点下去分不清是哪一个")


def _meet(one: Box, other: Box) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _picture_faults(file: Path, scene: Scene) -> Iterator[str]:
    """What a picture may not be: missing, too large, of another size, or telling more than it shows."""
    try:
        drawn = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        yield f"没有找到图“{file.name}”，或不是 UTF-8 编码"
        return
    if len(drawn.encode()) > LARGEST:
        yield f"图有{len(drawn.encode()) // 1024}KB，最多{LARGEST // 1024}KB"
    frame = _FRAME.search(drawn)
    if frame is None or (int(frame[1]), int(frame[2])) != (scene.width, scene.height):
        yield f"图的 viewBox 要写 0 0 {scene.width} {scene.height}"
    for what, pattern in _REFUSED.items():
        if re.search(pattern, drawn, re.IGNORECASE):
            yield f"图里不能有{what}"
