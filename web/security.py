"""What every answer of the web side carries, and the guard around every form."""

from __future__ import annotations

from flask import Flask, Response
from flask_wtf.csrf import CSRFProtect

from web.assets import dress, keep_long

LARGEST_REQUEST = 64 * 1024 * 1024


def secure(app: Flask, base_url: str, frame_ancestors: str = "none") -> CSRFProtect:
    """Set the cookies, headers, form tokens and style sheets of the whole app; give what exempts a webhook.

    The referrer is not checked with the token: our pages send none, so that no address of ours leaks.
    """
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=base_url.startswith("https:"),
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: a phone is laid aside for hours
    )
    if app.config["MAX_CONTENT_LENGTH"] is None:
        app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    dress(app)
    policy = content_policy(frame_ancestors)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        keep_long(response)
        return response

    return CSRFProtect(app)


def content_policy(frame_ancestors: str) -> str:
    """The Content-Security-Policy: nothing inline, nothing from elsewhere, framed by nobody who isn't named."""
    named = frame_ancestors.split() or ["none"]
    framed_by = " ".join(f"'{one}'" if one in ("self", "none") else one for one in named)
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )
