"""What a campaign sets of its quiz: contests by topic, how much a day, when levels open, from when boards are played for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from content.base import Id, Model, Period, ShortName, Text


class Contest(Model):
    """A contest that the notice asks for: a round of ours from its topics, or none where only others run it."""

    id: Id
    title: ShortName
    words: tuple[ShortName, ...] = ()  # other names for it; the title is one of itself
    topics: tuple[
        Id, ...
    ] = ()  # of the question bank; none: it is run elsewhere alone, and people are told so
    count: Annotated[int, Field(ge=5, le=20)] = 10
    period: Period | None = None  # none: as long as the account is open
    elsewhere: str = ""  # who runs the contest that the notice means and what it says of it, in our own words
    quote: Text

    @model_validator(mode="after")
    def _somewhere(self) -> Contest:
        if not self.topics and not self.elsewhere:
            raise ValueError("没有写 topics，就要在 elsewhere 写明这个竞赛由谁办")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """All by which people may ask for it."""
        return tuple(dict.fromkeys((self.title, *self.words)))

    def runs_on(self, day: date) -> bool:
        """Can ours be played on that day?"""
        within = self.period is None or self.period.start <= day <= self.period.end
        return bool(self.topics) and within


class Quiz(Model):
    """What is set of the quiz; what is not set is not limited."""

    contests: tuple[Contest, ...] = ()
    rounds_a_day: Annotated[int, Field(ge=1, le=100)] | None = None  # scored rounds that may be begun
    levels_from: date | None = None  # the first day on which levels can be played
    levels_daily: bool = False  # each level opens a day after the one before it
    boards: Period | None = None  # rounds that end on these days count for boards and draws

    @model_validator(mode="after")
    def _from_a_day(self) -> Quiz:
        if self.levels_daily and self.levels_from is None:
            raise ValueError("每天开一关要写 levels_from，从哪天开第一关")
        return self

    def running(self, day: date) -> Iterator[Contest]:
        """The contests of ours that can be played on a day."""
        return (contest for contest in self.contests if contest.runs_on(day))


def topic_faults(quiz: Quiz, scored: Mapping[str, Sized]) -> Iterator[str]:
    """Contests with topics that the bank lacks, or with too few questions that count for one round."""
    for contest in quiz.contests:
        unknown = [topic for topic in contest.topics if topic not in scored]
        for topic in unknown:
            yield f"竞赛“{contest.title}”的题目类别“{topic}”，题库里没有能计分的题"
        there = sum(len(scored[topic]) for topic in contest.topics if topic in scored)
        if contest.topics and not unknown and there < contest.count:
            yield f"竞赛“{contest.title}”一轮要{contest.count}题，题库里能计分的只有{there}题"
