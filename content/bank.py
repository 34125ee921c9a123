"""The question bank, as frozen values: a question, and a chapter of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, overload

from pydantic import Field, ValidationInfo, field_validator, model_validator

from content.models import FactId, Id, Model, Text

Kind = Literal["single", "multiple", "judge", "order"]
Audience = Literal["public", "worker", "manager", "pupil", "farmer"]

TRUE_FALSE = ("对", "错")
Sector = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
KIND_NAMES: dict[Kind, str] = {"single": "单选题", "multiple": "多选题", "judge": "判断题", "order": "排序题"}
AUDIENCE_NAMES: dict[Audience, str] = {
    "public": "所有人", "worker": "一线员工", "manager": "管理人员", "pupil": "学生", "farmer": "农民",
}  # fmt: skip
LEVEL_NAMES: dict[int, str] = {1: "1 人人该懂", 2: "2 要想一想", 3: "3 专业人员"}


class Words(NamedTuple):
    """What a question says; two of the same digest say the same."""

    id: str
    type: Kind
    stem: str
    options: Sequence[str]
    answer: Sequence[str]
    why: str
    source: str


def digest_of(words: Words) -> str:
    """By what words are known: 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()[:16]


class Question(Model):
    """One question of the quiz, made from one fact; only an organiser's own may do without."""

    id: Id
    topic: Id
    type: Kind = "single"
    sector: Sector | None = None  # a key of rules/sectors.py
    audience: Audience = "public"
    stem: Text
    options: tuple[Text, ...] = Field(min_length=2, max_length=5)
    answer: tuple[Text, ...]  # the texts of the right options; of an order all of them, in the right order
    why: Text
    source: Text
    fact: FactId | None = None  # none only in an organiser's own chapter
    level: int = Field(default=1, ge=1, le=3)
    reviewed: date | None = None
    lapsed: date | None = None  # the last review, where it holds no more since the question was changed

    @property
    def words(self) -> Words:
        """All that a round shows of it."""
        return Words(self.id, self.type, self.stem, self.options, self.answer, self.why, self.source)

    @model_validator(mode="before")
    @classmethod
    def _true_or_false(cls, data: Any) -> Any:
        """对 and 错 make a judge of a question, whatever is not said."""
        if isinstance(data, dict) and "type" not in data and tuple(data.get("options") or ()) == TRUE_FALSE:
            return {**data, "type": "judge"}
        return data

    @field_validator("answer", mode="before")
    @classmethod
    def _one_is_enough(cls, answer: Any) -> Any:
        return (answer,) if isinstance(answer, str) else answer

    @field_validator("answer")
    @classmethod
    def _as_the_options_stand(cls, answer: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Which of several right options is named first means nothing."""
        options = info.data.get("options", ())
        if info.data.get("type") != "multiple" or not set(answer) <= set(options):
            return answer
        return tuple(sorted(answer, key=options.index))

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Question:
        if len(set(self.options)) != len(self.options):
            raise ValueError("options 有重复")
        if not set(self.answer) <= set(self.options) or len(set(self.answer)) != len(self.answer):
            raise ValueError("answer 不在 options 里")
        if fault := self._misfit():
            raise ValueError(fault)
        return self

    def _misfit(self) -> str:
        """Why this number of answers does not fit the type."""
        count = len(self.answer)
        match self.type:
            case "judge":
                return (
                    ""
                    if self.options == TRUE_FALSE and count == 1
                    else "判断题的 options 是 对、错，answer 是其中一个"
                )
            case "single":
                return "" if count == 1 else "单选题的 answer 只有一个，多选题请写 type: multiple"
            case "multiple":
                return "" if 2 <= count < len(self.options) else "多选题的 answer 至少两个，不能是全部"
            case "order":
                return (
                    ""
                    if count == len(self.options) > 2
                    else "排序题的 answer 是全部 options，按正确顺序，至少三个"
                )


class Chapter(Model):
    """The questions of one topic, as one file of the bank."""

    topic: Id
    title: Text
    sector: Sector | None = None  # of those of its questions that name none
    own: bool = False  # the organiser's own: a question needs no fact, but then it is never scored
    questions: tuple[Question, ...] = Field(min_length=1)


class Bank(Sequence[Question]):
    """All questions, found by their id, by their topic and by what they are good for; made once, never changed.

    A question may count once somebody reviewed it and if it rests on a fact that was found in its source; one on a
    fact of ``unproved`` is for practice.
    """

    def __init__(
        self,
        questions: Iterable[Question],
        titles: Mapping[str, str] | None = None,
        unproved: Collection[str] = (),
    ) -> None:
        self._questions = tuple(questions)
        self._titles = titles or {}
        self._unproved = frozenset(unproved)
        self.by_id: Mapping[str, Question] = {question.id: question for question in self._questions}
        self.by_digest = {digest_of(question.words): question.words for question in self._questions}
        self.by_topic = _by_topic(self._questions)
        self.scored = _by_topic(question for question in self._questions if self._counts(question))

    def title(self, topic: str) -> str:
        """What people call a topic."""
        return self._titles.get(topic, topic)

    @overload
    def __getitem__(self, place: int) -> Question: ...
    @overload
    def __getitem__(self, place: slice) -> Bank: ...
    def __getitem__(self, place: int | slice) -> Question | Bank:
        if isinstance(place, slice):
            return Bank(self._questions[place], self._titles, self._unproved)
        return self._questions[place]

    def __len__(self) -> int:
        return len(self._questions)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._questions)

    def _counts(self, question: Question) -> bool:
        proved = question.fact is not None and question.fact not in self._unproved
        return proved and question.reviewed is not None


def _by_topic(questions: Iterable[Question]) -> Mapping[str, tuple[Question, ...]]:
    """Questions by topic, in the order of the bank."""
    found: dict[str, list[Question]] = {}
    for question in questions:
        found.setdefault(question.topic, []).append(question)
    return {topic: tuple(some) for topic, some in found.items()}
