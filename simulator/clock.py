"""Campaign time, which belongs to the product: asked for and moved over HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from simulator.limits import BEIJING

FRESH = timedelta(seconds=4)
PATIENCE = 3.0


@dataclass(frozen=True)
class _Seen:
    at: datetime
    answer: dict[str, Any] | None


class CampaignClock:
    """Keeps what the product last said about its time, so that a bubble can be stamped without asking."""

    def __init__(self, base_url: Callable[[], str], demo_key: str, now: Callable[[], datetime]) -> None:
        self._base_url = base_url
        self._demo_key = demo_key
        self._now = now
        self._seen: _Seen | None = None
        self._shift: timedelta | None = None
        self._lock = Lock()

    def time(self) -> datetime:
        """Tell campaign time as far as known, else machine time; never asks the product."""
        return (self._now() + (self._shift or timedelta())).astimezone(BEIJING)

    def look(self) -> dict[str, Any] | None:
        """Tell what the product says of its time, asking again when the last answer is some seconds old."""
        with self._lock:
            if self._seen is None or self._now() - self._seen.at > FRESH:
                self._keep(self._ask("GET", None))
            return self._seen.answer if self._seen else None

    def move(self, to: datetime) -> dict[str, Any] | None:
        """Set campaign time; None when the product does not answer."""
        with self._lock:
            moved = self._ask("POST", {"now": to.isoformat()})
            self._keep(self._ask("GET", None))
            return self._seen.answer if moved and self._seen else None

    def _keep(self, answer: dict[str, Any] | None) -> None:
        self._seen = _Seen(self._now(), answer)
        if answer:
            self._shift = datetime.fromisoformat(str(answer["now"])) - self._now()

    def _ask(self, method: str, body: Mapping[str, Any] | None) -> dict[str, Any] | None:
        parts = urlsplit(self._base_url())
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
        headers = {"X-Demo-Key": self._demo_key, "Content-Type": "application/json"}
        try:
            sent = json.dumps(body) if body else None
            connection.request(method, f"{parts.path.rstrip('/')}/demo/clock", sent, headers)
            response = connection.getresponse()
            answer = json.loads(response.read() or b"{}") if response.status < 300 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return answer if isinstance(answer, dict) else None
