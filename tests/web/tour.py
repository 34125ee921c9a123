"""Every kind of screen of the phone page in one visit: each is reached from the one before, and looked at as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from pictures.drawer import draw_apart
from tests.web.page_fixtures import Site
from tests.web.phones import IN_WECHAT, OVERFLOW, Window, pixels, red_pixels

LONG = "临港经济技术开发区滨海大道一千二百三十四号物流园三号库二层东侧通道https://example.com/very/long/address/without/a/break"
WIDTHS = ((375, "", 44), (320, "", 44), (320, "large", 60), (320, "largest", 60))
TARGETS = """SIZE => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, label.tile')]
  .map(one => [one.getBoundingClientRect(), one.innerText || one.name || one.className])
  .filter(([box]) => box.width > 0)
  .filter(([box]) => box.width < SIZE - .5 || box.height < SIZE - .5)
  .map(([box, name]) => `${name}: ${box.width} x ${box.height}`)"""
CUT = """() => [...document.querySelectorAll('h1, h2, p, a, button, dd, dt, li, label, output, blockquote')]
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && getComputedStyle(one).display !== 'inline')
  .map(one => one.innerText)"""
LOWEST = "() => Math.max(...[...document.querySelectorAll('main button')].map(one => one.getBoundingClientRect().bottom))"
CODE_PICTURE = (
    "() => [...document.querySelectorAll('.code img')].map(one => [one.naturalWidth, one.naturalHeight])"
)


@dataclass
class Tab:
    """One person's browser on the site."""

    window: Window
    site: Site
    base: str

    @property
    def page(self) -> Page:
        return self.window.page

    def open(self, path: str = "/p/") -> Tab:
        self.page.goto(self.base + path)
        return self

    def enters(self, name: str) -> Tab:
        self.open(f"/p/go/{name}")
        return self.clicks(f"form[action='/p/go/{name}'] button")

    def clicks(self, selector: str) -> Tab:
        """Touch the first of these and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self

    def taps(self, name: str) -> Tab:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def writes(self, text: str) -> Tab:
        self.page.locator("#answer").fill(text)
        return self.taps("下一步")

    def sends(self, *files: tuple[str, str, bytes]) -> Tab:
        """Photos, each with its name, its kind and what is in it."""
        shots: Any = [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]
        self.page.set_input_files("#answer", shots)
        return self.taps("发送照片")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def pixels(self) -> Image.Image:
        return pixels(self.page)


@cache
def code_picture(code: str) -> bytes:
    return draw_apart({"kind": "code", "code": code})


def _at(path: str) -> Callable[[Tab], object]:
    return lambda tab: tab.open(path)


def four_photos(tab: Tab) -> None:
    tab.sends(*((f"{n}.jpg", "image/jpeg", b"\xff\xd8\xff%d" % n) for n in range(4)))


def _refused_photo(tab: Tab) -> None:
    tab.sends(("a.jpg", "image/jpeg", b"\xff\xd8\xff1"), (LONG[-40:], "image/gif", b"GIF"))


def _broken(tab: Tab) -> None:
    tab.site.talk.broken = True
    tab.open()


STEPS: dict[str, Callable[[Tab], object]] = {  # each begins where the one before has ended
    "home": _at("/p/"),
    "menu": _at("/p/menu"),
    "go": _at("/p/go/report"),
    "privacy": _at("/p/privacy"),
    "404": _at("/p/nothing"),
    "emergency": _at("/p/emergency"),
    "deadlines": lambda tab: tab.enters("deadlines"),
    "choices": lambda tab: tab.enters("report"),
    "place": lambda tab: tab.taps("没有"),
    "refused": lambda tab: tab.writes("路"),
    "photos": lambda tab: tab.writes(LONG).taps("不知道").writes(LONG),
    "photo refused": _refused_photo,
    "photos sent": lambda tab: four_photos(tab.taps("删掉第 1 张")),
    "sure": lambda tab: tab.taps("发完了，下一步"),
    "receipt": lambda tab: tab.taps("提交"),
    "quiz": lambda tab: tab.enters("quiz"),
    "verdict": lambda tab: tab.clicks("button.choice"),
    "round end": lambda tab: tab.clicks("a.btn-primary").clicks("button.choice:last-of-type"),
    "mobile": lambda tab: tab.enters("register"),
    "danger": lambda tab: tab.enters("report").taps("正在发生"),
    "500": _broken,
}
CALM = {  # nobody gets hurt here: no red, not even a number
    **{name: STEPS[name] for name in ("menu", "go", "privacy", "404", "deadlines")},
    "receipt": lambda tab: to_the_photos(tab).taps("不用照片").taps("提交"),
    **{name: STEPS[name] for name in ("quiz", "verdict", "round end")},
}
RED = {name: STEPS[name] for name in ("emergency", "danger")}


def to_the_photos(tab: Tab) -> Tab:
    """A report up to the question for photos."""
    return tab.enters("report").taps("没有").writes(LONG).taps("不知道").writes(LONG)


@dataclass
class Seen:
    """What a screen was like."""

    misfits: dict[str, list[str]] = field(default_factory=dict)  # by width and size of text
    lowest: float = 0  # where the last button ends, as WeChat shows the page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    code: list[list[int]] = field(default_factory=list)


def visit(tab: Tab) -> dict[str, Seen]:
    """Go through every screen and measure it, with scripts."""
    seen = {}
    for name, step in STEPS.items():
        tab.window.asked, tab.window.complaints = [], []
        step(tab)
        seen[name] = _looked_at(tab)
    return seen


def _looked_at(tab: Tab) -> Seen:
    page, size = tab.page, tab.page.viewport_size
    seen = Seen(code=page.evaluate(CODE_PICTURE))
    for width, text, least in WIDTHS:
        page.set_viewport_size({"width": width, "height": 568})
        page.evaluate("size => document.documentElement.className = size", text)
        sticks_out = [f"{over} px to the side"] if (over := page.evaluate(OVERFLOW)) > 0 else []
        seen.misfits[f"{width} px, {text or 'standard'}"] = [
            *sticks_out,
            *(f"too small: {one}" for one in page.evaluate(TARGETS, least)),
            *(f"cut: {one}" for one in page.evaluate(CUT)),
        ]
    page.evaluate("() => document.documentElement.className = ''")
    page.set_viewport_size({"width": IN_WECHAT[0], "height": IN_WECHAT[1]})
    seen.lowest = page.evaluate(LOWEST) or 0
    assert size
    page.set_viewport_size(size)
    seen.asked, seen.complaints = tab.window.asked, tab.window.complaints
    return seen


def redness(tab: Tab) -> dict[tuple[str, bool], int]:
    """The red pixels of each screen, in light and in dark, without scripts."""
    found = {}
    for name, step in (CALM | RED).items():
        step(tab)
        for dark in (False, True):
            tab.page.emulate_media(color_scheme="dark" if dark else "light")
            found[name, dark] = red_pixels(tab.pixels())
    return found
