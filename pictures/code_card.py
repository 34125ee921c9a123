"""The query code of a report as a picture to keep: an album shows it to whoever looks, so it says nothing of the matter."""

from __future__ import annotations

from dataclasses import dataclass

from pictures.canvas import BASE, CARD, GROUND, INK, INK_2, LINE, Canvas
from pictures.fonts import Fonts
from pictures.layout import fit, signs

WIDTH, HEIGHT = 900, 620
_MARGIN = 48
_TITLE = "查询码"
_KEEP = ("凭它查进展，丢了找不回，请不要给别人看。", "在公众号里回复“查进展”，再发这个码。")


@dataclass(frozen=True, slots=True)
class CodeCard:
    """What stands on it."""

    code: str  # K7QM-2XHD-9RTW-4VNB
    number: str = ""  # 0616-031


def draw(card: CodeCard, fonts: Fonts) -> bytes:
    """The card as a PNG."""
    sheet = Canvas(WIDTH, HEIGHT, GROUND)
    sheet.block((_MARGIN, _MARGIN, WIDTH - _MARGIN, HEIGHT - _MARGIN), CARD, 24, LINE, 2)
    sheet.smooth()
    middle = WIDTH // 2
    title = f"{_TITLE} · 编号 {card.number}" if card.number else _TITLE
    sheet.text((middle, 122), title, fonts.plain, 34, INK_2, "mm")
    groups = card.code.split("-")
    for line, y in (("-".join(groups[:2]), 222), ("-".join(groups[2:]), 322)):
        sheet.text((middle, y), line, fonts.bold, 84, BASE, "mm")
    across = WIDTH - 2 * _MARGIN - 60
    for n, words in enumerate(_KEEP):
        sheet.lines(
            fit(signs(words), fonts.plain, (across, 60), range(34, 23, -1), 1.4, 1),
            (middle, 416 + 58 * n),
            INK,
            "middle",
        )
    return sheet.png()
