"""Is somebody in danger now? What was learnt says so, a plain cry for help needs no learning."""

from __future__ import annotations

import re
from typing import Literal

from bot.language.classifier import DANGER, INTENT, judge, threshold
from bot.language.features import tidy
from bot.language.remarks import is_remark
from rules.codes import without_code

Danger = Literal["now", "doubt", "none"]

_CRY = re.compile(
    r"(?:(?:救+命|救救(?:我|我们|他|她|孩子|人)|救人|快来人|来人|快救人|着火|起火|失火|走水|爆炸|炸|塌|出人命|死人|触电|杀人|sos)"
    r"[了啊呀哪呐吧啦咧嘞喽呦哦]*)+"
)
_PIECE = re.compile(r"[，。！？；、,.!?;\s]+")
#: 着 火 了: such blanks say nothing, but look like the stops of hurried words.
_SPACED = re.compile(r"\S(?:\s+\S)+")
_LONG = 40  # signs; in a longer text one sentence can hold the danger and be lost among the others
_WINDOW = 24  # signs of a piece where nobody wrote a stop
_MOST_PIECES = 200


def danger_in(text: str) -> Danger:
    """Judge a message, and each piece of a long one; a doubtful one is to be asked about.

    A cry beside other words is only doubtful where those speak clearly against it: 救命，这题太难了. What is a remark on
    a game and nothing else (不玩了, 两个都对) is not doubtful.
    """
    text = without_code(text)
    score, cried = alarm(text), cries(text)
    if _cries(text) or score >= threshold("now") or (cried and score >= threshold("doubt")):
        return "now"
    doubtful = cried or score >= threshold("label") or _alarm(text) >= threshold("doubt")
    return "doubt" if doubtful and not is_remark(tidy(text)) else "none"


def alarm(text: str) -> float:
    """How much a text speaks for danger now, or the piece of a long one that does so most."""
    if len(text) <= _LONG:
        return _alarm(text)
    return max(map(_alarm, (text, *_pieces(text))))


def cries(text: str) -> bool:
    """Is a text, or a piece of it, nothing but a plain cry for help?"""
    return any(_cries(piece) for piece in (text, *_PIECE.split(text)[:_MOST_PIECES]))


def _cries(piece: str) -> bool:
    return _CRY.fullmatch(tidy(piece)) is not None


def _pieces(text: str) -> list[str]:
    """Stretches of a long text, cut at its stops or, without any, in overlapping windows."""
    pieces: list[str] = []
    for part in _PIECE.split(text):
        if pieces and len(pieces[-1]) + len(part) <= _WINDOW:
            pieces[-1] += part
        else:
            pieces += [part[start : start + _WINDOW] for start in range(0, max(1, len(part)), _WINDOW // 2)]
    return pieces[:_MOST_PIECES]


def _alarm(text: str) -> float:
    """The word for danger, and the lead of an emergency over whatever else it may be."""
    scores = judge("".join(text.split()) if _SPACED.fullmatch(text) else text)
    emergency = f"{INTENT}emergency"
    rest = max(score for label, score in scores.items() if label.startswith(INTENT) and label != emergency)
    return scores[DANGER] + scores[emergency] - rest
