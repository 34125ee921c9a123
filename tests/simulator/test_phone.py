"""The phone half: what the browser asks, the calendar, the mailbox, and one walk through the page itself."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from simulator.calendar import moved
from tests.browser import a_browser
from tests.platform_fixture import Platform
from tests.simulator.conftest import Api
from tests.simulator.demo import BEIJING, Demo, seed
from tests.simulator.test_sending import TEMPLATE, card


@pytest.fixture
def demo(platform: Platform) -> Demo:
    """A product with pages and a clock, its menu made."""
    demo = Demo(platform.settings)
    demo.base_url = platform.host(demo.app)
    seed(demo, platform.url)
    return demo


def ask(platform: Platform, path: str, body: Any = None) -> requests.Response:
    """Do what the browser does."""
    if body is None:
        return requests.get(platform.url + path, timeout=5)
    return requests.post(platform.url + path, json=body, timeout=5)


# what the browser asks


def test_events_tell_the_news_of_a_chat_and_count_what_others_have_not_read(
    platform: Platform, demo: Demo
) -> None:
    li, zhou = platform.sim.person("李敏"), platform.sim.person("周航")
    platform.sim.push_text(li, "已报送")
    platform.sim.push_text(zhou, "已报送")
    news = ask(platform, f"/events?person={li.openid}&after=0").json()
    assert [bubble["side"] for bubble in news["bubbles"]] == ["person", "account"]
    assert {one["name"]: one["unread"] for one in news["persons"]}["周航"] == 1
    later = ask(platform, f"/events?person={li.openid}&after={news['bubbles'][-1]['number']}").json()
    assert later["bubbles"] == []


def test_bubbles_carry_campaign_time_once_it_is_known(platform: Platform, demo: Demo) -> None:
    ask(platform, "/events")
    platform.sim.push_text("李敏", "已报送")
    assert platform.sim.state.chat("李敏")[-1].at.startswith("2020-07-09T09:0")


def test_an_act_of_the_browser_reaches_the_product(platform: Platform, demo: Demo) -> None:
    wang = platform.sim.person("王秀兰")
    assert ask(platform, "/act/text", {"person": wang.openid, "text": "在吗"}).status_code == 409
    ask(platform, "/act/scan", {"person": wang.openid, "scene": "unit:1"})
    assert platform.sim.wait_quiet()
    assert demo.received[-1].word("EventKey") == "qrscene_unit:1"


def test_only_pictures_can_be_sent_as_photos(platform: Platform, demo: Demo) -> None:
    def send(data: bytes) -> int:
        form = {"person": platform.sim.person("李敏").openid}
        return requests.post(platform.url + "/photo", form, files={"photo": data}, timeout=5).status_code

    assert send(b"MZ") == 400
    sample = Path(__file__).parents[2] / "simulator" / "static" / "sample.jpg"
    assert send(sample.read_bytes()) == 204
    assert platform.sim.wait_quiet()
    assert demo.received[-1].word("MsgType") == "image"
    assert b"Exif" in platform.sim.state.media_bytes(demo.received[-1].word("MediaId"))


def test_another_site_cannot_act_through_the_browser(platform: Platform) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert requests.post(platform.url + "/faults", json={}, headers=foreign, timeout=5).status_code == 403


def test_the_page_loads_nothing_from_elsewhere(platform: Platform, demo: Demo) -> None:
    answer = ask(platform, "/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert f"frame-src 'self' {demo.base_url}" in answer.headers["Content-Security-Policy"]
    assert "<style" not in answer.text
    assert 'src="http' not in answer.text


# the calendar


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("next", "2020-07-30T09:00:00+08:00"),
        ("start", "2020-07-01T09:00:00+08:00"),
        ("day", "2020-07-10T09:03:00+08:00"),
        ("hour", "2020-07-09T10:03:00+08:00"),
        ("2020-07-20", "2020-07-20T09:00:00+08:00"),
    ],
)
def test_where_each_button_leads(to: str, expected: str) -> None:
    known = {
        "now": "2020-07-09T09:00:00+08:00",
        "campaign": {"start": "2020-07-01"},
        "next_jump": "2020-07-30T09:00:00+08:00",
    }
    now = datetime(2020, 7, 9, 9, 3, tzinfo=BEIJING)
    target = moved(known, now, to)
    assert target is not None
    assert target.isoformat() == expected


def test_no_jump_where_there_is_none() -> None:
    known = {"now": "2020-07-09T09:00:00+08:00", "next_jump": None}
    assert moved(known, datetime.now(BEIJING), "next") is None
    assert moved(known, datetime.now(BEIJING), "nonsense") is None


def test_the_calendar_moves_the_products_clock(platform: Platform, demo: Demo) -> None:
    answer = ask(platform, "/clock", {"to": "2020-07-20"}).json()
    assert answer["now"].startswith("2020-07-20T09:00")
    assert f"{demo.now():%Y-%m-%d %H:%M}" == "2020-07-20 09:00"


def test_a_product_that_does_not_answer_is_said_kindly(platform: Platform) -> None:
    answer = ask(platform, "/clock", {"to": "day"})
    assert answer.status_code == 502
    assert "产品没有回答" in answer.json()["sorry"]
    assert ask(platform, "/events").json()["clock"] is None


# mail


def mail(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "bot@a.example", to, "报送提醒"
    message.set_content("月总结明天截止。")
    message.add_attachment(b"x", maintype="text", subtype="calendar", filename="due.ics")
    return message


def test_mails_can_be_read(platform: Platform) -> None:
    with smtplib.SMTP("127.0.0.1", platform.open_mailbox(), timeout=5) as client:
        client.login("anybody", "anything")
        client.send_message(mail("zhou@b.example"))
    (kept,) = ask(platform, "/mails").json()
    assert (kept["subject"], kept["to"], kept["attachments"]) == ("报送提醒", ["zhou@b.example"], ["due.ics"])
    assert "月总结" in kept["text"]


def test_the_post_office_may_refuse(platform: Platform) -> None:
    platform.sim.faults.refuse_mail = True
    server = smtplib.SMTP("127.0.0.1", platform.open_mailbox(), timeout=5)
    with server as client, pytest.raises(smtplib.SMTPResponseException) as refusal:
        client.send_message(mail("zhou@b.example"))
    assert refusal.value.smtp_code == 451
    assert platform.sim.state.mails == []


# the page itself


@pytest.fixture
def page(platform: Platform, demo: Demo) -> Iterator[Page]:
    """The simulator in a browser; any error of a script fails the test."""
    problems: list[str] = []
    with a_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.goto(platform.url + "/")
        expect(page.locator("#foot > *")).to_have_count(1)  # the first news are drawn
        yield page
    assert problems == []


def write(page: Page, words: str) -> None:
    if page.get_by_role("button", name="写消息").count():
        page.get_by_role("button", name="写消息").click()
    page.locator("#words").fill(words)
    page.keyboard.press("Enter")


def frame_heading(page: Page) -> Any:
    return page.frame_locator("#page iframe").locator("h1")


def test_a_person_writes_and_is_answered(page: Page) -> None:
    page.get_by_role("button", name="李敏").click()
    write(page, "已报送")
    expect(page.locator(".msg.me .say")).to_have_text("已报送")
    expect(page.locator(".msg:not(.me) .say")).to_contain_text("记下了")
    expect(page.locator("#log li").first).to_contain_text("毫秒")


def test_a_card_opens_its_page_and_back_closes_it(
    page: Page, platform: Platform, demo: Demo, api: Api
) -> None:
    page.get_by_role("button", name="李敏").click()
    api.post(TEMPLATE, card(platform.sim.person("李敏").openid, url=f"{demo.base_url}/due?x=1"))
    expect(page.locator(".notice dt").first).to_have_text("报送事项")
    page.get_by_role("button", name="查看详情").click()
    expect(frame_heading(page)).to_have_text("页面 due")
    page.frame_locator("#page iframe").get_by_text("下一页").click()
    expect(frame_heading(page)).to_have_text("页面 second")
    page.get_by_role("button", name="返回").click()
    expect(frame_heading(page)).to_have_text("页面 due")
    page.get_by_role("button", name="返回").click()
    expect(page.locator("#page")).to_be_hidden()


def test_the_product_is_told_when_another_person_opens_a_page(page: Page, demo: Demo) -> None:
    for name in ("李敏", "李敏", "周航"):
        page.get_by_role("button", name=name).first.click()
        page.locator("#foot .menu button", has_text="联络员").click()
        page.get_by_role("button", name="现在报送").click()
        expect(frame_heading(page)).to_have_text("页面 due")
        page.get_by_role("button", name="关闭").click()
    assert demo.opened == ["switch", "due", "due", "switch", "due"]


def test_links_open_in_the_phone_and_foreign_ones_do_not(page: Page) -> None:
    write(page, "链接")
    page.locator(".say a", has_text="example.org").click()
    expect(page.get_by_role("alert")).to_contain_text("这是别的网站")
    page.locator(".say a", has_text="我的截止日").click()
    expect(frame_heading(page)).to_have_text("页面 due")


def test_menu_place_photo_and_following(page: Page) -> None:
    page.locator("#foot .menu button", has_text="学安全").click()
    page.get_by_role("button", name="开始答题").click()
    expect(page.locator(".say").last).to_have_text("菜单：开始答题")
    page.get_by_role("button", name="发照片").click()
    page.get_by_role("button", name="发一张样张").click()
    expect(page.locator(".msg.me img")).to_be_visible()
    page.get_by_role("button", name="发位置").click()
    page.locator("#place").get_by_role("button", name="发送").click()
    expect(page.locator(".place b")).to_have_text("青泉市兴业路18号")
    page.get_by_role("button", name="取消关注").click()
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()


def test_days_and_switches(page: Page, platform: Platform, demo: Demo) -> None:
    expect(page.locator(".cal .due")).to_have_text("10")
    expect(page.locator(".cal .guess")).to_have_text("31")
    page.get_by_role("button", name="跳到下一个截止日前一天").click()
    expect(page.locator(".cal header b")).to_contain_text("2020年7月30日 周四 09:0")
    page.get_by_role("switch", name="丢掉推送").click()
    expect(page.get_by_role("switch", name="丢掉推送")).to_have_attribute("aria-checked", "true")
    assert platform.sim.faults.drop_pushes
    page.get_by_role("switch", name="拒收这个号的消息").click()
    expect(page.locator("#people .tag.heed")).to_have_text("拒收")


def test_a_page_has_the_room_that_wechat_leaves(page: Page) -> None:
    write(page, "链接")
    page.locator(".say a", has_text="我的截止日").click()
    box = page.locator("#page iframe").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (375, 603)


def test_a_low_window_keeps_the_line_to_write_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    expect(page.locator("#foot")).to_be_in_viewport(ratio=1)


def test_a_narrow_window_shows_the_phone_alone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#people")).to_be_hidden()
    page.get_by_role("button", name="换人、操作").click()
    expect(page.locator("#people")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
