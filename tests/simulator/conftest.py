"""What the simulator's tests share: a caller of the API, and a product to call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tests.platform_fixture import Platform
from tests.simulator.product import Product


@dataclass
class Api:
    """Calls the platform as a product would."""

    platform: Platform
    token: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)

    def fetch_token(self, **changes: Any) -> dict[str, Any]:
        """Ask for the stable token."""
        settings = self.platform.settings
        wish = {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.app_secret}
        return self.answer(
            requests.post(self.platform.url + "/cgi-bin/stable_token", json=wish | changes, timeout=5)
        )

    def post(self, path: str, body: object) -> dict[str, Any]:
        """Post JSON to an interface with a good token."""
        return self.answer(requests.post(self._url(path), json=body, timeout=5))

    def get(self, path: str, **arguments: str) -> requests.Response:
        """Get from an interface with a good token."""
        return requests.get(self._url(path), params=arguments, timeout=5)

    def code(self, path: str, body: object) -> int:
        """Post JSON and tell only the return code."""
        return int(self.post(path, body).get("errcode", 0))

    def upload(self, kind: str, data: bytes) -> dict[str, Any]:
        """Upload a file."""
        files = {"media": ("a.bin", data)}
        return self.answer(requests.post(self._url(f"media/upload&type={kind}"), files=files, timeout=5))

    def answer(self, response: requests.Response) -> dict[str, Any]:
        """Read a JSON answer."""
        response.encoding = "utf-8"
        read: dict[str, Any] = response.json()
        return read

    def _url(self, path: str) -> str:
        self.token = self.token or self.fetch_token()["access_token"]
        name, _, more = path.partition("&")
        return f"{self.platform.url}/cgi-bin/{name}?access_token={self.token}&{more}"


@pytest.fixture
def api(platform: Platform) -> Api:
    """A caller with credentials."""
    return Api(platform)


@pytest.fixture
def product(platform: Platform) -> Product:
    """A small product behind the callback, which says what a test tells it to say."""
    product = Product(platform.settings)
    product.base_url = platform.host(product.app)
    return product


@pytest.fixture
def openid(platform: Platform) -> Callable[[str], str]:
    """From a person's name to their openid."""
    return lambda name: platform.sim.person(name).openid
