"""找隐患 on the phone page: taps on the picture, the list beside it, and what the page must not tell."""

from __future__ import annotations

import re

import pytest

from bot.readers import GIVE_UP
from content.scenes import Scene, Thing, scenes
from tests.web.page_fixtures import Phone
from tests.web.quiz_fixtures import PLAYER, QuizSite
from web.hunt import REACH, WIDTHS

KITCHEN = scenes()["kitchen"]
WIDTH = 343  # of a phone of 375 pixels


@pytest.fixture
def phone(site: QuizSite) -> Phone:
    return begin(site.phone())


def begin(phone: Phone, scene: Scene = KITCHEN) -> Phone:
    phone.enters("hunt")
    phone.taps(scene.title)
    return phone


def pixel(thing: Thing, width: int = WIDTH, scene: Scene = KITCHEN) -> tuple[int, int]:
    """Where the middle of a thing stands, in pixels of the shown picture."""
    left, top, across, down = thing.box
    height = width * scene.height / scene.width
    return round((left + across / 2) * width / 1000), round((top + down / 2) * height / 1000)


def tap(phone: Phone, x: float, y: float, width: int = WIDTH) -> None:
    phone.send("/p/tap", **{f"at{width}.x": str(int(x)), f"at{width}.y": str(int(y))})


def tap_on(phone: Phone, thing: Thing) -> None:
    phone.site.clock.forward(seconds=7 + len(phone.html) % 5)
    tap(phone, *pixel(thing))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tap_on_a_hazard_finds_it_at_any_width(phone: Phone, width: int) -> None:
    hazard = KITCHEN.hazards[2]
    tap(phone, *pixel(hazard, width), width)
    assert f"找到了：{hazard.label}。" in phone.text
    assert "已找到 1 处，共 6 处" in phone.text
    assert hazard.why in phone.text and hazard.source in phone.text


def test_a_whole_picture_by_taps(site: QuizSite, phone: Phone) -> None:
    for hazard in KITCHEN.hazards:
        tap_on(phone, hazard)
    assert phone.heading.startswith("找完了：共6处，找到6处")
    assert phone.html.count('<g class="found">') == 6
    (row,) = site.attempts()
    assert (row.kind, row.stage, row.score, row.total) == ("hunt", "kitchen", 6, 6)


def test_half_a_finger_beside_it_still_means_it(phone: Phone) -> None:
    left, top, _, down = KITCHEN.hazards[0].box  # the box of the alarm, with nothing to its left
    x, y = left * WIDTH / 1000, (top + down / 2) * WIDTH * 1.2 / 1000
    tap(phone, x - REACH - 3, y)
    assert "这里没有点到东西。" in phone.text
    tap(phone, x - REACH + 3, y)
    assert f"找到了：{KITCHEN.hazards[0].label}。" in phone.text


def test_an_empty_spot_or_a_key_costs_nothing(site: QuizSite, phone: Phone) -> None:
    for x, y in ((1, 1), (0, 0)):
        tap(phone, x, y)
        assert "这里没有点到东西。再点一次，或从图下面选。" in phone.text
    assert site.draft().said.keys() == {"scene"}


def test_a_harmless_thing_is_marked_and_costs_one(phone: Phone) -> None:
    cook = KITCHEN.decoys[0]
    tap_on(phone, cook)
    assert f"“{cook.label}”没有问题。" in phone.text and "还能错 2 次" in phone.text
    assert phone.html.count('<g class="wrong">') == 1
    tap_on(phone, cook)
    assert f"“{cook.label}”已经看过了" in phone.text and "还能错 2 次" in phone.text


def test_the_list_is_an_equal_way(site: QuizSite, phone: Phone) -> None:
    labels = [hazard.label for hazard in KITCHEN.hazards]
    choices = site.talk.look(PLAYER).choices
    phone.send("/p/say", mark=[chr(ord("A") + choices.index(label)) for label in labels[:4]])
    assert "已找到 4 处，共 6 处" in phone.text
    phone.send("/p/say", choice=GIVE_UP)
    assert phone.heading.startswith("找完了：共6处，找到4处")
    assert phone.html.count('<g class="found">') == 4 and phone.html.count('<g class="missed">') == 2
    assert all(hazard.why in phone.text and hazard.source in phone.text for hazard in KITCHEN.hazards)


def listed(phone: Phone) -> dict[str, str]:
    """The things of the list below the picture, each with its letter."""
    rows = re.findall(r'name="mark" value="(\w)"[^>]*><b>\w</b><span>([^<]+)<', phone.html)
    return {label: mark for mark, label in rows}


def test_the_list_leaves_out_what_was_looked_at_and_keeps_the_letters(phone: Phone) -> None:
    first = listed(phone)
    assert len(first) == len(KITCHEN.things)
    looked = (KITCHEN.hazards[0], KITCHEN.decoys[1])
    for thing in looked:
        tap_on(phone, thing)
    left = {label: mark for label, mark in first.items() if label not in {thing.label for thing in looked}}
    assert listed(phone) == left


def test_a_letter_from_an_old_page_that_was_looked_at_costs_nothing(site: QuizSite, phone: Phone) -> None:
    cook = KITCHEN.decoys[0].label
    mark = listed(phone)[cook]
    for _ in range(2):
        phone.send("/p/say", mark=[mark])
    assert f"“{cook}”已经看过了，换一处。" in phone.text and "还能错 2 次" in phone.text


def test_a_find_in_chat_is_ringed_on_the_page_and_a_tap_is_known_in_chat(
    site: QuizSite, phone: Phone
) -> None:
    site.chat(KITCHEN.hazards[1].label)
    phone.open("/p/")
    assert phone.html.count('<g class="found">') == 1
    tap_on(phone, KITCHEN.hazards[3])
    assert "已找到2处" in site.talk.look(PLAYER).text


def test_a_tap_sent_twice_or_from_an_old_page_counts_once(site: QuizSite, phone: Phone) -> None:
    x, y = pixel(KITCHEN.decoys[0])
    form = {**phone.fields("/p/tap"), f"at{WIDTH}.x": str(x), f"at{WIDTH}.y": str(y)}
    for _ in range(2):
        phone.client.post("/p/tap", data=form)
    x, y = pixel(KITCHEN.decoys[1])
    phone.client.post("/p/tap", data={**form, f"at{WIDTH}.x": str(x), f"at{WIDTH}.y": str(y)})
    phone.open("/p/")
    assert "还能错 2 次" in phone.text


@pytest.mark.parametrize("scene", scenes().values(), ids=lambda scene: str(scene.id))
def test_the_page_does_not_tell_what_is_wrong_in_the_picture(site: QuizSite, scene: Scene) -> None:
    phone = begin(site.phone(), scene)
    for thing in scene.things:
        assert thing.label in phone.text
    for hazard in scene.hazards:
        assert hazard.why not in phone.text and hazard.fact not in phone.html
    assert "<g " not in phone.html and "<rect" not in phone.html.split("</defs>")[1]
    shown = [phone.text.index(thing.label) for thing in scene.things]
    assert shown != sorted(shown)  # not the order of the file, hazards first


def test_what_is_dangerous_and_what_not_is_drawn_alike(site: QuizSite, phone: Phone) -> None:
    """The page of a picture in which other things are the hazards differs in nothing."""
    swapped = KITCHEN.model_copy(
        update={
            "hazards": tuple(
                KITCHEN.hazards[0].model_copy(update={"id": one.id, "label": one.label, "box": one.box})
                for one in (*KITCHEN.decoys, KITCHEN.hazards[0])
            ),
            "decoys": KITCHEN.hazards[1:],
        }
    )
    phone.open("/p/")
    shown = phone.html
    site.scenes["kitchen"] = swapped
    phone.open("/p/")
    clean = re.compile(r'(name="(?:csrf_token|nonce)" value=")[^"]*')
    assert clean.sub(r"\1", phone.html) == clean.sub(r"\1", shown)


def test_the_picture_is_kept_for_a_year_and_holds_no_script(phone: Phone) -> None:
    address = re.search(r'src="(/p/scene/kitchen\.svg\?v=\w+)"', phone.html)
    assert address
    response = phone.client.get(address[1])
    assert response.mimetype == "image/svg+xml" and "immutable" in response.headers["Cache-Control"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert phone.client.get("/p/scene/nothing.svg").status_code == 404
    assert phone.client.get("/p/scene/..%2Fkitchen.svg").status_code == 404


def test_nonsense_in_a_tap_is_no_tap(site: QuizSite, phone: Phone) -> None:
    for x, y in (("-5", "3"), ("9" * 30, "1"), ("1e3", "2"), ("", "7"), ("²", "1")):
        response = phone.send("/p/tap", **{f"at{WIDTH}.x": x, f"at{WIDTH}.y": y})
        assert response.status_code == 200
    assert site.draft().said.keys() == {"scene"}


def test_a_tap_without_an_open_picture_leads_to_what_is_open(site: QuizSite) -> None:
    phone = begin(site.phone())
    old = phone.html
    site.chat("取消")
    phone.send("/p/tap", html=old, at343="1")
    assert phone.heading and "<form" in phone.html
