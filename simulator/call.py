"""One call of the product to an interface of the platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request, Response

from simulator.errors import ApiError

Answer = Mapping[str, Any] | Response
Handler = Callable[["Call"], Answer]


@dataclass(frozen=True)
class Call:
    """What a handler may see of a request."""

    request: Request

    def argument(self, name: str) -> str:
        """Read an argument of the query, empty where it is missing."""
        return self.request.args.get(name, "")

    def json(self) -> dict[str, Any]:
        """Read the body, which must be a JSON object whatever the content type says."""
        data = self.request.get_data()
        if not data:
            raise ApiError(44002)
        try:
            body = json.loads(data)
        except ValueError:
            raise ApiError(47001) from None
        if not isinstance(body, dict):
            raise ApiError(47001)
        return body
