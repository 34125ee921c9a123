"""Who calls, where reverse proxies stand in front: what the nearest of them say, and nobody farther away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def behind_proxies(app: WSGIApplication, trusted: int) -> WSGIApplication:
    """Take the caller's address and scheme from the last ``trusted`` entries of ``X-Forwarded-For`` and ``-Proto``.

    What a caller wrote there itself stands farther to the left and is not looked at; without a proxy nothing is.
    The host is never taken from a header: our own address is a setting.
    """
    return ProxyFix(app, x_for=trusted, x_proto=trusted) if trusted else app
