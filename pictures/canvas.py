"""The sheet that a picture is drawn on: shapes twice as large and then halved, so that edges are smooth; text last."""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw

from pictures.fonts import Face
from pictures.layout import Block

#: The colours of the phone pages.
GROUND, CARD, INK, INK_2, INK_3 = "#F1F5F6", "#FFFFFF", "#1A2631", "#465560", "#5C6A75"
LINE, BASE, TINT = "#D3DCE1", "#0E5A73", "#E2EFF3"
_SCALE = 2
_QUIET = 4  # modules of white around a QR code
Box = tuple[int, int, int, int]


class Canvas:
    """One picture in the making. Shapes come first, text and codes after ``smooth``."""

    def __init__(self, width: int, height: int, ground: str) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)
        self._pen = ImageDraw.Draw(self._image)
        self._smooth = False

    def smooth(self) -> None:
        """All shapes are drawn."""
        self._image = self._image.reduce(_SCALE)
        self._pen = ImageDraw.Draw(self._image)
        self._smooth = True

    # -- shapes ----------------------------------------------------------------------------------------------

    def block(
        self, box: Box, fill: str | None, radius: int = 0, edge: str | None = None, width: int = 0
    ) -> None:
        """A rectangle with round corners; its right and lower edge lie outside."""
        left, top, right, bottom = (side * _SCALE for side in box)
        self._pen.rounded_rectangle(
            (left, top, right - 1, bottom - 1), radius * _SCALE, fill, edge, width * _SCALE
        )

    def tick(self, centre: tuple[int, int], size: int, colour: str) -> None:
        """✓, drawn so that no font needs to have it."""
        x, y, unit = centre[0] * _SCALE, centre[1] * _SCALE, size * _SCALE / 10
        points = [(x - 4 * unit, y), (x - 1.2 * unit, y + 2.8 * unit), (x + 4.2 * unit, y - 3 * unit)]
        self._pen.line(points, colour, round(1.5 * unit), joint="curve")

    # -- text and codes --------------------------------------------------------------------------------------

    def text(
        self, at: tuple[int, int], text: str, face: Face, size: int, colour: str, anchor: str = "lm"
    ) -> None:
        """One line; the anchor is Pillow's, and by default the middle of its left edge."""
        if not self._smooth:
            raise RuntimeError("text is drawn last")
        stroke = face.stroke(size)
        self._pen.text(
            at, text, fill=colour, font=face.at(size), anchor=anchor, stroke_width=stroke, stroke_fill=colour
        )

    def lines(self, block: Block, at: tuple[int, int], colour: str, align: str = "left") -> None:
        """A block of lines; ``at`` is the left upper corner, or the middle of its upper edge."""
        for n, line in enumerate(block.lines):
            middle = at[1] + block.leading * n + block.leading // 2
            hangs = block.size * 9 // 20 if align == "left" and line.startswith("“") else 0
            anchor = "lm" if align == "left" else "mm"
            self.text((at[0] - hangs, middle), line, block.face, block.size, colour, anchor)

    def code(self, content: str, left: int, top: int, most: int, dark: str = INK) -> int:
        """A QR code on white, its modules whole pixels; how large it became, with its quiet zone."""
        rows = [list(row) for row in segno.make(content, error="m", micro=False).matrix]
        module = max(1, most // (len(rows) + 2 * _QUIET))
        side = module * (len(rows) + 2 * _QUIET)
        self._pen.rectangle((left, top, left + side - 1, top + side - 1), "#FFFFFF")
        for y, row in enumerate(rows):
            for x, on in enumerate(row):
                if on:
                    corner = (left + (x + _QUIET) * module, top + (y + _QUIET) * module)
                    self._pen.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), dark)
        return side

    def png(self) -> bytes:
        """The picture as a small PNG."""
        out = io.BytesIO()
        self._image.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()
