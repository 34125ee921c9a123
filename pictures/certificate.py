"""A certificate of learning: whose, what was passed, by whom it was made; no seal, no emblem, no claim to be official."""

from __future__ import annotations

from dataclasses import dataclass

from pictures.canvas import BASE, CARD, GROUND, INK, INK_2, INK_3, LINE, TINT, Canvas
from pictures.fonts import Fonts
from pictures.layout import Block, fit, fit_theme, signs

WIDTH, HEIGHT = 1080, 1527
TITLE = "安全知识学习证书"
NOT_OFFICIAL = "按答题成绩生成，只作学习纪念，不是资格证明。"
SCAN = "长按或扫码，学安全知识"
_MARGIN = 132  # from the edge of the sheet to the text
_ACROSS = WIDTH - 2 * _MARGIN
_BRICK, _JOINT, _SPAN, _IN_ROW = (
    34,
    8,
    62,
    10,
)  # a brick's height, what lies between two, from one to the next
_CODE = 250


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands on it."""

    name: str
    passed: str  # 通过安全知识考试
    result: str  # 20题答对18题
    done: int  # bricks of the wall, and how many of them are laid
    total: int
    day: str  # 2020年6月18日
    event: str  # 2020年宁夏“安全生产月”
    theme: str
    organiser: str
    number: str
    link: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """The texts in their sizes, before anything is drawn."""

    event: Block
    name: Block
    passed: Block
    result: Block
    theme: Block
    issuer: Block


def draw(certificate: Certificate, fonts: Fonts) -> bytes:
    """The certificate as a PNG."""
    blocks = lay_out(certificate, fonts)
    sheet = Canvas(WIDTH, HEIGHT, GROUND)
    _frame(sheet)
    _rules(sheet)
    _wall(sheet, 828, certificate.done, certificate.total)
    sheet.smooth()
    _head(sheet, blocks, fonts)
    _body(sheet, blocks, fonts)
    _foot(sheet, blocks, certificate, fonts)
    return sheet.png()


def lay_out(certificate: Certificate, fonts: Fonts) -> Blocks:
    """Every text that may be long, in the largest size in which it fits."""
    plain, bold = fonts.plain, fonts.bold
    beside_code = _ACROSS - _CODE - 24
    return Blocks(
        event=fit(signs(certificate.event), plain, (_ACROSS, 60), range(40, 23, -2), 1.3, 1),
        name=fit(signs(certificate.name), bold, (_ACROSS, 120), range(96, 31, -4), 1.15, 1),
        passed=fit(signs(certificate.passed), plain, (_ACROSS, 64), range(42, 25, -2), 1.4, 1),
        result=fit(signs(certificate.result), bold, (_ACROSS, 72), range(50, 25, -2), 1.4, 1),
        theme=fit_theme(certificate.theme, bold, _ACROSS - 56, (76, 112), 54),
        issuer=_issuer(certificate.organiser, fonts, beside_code),
    )


def _issuer(organiser: str, fonts: Fonts, width: int) -> Block:
    """By whose helper it was made: on one line, else broken behind the name, else within it."""
    words = [f"由{organiser}", "的安全月助手生成"]
    for split, sizes, lines in ((words, range(32, 25, -1), 1), (words, range(31, 23, -1), 2)):
        try:
            return fit(split, fonts.plain, (width, 110), sizes, 1.4, lines)
        except ValueError:
            continue
    return fit(signs("".join(words)), fonts.plain, (width, 130), range(28, 17, -1), 1.3, 4)


def _frame(sheet: Canvas) -> None:
    sheet.block((44, 44, WIDTH - 44, HEIGHT - 44), CARD, 36, LINE, 2)
    sheet.block((66, 66, WIDTH - 66, HEIGHT - 66), None, 22, BASE, 4)
    sheet.block((80, 80, WIDTH - 80, HEIGHT - 80), None, 14, LINE, 2)


def _rules(sheet: Canvas) -> None:
    middle = WIDTH // 2
    sheet.block((middle - 36, 348, middle + 36, 354), BASE, 3)
    sheet.block((middle - 260, 586, middle + 260, 588), LINE)
    sheet.block((_MARGIN, 938, WIDTH - _MARGIN, 1118), TINT, 20)


def _wall(sheet: Canvas, top: int, done: int, total: int) -> None:
    """筑牢安全防线: a brick for each question or level, from the lowest row up; laid are those that were right."""
    in_row = min(total, _IN_ROW)
    rows = -(-total // in_row)
    lean = _SPAN // 4 if rows > 1 else 0
    for n in range(total):
        row, place = divmod(n, in_row)
        left = (WIDTH - _SPAN * in_row) // 2 + place * _SPAN + (lean if row % 2 else -lean) + _JOINT // 2
        low = top + (rows - 1 - row) * (_BRICK + _JOINT) - (rows - 1) * (_BRICK + _JOINT) // 2
        box = (left, low, left + _SPAN - _JOINT, low + _BRICK)
        if n < done:
            sheet.block(box, BASE, 6)
            sheet.tick(((box[0] + box[2]) // 2, low + _BRICK // 2), 20, CARD)
        else:
            sheet.block(box, TINT, 6, LINE, 2)


def _head(sheet: Canvas, blocks: Blocks, fonts: Fonts) -> None:
    sheet.lines(blocks.event, (WIDTH // 2, 142), INK_2, "middle")
    sheet.text((WIDTH // 2, 272), TITLE, fonts.bold, 84, BASE, "mm")


def _body(sheet: Canvas, blocks: Blocks, fonts: Fonts) -> None:
    middle = WIDTH // 2
    sheet.lines(blocks.name, (middle, 566 - blocks.name.height), INK, "middle")
    sheet.lines(blocks.passed, (middle, 616), INK_2, "middle")
    sheet.lines(blocks.result, (middle, 684), INK, "middle")
    sheet.text((middle, 970), "活动主题", fonts.plain, 26, INK_3, "mm")
    sheet.lines(blocks.theme, (middle, 1050 - blocks.theme.height // 2), BASE, "middle")


def _foot(sheet: Canvas, blocks: Blocks, certificate: Certificate, fonts: Fonts) -> None:
    top, left = 1140, WIDTH - _MARGIN - _CODE + 16
    side = sheet.code(certificate.link, left, top, _CODE)
    sheet.text((left + side // 2, top + side + 4), SCAN, fonts.plain, 22, INK_2, "mm")
    sheet.lines(blocks.issuer, (_MARGIN, top + 36), INK)
    below = top + 36 + blocks.issuer.height
    sheet.text((_MARGIN, below + 34), certificate.day, fonts.plain, 30, INK_2)
    sheet.text((_MARGIN, below + 84), f"编号 {certificate.number}", fonts.plain, 30, INK_2)
    sheet.text((_MARGIN, below + 142), NOT_OFFICIAL, fonts.plain, 23, INK_3)
