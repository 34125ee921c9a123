"""How a reply becomes a text that WeChat shows whole: its limit, its characters, its numbered lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.message import Reply

#: Bytes of UTF-8 in one text (section 6).
LIMIT = 2048
MORE = "（没完，回复“更多”接着看）"

_ROOM = LIMIT - len(MORE.encode()) - 1
_BAD = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENDS = re.compile(r"[。！？；…]”?")
#: Characters that belong to the one before them: joiners, variation selectors, skin tones, keycap.
_CLINGS = re.compile(r"[\u200d\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")


def clean(text: str) -> str:
    """The text without characters that make an answer malformed, with ``\\n`` for every line break."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BAD.sub("", text) if _BAD.search(text) else text


def compose(reply: Reply, address: Callable[[str], str] | None = None) -> str:
    """The whole text of a reply: what is said, the choices as marked lines, the link to a page."""
    text = clean(reply.text)
    if reply.choices:
        gap = "\n" if "\n" not in text.strip("\n") or text.endswith(("：", "？")) else "\n\n"
        text = f"{text}{gap if text else ''}{_marked(reply.choices, reply.lettered)}"
    if reply.tail:
        text = f"{text}{chr(10) * 2 if text else ''}{clean(reply.tail)}"
    if reply.page and address is not None:
        text = f"{text}{chr(10) if text else ''}{_link(address(reply.page))}"
    return text


def split(text: str) -> list[str]:
    """The text in parts that each fit into one message; all but the last say that there is more."""
    parts = []
    rest = clean(text).strip("\n")
    while len(rest) * 4 > LIMIT and len(rest.encode()) > LIMIT:
        cut = _border(rest)
        head, rest = rest[:cut].rstrip("\n"), rest[cut:].lstrip("\n")
        parts.append(f"{head}\n{MORE}")
    return [*parts, rest]


def _marked(choices: Sequence[str], lettered: bool) -> str:
    first = ord("A")
    marks = (chr(first + n) if lettered else str(n + 1) for n in range(len(choices)))
    lines = (" ".join(clean(choice).split()) for choice in choices)
    return "\n".join(f"{mark} {line}" for mark, line in zip(marks, lines, strict=True))


def _link(url: str) -> str:
    quoted = url.replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
    return f'<a href="{quoted}">点这里打开</a>'


def _border(text: str) -> int:
    """Where to cut: at a line, else after a sentence, else between characters; never inside a link."""
    window = text.encode()[:_ROOM].decode("utf-8", "ignore")
    link = window.rfind("<a ")
    if link > 0 and window.find("</a>", link) < 0:
        window = window[:link]
    half = len(window) // 2
    line = window.rfind("\n")
    if line > half:
        return line
    ends = [end.end() for end in _ENDS.finditer(window, half)]
    return ends[-1] if ends else _whole(text, len(window))


def _whole(text: str, cut: int) -> int:
    """The cut, moved back so that it doesn't tear a joined emoji."""
    for back in range(cut, max(cut - 16, 1), -1):
        if not _CLINGS.match(text[back]) and text[back - 1] != "\u200d":
            return back
    return cut


def fit(text: str) -> str:
    """The text within one message, for where nobody can ask for the rest."""
    whole = clean(text)
    if len(whole.encode()) <= LIMIT:
        return whole
    return whole.encode()[: LIMIT - len("…".encode())].decode("utf-8", "ignore") + "…"
