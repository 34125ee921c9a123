"""A phone without a network in the middle of a round: nothing is lost, nothing counts twice, and the page says so."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.page_fixtures import Phone
from tests.web.phones import all_phones, house, phones
from tests.web.quiz_fixtures import QuizSite
from tests.web.test_quiz_browser import KITCHEN, NewPlayer, Player, new_player, site
from tests.web.test_quiz_pages import ORDER, OTHER, SEVERAL, SINGLE

__all__ = ["all_phones", "house", "new_player", "phones", "site"]

NO_NET = "没有网，答案还没交。连上会自动交，也可以再点一次。"


def taps_in_vain(player: Player, selector: str) -> None:
    """Press something that gets through to nobody, and look at what the page says."""
    before = player.page.url
    player.page.locator(selector).first.click()
    expect(player.page.get_by_role("alert")).to_have_text(NO_NET)
    assert player.page.url == before
    player.looks()


def lose_answers(page: Page) -> None:
    """Let what is said arrive, and its answer get lost."""

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/p/say", lose, times=1)


def back_online(player: Player) -> Player:
    """What waits goes by itself."""
    with player.page.expect_navigation():
        player.page.context.set_offline(False)
    return player.looks()


def test_a_tap_without_a_network_stays_on_the_page_and_goes_by_itself_later(
    new_player: NewPlayer, site: QuizSite
) -> None:
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    right = f'button[value="{site.right()[0]}"]'
    player.page.context.set_offline(True)
    taps_in_vain(player, right)
    assert "还没交" in player.page.locator(right).inner_text()
    assert player.page.locator(".chosen").count() == 1
    assert site.draft().said == {}
    assert back_online(player).heading == "答对了"
    assert len(site.draft().said) == 1


def test_where_the_phone_does_not_notice_that_it_is_back_it_tries_again(
    new_player: NewPlayer, site: QuizSite
) -> None:
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    player.page.evaluate(
        "window.later = setTimeout, setTimeout = (f, ms) => later(f, ms === 10000 ? 50 : ms)"
    )
    player.page.route("**/p/say", lambda route: route.abort(), times=3)
    with player.page.expect_navigation():
        player.page.locator(f'button[value="{site.right()[0]}"]').click()
    assert player.heading == "答对了"
    assert player.window.asked.count(f"{player.base}/p/say") == 4
    assert len(site.draft().said) == 1


def test_who_taps_again_before_it_goes_by_itself_has_answered_once(
    new_player: NewPlayer, site: QuizSite
) -> None:
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    right = f'button[value="{site.right()[0]}"]'
    player.page.route("**/p/say", lambda route: route.abort(), times=1)
    taps_in_vain(player, right)
    player.presses(right)
    assert player.heading == "答对了"
    assert len(site.draft().said) == 1


def test_another_choice_may_be_made_meanwhile(new_player: NewPlayer, site: QuizSite) -> None:
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    wrong = next(text for text in site.question()["options"] if text not in site.right())
    player.page.context.set_offline(True)
    taps_in_vain(player, f'button[value="{wrong}"]')
    taps_in_vain(player, f'button[value="{site.right()[0]}"]')
    assert player.page.locator(".chosen").count() == player.page.get_by_role("alert").count() == 1
    assert back_online(player).heading == "答对了", "the last choice counts"


def test_an_answer_that_arrived_unheard_counts_once(new_player: NewPlayer, site: QuizSite) -> None:
    """The phone can't know that it was heard; whatever is tapped then, the first answer stands."""
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    key, right = site.draft().open, site.right()[0]
    wrong = next(text for text in site.question()["options"] if text != right)
    lose_answers(player.page)
    taps_in_vain(player, f'button[value="{right}"]')
    assert [said.text for said in site.draft().heard(key)] == [right]
    player.presses(f'button[value="{wrong}"]')
    assert player.heading == "答对了"
    draft = site.draft()
    assert [said.text for said in draft.heard(key)] == [right] and len(draft.said) == 1


@pytest.mark.parametrize("question", [SEVERAL, ORDER], ids=lambda one: str(one.type))
def test_what_was_ticked_or_ordered_stays(new_player: NewPlayer, site: QuizSite, question: Any) -> None:
    site.ask(question)
    player = new_player().enters("quiz")
    for text in site.right():
        place = "label.tick" if question is SEVERAL else "button.step"
        player.page.locator(place, has_text=text).click()
    player.page.context.set_offline(True)
    taps_in_vain(player, "main [type=submit]")
    assert player.page.get_by_role("button", name="再点一次").is_visible()
    assert back_online(player).heading == "答对了"
    assert len(site.attempts()) == 1


@pytest.mark.parametrize("question", [SEVERAL, ORDER], ids=lambda one: str(one.type))
def test_what_was_changed_meanwhile_does_not_go_by_itself(
    new_player: NewPlayer, site: QuizSite, question: Any
) -> None:
    site.ask(question)
    player = new_player().enters("quiz")
    place = "label.tick" if question is SEVERAL else "button.step"
    for text in site.right():
        player.page.locator(place, has_text=text).click()
    player.page.context.set_offline(True)
    taps_in_vain(player, "main [type=submit]")
    player.page.locator(place, has_text=site.right()[-1]).click()
    with player.page.expect_event("console", lambda message: message.text == "online"):
        player.page.evaluate("addEventListener('online', () => setTimeout(() => console.log('online'), 300))")
        player.page.context.set_offline(False)
    assert not [url for url in player.window.asked if url.endswith("/p/say")][1:]
    assert site.draft().said == {}


def test_the_pressed_button_says_that_it_is_sent(new_player: NewPlayer, site: QuizSite) -> None:
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    held: list[Route] = []
    player.page.route("**/p/say", lambda route: held.append(route))
    pressed = player.page.locator(f'button[value="{site.right()[0]}"]')
    pressed.click()
    expect(pressed).to_contain_text("正在提交…")
    expect(pressed).to_have_attribute("aria-busy", "true")
    pressed.click()
    expect(pressed).to_contain_text("网络有点慢，还在提交…", timeout=7_000)
    assert len(held) == 1, "a second tap sends nothing"
    with player.page.expect_navigation():
        held[0].continue_()
    assert player.heading == "答对了"


def test_a_tap_into_a_picture_without_a_network(new_player: NewPlayer, site: QuizSite) -> None:
    player = new_player().enters("hunt").taps(KITCHEN.title)
    player.page.context.set_offline(True)
    player.page.locator(".picture input:visible").click()
    expect(player.page.get_by_role("alert")).to_have_text(NO_NET)
    back_online(player)
    player.points(KITCHEN.hazards[0])
    assert "找到了" in player.page.get_by_role("status").inner_text()


def test_what_the_server_says_instead_is_shown(new_player: NewPlayer, site: QuizSite) -> None:
    """A page whose session has ended is no page without a network."""
    site.ask(SINGLE, OTHER)
    player = new_player().enters("quiz")
    player.page.context.clear_cookies(name="session")
    player.page.locator("button.choice").first.click()
    expect(player.page.locator("h1")).to_contain_text("页面过期")
    assert player.page.get_by_text(NO_NET).count() == 0
    assert site.draft().said == {}


def test_a_script_is_told_where_to_look_and_a_form_is_led_there(site: QuizSite) -> None:
    site.ask(SINGLE, OTHER)
    phone: Phone = site.phone()
    phone.enters("quiz")
    form = {**phone.fields("/p/say"), "choice": site.right()[0]}
    told = phone.client.post("/p/say", data=form, headers={"X-Requested-With": "fetch"})
    led = phone.client.post("/p/say", data=form)
    assert (told.status_code, told.data, led.status_code) == (204, b"", 303)
    phone.open(told.headers["Location"])
    assert phone.heading == "答对了"
