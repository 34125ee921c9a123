"""A file of questions into the bank: all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from content.bank import Chapter, Question
from content.check import faults_by_question
from content.errors import ContentError
from content.facts import Fact, load_facts
from content.formats.bank_files import install
from content.formats.chapters import Stated, named, stated
from content.formats.draft import QUESTIONS, Draft, Entry
from content.formats.reviews import known_losses, lost_reviews, without_old_reviews
from content.laws import Laws, load_laws
from content.loader import load_chapters
from content.proofs import prove_fact
from content.reading import Key, entries
from content.wording import note_errors

_NOWHERE = "nowhere"  # where a question stands whose chapter isn't known, so that its other faults are found
_COMPLETED = ("id", "source", "why")  # what a chapter or the command may say of a question
UNEXPLAINED = "这道题没有写解释，请看出处。"


@dataclass(frozen=True)
class Wish:
    """What the command says: where all questions go, and the source of those that state none."""

    topic: str = ""
    title: str = ""
    source: str = ""


@dataclass(frozen=True)
class Taken:
    """What was taken in, as the ids of questions and the titles of new chapters; and what was left behind."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    chapters: tuple[str, ...]
    unreviewed: tuple[str, ...]  # that had a review before
    notes: tuple[str, ...]


def take_in(
    folder: Path,
    draft: Draft,
    wish: Wish,
    facts: Mapping[str, Fact] | None = None,
    laws: Laws | None = None,
    sectors: Collection[str] | None = None,
) -> Taken:
    """Prove and put in place what a file holds; nothing is touched as long as a fault remains."""
    known, laws = load_facts() if facts is None else facts, laws or load_laws()
    old = load_chapters(folder, known)
    new = merge(draft, old, wish, known)
    _prove_bank(draft, old, new, laws, sectors)
    _stop(draft)
    _note_unknown_laws(draft, new, laws)
    if new != old:
        install(folder, old, new, known)
    return _taken(draft, old, new)


def merge(
    draft: Draft,
    old: Sequence[Chapter] = (),
    wish: Wish | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> tuple[Chapter, ...]:
    """The chapters with what a draft adds and changes; without ``facts`` it isn't asked what bears a question."""
    wish = wish or Wish()
    heads = stated(draft, old, wish.topic, wish.title)
    _complete(draft, old, heads, wish)
    if facts is not None:
        for key, entry in entries(draft, QUESTIONS):
            if entry["topic"] in heads:
                prove_fact(draft, key, entry, facts, own=heads[entry["topic"]].own)
    found = without_old_reviews(draft, old, _questions(draft, old))
    _stop(draft)
    return _chapters(old, heads, found)


def _complete(draft: Draft, old: Sequence[Chapter], heads: Mapping[str, Stated], wish: Wish) -> None:
    """Add to each question what the command, its chapter and we say of it."""
    used = {question.id for chapter in old for question in chapter.questions}
    used |= {str(entry.get("id")) for _, entry in entries(draft, QUESTIONS)}
    for key, entry in entries(draft, QUESTIONS):
        name = wish.topic or str(entry.get("topic") or "")
        entry["topic"] = named(heads, name)
        head = heads.get(entry["topic"])
        if head is None:
            told = f"没有“{name}”这个类别" if name else "没有写类别"
            if not wish.topic:
                draft.add((*key, "topic"), f"{told}，请先加上这个类别，或用 --topic 写明放进哪一类")
            entry |= {"topic": _NOWHERE, **{name: entry.get(name) or _NOWHERE for name in _COMPLETED}}
            continue
        if not entry.get("id"):
            entry["id"] = _fresh(entry["topic"], used)
        if head.sector:
            entry.setdefault("sector", head.sector)
        if wish.source:
            entry.setdefault("source", wish.source)
        if head.own:
            entry.setdefault("why", UNEXPLAINED)


def _fresh(topic: str, used: set[str]) -> str:
    """The first id of a chapter that is free."""
    number = 1
    while f"{topic}-{number:03}" in used:
        number += 1
    used.add(f"{topic}-{number:03}")
    return f"{topic}-{number:03}"


def _questions(draft: Draft, old: Sequence[Chapter]) -> list[Question]:
    """All questions of the draft that are whole; what is wrong with the others is a fault."""
    homes = {question.id: chapter for chapter in old for question in chapter.questions}
    found: list[Question] = []
    lines: dict[str, int] = {}
    for key, entry in entries(draft, QUESTIONS):
        name, line = str(entry.get("id")), draft.place(key).line
        if name in lines and name != _NOWHERE:
            draft.add((*key, "id"), f"“{name}”重复了，第{lines[name]}行已经用过，请换一个")
        elif name in homes and entry["topic"] not in (homes[name].topic, _NOWHERE):
            draft.add((*key, "id"), f"“{name}”在“{homes[name].title}”里已经用了，请换一个")
        lines.setdefault(name, line)
        found += _validated(draft, key, entry)
    if not entries_of(draft) and not draft.faults:
        draft.refuse_all("里面没有题目")
    return found


def entries_of(draft: Draft) -> list[Entry]:
    """The questions of a draft, as they were written."""
    return [entry for _, entry in entries(draft, QUESTIONS)]


def _validated(draft: Draft, key: Key, entry: Entry) -> list[Question]:
    try:
        return [Question.model_validate(entry)]
    except ValidationError as error:
        note_errors(draft, error, key)
        return []


def _chapters(
    old: Sequence[Chapter], heads: Mapping[str, Stated], found: Sequence[Question]
) -> tuple[Chapter, ...]:
    """Each chapter with its questions: changed ones where they stood, new ones at the end."""
    chapters = []
    bank = {chapter.topic: chapter.questions for chapter in old}
    for topic, head in heads.items():
        mine = {question.id: question for question in found if question.topic == topic}
        kept = [mine.pop(question.id, question) for question in bank.get(topic, ())]
        if kept or mine:
            chapters.append(Chapter(**head.model_dump(), questions=(*kept, *mine.values())))
    return tuple(chapters)


def _prove_bank(
    draft: Draft,
    old: Sequence[Chapter],
    new: Sequence[Chapter],
    laws: Laws,
    sectors: Collection[str] | None,
) -> None:
    """Add what the bank would have wrong with these questions in it, and hasn't without them."""
    before = {fault for _, fault in faults_by_question(old, laws)} | known_losses(old, new)
    keys = {str(entry.get("id")): key for key, entry in entries(draft, QUESTIONS)}
    for ids, fault in faults_by_question(new, laws, sectors):
        key = next((keys[name] for name in ids if name in keys), None)
        if fault not in before and key:
            draft.add(key, fault)
        elif fault not in before:
            draft.refuse_all(fault)


def _note_unknown_laws(draft: Draft, new: Sequence[Chapter], laws: Laws) -> None:
    """An organiser may cite a law of the place, which we don't know: whether it still holds is theirs to see."""
    given = {str(entry["id"]) for entry in entries_of(draft)}
    for chapter in new:
        for question in chapter.questions:
            if question.id in given:
                draft.notes += [
                    f"题目 {question.id}：不认识{name}，请自己看看它现在还有没有效"
                    for name in laws.unknown(question.source)
                ]


def _stop(draft: Draft) -> None:
    if draft.faults:
        raise ContentError(draft.sorted_faults())


def _taken(draft: Draft, old: Sequence[Chapter], new: Sequence[Chapter]) -> Taken:
    before = {question.id: question for chapter in old for question in chapter.questions}
    after = {question.id: question for chapter in new for question in chapter.questions}
    given = [str(entry["id"]) for entry in entries_of(draft)]
    changed = [name for name in given if name in before and before[name] != after[name]]
    added = [name for name in given if name not in before]
    topics = {chapter.topic for chapter in old}
    return Taken(
        tuple(added),
        tuple(changed),
        len(given) - len(added) - len(changed),
        tuple(chapter.title for chapter in new if chapter.topic not in topics),
        lost_reviews(old, new),
        tuple(draft.notes),
    )
