"""What a file holds before it is proved: plain values, where each stands, and what could not be taken along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from content.bank import TRUE_FALSE
from content.reading import Document, Fault, Place

Entry = dict[str, Any]
QUESTIONS, CHAPTERS = "questions", "chapters"
MOST_QUESTIONS = 20_000  # of one file
MOST_LINES, LONGEST_LINE = 200_000, 40_000  # of a file of text

#: What people call the values of a question.
FIELDS: Mapping[str, str] = {
    "id": "编号", "topic": "类别", "title": "类别的名称", "own": "本单位自己的题", "type": "题型", "sector": "行业",
    "audience": "对象", "level": "难度", "stem": "题干", "options": "选项", "answer": "答案", "why": "解释",
    "source": "出处", "fact": "依据编号", "reviewed": "复核日期",
}  # fmt: skip
_PLAINLY = {
    "options 有重复": "选项有重复",
    "answer 不在 options 里": "答案不在选项里",
    "判断题的 options 是 对、错，answer 是其中一个": "判断题的选项是 对、错，答案是其中一个",
    "单选题的 answer 只有一个，多选题请写 type: multiple": "单选题只有一个答案，有几个答案的请写成多选题",
    "多选题的 answer 至少两个，不能是全部": "多选题的答案至少两个，不能是全部选项",
    "排序题的 answer 是全部 options，按正确顺序，至少三个": "排序题的答案是全部选项，按正确顺序，至少三个",
    "（own: true）": "",
    "facts.tsv 里": "依据表里",
    "laws.tsv 里": "法律表（content/laws.tsv）里",
    "stem 有": "题干有",
    "options 有": "选项有",
    "why 有": "解释有",
    "options 已经": "选项已经",
    "请核对依据后写上 reviewed": "请核对依据后写上复核日期",
}
_TRUE = frozenset({"对", "正确", "√", "T", "TRUE"})
_FALSE = frozenset({"错", "错误", "×", "F", "FALSE"})


def plainly(text: str) -> str:
    """A fault as whoever fills in a table understands it."""
    for name, said in _PLAINLY.items():
        text = text.replace(name, said)
    return text


def judged(text: str) -> str | None:
    """对 or 错, whichever way it is written; nothing if it is neither."""
    bare = text.strip().upper()
    if bare in _TRUE:
        return TRUE_FALSE[0]
    return TRUE_FALSE[1] if bare in _FALSE else None


@dataclass
class Draft(Document):
    """What any file holds; ``notes`` say what could not be taken along."""

    name: str = ""
    notes: list[str] = field(default_factory=list)

    def refuse_all(self, text: str, name: str = "") -> None:
        """Note what is wrong with the whole, or with what was asked for by ``name``."""
        self.faults.append(Fault(0, 0, "", plainly(text), name or self.name))


@dataclass
class TextDraft(Draft):
    """What a text file holds, found again by its lines."""

    def put(self, entry: Entry, line: int) -> None:
        """Add a question that begins at a line."""
        self._put(QUESTIONS, entry, line)

    def put_chapter(self, entry: Entry, line: int) -> None:
        """Add what is said of a chapter, if it is said for the first time."""
        if entry.get("topic") not in [one.get("topic") for one in self.data.get(CHAPTERS, ())]:
            self._put(CHAPTERS, entry, line)

    def add(self, key: tuple[str | int, ...], text: str) -> None:
        """Note a fault at the line of the question that it is in."""
        line = self.places[key[:2]].line if key[:2] in self.places else 0
        column = FIELDS.get(str(key[2]), "") if len(key) > 2 else ""
        self.faults.append(Fault(0, line, column, plainly(text), self.name))

    def refuse(self, line: int, text: str) -> None:
        """Note what can't be taken in, with its line."""
        self.faults.append(Fault(0, line, "", text, self.name))

    def note(self, line: int, text: str) -> None:
        """Note what is left behind, though the rest is taken in."""
        self.notes.append(f"第{line}行：{text}")

    def _put(self, name: str, entry: Entry, line: int) -> None:
        listed = self.data.setdefault(name, [])
        key, place = (name, len(listed)), Place(0, self.name, line)
        listed.append(entry)
        self.places[(name,)] = self.places.get((name,), place)
        self.places[key] = place
        self.places.update({(*key, part): place for part in entry})


def decoded(content: bytes, draft: TextDraft, most: int = MOST_LINES) -> list[str]:
    """The lines of a text file; a fault if it isn't UTF-8, is too long or holds what nobody can see."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        draft.refuse(0, "不是 UTF-8 编码，请另存为 UTF-8")
        return []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > most:
        draft.refuse(0, f"太长，最多{most}行，请分成几份再试")
        return []
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            draft.refuse(number, f"太长，一行最多{LONGEST_LINE}个字")
        elif any(sign < " " and sign != "\t" for sign in line):
            draft.refuse(number, "有看不见的控制字符，请先删掉")
    return [] if draft.faults else lines
