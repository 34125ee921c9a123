"""The menu under the chat, checked before WeChat refuses it (section 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import ContentError

TOP, BELOW = 3, 5
TOP_NAME, BELOW_NAME, KEY, URL = 16, 60, 128, 1024  # bytes of UTF-8


@dataclass(frozen=True, slots=True)
class Button:
    """An entry: it says a word for the person, opens a page, or holds further entries."""

    name: str
    word: str = ""
    page: str = ""
    children: tuple[Button, ...] = ()


def build(buttons: Sequence[Button], address: Callable[[str], str]) -> dict[str, Any]:
    """The menu as WeChat takes it; raises ``ContentError`` with every fault."""
    found = list(faults(buttons, address))
    if found:
        raise ContentError(found)
    return {"button": [_drawn(button, address) for button in buttons]}


def faults(buttons: Sequence[Button], address: Callable[[str], str]) -> Iterator[str]:
    """What WeChat would refuse, each in one line."""
    if not 1 <= len(buttons) <= TOP:
        yield f"menu: has {len(buttons)} top entries, takes 1 to {TOP}"
    for button in buttons:
        yield from _entry_faults(button, TOP_NAME, address)
        if len(button.children) > BELOW:
            yield f"menu {button.name}: has {len(button.children)} entries, takes at most {BELOW}"
        for child in button.children:
            if child.children:
                yield f"menu {child.name}: stands below another and can't have entries"
            yield from _entry_faults(child, BELOW_NAME, address)


def _entry_faults(button: Button, longest: int, address: Callable[[str], str]) -> Iterator[str]:
    if not 0 < _size(button.name.strip()) <= longest:
        yield f"menu {button.name}: the name takes 1 to {longest} bytes, has {_size(button.name)}"
    if sum(map(bool, (button.word, button.page, button.children))) != 1:
        yield f"menu {button.name}: needs a word, a page or entries, and only one of them"
    if _size(button.word) > KEY:
        yield f"menu {button.name}: the word is longer than {KEY} bytes"
    if button.page and not _is_url(address(button.page)):
        yield f"menu {button.name}: the page has no web address of at most {URL} bytes"


def _drawn(button: Button, address: Callable[[str], str]) -> dict[str, Any]:
    if button.children:
        return {"name": button.name, "sub_button": [_drawn(child, address) for child in button.children]}
    if button.page:
        return {"type": "view", "name": button.name, "url": address(button.page)}
    return {"type": "click", "name": button.name, "key": button.word}


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://")) and _size(text) <= URL


def _size(text: str) -> int:
    return len(text.encode())
