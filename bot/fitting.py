"""A reply as far as it fits into one message, and the rest for 更多."""

from __future__ import annotations

from bot.message import Reply

MOST_BYTES = 1900  # of text and choices in one message; the platform takes 2,048 with marks and 更多


def cut(reply: Reply) -> tuple[str, str]:
    """The text as far as it fits into one message with its choices, and the rest."""
    signs = len(reply.text) + len(reply.tail) + sum(map(len, reply.choices)) + len(reply.choices)
    if 4 * signs <= MOST_BYTES:  # no sign has more bytes
        return reply.text, ""
    beside = sum(len(choice.encode()) + 4 for choice in reply.choices) + len(reply.tail.encode())
    room = (MOST_BYTES - beside) // 3  # a 汉字 has three bytes
    if len(reply.text.encode()) + beside <= MOST_BYTES:
        return reply.text, ""
    end = reply.text.rfind("\n", room // 2, room)
    end = end if end > 0 else room
    return reply.text[:end].rstrip() + "\n（没完，回复“更多”接着看）", reply.text[end:].lstrip()
