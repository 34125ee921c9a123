"""A poster with one slogan in large type; below it whose campaign it belongs to, and the account's code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pictures.canvas import BASE, CARD, INK, INK_2, LINE, TINT, Canvas
from pictures.fonts import Fonts
from pictures.layout import Block, fit, fit_all, fit_theme, signs

WIDTH, HEIGHT = 1080, 1440
SCAN = "长按或扫码，学安全知识"
_MARGIN = 92
_ACROSS = WIDTH - 2 * _MARGIN
_FOOT = 1128  # where the wall ends and the white begins
_TOP, _BOTTOM = 250, 860  # between which the slogan stands
_CODE = 236
_BRICK, _JOINT, _SPAN = 62, 10, 154
_SIZES = range(184, 55, -4)


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it."""

    phrases: Sequence[Sequence[str]]  # each a line, of words that are not broken
    theme: str
    event: str  # 2020年宁夏“安全生产月”
    organiser: str
    link: str
    number: int = 1  # of the slogan; says which of the looks it takes


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a poster."""

    ground: str
    slogan: str
    second: str
    bricks: tuple[str, ...]  # of the rows of the wall, the lowest first


LOOKS = (
    Look(BASE, CARD, "#BFE0EB", ("#2B7690", "#236C86", "#1A637C")),
    Look(TINT, BASE, INK_2, ("#9CC8D6", "#B4D7E1", "#CBE3EA")),
    Look("#17414F", CARD, "#BFE0EB", ("#34606E", "#2B5665", "#224C5A")),
    Look(CARD, INK, INK_2, ("#C3DFE7", "#D3E8EE", "#E2EFF3")),
)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The texts in their sizes, before anything is drawn."""

    slogan: Block
    event: Block
    theme: Block
    organiser: Block


def draw(poster: Poster, fonts: Fonts) -> bytes:
    """The poster as a PNG."""
    blocks, look = lay_out(poster, fonts), LOOKS[poster.number % len(LOOKS)]
    sheet = Canvas(WIDTH, HEIGHT, look.ground)
    _wall(sheet, look)
    sheet.block((0, _FOOT, WIDTH, HEIGHT), CARD)
    sheet.block((0, _FOOT, WIDTH, _FOOT + 2), LINE)
    sheet.block((_MARGIN, 196, _MARGIN + 88, 204), look.slogan, 4)
    sheet.smooth()
    sheet.lines(blocks.event, (_MARGIN, 104), look.second)
    sheet.lines(blocks.slogan, (_MARGIN, _TOP + (_BOTTOM - _TOP - blocks.slogan.height) // 2), look.slogan)
    _foot(sheet, blocks, poster, fonts)
    return sheet.png()


def lay_out(poster: Poster, fonts: Fonts) -> Blocks:
    """Every text in the largest size in which it fits."""
    beside_code = _ACROSS - _CODE - 36
    return Blocks(
        slogan=_slogan(poster.phrases, fonts),
        event=fit(signs(poster.event), fonts.plain, (_ACROSS, 60), range(40, 23, -2), 1.3, 1),
        theme=fit_theme(poster.theme, fonts.bold, beside_code, (70, 116), 46),
        organiser=fit(signs(poster.organiser), fonts.plain, (beside_code, 76), range(30, 19, -1), 1.35, 2),
    )


def _slogan(phrases: Sequence[Sequence[str]], fonts: Fonts) -> Block:
    """A phrase a line where that can be large, else broken between words, else wherever it must be."""
    box = (_ACROSS, _BOTTOM - _TOP)
    apart = [signs("".join(words)) for words in phrases]
    for words, sizes, lines in ((phrases, _SIZES, len(phrases)), (phrases, _SIZES, 99), (apart, _SIZES, 99)):
        try:
            found = fit_all(words, fonts.bold, box, sizes, 1.32, lines)
        except ValueError:
            continue
        if lines == 99 or found.size >= 112:
            return found
    return fit_all(apart, fonts.bold, box, range(54, 19, -2), 1.3)


def _wall(sheet: Canvas, look: Look) -> None:
    """筑牢安全防线: three rows, the upper ones not yet closed."""
    for row, colour in enumerate(look.bricks):
        top = _FOOT - (row + 1) * (_BRICK + _JOINT)
        left = -_SPAN // 2 * (row % 2) - _JOINT
        for place in range(WIDTH // _SPAN + 2):
            if place < 8 - 2 * row or (row, place) == (1, 7):
                start = left + place * _SPAN
                sheet.block((start + _JOINT, top, start + _SPAN, top + _BRICK), colour, 10)


def _foot(sheet: Canvas, blocks: Blocks, poster: Poster, fonts: Fonts) -> None:
    left, top = WIDTH - _MARGIN - _CODE + 12, _FOOT + 26
    side = sheet.code(poster.link, left, top, _CODE)
    sheet.text((left + side // 2, top + side + 10), SCAN, fonts.plain, 22, INK_2, "mm")
    above = _FOOT + (HEIGHT - _FOOT - 58 - blocks.theme.height - blocks.organiser.height) // 2
    sheet.text((_MARGIN, above + 18), "活动主题", fonts.plain, 26, INK_2)
    sheet.lines(blocks.theme, (_MARGIN, above + 42), BASE)
    sheet.lines(blocks.organiser, (_MARGIN, above + 58 + blocks.theme.height), INK)
