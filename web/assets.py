"""Style sheets and scripts from our own address, with a hash in the query so that they may be kept for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from flask_bootstrap import Bootstrap5

YEAR = 365 * 24 * 3600


def dress(app: Flask) -> None:
    """Serve Bootstrap from here and let templates name a file by ``asset(endpoint, filename)``."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    if "bootstrap" not in app.extensions:
        Bootstrap5(app)
    app.jinja_env.globals["asset"] = asset


def asset(endpoint: str, filename: str) -> str:
    """The address of a static file, which changes when the file does."""
    blueprint = endpoint.rpartition(".")[0]
    folder = current_app.blueprints[blueprint].static_folder if blueprint else current_app.static_folder
    return url_for(endpoint, filename=filename, v=_hash(Path(str(folder)) / filename))


def keep_long(response: Response) -> None:
    """Let a static file that was asked for by its hash be kept for a year."""
    if (request.endpoint or "").endswith("static") and request.args.get("v") and response.status_code < 400:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"


@lru_cache(maxsize=64)
def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
