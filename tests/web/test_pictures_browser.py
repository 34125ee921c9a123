"""The pages of certificates and posters in a real Chromium of a small phone."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page

from tests.store.playing import play
from tests.web.phones import OVERFLOW, House, Phones, all_phones, house, phones
from tests.web.test_pictures import ALICE, AT, Office
from tests.web.test_pictures import office as office
from tests.web.test_quiz_browser import CUT, FAINT, TARGETS

__all__ = ["all_phones", "house", "phones"]

VISIBLE = "() => { const one = document.querySelector('figure img'); const box = one.getBoundingClientRect(); return [one.naturalWidth, box.width, box.height]; }"


@pytest.fixture
def page(office: Office, phones: Phones, house: House) -> tuple[Page, str]:
    """A signed-in phone, and where the application listens."""
    house.app = office.app
    cookies = {"sid": office.parts.sessions.create(ALICE), "size": "largest"}
    return phones.lend((320, 603), cookies, scripts=False).page, house.base


def shown(page: Page) -> list[float]:
    """The picture's own width, and how large it stands on the page."""
    page.wait_for_selector("figure img", timeout=20_000)
    until = (
        time.monotonic() + 60
    )  # asked from here: without scripts a page that draws no frame polls nothing itself
    while not page.evaluate("document.querySelector('figure img')?.complete"):
        assert time.monotonic() < until, "the picture never came"
        page.wait_for_timeout(100)
    size: list[float] = page.evaluate(VISIBLE)
    return size


def test_a_poster_appears_by_itself_and_can_be_seen_whole(page: tuple[Page, str]) -> None:
    phone, base = page
    phone.goto(f"{base}/p/posters/6")
    own, width, height = shown(phone)
    assert own == 1080
    assert 240 < width <= 320
    assert height == pytest.approx(width * 4 / 3, rel=0.02)
    assert phone.evaluate(OVERFLOW) <= 0


def test_a_certificate_appears_by_itself_in_the_largest_type(page: tuple[Page, str], office: Office) -> None:
    phone, base = page
    play(office.storage, ALICE, 18, 20, kind="exam", at=AT)
    phone.goto(f"{base}/p/certificates")
    own, width, height = shown(phone)
    assert own == 1080
    assert 240 < width <= 320
    assert height == pytest.approx(width * 1527 / 1080, rel=0.02)
    assert phone.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("text", ["", "largest"], ids=["plain", "double"])
def test_the_page_of_certificates_fits_a_small_phone(
    page: tuple[Page, str], office: Office, text: str
) -> None:
    phone, base = page
    phone.set_viewport_size({"width": 375, "height": 667})
    phone.context.add_cookies([{"name": "size", "value": text, "url": base}])
    phone.goto(f"{base}/p/certificates")
    assert "您还没有证书" in phone.locator("main").inner_text()
    assert_fits(phone, 60 if text else 44)
    for score, kind in ((18, "exam"), (20, "exam")):
        play(office.storage, ALICE, score, 20, kind=kind, at=AT)
    phone.goto(f"{base}/p/certificates")
    assert_fits(phone, 60 if text else 44)
    _, width, _ = shown(phone)
    assert 280 < width <= 375
    assert_fits(phone, 60 if text else 44)
    assert "编号" in (phone.locator("figure img").first.get_attribute("alt") or "")


def assert_fits(phone: Page, least: int) -> None:
    """Nothing is cut, nothing too small to touch, nothing too faint to read."""
    assert phone.evaluate(OVERFLOW) <= 0
    assert phone.evaluate(CUT) == []
    assert phone.evaluate(TARGETS, least) == []
    assert phone.evaluate(FAINT) == []
