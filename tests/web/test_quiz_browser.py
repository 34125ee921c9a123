"""Each way to play in a real Chromium of a small phone: with scripts and without, in plain and in double size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.bot import ENDED, SEE
from bot.readers import GIVE_UP
from cli.closing import close_dialogue
from content.scenes import Thing, scenes
from scheduler.exam_job import close_exams
from store.exam_ends import ExamEnds
from store.redis_link import Link
from store.standing import rebuild
from store.stores import Storage
from tests.chatting import CAMPAIGN
from tests.conftest import SetClock
from tests.store.playing import a_unit, bear, join
from tests.store.playing import play as played
from tests.web.phones import (
    OVERFLOW,
    PHONE,
    House,
    Phones,
    Window,
    all_phones,
    house,
    phones,
    pixels,
    red_pixels,
)
from tests.web.quiz_fixtures import PLAYER, QuizSite, make_quiz_site
from tests.web.test_quiz_pages import JUDGE, ORDER, OTHER, SEVERAL, SINGLE

__all__ = ["all_phones", "house", "phones"]

UNITS = (
    ("宁夏青泉市危险化学品生产经营储存运输股份有限公司", "青泉市滨河经济技术开发区"),
    ("白石小学", "学校"),
)
KITCHEN = scenes()["kitchen"]
SIZES = (("largest", 60), ("", 44))  # and how many pixels one must be able to touch
TARGETS = """least => [...document.querySelectorAll('.bar a, .bar button, main a, main button, main summary, main select, main label.tick, main input[type=text]')]
  .map(one => [one.getBoundingClientRect(), one.innerText || one.name])
  .filter(([box]) => box.width > 0 && (box.width < least - .5 || box.height < least - .5))
  .map(([box, name]) => `${name}: ${box.width} x ${box.height}`)"""
CUT = """() => [...document.querySelectorAll('h1, h2, p:not(.visually-hidden), button, li, label, summary, select')]
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
    && getComputedStyle(one).display !== 'inline').map(one => one.innerText)"""
FAINT = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const colour = parts(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || one.closest('svg, .visually-hidden, option, .line')) continue;
    const pair = [light(parts(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => b - a);
    const contrast = (pair[0] + .05) / (pair[1] + .05);
    if (contrast < 4.5) found.push(`${walk.currentNode.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""

SEEN = f"""sizes => sizes.map(([text, least]) => {{
  document.documentElement.className = text;
  return [({OVERFLOW})(), ({CUT})(), ({TARGETS})(least)];
}})"""


@dataclass
class Player:
    """One person with a phone, who looks at every screen."""

    window: Window
    site: QuizSite
    base: str

    @property
    def page(self) -> Page:
        return self.window.page

    def enters(self, name: str) -> Player:
        self.page.goto(f"{self.base}/p/go/{name}")
        return self.presses(f"form[action='/p/go/{name}'] button")

    def presses(self, selector: str) -> Player:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.looks()

    def taps(self, name: str) -> Player:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()
        return self.looks()

    def looks(self) -> Player:
        """What must hold on every screen, in double size and then in the plain one."""
        assert self.page.evaluate(FAINT) == [], self.heading
        for (text, _), (over, cut, small) in zip(SIZES, self.page.evaluate(SEEN, SIZES), strict=True):
            assert over <= 0, f"{self.heading}, {text}"
            assert cut == [], f"{self.heading}, {text}"
            assert small == [], f"{self.heading}, {text}"
        return self

    @property
    def heading(self) -> str:
        return self.page.locator("h1").first.inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def answers(self) -> Player:
        """Answer the open question right, as its kind wants it, and go on from the verdict."""
        self.site.clock.forward(seconds=11 + len(self.text) % 7)
        question, right = self.site.question(), self.site.right()
        if question["type"] == "multiple":
            for text in right:
                self.page.locator("label.tick", has_text=text).click()
            self.taps("提交")
        elif question["type"] == "order":
            self._orders(question["options"], right)
        else:
            self.presses(f'button[value="{right[0]}"]')
        assert self.heading == "答对了"
        return self.presses(".stay a")

    def _orders(self, options: list[str], right: list[str]) -> None:
        if self.page.locator("select").first.is_visible():
            for n, text in enumerate(right, start=1):
                self.page.select_option(f"#step-{'ABCDE'[options.index(text)]}", str(n))
        else:
            for text in right:
                self.page.get_by_role("button", name=text).click()
        self.taps("提交")

    def points(self, thing: Thing) -> None:
        """Tap a thing in the picture."""
        self.site.clock.forward(seconds=9 + len(self.text) % 7)
        picture = self.page.locator(".picture input:visible")
        box = picture.bounding_box()
        assert box
        left, top, width, height = thing.box
        spot: Any = {
            "x": (left + width / 2) * box["width"] / 1000,
            "y": (top + height / 2) * box["height"] / 1000,
        }
        with self.page.expect_navigation():
            picture.click(position=spot)
        self.looks()


NewPlayer = Callable[..., Player]


@pytest.fixture
def site(_words: None, sqlite_storage: Storage, link: Link, clock: SetClock) -> QuizSite:
    return make_quiz_site(replace(sqlite_storage, link=link), link, clock)


@pytest.fixture
def new_player(phones: Phones, house: House, site: QuizSite) -> NewPlayer:
    house.app = site.app

    def make(
        size: tuple[int, int] = PHONE, text: str = "", scripts: bool = True, dark: bool = False
    ) -> Player:
        cookies = {"sid": site.sessions.create(PLAYER), "size": text}
        window = phones.lend(size, cookies, scripts, dark)
        window.page.emulate_media(reduced_motion="reduce")  # nothing is measured while its colour changes
        window.page.set_default_timeout(8_000)
        return Player(window, site, house.base)

    return make


every_phone = pytest.mark.parametrize(
    "phone",
    [{}, {"size": (320, 568), "text": "largest", "scripts": False, "dark": True}],
    ids=["scripts", "narrow, double, dark, bare"],
)


@every_phone
def test_a_round_of_every_type(new_player: NewPlayer, site: QuizSite, phone: dict[str, Any]) -> None:
    site.ask(SINGLE, OTHER, SEVERAL, ORDER, JUDGE)
    player = new_player(**phone).enters("quiz")
    for n in range(5):
        assert f"第 {n + 1} 题，共 5 题" in player.text
        player.answers()
    assert player.heading == "答完了：5题对5题"
    assert site.attempts()[0].score == 5
    assert [one for one in player.window.complaints if "Security Policy" in one or "Error" in one] == []


@every_phone
def test_every_question_can_be_left(new_player: NewPlayer, site: QuizSite, phone: dict[str, Any]) -> None:
    player = new_player(**phone)
    for mode, word in (("quiz", "答题"), ("exam", "考试"), ("hunt", "找隐患")):
        player.enters(mode).taps("退出")
        assert player.heading == "您想做什么？", word
    player.taps("继续").taps("继续找隐患")
    assert player.page.get_by_role("button", name=KITCHEN.title).count() == 1


@every_phone
def test_a_picture_by_taps(new_player: NewPlayer, site: QuizSite, phone: dict[str, Any]) -> None:
    player = new_player(**phone).enters("hunt").taps(KITCHEN.title)
    player.points(KITCHEN.decoys[0])
    assert "没有问题" in player.text
    for hazard in KITCHEN.hazards[:3]:
        player.points(hazard)
    assert player.page.locator(".rings .found").count() == 3
    player.page.locator("label.tick", has_text=KITCHEN.hazards[3].label).click()
    player.taps("提交")
    assert f"找到了：{KITCHEN.hazards[3].label}" in player.text
    player.taps(GIVE_UP)
    assert player.heading.startswith("找完了：共6处，找到4处")
    assert player.page.locator(".rings .missed").count() == 2


def test_a_picture_fits_every_phone_and_a_tap_means_what_is_seen(
    new_player: NewPlayer, site: QuizSite
) -> None:
    player = new_player(scripts=False).enters("hunt").taps(KITCHEN.title)
    for n, width in enumerate((280, 320, 360, 390, 414, 768)):
        player.page.set_viewport_size({"width": width, "height": 667})
        box = player.page.locator(".picture input:visible").bounding_box()
        rings = player.page.locator(".rings").bounding_box()
        assert box and rings and box["width"] == rings["width"] and box["x"] == rings["x"]
        assert width - 32 - 40 <= box["width"] <= width - 32 or width > 480
        player.points(KITCHEN.hazards[n])
        assert f"找到{n + 1}处" in player.text.replace(" ", "")


def test_the_map_of_levels(new_player: NewPlayer, site: QuizSite) -> None:
    player = new_player().enters("levels")
    assert player.page.locator(".map .locked").count() == 9
    player.presses(".map .next")
    for _ in range(5):
        player.answers()
    assert "第1关“居家”过了，三星" in player.text
    player.enters("levels")
    assert player.page.locator(".map .won").count() == 3
    assert "校园" in player.page.locator(".map .next").inner_text()


def test_an_exam_counts_down_and_ends(new_player: NewPlayer, site: QuizSite) -> None:
    player = new_player().enters("exam").taps("计时")
    clock = player.page.locator("[role=timer]")
    expect(clock).to_contain_text(re.compile("还剩 9 分 [1-5]?[0-9] 秒，到 09:10 为止"))
    site.clock.forward(minutes=9, seconds=59)
    player.page.goto(f"{player.base}/p/?on=1")
    expect(clock).to_contain_text("还剩 0 秒，到 09:10 为止")
    site.clock.forward(seconds=5)
    expect(player.page.get_by_role("heading", name=ENDED.rstrip("。"))).to_be_visible()
    player.taps(SEE)
    assert "20题对0题" in player.text


def test_the_smaller_ways_to_play(new_player: NewPlayer, site: QuizSite) -> None:
    player = new_player(scripts=False)
    player.page.goto(f"{player.base}/p/")
    player.looks()
    player.taps("每日一答").answers()
    assert player.heading == "答完了：1题对1题"
    player.enters("practice").presses("button.choice").answers()
    assert "第 2 题，共 5 题" in player.text
    player.enters("rumours").answers()
    for name in ("notebook", "ranking", "score"):
        player.enters(name)


@every_phone
def test_a_notebook_is_practised_when_it_is_due(
    new_player: NewPlayer, site: QuizSite, phone: dict[str, Any]
) -> None:
    site.ask(SINGLE, OTHER, JUDGE)
    player = new_player(**phone).enters("quiz")
    for _ in range(3):
        site.clock.forward(seconds=13)
        wrong = next(text for text in site.question()["options"] if text not in site.right())
        player.presses(f'button[value="{wrong}"]')
        assert player.heading == "没答对"
        player.presses(".stay a")
    player.enters("notebook")
    assert "错题本里有3题" in player.text
    player.taps("先不练")
    site.clock.forward(days=1)
    player.enters("notebook")
    assert "今天该练3题" in player.text
    for _ in range(3):
        player.answers()
    assert player.heading == "答完了：3题对3题"
    assert "错题本还有3题，今天还该练0题。" in player.text


@every_phone
def test_boards_with_long_names(new_player: NewPlayer, site: QuizSite, phone: dict[str, Any]) -> None:
    storage, at = site.bot.storage, site.clock()
    units = [a_unit(storage, name, region) for name, region in UNITS]
    for n in range(22):
        user = PLAYER if n == 3 else f"oOther{n}"
        join(storage, user, units[n % 2], UNITS[n % 2][1], at)
        played(storage, user, 5 - n % 4, at=at - timedelta(minutes=n))
        if n % 3:
            bear(storage, user, "安全生产月忠实小伙伴", at)
    rebuild(storage, CAMPAIGN, at.date())
    player = new_player(**phone)
    for name, lines in (("ranking", 10), ("ranking_units", 2), ("ranking_regions", 2)):
        player.enters(name)
        assert player.page.locator(".ranks li").count() == lines
        assert "名" in player.text
        mine = player.page.locator(".ranks .mine")
        assert mine.count() == (0 if name == "ranking" else 1)
    assert "第1名" in (player.page.locator(".ranks li").first.text_content() or "")


def test_an_exam_that_was_closed_meanwhile_shows_its_result_and_says_it_once(
    new_player: NewPlayer, site: QuizSite
) -> None:
    player = new_player(scripts=False).enters("exam").taps("计时")
    site.clock.forward(minutes=11)
    ends = ExamEnds(site.bot.storage, CAMPAIGN)
    assert close_exams(ends, partial(close_dialogue, site.bot, site.turns), site.clock()) == 1
    player.presses("button.choice")  # the page that was not looked at anew
    assert player.heading == "考试时间到了，时间内答了0题"
    player.taps("再考一次")
    assert "计时" in player.text and "时间到了" not in player.text
    assert len(site.attempts()) == 1


def test_a_number_in_a_question_dials_nobody(new_player: NewPlayer, site: QuizSite) -> None:
    stem = "着火了先打119还是110？旁边是一条110千伏的高压线。"
    site.ask(SINGLE.model_copy(update={"stem": stem}))
    player = new_player(scripts=False).enters("quiz")
    assert player.heading.startswith("着火了先打119还是110")
    assert player.page.locator("h1 a").count() == 0


def test_several_can_be_ticked_and_sent_by_keys_alone(new_player: NewPlayer, site: QuizSite) -> None:
    site.ask(SEVERAL)
    player = new_player(scripts=False).enters("quiz")
    marks = [site.question()["options"].index(text) for text in site.right()]
    player.page.locator("input[name=mark]").first.focus()
    for place in range(4):
        if place in marks:
            player.page.keyboard.press("Space")
        player.page.keyboard.press("Tab")
    with player.page.expect_navigation():
        player.page.keyboard.press("Enter")
    assert player.heading == "答对了"


def test_an_order_is_tapped_and_taken_back(new_player: NewPlayer, site: QuizSite) -> None:
    site.ask(ORDER)
    player = new_player().enters("quiz")
    options, page = site.question()["options"], player.page
    for text in options[:3]:
        page.get_by_role("button", name=text).click()
    assert "已排 3 步，还剩 1 步" in player.text
    assert page.get_by_role("button", name="提交").is_disabled()
    page.get_by_role("button", name=options[1]).click()
    assert "已排 1 步，还剩 3 步" in player.text
    assert [one.input_value() for one in page.locator("select").all()] == ["1", "", "", ""]


def test_a_screen_reader_hears_the_verdict_and_every_field(new_player: NewPlayer, site: QuizSite) -> None:
    site.ask(SEVERAL, ORDER)
    player = new_player(scripts=False).enters("quiz")
    page = player.page
    for text in site.question()["options"]:
        assert page.get_by_role("checkbox", name=text).count() == 1
    assert page.get_by_role("group", name=SEVERAL.stem).count() == 1
    player.answers()
    for text in site.question()["options"]:
        assert page.get_by_label(text).count() == 1
    player.enters("hunt").taps(KITCHEN.title)
    assert page.get_by_role("button", name=KITCHEN.alt).count() == 0  # the picture is told in words
    assert KITCHEN.alt in (page.locator(".visually-hidden", has_text="图上画的是").text_content() or "")
    player.points(KITCHEN.hazards[0])
    assert "找到了" in page.get_by_role("status").inner_text()


def test_no_red_where_people_play(new_player: NewPlayer, site: QuizSite) -> None:
    player = new_player(scripts=False).enters("exam")
    for selector in ("button.choice", "button.choice:last-of-type", "a.btn-primary"):
        assert red_pixels(pixels(player.page)) == 0, player.heading
        player.presses(selector)
    player.enters("levels")
    assert red_pixels(pixels(player.page)) == 0
