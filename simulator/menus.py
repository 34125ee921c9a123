"""What WeChat takes as a menu."""

from __future__ import annotations

from typing import Any

from simulator.errors import ApiError

TOP_NAME, BELOW_NAME, KEY, URL = 16, 60, 128, 1024
KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}


def checked_buttons(menu: dict[str, Any]) -> list[dict[str, Any]]:
    """Take the buttons of a menu, or refuse the first that is against the rules."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise ApiError(40016)
    for button in buttons:
        _check_top(button)
    return buttons


def _check_top(button: dict[str, Any]) -> None:
    if not _fits(button.get("name"), TOP_NAME):
        raise ApiError(40018)
    below = button.get("sub_button")
    if not below:
        return _check_act(button, 40017, 40019, 40020)
    if not isinstance(below, list) or len(below) > 5:
        raise ApiError(40023)
    for entry in below:
        if not _fits(entry.get("name"), BELOW_NAME):
            raise ApiError(40025)
        _check_act(entry, 40024, 40026, 40027)
    return None


def _check_act(button: dict[str, Any], bad_type: int, bad_key: int, bad_url: int) -> None:
    kind = button.get("type")
    if kind in KEYED:
        if not _fits(button.get("key"), KEY):
            raise ApiError(bad_key)
    elif kind == "view":
        url = button.get("url")
        if not _fits(url, URL) or not str(url).startswith(("http://", "https://")):
            raise ApiError(bad_url)
    else:
        raise ApiError(bad_type)


def _fits(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.encode()) <= most
