"""A handler that asks: run from the top on every message, up to its first question without an answer."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from bot.context import Context, Draft
from bot.errors import Invalid, Lost, Refused, Unfinished
from bot.language.normalise import normalise
from bot.message import ORDER, SEVERAL, Ask, Reader, Reply, Said
from bot.routes import Dialogue
from rules.grading import RIGHT, WRONG, judged
from rules.values import two_meanings

ONE_LETTER = "这题只选一个，回复一个字母就行，比如“B”。想停下，回复“退出”。"
TRUE_OR_FALSE = "这题判断对错，回复“对”或“错”就行。想停下，回复“退出”。"
BY_NUMBER = "请回复选项的编号，或点一个选项。想停下，回复“退出”。"

T = TypeVar("T")


@overload
def ask(
    key: str,
    text: str,
    *,
    choices: tuple[str, ...] = ...,
    final: bool = ...,
    lettered: bool = ...,
    lead: str = ...,
    tail: str = ...,
    progress: tuple[int, ...] = ...,
    until: str = ...,
) -> Generator[Ask, Any, str]: ...
@overload
def ask(
    key: str,
    text: str,
    *,
    choices: tuple[str, ...] = ...,
    reader: Reader[T],
    final: bool = ...,
    lettered: bool = ...,
    lead: str = ...,
    tail: str = ...,
    progress: tuple[int, ...] = ...,
    until: str = ...,
) -> Generator[Ask, Any, T]: ...
def ask(
    key: str,
    text: str,
    *,
    choices: tuple[str, ...] = (),
    reader: Reader[Any] | None = None,
    final: bool = False,
    lettered: bool = False,
    lead: str = "",
    tail: str = "",
    progress: tuple[int, ...] = (),
    until: str = "",
) -> Generator[Ask, Any, Any]:
    """Ask one question and give its answer: the text of a choice, or what the reader makes of what was said."""
    return (yield Ask(key, text, choices, reader, final, lettered, lead, tail, progress, until))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a dialogue stands after a message: at a question, or at its end."""

    question: Ask | None = None
    remark: str = ""  # what a refused answer gets told, above the question; an unfinished one, instead of it
    more: bool = False  # the answer is taken so far and may go on
    reply: Reply | None = None  # the end
    taken: bool = False  # the new answer was taken
    step: int = 0
    firm: bool = False  # the refused answer was understood and means nothing else


def converse(handler: Dialogue, draft: Draft, said: Said | None = None) -> Outcome:
    """Feed a dialogue its kept answers and the new one, up to the next question or to its end.

    A kept answer that its reader now refuses is dropped with all after it, and its question asked again.
    """
    taken, value = False, None
    keys: list[str] = []
    while True:
        try:
            question = handler.send(value)
        except StopIteration as end:
            return Outcome(reply=end.value, taken=taken, step=len(keys))
        except Lost as lost:
            return Outcome(reply=Reply(str(lost)), taken=taken, step=len(keys))
        key = question.key
        if key in keys:
            raise RuntimeError(f"question {key} is asked twice in {draft.route}")
        keys.append(key)
        fresh = [said] if said is not None and draft.open == key else []
        try:
            value = read(question, draft.heard(key) + fresh)
        except Unfinished as more:
            draft.hear(key, fresh)
            step = _stop(draft, keys, question)
            return Outcome(question, str(more), more=True, taken=taken or bool(fresh), step=step)
        except Invalid as refusal:
            if not fresh:
                draft.said.pop(key, None)
            firm, step = isinstance(refusal, Refused), _stop(draft, keys, question)
            return Outcome(question, str(refusal), taken=taken, step=step, firm=firm)
        draft.hear(key, fresh)
        if question.final and key not in draft.final:
            draft.final.append(key)
        taken = taken or bool(fresh)


def _stop(draft: Draft, keys: list[str], question: Ask) -> int:
    """Leave the dialogue open at a question, and nothing kept that comes after it; what is final stays, asked again or not.

    Gives which question of the dialogue it is, from 1.
    """
    draft.open = question.key
    draft.choices = [*question.choices, *(question.reader.buttons if question.reader else ())]
    draft.lettered = question.lettered
    draft.input = takes(question)
    draft.until = question.until
    stays = {*keys, *draft.final}
    for key in [key for key in draft.said if key not in stays]:
        del draft.said[key]
    return len(draft.said) + (question.key not in draft.said)


def read(question: Ask, all_said: list[Said]) -> Any:
    """The answer to a question from all that was said to it; ``Invalid`` without words where none was."""
    if not all_said:
        raise Invalid("")
    if question.choices and takes(question) not in (SEVERAL, ORDER):
        text = all_said[-1].text
        if question.lettered and (doubt := two_meanings(text, question.choices)):
            raise Refused(doubt)
        choice = match_choice(text, question.choices)
        if choice is not None:
            return choice
        if question.reader is None:
            raise Invalid(_how_to_choose(question))
    if question.reader is not None:
        return question.reader.read(all_said)
    text = all_said[-1].text.strip()
    if not text:
        raise Invalid("请用文字回答。")
    return text


def _how_to_choose(question: Ask) -> str:
    """What is said where an answer names none of the choices."""
    if not question.lettered:
        return BY_NUMBER
    return TRUE_OR_FALSE if set(question.choices) == {RIGHT, WRONG} else ONE_LETTER


def match_choice(text: str, choices: tuple[str, ...]) -> str | None:
    """The choice that a text names: in full, or by a beginning that only one of them has; ✔ and the like are 对."""
    if text in choices:
        return text
    if set(choices) == {RIGHT, WRONG} and (said := judged(text)) is not None:
        return said
    plain = normalise(text)
    if not plain:
        return None
    names = {choice: normalise(choice) for choice in choices}
    exact = [choice for choice, name in names.items() if name == plain]
    if exact:
        return exact[0]
    if len(plain) < 2:
        return None
    begun = [choice for choice, name in names.items() if name.startswith(plain)]
    return begun[0] if len(begun) == 1 else None


def takes(question: Ask) -> str:
    """With what a page takes the answer."""
    if question.reader is not None:
        return question.reader.input
    return "choice" if question.choices else "text"


def draw(outcome: Outcome, whole: bool = False) -> Reply:
    """The reply that puts the open question; ``whole`` also where an answer is only to go on."""
    question = outcome.question
    if question is None:
        return outcome.reply or Reply()
    asked = "" if outcome.more and not whole else question.text
    head = outcome.remark or (question.lead() if callable(question.lead) else question.lead)
    text = "\n\n".join(part for part in (head, asked) if part)
    buttons = question.reader.buttons if question.reader else ()
    return Reply(
        text,
        choices=question.choices + buttons,
        tail=question.tail,
        asks=question.key,
        input=takes(question),
        lettered=question.lettered,
        step=outcome.step,
        progress=question.progress,
        until=question.until,
        page=question.page,
        scene=question.scene,
        found=question.found,
    )


def start(ctx: Context, dialogue: Any) -> Dialogue:
    """Begin to run a dialogue's handler for a context."""
    generator: Dialogue = dialogue(ctx)
    return generator
