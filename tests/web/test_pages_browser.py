"""The phone page in a real Chromium of a small phone, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.message import Reply
from tests.web.page_fixtures import CODE, Site, make_site
from tests.web.phones import IN_WECHAT, PHONE, House, Phones, all_phones, house, phones
from tests.web.tour import (
    CALM,
    RED,
    STEPS,
    Seen,
    Tab,
    code_picture,
    four_photos,
    redness,
    to_the_photos,
    visit,
)

__all__ = ["all_phones", "house", "phones"]

NewTab = Callable[..., Tab]
each_screen = pytest.mark.parametrize("screen", STEPS)
each_light = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@pytest.fixture
def new_tab(phones: Phones, house: House) -> NewTab:
    """Open a signed-in browser on a site of its own, with scripts or without."""
    site = make_site(draw_code=code_picture)
    return lambda scripts=False: a_tab(phones, house, site, scripts)


def a_tab(phones: Phones, house: House, site: Site, scripts: bool) -> Tab:
    house.app = site.app
    cookies = {"sid": site.sessions.create("oReporter1")}
    return Tab(phones.lend(PHONE, cookies, scripts), site, house.base)


@pytest.fixture(scope="module")
def seen(all_phones: Phones, house: House) -> dict[str, Seen]:
    """What every screen is like, with scripts."""
    found = visit(a_tab(all_phones, house, make_site(draw_code=code_picture), scripts=True))
    all_phones.take_back()
    return found


@pytest.fixture(scope="module")
def red(all_phones: Phones, house: House) -> dict[tuple[str, bool], int]:
    """How red the screens are in light and in dark, without scripts."""
    found = redness(a_tab(all_phones, house, make_site(draw_code=code_picture), scripts=False))
    all_phones.take_back()
    return found


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "现场.jpg"
    file.write_bytes(b"\xff\xd8\xff a picture")
    return file


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
    four_photos(to_the_photos(tab))
    tiles = tab.page.locator(".tile.shot")
    assert tiles.count() == 4
    assert tiles.nth(1).locator("img").evaluate("one => one.naturalWidth") == 1
    tab.taps("删掉第 2 张")
    assert tiles.count() == 3
    tab.taps("发完了，下一步")
    assert "3张" in tab.page.locator("main").inner_text()


def test_the_code_is_shown_as_a_picture_to_keep(seen: dict[str, Seen]) -> None:
    assert seen["receipt"].code == [[900, 620]]


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
def test_nothing_sticks_out_is_cut_or_is_too_small_to_touch(seen: dict[str, Seen], screen: str) -> None:
    assert seen[screen].misfits == {
        "375 px, standard": [], "320 px, standard": [], "320 px, large": [], "320 px, largest": [],
    }  # fmt: skip


@each_screen
def test_no_page_asks_another_host_or_breaks_its_own_policy(
    seen: dict[str, Seen], house: House, screen: str
) -> None:
    asked = seen[screen].asked
    assert asked
    assert all(url.startswith((house.base, "data:")) for url in asked)
    assert [text for text in seen[screen].complaints if "Content Security Policy" in text] == []


@each_light
@pytest.mark.parametrize("screen", CALM)
def test_no_red_where_nobody_gets_hurt(red: dict[tuple[str, bool], int], screen: str, dark: bool) -> None:
    assert red[screen, dark] == 0


@each_light
@pytest.mark.parametrize("screen", RED)
def test_danger_is_red(red: dict[tuple[str, bool], int], screen: str, dark: bool) -> None:
    assert red[screen, dark] > 50_000


def test_chinese_characters_have_glyphs(new_tab: NewTab) -> None:
    tab = new_tab(scripts=True).open("/p/emergency")
    shapes = tab.page.evaluate("""() => ["安", "全", "汉", "\\ue123"].map(one => {
        const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
        pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
        pen.fillText(one, 5, 45);
        return pen.getImageData(0, 0, 60, 60).data.join('');
    })""")
    assert len(set(shapes)) == 4


@pytest.mark.parametrize("screen", ["choices", "place", "photos", "quiz"])
def test_the_first_screen_of_a_question_needs_no_scrolling(seen: dict[str, Seen], screen: str) -> None:
    assert 0 < seen[screen].lowest <= IN_WECHAT[1]


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
