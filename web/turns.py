"""One turn of the phone page: a form becomes messages, and what they were answered waits for the look that follows."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.context import reply_from_plain
from bot.message import Kind, Message, Place, Reply
from web.login import Sessions, session_id

LONGEST_KEPT = 200  # characters of a refused answer that stay in its field


class Talk(Protocol):
    """One turn of a conversation, and what it stands at."""

    def say(self, message: Message) -> Reply:
        """Take one turn; a message whose id was said before gets the same reply and does nothing."""

    def look(self, user: str) -> Reply:
        """The open question, else the last reply; nothing is said."""


def fresh(open_now: Reply) -> dict[str, Any]:
    """What a form brings back: a word that makes its turn unique, and the question that was open when it was drawn."""
    return {"nonce": secrets.token_urlsafe(12), "open_key": open_now.asks}


def posted(name: str) -> str:
    return request.form.get(name, "")


def message_of(
    user: str, kind: Kind, text: str = "", *, media: str = "", place: Place | None = None, part: str = ""
) -> Message:
    """What a form says; sent twice, it is the same message."""
    nonce = posted("nonce") or secrets.token_urlsafe(12)
    known_by = hashlib.sha256(f"{user}\n{nonce}\n{part}".encode()).hexdigest()[:32]
    asks = "" if kind == "menu" else posted("key")
    return Message(user, kind, id=f"page:{known_by}", text=text, media=media, place=place, asks=asks)


def take_turn(
    talk: Talk,
    sessions: Sessions,
    user: str,
    *messages: Message,
    refused: Sequence[str] = (),
    typed: str = "",
) -> AnyResponse:
    """Say something and have the browser look at what came of it; a page that is out of date says nothing."""
    if _out_of_date(talk, user, messages):
        return redirect(url_for("pages.show"), 303)
    reply = None
    for message in messages:
        reply = talk.say(message)
    typed = typed or posted("text") or posted("label")
    aside = to_carry(reply, talk.look(user), typed) if reply else {}
    if refused:
        aside["refused"] = list(refused)
        aside.setdefault("typed", typed[:LONGEST_KEPT])
    return look_again(sessions, aside)


def _out_of_date(talk: Talk, user: str, messages: Sequence[Message]) -> bool:
    """Was a word meant for no question, and one has been opened since? (To a question's key the bot itself looks.)"""
    drawn_for = request.form.get("open")
    bound = any(message.asks or message.kind == "menu" for message in messages)
    return drawn_for is not None and not bound and drawn_for != talk.look(user).asks


def to_carry(reply: Reply, open_now: Reply, typed: str) -> dict[str, Any]:
    """What a turn said that looking at the open question would not show."""
    if reply.silent or reply == open_now:
        return {}
    if not (reply.asks and reply.asks == open_now.asks and reply.choices == open_now.choices):
        return {"reply": asdict(reply)}
    before = _above(reply.text, open_now.text)
    if not before or open_now.text.startswith(reply.text):
        return {}
    again = reply.asks == posted("key")
    return {"before": before, "danger": reply.danger, "typed": typed[:LONGEST_KEPT] if again else ""}


def _above(said: str, shown: str) -> str:
    """What was said above the part with which both end: the question, which may be shown below something else."""
    theirs, ours = said.split("\n\n"), shown.split("\n\n")
    while theirs and ours and theirs[-1] == ours[-1]:
        theirs.pop()
        ours.pop()
    return "\n\n".join(theirs).strip()


def look_again(sessions: Sessions, aside: dict[str, Any]) -> AnyResponse:
    """Have the browser look at what the conversation stands at, and at what was said beside it."""
    if not aside:
        sessions.set_aside(session_id(), "")
        return redirect(url_for("pages.show"), 303)
    said = secrets.token_hex(4)
    sessions.set_aside(session_id(), json.dumps({**aside, "id": said}, ensure_ascii=False))
    return redirect(url_for("pages.show", said=said), 303)


def aside_of(sessions: Sessions) -> dict[str, Any]:
    """What the turn that led to this look said above the question, while it is kept."""
    said = request.args.get("said")
    kept = sessions.aside(session_id()) if said else ""
    aside: dict[str, Any] = json.loads(kept) if kept else {}
    return aside if aside.get("id") == said else {}


def carried(aside: Mapping[str, Any]) -> Reply | None:
    """The whole reply that the last turn gave, where it was not the open question."""
    said = aside.get("reply")
    return (
        reply_from_plain({name: said[name] for name in Reply.__dataclass_fields__ if name in said})
        if said
        else None
    )
