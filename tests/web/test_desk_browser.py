"""The desk in a real Chromium, on a desk's screen and on a phone, without scripts."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.store.playing import AT, CAMPAIGN
from tests.web.desk_fixtures import NAME, OWN, DeskSite, end_round, make_desk, people_play
from tests.web.phones import OVERFLOW, House, Phones, all_phones, house, phones
from tests.web.test_quiz_browser import FAINT

__all__ = ["all_phones", "house", "phones"]

WIDE, PHONE = (1280, 800), (375, 667)
WAYS = (WIDE, "light"), (PHONE, "light"), (WIDE, "dark")
PAGES = ("", "days", "regions", "units", "questions", "questions/fire-0", "boards", "draws", "flags")
LEAST = """least => [...document.querySelectorAll('nav a, nav button, .switch a, .export, main .btn, main .pick, main input:not(.pick input)')]
  .map(one => [one.getBoundingClientRect(), one.innerText || one.name])
  .filter(([box]) => box.width > 0 && box.height < least - .5)
  .map(([box, name]) => `${name}: ${box.width} x ${box.height}`)"""


def sign_in(page: Page, site: DeskSite, base: str) -> None:
    """Type a name and two passwords as a person does."""
    first = site.staff()
    page.goto(f"{base}/desk/")
    look(page, "login")
    page.get_by_label("名字").fill(NAME)
    page.get_by_label("口令").fill(first)
    with page.expect_navigation(url="**/desk/password"):
        page.keyboard.press("Enter")
    look(page, "password")
    page.get_by_label("新口令").fill(OWN)
    page.get_by_label("再写一遍").fill(OWN)
    with page.expect_navigation(url="**/desk/"):
        page.get_by_role("button", name="用这个口令").click()


def look(page: Page, name: str) -> None:
    """What must hold on every page, wide and narrow, light and dark; a picture of it, where one is wanted."""
    for (width, height), scheme in WAYS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        where = f"{name}, {width} px, {scheme}"
        keep_picture(page, where)
        assert page.evaluate(OVERFLOW) <= 0, where
        assert page.evaluate(LEAST, 44) == [], where
        assert page.evaluate(FAINT) == [], where
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")


def keep_picture(page: Page, where: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/desk-{re.sub('[^a-z0-9]+', '-', where)}.png", full_page=True)


@pytest.fixture
def site(sqlite_storage: Storage, link: Link, clock: SetClock, house: House) -> DeskSite:
    """A desk that asks to look at one round."""
    site = make_desk(sqlite_storage, link, clock)
    end_round(site, "quick", ["报警"], 0, flags=("fast", "even"))
    house.app = site.app
    return site


def test_every_page_can_be_read_and_touched(site: DeskSite, phones: Phones, house: House) -> None:
    people_play(site, 120)
    with site.storage.transaction(CAMPAIGN) as stores:
        stores.players.rename("user-1", "安全员小李", AT)
    window = phones.lend(WIDE, {}, scripts=False)
    sign_in(window.page, site, house.base)
    for path in PAGES:
        window.page.goto(f"{house.base}/desk/{path}")
        look(window.page, path or "overview")
    asked = window.asked
    assert [url for url in asked if not url.startswith((house.base, "data:"))] == []
    assert len(asked) > len(PAGES)


def test_a_round_is_cleared_and_a_table_fetched_with_the_keyboard_alone(
    site: DeskSite, phones: Phones, house: House
) -> None:
    page = phones.lend(WIDE, {}, scripts=False).page
    sign_in(page, site, house.base)
    page.goto(f"{house.base}/desk/flags")
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
