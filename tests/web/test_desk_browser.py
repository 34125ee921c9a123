"""The desk in a real Chromium, on a desk's screen and on a phone, without scripts."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN
from tests.web.desk_fixtures import NAME, OWN, DeskSite, end_round, make_desk, people_play
from tests.web.test_pages_browser import OVERFLOW, Quiet
from tests.web.test_quiz_browser import FAINT

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 667}
PAGES = ("", "days", "regions", "units", "questions", "questions/fire-0", "boards", "draws", "flags")
LEAST = """least => [...document.querySelectorAll('nav a, nav button, .switch a, .export, main .btn, main .pick, main input:not(.pick input)')]
  .map(one => [one.getBoundingClientRect(), one.innerText || one.name])
  .filter(([box]) => box.width > 0 && box.height < least - .5)
  .map(([box, name]) => `${name}: ${box.width} x ${box.height}`)"""


@dataclass
class Open:
    """The desk and where it listens."""

    site: DeskSite
    browser: Browser
    base: str

    def sign_in(self, size: dict[str, int], scheme: str = "light") -> Page:
        """Type a name and two passwords as a person does."""
        context = self.browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            java_script_enabled=False,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page, first = context.new_page(), self.site.staff()
        page.goto(f"{self.base}/desk/")
        look(page, "login", size)
        page.get_by_label("名字").fill(NAME)
        page.get_by_label("口令").fill(first)
        with page.expect_navigation(url="**/desk/password"):
            page.keyboard.press("Enter")
        look(page, "password", size)
        page.get_by_label("新口令").fill(OWN)
        page.get_by_label("再写一遍").fill(OWN)
        with page.expect_navigation(url="**/desk/"):
            page.get_by_role("button", name="用这个口令").click()
        return page


def look(page: Page, name: str, size: dict[str, int]) -> None:
    """What must hold on every page; a picture of it, where one is wanted."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=f"{folder}/desk-{name.replace('/', '-') or 'overview'}-{size['width']}.png", full_page=True
        )
    assert page.evaluate(OVERFLOW) <= 0, name
    assert page.evaluate(LEAST, 44) == [], name
    assert page.evaluate(FAINT) == [], name


@pytest.fixture
def desk(chromium: Browser, sqlite_storage: Storage, link: Link, clock: SetClock) -> Iterator[Open]:
    site = make_desk(sqlite_storage, link, clock)
    people_play(site, 120)
    end_round(site, "quick", ["报警"], 0, flags=("fast", "even"))
    with site.storage.transaction(CAMPAIGN) as stores:
        stores.players.rename("user-1", "安全员小李", AT)
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Open(site, chromium, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "light"), (WIDE, "dark")])
def test_every_page_can_be_read_and_touched(desk: Open, size: dict[str, int], scheme: str) -> None:
    page = desk.sign_in(size, scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(f"{desk.base}/desk/{path}")
        look(page, path if scheme == "light" else f"{path or 'overview'}-dark", size)
    assert [url for url in asked if not url.startswith(desk.base) and not url.startswith("data:")] == []


def test_a_round_is_cleared_and_a_table_fetched_with_the_keyboard_alone(desk: Open, tmp_path: Path) -> None:
    page = desk.sign_in(WIDE)
    page.goto(f"{desk.base}/desk/flags")
    page.locator("[name=number]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("问过本人")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("tbody td").first.inner_text() == "已放行"
    with page.expect_download() as fetched:
        page.get_by_role("link", name="导出表格").click()
    assert fetched.value.suggested_filename == "要看一看的成绩 2020-06-16.xlsx"
