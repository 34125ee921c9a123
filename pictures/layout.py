"""How a text is set: lines that break where they may, in the largest size that fits its box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pictures.fonts import Face

NOT_FIRST = "，。、；：？！”’）》」』】·…—%％"  # signs that may not begin a line
NOT_LAST = "“‘（《「『【"  # signs that may not end one
LONGEST_QUOTED = 8  # signs between quotation marks that are not broken


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in one size; ``width`` and ``height`` are those of the whole."""

    lines: tuple[str, ...]
    face: Face
    size: int
    leading: int  # from one base line to the next
    width: int

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


def width_of(text: str, face: Face, size: int) -> float:
    """How wide a line is."""
    return face.at(size).getlength(text) + 2 * face.stroke(size)


def fit(
    words: Sequence[str],
    face: Face,
    box: tuple[int, int],
    sizes: Iterable[int],
    leading: float = 1.4,
    most_lines: int = 99,
) -> Block:
    """Set words as one paragraph in the largest of the sizes that fits the box; raises ``ValueError`` where none does."""
    return fit_all((words,), face, box, sizes, leading, most_lines)


def fit_all(
    phrases: Sequence[Sequence[str]],
    face: Face,
    box: tuple[int, int],
    sizes: Iterable[int],
    leading: float = 1.4,
    most_lines: int = 99,
) -> Block:
    """The same for several phrases, each of which begins a line of its own."""
    width, height = box
    for size in sizes:
        lines = [line for words in phrases for line in balanced(words, face, size, width)]
        step = round(size * leading)
        widest = max(width_of(line, face, size) for line in lines)
        if widest <= width and step * len(lines) <= height and len(lines) <= most_lines:
            return Block(tuple(lines), face, size, step, round(widest))
    raise ValueError(f"a text of {sum(map(len, phrases))} words does not fit")


def balanced(words: Sequence[str], face: Face, size: int, width: int) -> list[str]:
    """As few lines as the width allows, and these about equally long."""
    lines = broken(words, face, size, width)
    narrow, step = width, max(8, size // 4)
    while len(lines) > 1 and narrow > step:
        closer = broken(words, face, size, narrow - step)
        if len(closer) > len(lines) or max(width_of(line, face, size) for line in closer) > narrow - step:
            break
        lines, narrow = closer, narrow - step
    return lines


def broken(words: Sequence[str], face: Face, size: int, width: int) -> list[str]:
    """Lines filled one after the other, broken only between words."""
    lines: list[str] = []
    for word in joined(words):
        if lines and width_of(lines[-1] + word, face, size) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return [line.strip() for line in lines]


def joined(words: Sequence[str]) -> list[str]:
    """The words with signs that may not stand alone tied to their word, and a short quotation in one piece."""
    tied: list[str] = []
    for word in words:
        if tied and (word[0] in NOT_FIRST or tied[-1][-1] in NOT_LAST or _quoted(tied[-1])):
            tied[-1] += word
        else:
            tied.append(word)
    return tied


def _quoted(word: str) -> bool:
    """Is a quotation open in it that is still short?"""
    begins = word.rfind("“")
    return begins > word.rfind("”") and len(word) - begins <= LONGEST_QUOTED


def signs(text: str) -> list[str]:
    """A text as words of one sign each; letters and digits that stand together stay together."""
    found: list[str] = []
    for sign in text:
        if (
            found
            and sign.isascii()
            and sign.isalnum()
            and found[-1][-1].isascii()
            and found[-1][-1].isalnum()
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def fit_theme(theme: str, face: Face, width: int, heights: tuple[int, int], largest: int) -> Block:
    """A theme on one line where it can be large, else broken behind its commas, which then are left away, else anywhere."""
    words = [part for part in theme.replace("，", "，\n").replace(" ", "\n").split("\n") if part]
    ways = (
        (words, heights[0], range(largest, largest * 3 // 4, -2), 1),
        (words, heights[1], range(largest * 9 // 10, 27, -2), 2),
        (words, heights[1], range(34, 23, -1), 3),
        (signs(theme), heights[1], range(36, 17, -1), 4),
    )
    for split, height, sizes, lines in ways:
        try:
            block = fit(split, face, (width, height), sizes, 1.3, lines)
        except ValueError:
            continue
        return replace(block, lines=tuple(line.removesuffix("，") for line in block.lines))
    raise ValueError("the theme does not fit")
