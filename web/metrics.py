"""``/metrics`` for Prometheus: any worker answers for all processes, and only whom it concerns."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from web.exposition import CONTENT_TYPE, Sources, expose

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: What a proxy adds to a request; a call that bears one comes from elsewhere, whatever its address says.
_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def metrics_blueprint(sources: Sources, token: str) -> Blueprint:
    """``/metrics``, for whoever shows the token; where none is set, for this machine alone."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not may_read(request.environ, token):
            return Response("", 403, mimetype="text/plain")
        return Response(expose(sources), content_type=CONTENT_TYPE)

    return blueprint


def may_read(environ: WSGIEnvironment, token: str) -> bool:
    """Has the caller the token or, where none is set, does the call come from this machine and through no proxy?"""
    if token:
        shown = str(environ.get("HTTP_AUTHORIZATION", ""))
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    if any(name in environ for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(str(environ.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False
