"""What happened while a person was away: it stands above the reply to their next message, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.context import Person
from bot.dialogue import match_choice
from bot.message import Message, Reply
from bot.understanding import MOST_BYTES
from rules.grading import all_of_them, places

NEWS = "news"  # in a person's memory
MOST = 3  # kept; what is older is said no more
#: Above these nothing else stands, nor within a dialogue that has begun.
QUIET = frozenset({"danger", "hotline", "report", "forget"})
_HEARD = {"text", "image", "voice", "video", "location", "link", "menu", "scan", "follow"}


def leave(person: Person, text: str, answers: Sequence[str] = ()) -> None:
    """Have something told. ``answers`` were on offer in what has ended, and its end is what a page shows now."""
    held = [one for one in person.memory.get(NEWS, ()) if one["text"] != text]
    person.memory[NEWS] = [*held, {"text": text, "answers": list(answers)}][-MOST:]


def ended_before(message: Message, person: Person) -> Message:
    """The message as a stale answer, where it answers what has ended meanwhile: it is shown the end instead."""
    held: list[dict[str, Any]] = person.memory[NEWS]
    ended = next((one for one in held if one["answers"] and one["text"] == person.shown.text), None)
    if ended is None or message.kind != "text" or message.asks:
        return message
    if not _answers(message.text, tuple(ended["answers"])):
        return message
    person.memory[NEWS] = [one for one in held if one is not ended]
    return replace(message, asks="ended")


def tell(message: Message, person: Person, reply: Reply) -> Reply:
    """The reply with the news above it; they wait where they don't belong or have no room."""
    held: list[dict[str, Any]] = person.memory.get(NEWS, [])
    if not held or message.kind not in _HEARD or _is_quiet(person, reply):
        return reply
    on_page = not message.account
    new = [str(one["text"]) for one in held if not (on_page and one["answers"])]  # else the page has shown it
    told = replace(reply, text="\n\n".join([*new, reply.text])) if new else reply
    if new and _bytes(told) > MOST_BYTES:
        return reply
    person.memory.pop(NEWS)
    return told


def _answers(text: str, answers: tuple[str, ...]) -> bool:
    return places(text) is not None or all_of_them(text) or match_choice(text, answers) is not None


def _is_quiet(person: Person, reply: Reply) -> bool:
    within = bool(reply.asks) and reply.step > 1
    return within or reply.silent or reply.secret or reply.danger or person.answered_by in QUIET


def _bytes(reply: Reply) -> int:
    """What a reply takes in chat, with a mark for each choice."""
    return len("".join([reply.text, reply.tail, *reply.choices]).encode()) + 4 * len(reply.choices)
