"""Is the process alive, and can the product do its work?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

log = logging.getLogger(__name__)

Check = Callable[[], str]  # an empty text means well, else what is wrong, in one sentence without secrets


def health_blueprint(checks: Mapping[str, Check]) -> Blueprint:
    """``/healthz`` answers while the process lives, ``/readyz`` names each part that does not work."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthy() -> Response:
        return Response("ok", mimetype="text/plain")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        found = {name: _run(name, check) for name, check in checks.items()}
        bad = any(found.values())
        return jsonify(
            ready=not bad, parts={name: fault or "ok" for name, fault in found.items()}
        ), 503 if bad else 200

    return blueprint


def _run(name: str, check: Check) -> str:
    try:
        return check()
    except Exception as problem:
        log.error("the part %s is not ready: %s", name, type(problem).__name__)
        return f"{type(problem).__name__}"
