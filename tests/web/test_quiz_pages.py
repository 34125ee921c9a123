"""The quiz on the phone page, by its forms alone: every mode, nothing counted twice, nothing told too early."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from bot.bot import ENDED, SEE
from content.bank import Question
from store.redis_link import Link
from store.stores import Storage
from tests.conftest import SetClock
from tests.web.page_fixtures import Phone
from tests.web.quiz_fixtures import PLAYER, QuizSite, a_question, make_quiz_site

SINGLE = a_question("甲", "single", ["先断电", "先泼水", "先围观", "先拍照"], ["先断电"])
OTHER = a_question("乙", "single", ["报警", "躲开", "说笑", "睡觉"], ["报警"])
SEVERAL = a_question("丙", "multiple", ["戴安全帽", "穿拖鞋", "系安全带", "先喝酒"], ["戴安全帽", "系安全带"])
ORDER = a_question("丁", "order", ["断电", "呼救", "施救", "送医"], ["断电", "呼救", "施救", "送医"])
JUDGE = a_question("戊", "judge", ["对", "错"], ["错"])


def bare(html: str) -> str:
    """A page without what differs on every look."""
    return re.sub(r'(name="(?:csrf_token|nonce)" value=")[^"]*', r"\1", html)


def mark_of(site: QuizSite, text: str) -> str:
    return "ABCDE"[site.question()["options"].index(text)]


def answer_right(site: QuizSite, phone: Phone) -> None:
    """Answer the question that the page shows, of whichever type."""
    kind, right = site.question()["type"], site.right()
    if kind == "multiple":
        phone.send("/p/say", mark=[mark_of(site, text) for text in right])
    elif kind == "order":
        phone.send("/p/say", **{f"step-{mark_of(site, text)}": str(n + 1) for n, text in enumerate(right)})
    else:
        phone.taps(right[0])
    phone.open("/p/?on=1")


# -- nothing too early ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [SINGLE, SEVERAL, ORDER, JUDGE], ids=lambda one: str(one.type))
def test_a_page_is_the_same_whatever_the_right_answer(
    site: QuizSite, phone: Phone, question: Question
) -> None:
    site.ask(question)
    phone.enters("quiz")
    phone.open("/p/")
    shown, known = bare(phone.html), site.question()
    assert known["stem"] in phone.text
    assert known["why"] not in shown and known["source"] not in shown
    marks = "ABCDE"[: len(known["options"])]
    others = "".join(mark for mark in marks if mark not in known["answer"])
    changed = known["answer"][::-1] if known["type"] == "order" else others[: len(known["answer"])]
    site.change_question(answer=changed, why="别的理由")
    assert site.question()["answer"] == changed != known["answer"]
    phone.open("/p/")
    assert bare(phone.html) == shown


def test_options_have_no_names_but_what_one_sees(site: QuizSite, phone: Phone) -> None:
    site.ask(SEVERAL)
    seen = set()
    for _ in range(5):
        phone.enters("quiz")
        seen.add(tuple(re.findall(r'name="mark" value="(\w+)"', phone.html)))
        site.chat("取消")
    assert seen == {("A", "B", "C", "D")}


# -- once and only once --------------------------------------------------------------------------------------


def test_a_form_sent_twice_counts_once(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    key = site.draft().open
    form = {**phone.fields("/p/say"), "choice": site.right()[0]}
    for _ in range(2):
        assert phone.client.post("/p/say", data=form).status_code == 303
    draft = site.draft()
    assert len(draft.said[key]) == 1 and draft.open != key and draft.open not in draft.said


def test_a_form_sent_twenty_times_at_once_counts_once(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    key, form = site.draft().open, {**phone.fields("/p/say"), "choice": site.right()[0]}
    cookies = {name: phone.client.get_cookie(name) for name in ("sid", "session")}

    def send(_: int) -> int:
        client = site.app.test_client()
        for name, cookie in cookies.items():
            client.set_cookie(name, cookie.value if cookie else "", path="/")
        return client.post("/p/say", data=form).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(send, range(20))) == {303}
    draft = site.draft()
    assert len(draft.said[key]) == 1 and len(draft.said) == 1


def test_the_last_answer_sent_twice_keeps_one_round(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE)
    phone.enters("quiz")
    form = {**phone.fields("/p/say"), "choice": site.right()[0]}
    for _ in range(2):
        phone.client.post("/p/say", data=form)
    assert len(site.attempts()) == 1
    phone.open("/p/?on=1")
    assert phone.heading == "答完了：1题对1题"


def test_an_answer_in_chat_moves_the_page_that_shows_the_same_question(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    phone.enters("quiz")
    key, given = site.draft().open, site.right()[0]
    site.chat(mark_of(site, given))
    phone.send("/p/say", choice=next(one for one in site.bot._questions.by_id[key].options if one != given))
    assert phone.heading == "答对了"  # the answer of the chat, and its verdict; the page's was too late
    assert [said.text for said in site.draft().heard(key)] == [given]
    phone.open("/p/?on=1")
    assert "第 2 题，共 2 题" in phone.text


def test_an_answer_on_the_page_moves_the_chat(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER)
    site.chat("答题")
    phone.open("/p/")
    phone.taps(site.right()[0])
    assert "第2题，共2题" in site.talk.look(PLAYER).text


# -- the types of question -----------------------------------------------------------------------------------


def test_several_are_ticked_and_sent_together(site: QuizSite, phone: Phone) -> None:
    site.ask(SEVERAL)
    phone.enters("quiz")
    assert phone.heading == SEVERAL.stem and "多选，选全才得分" in phone.text
    assert phone.html.count('type="checkbox"') == 4
    phone.send("/p/say", mark=[mark_of(site, text) for text in site.right()])
    assert phone.heading == "答对了"
    assert SEVERAL.why in phone.text and SEVERAL.source in phone.text


def test_of_several_what_is_missing_is_told_in_full(site: QuizSite, phone: Phone) -> None:
    site.ask(SEVERAL)
    phone.enters("quiz")
    phone.send("/p/say", mark=[mark_of(site, text) for text in ("戴安全帽", "先喝酒")])
    assert phone.heading == "没答对"
    assert re.search(r"少选了：[A-D] 系安全带。", phone.text)
    assert re.search(r"多选了：[A-D] 先喝酒。", phone.text)


def test_nothing_ticked_says_nothing(site: QuizSite, phone: Phone) -> None:
    site.ask(SEVERAL)
    phone.enters("quiz")
    phone.send("/p/say")
    assert "还没有选，选好再点提交。" in phone.text
    assert site.draft().said == {}


def test_one_of_several_is_refused_and_stays_ticked(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, SEVERAL)
    phone.enters("quiz")
    answer_right(site, phone)
    phone.send("/p/say", mark="B")
    assert phone.heading == SEVERAL.stem
    said = re.search(r'role="alert">(.*?)</div></div>', phone.html.replace("\n", ""))
    assert said and re.findall(r"<p[^>]*>(.*?)</p>", said[1]) == [
        "这题不止一个对的，请把选的都写上，比如“AC”。"
    ]
    assert re.search(r'value="B" checked', phone.html)
    assert phone.html.count(" checked") == 1


def test_an_order_is_numbered_without_a_script(site: QuizSite, phone: Phone) -> None:
    site.ask(ORDER)
    phone.enters("quiz")
    assert phone.heading == ORDER.stem and "排序，按先后排好" in phone.text
    steps = {f"step-{mark_of(site, text)}": str(n + 1) for n, text in enumerate(site.right())}
    phone.send("/p/say", **steps)
    assert phone.heading == "答对了"


def test_an_order_with_a_step_twice_is_told_and_stays_as_it_was(site: QuizSite, phone: Phone) -> None:
    site.ask(ORDER)
    phone.enters("quiz")
    phone.send("/p/say", **{"step-A": "1", "step-B": "1", "step-C": "2", "step-D": ""})
    assert "每一项都要有先后，每一步只放一项。" in phone.text
    assert phone.html.count(" selected") == 3
    assert site.draft().said == {}


def test_a_wrong_order_shows_the_right_one_step_by_step(site: QuizSite, phone: Phone) -> None:
    site.ask(ORDER)
    phone.enters("quiz")
    steps = {f"step-{mark_of(site, text)}": str(4 - n) for n, text in enumerate(site.right())}
    phone.send("/p/say", **steps)
    assert phone.heading == "没答对"
    found = re.findall(r'<li><b class="num">(\d)</b><span>(\w+)</span>', phone.html)
    assert found == [("1", "断电"), ("2", "呼救"), ("3", "施救"), ("4", "送医")]


# -- the modes -----------------------------------------------------------------------------------------------


def test_the_first_page_offers_every_way_to_play(site: QuizSite, phone: Phone) -> None:
    phone.open("/p/")
    for name in ("daily", "levels", "exam", "hunt", "practice", "rumours", "notebook", "ranking"):
        assert f'formaction="/p/go/{name}"' in phone.html
    form = phone.fields("", phone.html.replace('class="games" method="post"', 'action=""'))
    sent = phone.client.post("/p/go/daily", data=form)
    phone.open(sent.headers["Location"])
    assert "第 1 题，共 1 题" in phone.text


def test_the_first_page_offers_a_contest_on_its_days(
    sqlite_storage: Storage, link: Link, clock: SetClock
) -> None:
    site = make_quiz_site(sqlite_storage, link, clock, "gusu-2020")
    phone, contest = site.phone(), 'formaction="/p/go/contest-hazchem"'
    for day, offered in (
        ("2020-05-31T23:59", False),
        ("2020-06-01T00:00", True),
        ("2020-07-01T00:00", False),
    ):
        clock.time = datetime.fromisoformat(f"{day}:00+08:00")
        phone.open("/p/")
        assert (contest in phone.html) is offered, day
        assert "全省危化品安全知识竞赛" not in phone.text, "others run it"
    clock.time = datetime.fromisoformat("2020-06-02T09:00:00+08:00")
    phone.enters("contest-hazchem")
    assert "第 1 题，共 10 题" in phone.text


def test_two_ways_chosen_on_one_page_are_two_turns(site: QuizSite, phone: Phone) -> None:
    phone.open("/p/")
    form = phone.fields("", phone.html.replace('class="games" method="post"', 'action=""'))
    phone.client.post("/p/go/daily", data=form)
    phone.client.post("/p/go/levels", data=form)
    phone.open("/p/")
    assert 'aria-label="十关"' in phone.html


def test_the_map_shows_ten_levels_their_stars_and_the_next(site: QuizSite, phone: Phone) -> None:
    phone.enters("levels")
    assert phone.html.count("locked") == 9 and phone.html.count('class="choice next"') == 1
    phone.taps("居家，还没过")
    phone.open("/p/?on=1")
    for n in range(5):
        site.clock.forward(seconds=20 + 3 * n)
        answer_right(site, phone)
    assert "过了，三星" in phone.text
    phone.enters("levels")
    assert phone.html.count("locked") == 8
    assert phone.html.count("i won") == 3
    assert re.search(r'class="choice next"[^>]*value="校园，还没过"', phone.html)


def test_an_exam_tells_the_time_left_and_ends_by_the_servers_clock(site: QuizSite, phone: Phone) -> None:
    phone.enters("exam")
    phone.taps("计时")
    assert "还剩 10 分 0 秒，到 09:10 为止" in phone.text and 'data-left="600"' in phone.html
    site.clock.forward(seconds=160)
    answer_right(site, phone)
    assert "还剩 7 分 20 秒，到 09:10 为止" in phone.text
    late = phone.html
    site.clock.forward(minutes=8)
    phone.open("/p/")
    assert phone.heading == ENDED.rstrip("。")
    assert site.attempts() == []  # looking ends nothing
    phone.taps(SEE)
    assert "20题对1题" in phone.text
    (row,) = site.attempts()
    assert (row.kind, row.score, row.total) == ("exam", 1, 20)
    phone.send("/p/say", html=late, choice="whatever")
    assert len(site.attempts()) == 1


def test_an_answer_after_the_end_is_not_heard(site: QuizSite, phone: Phone) -> None:
    phone.enters("exam")
    phone.taps("计时")
    right = site.right()
    site.clock.forward(minutes=11)
    phone.send("/p/say", choice=right[0])
    assert site.attempts()[0].score == 0


@pytest.mark.parametrize("mode", ["daily", "rumours", "practice", "notebook", "ranking", "score"])
def test_each_mode_opens_by_its_own_door(site: QuizSite, phone: Phone, mode: str) -> None:
    phone.enters(mode)
    assert phone.heading
    assert phone.html.count("<h1") == 1


def test_a_practice_is_chosen_by_topic(site: QuizSite, phone: Phone) -> None:
    phone.enters("practice")
    choices = re.findall(r'name="choice" value="([^"]+)"', phone.html)
    phone.taps("换一批")
    assert not set(choices[:-1]) & set(re.findall(r'name="choice" value="([^"]+)"', phone.html)[:-1])
    phone.taps(re.findall(r'name="choice" value="([^"]+)"', phone.html)[0])
    assert "第 1 题，共 5 题" in phone.text
    assert "回复字母" not in phone.text


def test_a_whole_round_of_every_type_by_forms(site: QuizSite, phone: Phone) -> None:
    site.ask(SINGLE, OTHER, SEVERAL, ORDER, JUDGE)
    phone.enters("quiz")
    for n in range(5):
        site.clock.forward(seconds=15 + 4 * n)
        answer_right(site, phone)
    assert phone.heading == "答完了：5题对5题"
    assert site.attempts()[0].counts
