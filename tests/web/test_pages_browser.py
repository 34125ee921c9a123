"""The phone page in a real Chromium of a small phone, with scripts and without."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.message import Reply
from pictures.drawer import draw_apart
from tests.web.page_fixtures import CODE, Site, make_site

LONG = "临港经济技术开发区滨海大道一千二百三十四号物流园三号库二层东侧通道https://example.com/very/long/address/without/a/break"
PHONE, IN_WECHAT = (375, 667), (375, 603)  # what WeChat's own bar leaves of it

TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, label.tile')]
  .map(one => [one.getBoundingClientRect(), one.innerText || one.name || one.className])
  .filter(([box]) => box.width > 0)
  .filter(([box]) => box.width < SIZE - .5 || box.height < SIZE - .5)
  .map(([box, name]) => `${name}: ${box.width} x ${box.height}`)"""
CUT = """() => [...document.querySelectorAll('h1, h2, p, a, button, dd, dt, li, label, output, blockquote')]
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && getComputedStyle(one).display !== 'inline')
  .map(one => one.innerText)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Quiet(WSGIRequestHandler):
    """Writes no log: it would hold addresses."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


@dataclass
class Tab:
    """One person's browser on the site."""

    page: Page
    site: Site
    base: str
    asked: list[str] = field(default_factory=list)

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

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    def pixels(self) -> Image.Image:
        return Image.open(io.BytesIO(self.page.screenshot(full_page=True))).convert("RGB")


@cache
def _code_picture(code: str) -> bytes:
    return draw_apart({"kind": "code", "code": code})


@pytest.fixture
def served() -> Iterator[tuple[Site, str]]:
    """A site on a port of its own."""
    site = make_site(draw_code=_code_picture)
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


NewTab = Callable[..., Tab]


@pytest.fixture
def new_tab(chromium: Browser, served: tuple[Site, str]) -> Iterator[NewTab]:
    """Open a signed-in browser of a size, text size, colour scheme, with scripts or without."""
    site, base = served
    contexts = []

    def make(size: tuple[int, int] = PHONE, text: str = "", scripts: bool = False, dark: bool = False) -> Tab:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
        )
        contexts.append(context)
        context.add_cookies([{"name": "sid", "value": site.sessions.create("oReporter1"), "url": base}])
        if text:
            context.add_cookies([{"name": "size", "value": text, "url": base}])
        tab = Tab(context.new_page(), site, base)
        tab.page.on("request", lambda request: _note(tab, request))
        return tab

    yield make
    for context in contexts:
        context.close()


def _note(tab: Tab, request: Request) -> None:
    tab.asked.append(request.url)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "现场.jpg"
    file.write_bytes(b"\xff\xd8\xff a picture")
    return file


# -- every kind of screen, by name ---------------------------------------------------------------------------


def _choices(tab: Tab) -> None:
    tab.enters("report")


def _place(tab: Tab) -> None:
    tab.enters("report").taps("没有")


def _refused(tab: Tab) -> None:
    _place(tab)
    tab.writes("路")


def _photos(tab: Tab) -> None:
    _place(tab)
    tab.writes(LONG).taps("不知道").writes(LONG)


def _photo_refused(tab: Tab) -> None:
    _photos(tab)
    files: Any = [
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff1"},
        {"name": LONG[-40:], "mimeType": "image/gif", "buffer": b"GIF"},
    ]
    tab.page.set_input_files("#answer", files)
    tab.taps("发送照片")


def _photos_sent(tab: Tab) -> None:
    _photos(tab)
    shots: Any = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff%d" % n} for n in range(4)
    ]
    tab.page.set_input_files("#answer", shots)
    tab.taps("发送照片")


def _sure(tab: Tab) -> None:
    _photos(tab)
    tab.taps("不用照片")


def _receipt(tab: Tab) -> None:
    _sure(tab)
    tab.taps("提交")


def _quiz(tab: Tab) -> None:
    tab.enters("quiz")


def _verdict(tab: Tab) -> None:
    tab.enters("quiz")
    tab.clicks("button.choice")


def _round_end(tab: Tab) -> None:
    _verdict(tab)
    tab.clicks("a.btn-primary").clicks("button.choice:last-of-type")


def _deadlines(tab: Tab) -> None:
    tab.enters("deadlines")


def _mobile(tab: Tab) -> None:
    tab.enters("register")


def _danger(tab: Tab) -> None:
    tab.enters("report").taps("正在发生")


def _broken(tab: Tab) -> None:
    tab.site.talk.broken = True
    tab.open()


def _at(path: str) -> Callable[[Tab], None]:
    def go(tab: Tab) -> None:
        tab.open(path)

    return go


CALM = {  # nobody gets hurt here: no red, not even a number
    "quiz": _quiz,
    "verdict": _verdict,
    "round end": _round_end,
    "receipt": _receipt,
    "deadlines": _deadlines,
    "menu": _at("/p/menu"),
    "go": _at("/p/go/report"),
    "privacy": _at("/p/privacy"),
    "404": _at("/p/nothing"),
}
SCREENS = {
    **CALM,
    "home": _at("/p/"),
    "choices": _choices,
    "place": _place,
    "refused": _refused,
    "photos": _photos,
    "photo refused": _photo_refused,
    "photos sent": _photos_sent,
    "sure": _sure,
    "mobile": _mobile,
    "danger": _danger,
    "emergency": _at("/p/emergency"),
    "500": _broken,
}
each_screen = pytest.mark.parametrize("screen", SCREENS)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "bare"])
def test_a_whole_report_by_taps(new_tab: NewTab, picture: Path, scripts: bool) -> None:
    tab = new_tab(scripts=scripts)
    tab.open().taps("举报隐患，为您保密").taps("没有").writes("临港路8号物流园3号库").taps("不知道")
    tab.writes("仓库里设了员工宿舍")
    tab.page.set_input_files("#answer", [picture])
    tab.taps("发送照片")
    assert tab.page.get_by_text("第 1 张").is_visible()
    tab.page.set_input_files("#answer", [picture])
    tab.taps("发完了，下一步").taps("提交")
    assert tab.heading == "已收到，谢谢您"
    assert tab.page.locator("output").inner_text().replace("\n", "") == CODE


def test_a_photo_is_seen_and_taken_out(new_tab: NewTab) -> None:
    tab = new_tab()
    _photos_sent(tab)
    tiles = tab.page.locator(".tile.shot")
    assert tiles.count() == 4
    assert tiles.nth(1).locator("img").evaluate("one => one.naturalWidth") == 1
    tab.taps("删掉第 2 张")
    assert tiles.count() == 3
    tab.taps("发完了，下一步")
    assert "3张" in tab.page.locator("main").inner_text()


def test_the_code_is_shown_as_a_picture_to_keep(new_tab: NewTab) -> None:
    tab = new_tab()
    _receipt(tab)
    picture = tab.page.locator(".code img")
    assert picture.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [900, 620]


def test_enter_on_the_keyboard_answers_and_does_not_skip(new_tab: NewTab) -> None:
    tab = new_tab().enters("report").taps("没有").writes("临港路8号")
    tab.page.locator("#answer").fill("海河物流")
    with tab.page.expect_navigation():
        tab.page.locator("#answer").press("Enter")
    assert tab.site.talk.heard[-1].text == "海河物流"


def test_going_back_shows_the_open_question(new_tab: NewTab) -> None:
    tab = new_tab(scripts=True).enters("report").taps("没有")
    assert tab.heading == "在哪里？"
    tab.page.go_back()
    assert tab.heading == "在哪里？"


@each_screen
def test_nothing_sticks_out_is_cut_or_is_too_small_to_touch(new_tab: NewTab, screen: str) -> None:
    tab = new_tab(scripts=True)
    SCREENS[screen](tab)
    for width, text, least in ((375, "", 44), (320, "", 44), (320, "large", 60), (320, "largest", 60)):
        tab.page.set_viewport_size({"width": width, "height": 568})
        tab.page.evaluate("size => document.documentElement.className = size", text)
        where = f"{screen}, {width} px, {text or 'standard'}"
        assert tab.page.evaluate(OVERFLOW) <= 0, where
        assert tab.page.evaluate(TARGETS.replace("SIZE", str(least))) == [], where
        assert tab.page.evaluate(CUT) == [], where


@each_screen
def test_no_page_asks_another_host_or_breaks_its_own_policy(new_tab: NewTab, screen: str) -> None:
    tab = new_tab(scripts=True)
    complaints: list[str] = []
    tab.page.on("console", lambda message: complaints.append(message.text))
    SCREENS[screen](tab)
    assert tab.asked
    assert all(url.startswith((tab.base, "data:")) for url in tab.asked)
    assert [text for text in complaints if "Content Security Policy" in text] == []


def _is_red(pixel: tuple[int, ...]) -> bool:
    red, green, blue = pixel
    return red > 110 and red > 1.8 * green and red > 1.8 * blue


def red_pixels(image: Image.Image) -> int:
    colours = image.getcolors(1 << 24) or []
    return sum(count for count, colour in colours if isinstance(colour, tuple) and _is_red(colour[:3]))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", CALM)
def test_no_red_where_nobody_gets_hurt(new_tab: NewTab, screen: str, dark: bool) -> None:
    tab = new_tab(dark=dark)
    CALM[screen](tab)
    assert red_pixels(tab.pixels()) == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_danger_is_red(new_tab: NewTab, dark: bool) -> None:
    tab = new_tab(dark=dark)
    for screen in (_danger, _at("/p/emergency")):
        screen(tab)
        assert red_pixels(tab.pixels()) > 50_000


def test_chinese_characters_have_glyphs(new_tab: NewTab) -> None:
    tab = new_tab(scripts=True).open("/p/emergency")
    shapes = tab.page.evaluate("""() => ["安", "全", "汉", "\\ue123"].map(one => {
        const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
        pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
        pen.fillText(one, 5, 45);
        return pen.getImageData(0, 0, 60, 60).data.join('');
    })""")
    assert len(set(shapes)) == 4


def test_the_first_screen_of_a_question_needs_no_scrolling(new_tab: NewTab) -> None:
    for screen in (_choices, _place, _photos, _quiz):
        tab = new_tab(IN_WECHAT, scripts=True)
        screen(tab)
        lowest = tab.page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('main button')].map(one => one.getBoundingClientRect().bottom))"
        )
        assert lowest <= IN_WECHAT[1]


def test_a_script_in_a_report_stays_text(new_tab: NewTab) -> None:
    tab = new_tab(scripts=True)
    tab.site.talk.shown["oReporter1"] = Reply(
        "<script>document.title='evil'</script><img src=x onerror=alert(1)>"
    )
    tab.open()
    assert tab.page.title() == "安全月助手"
    assert "<script>" in tab.page.locator("main").inner_text()


def test_the_text_grows_without_a_script(new_tab: NewTab) -> None:
    tab = new_tab().open()
    sizes = []
    for name in ("大字", "特大", "标准"):
        tab.taps(f"换成{name}")
        sizes.append(tab.pixels().height)
    assert sizes[0] < sizes[1]
    assert sizes[2] <= sizes[0]
