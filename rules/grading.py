"""What an answer to a quiz question says, and whether it is right: letters, numbers, words, ✔ and ✘, in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

RIGHT, WRONG = "对", "错"
MARKS = "ABCDEFGH"

_KINDS = ("abcdefgh", "12345678", "一二三四五六七八", "甲乙丙丁戊己庚辛")
#: Words around the marks that say nothing themselves: 我选A和C, 答案是第2个, 先B后A.
_FILLER = re.compile(
    r"我?(觉得|认为|猜|选择|选|要)|应该|可能|大概|答案|顺序|排序|选项|就是|是|都|正确|对的?|第|项|个|条|题|吧|呢|啊|呀|了"
    r"|和|跟|与|以?及|还有|加上?|然后|接着|再|先|最?后"
)
_SPAN = re.compile(r"我?选?从?([a-h1-8])\s*(?:-|–|—|~|～|到|至)+\s*([a-h1-8])")
#: 三个都对 counts the options and names none of them.
_COUNTED = re.compile(
    r"(我?(觉得|认为|看|猜|选))?(这|以上|上面)?[1-8一二两三四五六七八](个|项|条|种)(选项|答案|说法)?[都全].*"
)
_LATIN = re.compile(r"[A-Ha-hＡ-Ｈａ-ｈ]")
_JOINTS = re.compile(r"[\s,，、;；。.+＋]|和|跟|与|及|还有|以及|然后|接着|最后|再|先|后")
_ALL = frozenset({"全选", "都选", "全部", "全都选", "都是", "都对", "全对", "所有"})
_YES = frozenset(
    {
        "对", "對", "对的", "對的", "是", "是的", "正确", "正確", "没错", "沒錯", "对啊", "对呀", "可以", "真", "真的",
        "勾", "钩", "打勾", "打钩", "画勾", "画钩", "对勾", "对钩", "✔", "✓", "√", "☑", "✅", "⭕", "○", "◯", "y", "yes", "t", "true", "ok", "right", "正确的",
        "真话", "实话", "属实", "可信", "有道理", "有理", "不假", "不是假的", "不是谣言", "不是谣传", "不是瞎说", "不是胡说", "不是错的", "没有错",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "错", "錯", "错的", "錯的", "错误", "錯誤", "不对", "不對", "不是", "否", "不", "不正确", "不正確", "假", "假的",
        "不可以", "叉", "打叉", "画叉", "×", "✗", "✘", "✖", "❌", "❎", "x", "n", "no", "f", "false", "wrong", "错误的",
        "谣言", "谣传", "假话", "瞎说", "胡说", "乱说", "瞎扯", "胡扯", "胡说八道", "瞎说八道", "骗人", "骗人的", "不真", "不真实", "不实", "不属实",
        "不是真的", "不是对的", "不是正确的", "不可信", "没道理", "没有道理",
    }
)  # fmt: skip
_ASIDE = re.compile(
    r"[\s\u200d\ufe00-\ufe0f。．.!！,，、?？~～]|这(句话|个|种|条)|^这|说法|我?(觉得|认为|选|猜)"
    r"|应该|(?<!不)(肯定|一定|绝对|当然|明显|完全)|纯属|都?是在(?=[瞎胡乱])|答案是?|吧$|的?啊$|呢$"
)


@dataclass(frozen=True, slots=True)
class Grade:
    """What became of an answer: nothing is missing and nothing too much, or it is not right."""

    right: bool
    missed: tuple[str, ...] = ()  # right options that were not chosen
    extra: tuple[str, ...] = ()  # wrong ones that were


def grade(answer: Sequence[str], given: Sequence[str], ordered: bool = False) -> Grade:
    """All or nothing: every right option and no other; of an order, each in its place."""
    missed = tuple(option for option in answer if option not in given)
    extra = tuple(option for option in given if option not in answer)
    right = tuple(answer) == tuple(given) if ordered else not missed and not extra
    return Grade(right, missed, extra)


def places(text: str) -> tuple[int, ...] | None:
    """The places that a text names where it holds marks of one kind and nothing else: “选A、C” is 0 and 2."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if len(plain) > 60 or _COUNTED.fullmatch(plain):
        return None
    found = _marks_in("".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN"))
    return found or _marks_in(
        "".join(sign for sign in without_filler(plain) if unicodedata.category(sign)[0] in "LN")
    )


def lettered(text: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """The same of the usual answer, capital letters alone, where no option holds such letters: nothing else is looked at."""
    offered = MARKS[: len(options)]
    if not 0 < len(text) <= len(options) or any(sign not in offered for sign in text):
        return None
    return None if any(map(_LATIN.search, options)) else tuple(map(offered.index, text))


def without_filler(plain: str) -> str:
    """A text without the words around its marks: 我选A吧 is A."""
    return _FILLER.sub("", plain)


def span(text: str) -> tuple[int, int] | None:
    """The places of the two ends where a text says from one mark to a later one, with others between: A-C, A到D."""
    found = _SPAN.fullmatch(unicodedata.normalize("NFKC", text).lower().strip())
    ends = [places(mark) for mark in found.groups()] if found else []
    if len(ends) != 2 or not ends[0] or not ends[1] or abs(ends[0][0] - ends[1][0]) < 2:
        return None
    return ends[0][0], ends[1][0]


def in_part(text: str, options: Sequence[str], alike: Callable[[str], str]) -> tuple[int, ...] | None:
    """The places of options of which a text gives parts, each found in one alone: 通道和出口; ``alike`` makes texts alike.

    Empty where only some parts name an option.
    """
    names = [alike(option) for option in options]
    parts = [part for part in map(alike, _JOINTS.split(text)) if part]
    found = [[n for n, name in enumerate(names) if len(part) > 1 and part in name] for part in parts]
    if all(len(one) == 1 for one in found):
        return tuple(one[0] for one in found) or None
    return () if any(len(one) == 1 for one in found) else None


def _marks_in(signs: str) -> tuple[int, ...] | None:
    if not signs:
        return None
    for kind in _KINDS:
        if all(sign in kind for sign in signs):
            return tuple(kind.index(sign) for sign in signs)
    return None


def judged(text: str) -> str | None:
    """对 or 错, where a text says so in one of the many ways."""
    if len(text) > 20:
        return None
    bare = text.strip().lower()
    core = _ASIDE.sub("", unicodedata.normalize("NFKC", bare))
    for said in (bare, core, core.removeprefix("是")):
        if said in _YES or said in _NO:
            return RIGHT if said in _YES else WRONG
    return None


def all_of_them(text: str) -> bool:
    """Does a text choose every option, without a letter?"""
    return re.sub(r"[\W_]|我|选择|吧", "", text) in _ALL or text.strip() in _ALL


def worded(text: str, options: Sequence[str]) -> tuple[int, ...] | None:
    """The places of the options whose words a text is made of; both already made alike, without blanks and points."""
    for place, option in sorted(enumerate(options), key=lambda pair: -len(pair[1])):
        if option and text.startswith(option):
            rest = text[len(option) :]
            if not rest:
                return (place,)
            after = worded(rest, options)
            if after is not None:
                return (place, *after)
    for joint in ("和", "跟", "与", "及", "还有", "以及", "然后", "接着", "最后", "再", "先", "后"):
        if text.startswith(joint) and len(text) > len(joint):
            after = worded(text[len(joint) :], options)
            if after is not None:
                return after
    return None
