"""Phones of the tests: one Chromium, one address and few windows for all tests of a file.

A window costs as much as eight pages, so each is emptied and handed on; an address that stays lets its style sheets be kept.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

PHONE, IN_WECHAT = (375, 667), (375, 603)  # what WeChat's own bar leaves of it
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Wsgi = Callable[..., Iterable[bytes]]


class Quiet(WSGIRequestHandler):
    """Writes no log: it would hold addresses."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@contextmanager
def listening(app: Wsgi) -> Iterator[str]:
    """An application on a port of its own; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class House:
    """One address, where the application of each test moves in."""

    base: str = ""
    app: Wsgi | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        assert self.app is not None
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    house = House()
    with listening(house) as house.base:
        yield house


@dataclass
class Window:
    """A window of the browser, what it asked for, and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def emptied(self) -> None:
        """Nothing of who had it before: no page, no cookie, no route, no list."""
        self.page.unroute_all()
        self.page.context.set_offline(False)
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.asked, self.complaints = [], []


class Phones:
    """Lends windows, with scripts and without, and takes them all back after a test."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser, self._base = browser, base
        self._idle: dict[bool, list[Window]] = {True: [], False: []}
        self._lent: list[tuple[bool, Window]] = []

    def lend(
        self, size: tuple[int, int], cookies: dict[str, str], scripts: bool, dark: bool = False
    ) -> Window:
        """A window of this size with these cookies."""
        window = self._idle[scripts].pop() if self._idle[scripts] else self._new(scripts)
        self._lent.append((scripts, window))
        window.page.set_viewport_size({"width": size[0], "height": size[1]})
        window.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="no-preference")
        window.page.context.add_cookies(
            [{"name": name, "value": value, "url": self._base} for name, value in cookies.items() if value]
        )
        return window

    def take_back(self) -> None:
        """What was lent, emptied, for the next test."""
        while self._lent:
            scripts, window = self._lent.pop()
            window.emptied()
            self._idle[scripts].append(window)

    def _new(self, scripts: bool) -> Window:
        context = self._browser.new_context(java_script_enabled=scripts, locale="zh-CN")
        return Window(context.new_page())


@pytest.fixture(scope="module")
def all_phones(chromium: Browser, house: House) -> Phones:
    return Phones(chromium, house.base)


@pytest.fixture
def phones(all_phones: Phones) -> Iterator[Phones]:
    """The windows for one test."""
    yield all_phones
    all_phones.take_back()


def pixels(page: Page) -> Image.Image:
    """The whole page as it is drawn, nothing in motion."""
    return Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB")


def _is_red(pixel: tuple[int, ...]) -> bool:
    red, green, blue = pixel
    return red > 110 and red > 1.8 * green and red > 1.8 * blue


def red_pixels(image: Image.Image) -> int:
    colours = image.getcolors(1 << 24) or []
    return sum(count for count, colour in colours if isinstance(colour, tuple) and _is_red(colour[:3]))
