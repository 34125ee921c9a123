"""The Chinese font of our pictures: found on the machine, or named by the setting FONT_FILE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

FOLDERS = (
    "~/.local/share/fonts",
    "~/.fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
#: File names in the order in which we like them: plain, and bold where the family has one in a file of its own.
KNOWN = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    ("SourceHanSans-Regular.ttc", "SourceHanSans-Bold.ttc"),
    ("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("wqy-microhei.ttc", ""),
    ("wqy-zenhei.ttc", ""),
    ("PingFang.ttc", ""),
)
SAMPLE = "消除事故隐患，筑牢安全防线。“证书”0123456789"
MISSING = (
    "没有找到中文字体，画不了证书和海报。请安装一种，比如 apt-get install fonts-noto-cjk，"
    "或用 FONT_FILE 写明字体文件。"
)
_FACES = 12  # looked through in a collection
_NO_SIGN = "\U0010fffd"  # for private use: drawn as the box that stands for a missing sign


class NoFont(ValueError):
    """There is no font that has our signs; its words are for the operator."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font in one weight; where a family has no bold, its strokes are thickened."""

    path: str
    index: int = 0
    thicken: bool = False

    def at(self, size: int) -> Font:
        return _load(self.path, self.index, size)

    def stroke(self, size: int) -> float:
        """How far strokes are widened on each side."""
        return size / 45 if self.thicken else 0

    def lacks(self, text: str) -> str:
        """The signs of a text that the font has not."""
        return "".join(sign for sign in dict.fromkeys(text) if not sign.isspace() and not self._has(sign))

    def _has(self, sign: str) -> bool:
        font = self.at(32)
        return bytes(font.getmask(sign)) != bytes(font.getmask(_NO_SIGN))


@dataclass(frozen=True, slots=True)
class Fonts:
    """The two weights that our pictures use."""

    plain: Face
    bold: Face


def find(font_file: str = "", folders: Iterable[str] = FOLDERS) -> Fonts:
    """The fonts to draw with; raises ``NoFont`` with a sentence that says what to do."""
    if font_file:
        return _named(Path(font_file).expanduser())
    there = _files(folders)
    for plain, bold in KNOWN:
        if plain in there:
            face = _face(there[plain])
            thick = _face(there[bold]) if bold in there else Face(face.path, face.index, thicken=True)
            return Fonts(face, thick)
    raise NoFont(MISSING)


def _named(path: Path) -> Fonts:
    try:
        face = _face(path)
    except OSError:
        raise NoFont(f"FONT_FILE 指向的 {path} 打不开，或不是字体文件。") from None
    if face.lacks(SAMPLE):
        raise NoFont(f"FONT_FILE 指向的 {path} 里没有汉字。请换一种中文字体，比如 fonts-noto-cjk。")
    return Fonts(face, Face(face.path, face.index, thicken=True))


def _files(folders: Iterable[str]) -> dict[str, Path]:
    wanted = {name for pair in KNOWN for name in pair if name}
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(folder).expanduser().rglob("*.[to]t[cf]")):
            if path.name in wanted:
                found.setdefault(path.name, path)
    return found


def _face(path: Path) -> Face:
    """The face for simplified Chinese: a collection holds one for each country, and they differ in shape."""
    names = []
    for index in range(_FACES):
        try:
            names.append(ImageFont.truetype(str(path), 12, index=index).getname()[0] or "")
        except OSError:
            if not index:
                raise
            break
    ours = (n for n, name in enumerate(names) if name.endswith((" SC", " CN")) and "Mono" not in name)
    return Face(str(path), next(ours, 0))


@lru_cache(maxsize=64)
def _load(path: str, index: int, size: int) -> Font:
    return ImageFont.truetype(path, size, index=index)
