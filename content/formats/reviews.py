"""Who changes what a question says takes its review away: nobody has read it as it stands now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from content.bank import Chapter, Question
from content.check import unreviewed
from content.formats.draft import Draft

_LOST = "内容改了，复核日期没有写新的。这一题先只用来练习，不计分；请另一个人对照出处再读一遍，写上比 {} 晚的复核日期"
_NOT_BACK = "内容改过以后，{} 的复核已经不算了。这一题先只用来练习，不计分；请另一个人对照出处再读一遍，写上更晚的复核日期"
_TAKEN_BACK = "原来的复核日期 {} 没有写，这一题先只用来练习，不计分"


def without_old_reviews(draft: Draft, old: Sequence[Chapter], found: Sequence[Question]) -> list[Question]:
    """The questions of a file; one that says something else now keeps only a review that is newer than the last."""
    before = _by_id(old)
    return [_as_read(draft, before.get(question.id), question) for question in found]


def lost_reviews(old: Sequence[Chapter], new: Sequence[Chapter]) -> tuple[str, ...]:
    """The ids of the questions that had a review and have none now."""
    before = _by_id(old)
    return tuple(
        one.id
        for one in _all(new)
        if one.reviewed is None and one.id in before and before[one.id].reviewed is not None
    )


def known_losses(old: Sequence[Chapter], new: Sequence[Chapter]) -> set[str]:
    """What the check will say of these: it was told as a note, and keeps nothing from being taken in."""
    return {unreviewed(name) for name in lost_reviews(old, new)}


def _as_read(draft: Draft, before: Question | None, now: Question) -> Question:
    """A question with the review that it may keep; a review that was lost comes back by a newer one alone, so that the
    same file taken in a second time changes nothing."""
    last = (before.reviewed or before.lapsed) if before else None
    if before is None or last is None or (now.reviewed is not None and now.reviewed > last):
        return now
    if before.reviewed is None:
        if now.reviewed is not None:
            draft.notes.append(f"题目 {now.id}：{_NOT_BACK.format(last)}")
    elif _said(before) != _said(now):
        draft.notes.append(f"题目 {now.id}：{_LOST.format(last)}")
    elif now.reviewed is None:
        draft.notes.append(f"题目 {now.id}：{_TAKEN_BACK.format(last)}")
    else:
        return now
    return now.model_copy(update={"reviewed": None, "lapsed": last})


def _said(question: Question) -> tuple[object, ...]:
    """All that a reviewer compares with the source; the order in which options are offered is no part of it."""
    options = tuple(sorted(question.options))
    return (
        question.type, question.stem, options, question.answer if question.type == "order" else set(question.answer),
        question.why, question.source, question.fact,
    )  # fmt: skip


def _by_id(chapters: Sequence[Chapter]) -> Mapping[str, Question]:
    return {question.id: question for question in _all(chapters)}


def _all(chapters: Sequence[Chapter]) -> Iterator[Question]:
    return (question for chapter in chapters for question in chapter.questions)
