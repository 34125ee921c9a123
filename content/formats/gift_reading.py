"""GIFT read: our own files whole, those of others as far as our questions go; the rest is told by line."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content.formats.draft import Entry, TextDraft, decoded, judged
from content.formats.gift import KEPT, KEPT_OF_CHAPTER

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# While a text is taken apart, escaped signs are these, which no file may hold.
_STAND_INS = {sign: chr(number) for number, sign in enumerate("\\~=#{}:n", start=1)}
_MEANT = {held: "\n" if sign == "n" else sign for sign, held in _STAND_INS.items()}
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_SHARE = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_CATEGORY = re.compile(r"\$CATEGORY:\s*(.*)")
_OPTION = re.compile(r"(?=[~=])")
_BREAK = re.compile(r"<br\s*/?>|</p>\s*(?=<p)", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LINES = re.compile(r"\s*\n\s*")
_GAP = "_____"


class _Unfit(Exception):
    """Why a question can't be taken in."""


@dataclass
class _Block:
    """The lines between two blank ones: what is said in comments, and the rest."""

    line: int = 0
    said: Entry = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Option:
    """One of the answers on offer, and which share of the points it is worth."""

    text: str
    share: float
    comment: str


def read_gift(content: bytes, name: str) -> TextDraft:
    """The questions of a GIFT file, made by us or by anybody."""
    draft, topic = TextDraft(name=name), ""
    for block in _blocks(decoded(content, draft)):
        category = _CATEGORY.match(block.lines[0])
        if category:
            topic = _topic(draft, block, category[1])
            block.lines.pop(0)
        if block.lines:
            _take(draft, block, topic)
    return draft


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    block = _Block()
    for number, line in enumerate([*lines, ""], start=1):
        bare = line.strip()
        if bare.startswith("//"):
            block.said |= _said(bare)
        elif bare:
            block.line = block.line or number
            block.lines.append(bare)
        else:
            if block.lines:
                yield block
            block = _Block()


def _said(comment: str) -> Entry:
    """What a comment of ours says; nothing of anybody else's."""
    try:
        said = json.loads(comment.removeprefix("//"))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _topic(draft: TextDraft, block: _Block, category: str) -> str:
    """The chapter that a category stands for: nothing if it isn't one of our ids."""
    category = category.strip()
    if not _ID.fullmatch(category):
        draft.note(block.line, f"分类“{category}”不是这里的类别，没有用上")
        return ""
    said = {name: block.said.pop(name) for name in KEPT_OF_CHAPTER if name in block.said}
    if said:
        draft.put_chapter({"topic": category, **said}, block.line)
    return category


def _take(draft: TextDraft, block: _Block, topic: str) -> None:
    try:
        entry = _entry(draft, block)
    except _Unfit as reason:
        draft.refuse(block.line, str(reason))
        return
    kept = {name: value for name, value in block.said.items() if name in KEPT and value is not None}
    draft.put({**({"topic": topic} if topic else {}), **entry, **_plain(kept)}, block.line)


def _plain(said: Entry) -> Entry:
    """Values as a file of ours has them: texts."""
    return {name: value if isinstance(value, list | dict) else str(value) for name, value in said.items()}


def _entry(draft: TextDraft, block: _Block) -> Entry:
    text = _ESCAPED.sub(_held, "\n".join(block.lines))
    name, text = _named(text)
    stem, answers = _parted(text)
    answers, _, general = answers.rpartition("####") if "####" in answers else (answers, "", "")
    markup = _FORMAT.match(stem)
    entry = _answered(draft, block, answers.strip(), markup[0] if markup else "")
    comment = entry.pop("why", "")
    why = _meant(general) or comment
    return {
        **({"id": name} if _ID.fullmatch(name) else {}),
        "stem": _meant(stem),
        **entry,
        **({"why": why} if why else {}),
    }


def _held(escape: re.Match[str]) -> str:
    """An escaped sign as its stand-in; a backslash before anything else is itself."""
    return _STAND_INS.get(escape[1], escape[0])


def _named(text: str) -> tuple[str, str]:
    """The name of a question, and what comes behind it."""
    if text.startswith("::") and "::" in text[2:]:
        name, _, text = text[2:].partition("::")
        return _meant(name), text.strip()
    return "", text


def _parted(text: str) -> tuple[str, str]:
    """The stem, with a gap where the answers stood in the middle of it, and the answers."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise _Unfit("这是一段说明，没有答案，收不进题库")
    if start < 0 or end < start:
        raise _Unfit("花括号没有成对；题目中间不能有空行，文字里的花括号要写成 \\{ 和 \\}")
    before, answers, after = text[:start], text[start + 1 : end], text[end + 1 :].strip()
    if "{" in after or "}" in after:
        raise _Unfit("有两处答案，或两题之间没有空行")
    return (f"{before.rstrip()} {_GAP} {after}" if after else before).strip(), answers


def _answered(draft: TextDraft, block: _Block, answers: str, markup: str) -> Entry:
    """The type of a question with its options and answer, as Moodle tells them apart."""
    if not answers:
        raise _Unfit("这是问答题，没有选项，收不进题库")
    if answers.startswith("#"):
        raise _Unfit("这是数字题，没有选项，收不进题库")
    if "~" in answers:
        return _choice(draft, block, answers, markup)
    if "=" in answers and "->" in answers:
        return _order(answers)
    verdict, *comments = answers.split("#")
    if "=" in answers or judged(_meant(verdict)) is None:
        raise _Unfit("这是填空题，要写出答案，收不进题库")
    return _judge(draft, block, judged(_meant(verdict)) or "", comments)


def _judge(draft: TextDraft, block: _Block, answer: str, comments: Sequence[str]) -> Entry:
    """The comment for those who were wrong says why; there may be another for those who were right."""
    said = [meant for comment in comments if (meant := _meant(comment))]
    if len(said) > 1:
        draft.note(block.line, "判断题有两条点评，只收了前一条")
    return {"type": "judge", "options": ["对", "错"], "answer": [answer], "why": said[0] if said else ""}


def _order(answers: str) -> Entry:
    """Pairs of 1, 2, 3 … and a step are an order; other pairs aren't."""
    pairs = [part.partition("->") for part in answers.split("=") if part.strip()]
    steps = {left.strip(): _meant(right) for left, _, right in pairs}
    places = [str(number) for number in range(1, len(pairs) + 1)]
    if sorted(steps) != sorted(places) or not all(arrow for _, arrow, _ in pairs):
        raise _Unfit("这是连线题，收不进题库；排序题请在左边写 1、2、3")
    return {
        "type": "order",
        "options": [_meant(right) for _, _, right in pairs],
        "answer": [steps[place] for place in places],
    }


def _choice(draft: TextDraft, block: _Block, answers: str, markup: str) -> Entry:
    options = [_option(part, markup) for part in _OPTION.split(answers) if part.strip()]
    single = "=" in answers
    right = [option for option in options if (option.share >= 100 if single else option.share > 0)]
    if single and any(0 < option.share < 100 for option in options):
        raise _Unfit("有的选项给一部分分，这里只有对和错，请改成单选题或多选题")
    if not right:
        raise _Unfit("没有一个选项是对的")
    comments = [option.comment for option in options if option.comment]
    why = next((option.comment for option in right if option.comment), "")
    if [comment for comment in comments if comment != why]:
        draft.note(block.line, "各个选项的点评没有收进来" + ("，只收了正确答案的" if why else ""))
    return {
        "type": "single" if single or len(right) == 1 else "multiple",
        "options": [option.text for option in options],
        "answer": [option.text for option in right],
        "why": why,
    }


def _option(part: str, markup: str) -> _Option:
    """One option; its format is that of the stem, unless it names one."""
    if part[0] not in "~=":
        raise _Unfit(f"“{_meant(part)[:20]}”前面缺少 = 或 ~")
    share, text = (100.0 if part[0] == "=" else 0.0), part[1:].strip()
    weight = _SHARE.match(text) if part[0] == "~" else None
    if weight:
        share, text = float(weight[1]), text[weight.end() :]
    text, _, comment = text.partition("#")
    inherited = markup if not _FORMAT.match(text.strip()) else ""
    return _Option(_meant(inherited + text.strip()), share, _meant(comment))


def _meant(text: str) -> str:
    """A text as it is read: its format's mark gone, its lines joined, and every escaped sign itself."""
    text = _LINES.sub(" ", text.strip())
    mark = _FORMAT.match(text)
    if mark:
        text = text[mark.end() :]
    if mark and mark[1] == "html":
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    return "".join(_MEANT.get(sign, sign) for sign in text).strip()
