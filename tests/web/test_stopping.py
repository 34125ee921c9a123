"""退出 on the page: out of every question, with nothing lost, and 继续 first in the menu."""

from __future__ import annotations

import re

import pytest

from tests.store.playing import a_unit, join
from tests.web.page_fixtures import Phone
from tests.web.quiz_fixtures import PLAYER, QuizSite
from tests.web.test_quiz_pages import ORDER, OTHER, SEVERAL, SINGLE, answer_right


def first_of_menu(phone: Phone) -> str:
    """What stands first below the heading of the menu."""
    found = re.search(r"</h1>.*?<(?:a|button) [^>]*>(.*?)</(?:a|button)>", phone.html, re.S)
    return found[1] if found else ""


@pytest.mark.parametrize("question", [SINGLE, SEVERAL, ORDER], ids=lambda one: str(one.type))
def test_a_round_is_left_and_goes_on_where_it_stood(site: QuizSite, phone: Phone, question: object) -> None:
    site.ask(OTHER, question)  # type: ignore[arg-type]
    phone.enters("quiz")
    answer_right(site, phone)
    key = site.draft().open
    phone.send("/p/stop")
    assert phone.heading == "您想做什么？"
    assert first_of_menu(phone) == "继续答题"
    phone.send("/p/say", choice="继续")
    assert "第 2 题，共 2 题" in phone.text
    assert site.draft().open == key and len(site.draft().said) == 1


def test_every_question_has_the_way_out(site: QuizSite, phone: Phone) -> None:
    for mode in ("quiz", "levels", "exam", "hunt", "practice", "report"):
        phone.enters(mode)
        assert 'aria-label="退出，前面的都会留着"' in phone.form("/p/stop"), mode
        phone.send("/p/stop")
        assert phone.heading == "您想做什么？", mode


def test_a_picture_is_left_and_what_was_found_stays(site: QuizSite, phone: Phone) -> None:
    phone.enters("hunt")
    phone.taps(site.scenes["kitchen"].title)
    phone.send("/p/say", mark="A")
    before = len(site.draft().said)
    phone.send("/p/stop")
    phone.send("/p/say", choice="继续")
    assert len(site.draft().said) == before
    assert "已找到" in phone.text


def test_a_verdict_can_be_left_too(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    phone.taps(site.right()[0])
    assert phone.heading == "答对了"
    phone.send("/p/stop")
    assert first_of_menu(phone) == "继续答题"


def test_who_leaves_a_timed_exam_is_told_that_time_runs_on(site: QuizSite, phone: Phone) -> None:
    phone.enters("exam")
    phone.taps("计时")
    phone.open("/p/")
    assert "退出后时间也在走" in phone.text
    phone.send("/p/stop")
    assert first_of_menu(phone) == "继续考试"
    assert "时间还在走，09:10 结束。" in phone.text
    phone.open("/p/")
    assert "时间还在走，09:10 结束" in phone.text
    site.clock.forward(minutes=11)
    phone.open("/p/menu")
    assert "时间还在走" not in phone.text and "时间到了，答过的都算。" in phone.text


def test_who_leaves_an_exam_too_late_sees_how_it_ended(site: QuizSite, phone: Phone) -> None:
    phone.enters("exam")
    phone.taps("计时")
    answer_right(site, phone)
    site.clock.forward(minutes=11)
    phone.send("/p/stop")
    assert "20题对1题" in phone.text
    assert len(site.attempts()) == 1


def test_leaving_twice_by_one_form_or_two_leaves_once(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    shown = phone.html
    phone.open("/p/")
    for html in (shown, shown, phone.html):
        phone.send("/p/stop", html=html)
        assert first_of_menu(phone) == "继续答题"
    phone.open("/p/")
    assert "先停在这里" in phone.text


def test_leaving_is_never_an_answer(site: QuizSite, phone: Phone) -> None:
    """At one question 退出 is short for 退出单位, one of its choices."""
    storage = site.bot.storage
    unit = a_unit(storage, "白石小学", "学校")
    join(storage, PLAYER, unit, "学校", site.clock())
    site.chat("退出单位")
    assert "退出单位" in site.draft().choices
    phone.open("/p/")
    phone.send("/p/stop")
    assert phone.heading == "您想做什么？"
    assert "还在" not in phone.text and "白石小学" in site.chat("我的单位").text


def test_without_its_token_nothing_is_left(site: QuizSite, phone: Phone) -> None:
    phone.enters("quiz")
    site.app.config["WTF_CSRF_ENABLED"] = True
    assert phone.client.post("/p/stop", data={}).status_code == 400
    assert site.draft().open


def test_several_unfinished_ones_are_named(site: QuizSite, phone: Phone) -> None:
    phone.enters("exam")
    phone.taps("不计时")
    phone.enters("levels")
    phone.send("/p/stop")
    assert first_of_menu(phone) == "继续"
    assert "没做完的有：闯关、考试。" in phone.text
    phone.send("/p/say", choice="继续")
    phone.taps("继续考试")
    assert "第 1 题，共 20 题" in phone.text


def test_from_the_menu_one_goes_back_to_the_open_question(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    phone.open("/p/menu")
    assert first_of_menu(phone) == "继续答题"
    assert re.search(r'<a class="btn btn-primary" href="/p/">继续答题</a>', phone.html)


def test_in_chat_the_clock_is_told_of_only_where_there_is_one(site: QuizSite) -> None:
    site.chat("考试")
    site.chat("计时")
    assert (
        site.chat("退出").text == "好的，先停在这里，前面的都在。时间还在走，09:10 结束，回复“继续”接着答。"
    )
    assert not site.chat("帮助").stopped
    assert "第1题" in site.chat("继续").text
    site.chat("取消")
    site.chat("考试")
    site.chat("不计时")
    paused = site.chat("退出")
    assert paused.text == "好的，先停在这里，前面的都在。回复“继续”接着来。" and paused.stopped
    site.chat("取消")
    assert site.chat("退出").stopped, "nothing is open"
