"""Is a workbook small enough to be opened? Told by a walk through its parts that keeps nothing of them.

A file of a few kilobytes can hold a million rows, or one merged cell as large as the sheet: whoever opened it would fill the
memory. So the parts are read as a stream first, and what is too much ends the walk.
"""

from __future__ import annotations

from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from openpyxl.utils.cell import range_boundaries

from content.errors import ContentError

MOST_CELLS = 400_000  # that stand in all sheets, and that merged cells and links may cover
MOST_BYTES = 64 * 1024 * 1024  # of all parts, unpacked
_MOST_DEEP = 60
_MOST_ELSE = 200_000  # elements that are no cells and no texts: some of them are kept as they are
_PIECE = 256 * 1024
_BEGINS = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00<")  # a part may be called as it likes
_COUNTED = ("c", "si", "row")
_WITHIN = ("v", "f", "is", "t")
_RANGES = ("mergeCell", "hyperlink")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
TOO_LARGE = "这个文件太大了，请删掉图片和多余的内容再试"
NO_WORKBOOK = "打不开这个文件，请用表格软件另存为 .xlsx 再试"
TOO_MANY = f"表太大，所有工作表一共最多{MOST_CELLS // 10_000}万格，请删掉多余的行和列再试"


class _Walk:
    """A walk through one part."""

    def __init__(self) -> None:
        self.cells = 0
        self._depth = 0
        self._others = 0
        self._covered = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end

    def read(self, piece: bytes, last: bool = False) -> None:
        self._parser.Parse(piece, last)

    def _doctype(self, *_: object) -> None:
        raise ContentError(
            [NO_WORKBOOK]
        )  # no table program writes one; what it declares could grow without end

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        kind = name.rpartition(":")[2]
        self.cells += kind in _COUNTED
        self._others += kind not in _COUNTED and kind not in _WITHIN
        if self.cells > MOST_CELLS:
            raise ContentError([TOO_MANY])
        if self._depth > _MOST_DEEP or self._others > _MOST_ELSE:
            raise ContentError([TOO_LARGE])
        if kind in _RANGES and ":" in attributes.get("ref", ""):
            self._cover(attributes["ref"])

    def _cover(self, ref: str) -> None:
        left, top, right, bottom = range_boundaries(ref)
        wide, high = (right or _LAST_COLUMN) - (left or 1) + 1, (bottom or _LAST_ROW) - (top or 1) + 1
        self._covered += wide * high
        if self._covered > MOST_CELLS:
            raise ContentError(["有合并的单元格或链接占了整张表，请取消合并，只留下填了内容的行和列"])

    def _end(self, _: str) -> None:
        self._depth -= 1


def weigh(packed: ZipFile) -> None:
    """Raise ``ContentError`` where the parts are more than a workbook of ours ever holds."""
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise ContentError([TOO_LARGE])
    cells = 0
    for part in parts:
        cells += _cells_of(packed, part)
        if cells > 2 * MOST_CELLS:  # a text stands in the list of texts and in its cell
            raise ContentError([TOO_MANY])


def _cells_of(packed: ZipFile, part: ZipInfo) -> int:
    """How many cells, rows and texts a part holds; a picture holds none."""
    walk = _Walk()
    with packed.open(part) as stream:
        piece = stream.read(_PIECE)
        if not piece.lstrip(b" \t\r\n").startswith(_BEGINS):
            return 0
        while piece:
            walk.read(piece)
            piece = stream.read(_PIECE)
    walk.read(b"", last=True)
    return walk.cells
