"""The cookies that tell who it is: what they are called, and how they are given, read and taken back."""

from __future__ import annotations

from typing import Literal

from flask import current_app, request
from werkzeug.wrappers import Response

PHONE, DESK = "sid", "desk"


def named(name: str, https: bool) -> str:
    """What a cookie is called: over https so that browsers take it from this very host alone.

    Another host of the same domain (x.example.gov.cn beside bot.example.gov.cn) could set any other name for us.
    """
    return f"__Host-{name}" if https else name


def held(name: str) -> str:
    """What the browser has of ours under a name; empty without it."""
    return request.cookies.get(named(name, _https()), "")


def give(
    response: Response, name: str, value: str, samesite: Literal["Lax", "Strict"], path: str = "/"
) -> None:
    """Have the browser keep it until it is closed; ``path`` counts on http alone, for ``__Host-`` wants the root."""
    https = _https()
    response.set_cookie(
        named(name, https),
        value,
        httponly=True,
        samesite=samesite,
        secure=https,
        path="/" if https else path,
    )


def take_back(response: Response, name: str, path: str = "/") -> None:
    """Have the browser forget it."""
    https = _https()
    response.delete_cookie(named(name, https), path="/" if https else path, secure=https, httponly=True)


def _https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
