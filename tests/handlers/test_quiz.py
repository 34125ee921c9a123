"""A round of five, in chat."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event

from bot.message import Reply
from content.bank import Bank, Question
from handlers.rounds import KEPT_BACK
from tests.chatting import Chat
from tests.handlers.playing import (
    answer,
    attempts,
    forward,
    play,
    question_of,
    right_marks,
    round_of,
    wrong_marks,
)


def a_question(kind: str, *options: str, answer: list[str], **more: object) -> Question:
    stem = f"{kind}：{'、'.join(options)}，怎么选？"
    data = {
        "id": f"x-{kind}",
        "topic": "fire",
        "type": kind,
        "stem": stem,
        "options": options,
        "answer": answer,
    }
    known = {"why": "这样才安全。", "source": "《消防法》第28条", "fact": "FIR-001", "reviewed": "2026-11-22"}
    return Question.model_validate({**data, **known, **more})


SEVERAL = a_question("multiple", "戴安全帽", "穿拖鞋", "系安全带", "先喝酒", answer=["戴安全帽", "系安全带"])
ORDER = a_question("order", "断电", "呼救", "施救", "送医", answer=["断电", "呼救", "施救", "送医"])
JUDGE = a_question("judge", "对", "错", answer=["错"])
SINGLE = a_question("single", "甲板", "乙醇", "丙烷", "丁烷", answer=["乙醇"])


def with_bank(chat: Chat, *questions: Question) -> Chat:
    chat.bot._questions = Bank(questions, {"fire": "消防"})
    return chat


def marks_of(chat: Chat, *texts: str) -> str:
    options = question_of(chat)["options"]
    return "".join("ABCDE"[options.index(text)] for text in texts)


def test_a_round_is_five_questions_and_tells_the_score(chat: Chat) -> None:
    assert "第1题，共5题" in chat.says("答题").text
    assert chat.last.progress == (1, 5) and not chat.last.until
    play(chat, rights=4)
    assert "答完了：5题对4题" in chat.last.text
    assert "没答对的1题放进了错题本" in chat.last.text
    assert "5题，答对4题，正确率80%" in chat.says("我的成绩").text


def test_each_answer_gets_a_verdict_the_reason_and_the_source(chat: Chat) -> None:
    with_bank(chat, SINGLE, JUDGE)
    chat.says("答题")
    question = question_of(chat)
    reply = chat.says(wrong_marks(chat))
    mark = question["answer"]
    assert reply.text.startswith(f"没答对，正确答案是{mark} {question['options']['ABCDE'.index(mark)]}。")
    assert question["why"] in reply.text and f"依据：{question['source']}" in reply.text
    assert "第2题，共2题" in reply.text


@pytest.mark.parametrize(
    "said",
    [
        lambda mark, _text: mark,
        lambda mark, _text: mark.lower(),
        lambda mark, _text: str("ABCD".index(mark) + 1),
        lambda mark, _text: "一二三四"["ABCD".index(mark)],
        lambda mark, _text: "甲乙丙丁"["ABCD".index(mark)],
        lambda mark, _text: f"我选{mark}",
        lambda mark, text: f"{mark} {text}",
        lambda _mark, text: text,
    ],
)
def test_an_answer_may_be_a_letter_a_number_or_the_words(chat: Chat, said: Callable[[str, str], str]) -> None:
    with_bank(chat, SINGLE)
    chat.says("答题")
    assert chat.says(said(right_marks(chat), "乙醇")).text.startswith("答对了")


@pytest.mark.parametrize(
    ("said", "right"), [("✘", True), ("错", True), ("×", True), ("✔", False), ("对的", False)]
)
def test_right_and_wrong_are_judged_in_words_and_signs(chat: Chat, said: str, right: bool) -> None:
    with_bank(chat, JUDGE)
    chat.says("答题")
    assert chat.says(said).text.startswith("答对了" if right else "没答对")


@pytest.mark.parametrize(
    "shape", ["{0}{1}", "{1}{0}", "{0}、{1}", "{0} {1}", "选{0}和{1}", "{0}，{1}。", "{0}\n{1}"]
)
def test_a_question_of_several_takes_letters_however_they_are_written(chat: Chat, shape: str) -> None:
    with_bank(chat, SEVERAL)
    assert "（多选，选全才得分）" in chat.says("答题").text
    assert chat.last.input == "several" and chat.last.lettered
    assert chat.says(shape.format(*marks_of(chat, "戴安全帽", "系安全带"))).text.startswith("答对了")


def test_a_question_of_several_takes_numbers_and_words_too(chat: Chat) -> None:
    with_bank(chat, SEVERAL)
    for said in ("戴安全帽、系安全带", "系安全带和戴安全帽", "戴安全帽\n系安全带"):
        chat.says("答题")
        assert chat.says(said).text.startswith("答对了"), said
    chat.says("答题")
    places = sorted("ABCD".index(mark) + 1 for mark in marks_of(chat, "戴安全帽", "系安全带"))
    assert chat.says(f"{places[0]} {places[1]}").text.startswith("答对了")


def test_an_answer_of_several_is_all_or_nothing_and_told_what_was_wrong(chat: Chat) -> None:
    with_bank(chat, SEVERAL)
    chat.says("答题")
    marks = marks_of(chat, "戴安全帽", "穿拖鞋")
    reply = chat.says(marks)
    assert reply.text.startswith("没答对，正确答案是")
    assert question_line(reply, "系安全带") in reply.text.splitlines()[0]
    assert f"少选了：{question_line(reply, '系安全带')}" in reply.text
    assert "多选了" in reply.text and "穿拖鞋" in reply.text
    assert attempts(chat)[0].score == 0
    assert sorted(attempts(chat)[0].answers[0]["given"]) == ["戴安全帽", "穿拖鞋"]


def test_the_same_answer_of_several_is_kept_alike_however_the_options_stood(chat: Chat) -> None:
    with_bank(chat, SEVERAL)
    for _ in range(12):  # each time in another order
        chat.says("答题")
        chat.says("戴安全帽、系安全带")
    assert len({tuple(one.answers[0]["given"]) for one in attempts(chat)}) == 1


def question_line(reply: Reply, option: str) -> str:
    place = reply.text.index(option)
    return reply.text[place - 2 : place + len(option)]


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("A", "不止一个"),
        ("戴安全帽", "不止一个"),
        ("AE", "只有A到D"),
        ("不知道", "没看明白"),
        ("是的吧大概", "没看明白"),
    ],
)
def test_an_unreadable_answer_of_several_leaves_the_question_open(chat: Chat, said: str, hint: str) -> None:
    with_bank(chat, SEVERAL)
    question = chat.says("答题")
    reply = chat.says(said)
    assert hint in reply.text and reply.asks == question.asks and reply.choices == question.choices
    assert chat.says(right_marks(chat)).text.startswith("答对了")


def test_an_answer_of_several_is_not_taken_for_a_choice_of_something_else(chat: Chat) -> None:
    with_bank(chat, SEVERAL)
    chat.says("答题")
    marks = right_marks(chat)
    chat.says("标语")
    assert chat.says(marks).text.startswith("答对了")


@pytest.mark.parametrize(("count", "example"), [(3, "BAC"), (4, "BADC"), (5, "BADCE")])
def test_the_example_of_an_order_names_only_marks_that_are_there(
    chat: Chat, count: int, example: str
) -> None:
    steps = ("断电", "呼救", "施救", "送医", "报告")[:count]
    with_bank(chat, a_question("order", *steps, answer=list(steps)))
    assert f"如{example}）" in chat.says("答题").text
    assert "每项一次" not in chat.says(example).text


def test_an_order_is_read_and_graded(chat: Chat) -> None:
    with_bank(chat, ORDER)
    assert "（排序，按先后回复，如BADC）" in chat.says("答题").text
    assert chat.last.input == "order"
    assert "每项一次" in chat.says("AB").text
    assert "每项一次" in chat.says("AABC").text
    marks = right_marks(chat)
    wrong = chat.says(marks[::-1])
    assert wrong.text.startswith(f"没答对，正确答案是{'、'.join(marks)}。\n先后是：断电；呼救；施救；送医。")
    chat.says("答题")
    assert chat.says("先断电再呼救，施救，最后送医").text.startswith("答对了")


def test_an_option_that_begins_like_an_order_is_an_answer(chat: Chat) -> None:
    options = ("继续干，自己买口罩", "取消合同再走", "退出前先赔钱", "换去别的岗位")
    with_bank(chat, a_question("single", *options, answer=[options[0]]))
    for n, option in enumerate(options):
        chat.says("答题")
        assert chat.says(marks_of(chat, option)).text.startswith("没答对" if n else "答对了")


def test_the_words_of_an_option_come_before_a_number_that_they_hold(chat: Chat) -> None:
    with_bank(chat, a_question("single", "3个", "2个", "1个", "4个", answer=["3个"]))
    for _ in range(6):  # the options stand in another order each time
        chat.says("答题")
        assert chat.says("3个").text.startswith("答对了")
    with_bank(chat, a_question("order", "3个", "2个", "1个", answer=["1个", "2个", "3个"]))
    for _ in range(6):
        chat.says("答题")
        assert chat.says("1个、2个、3个").text.startswith("答对了")


def test_questions_of_several_come_after_those_of_one_letter(chat: Chat) -> None:
    with_bank(chat, SEVERAL, ORDER, JUDGE, SINGLE)
    chat.says("答题")
    kinds = [one["type"] for one in round_of(chat.person.drafts[-1], chat.bot)]
    assert set(kinds[:2]) == {"judge", "single"} and kinds[2:] == ["multiple", "order"]


def test_two_letters_for_a_question_of_one_are_refused_kindly(chat: Chat) -> None:
    with_bank(chat, SINGLE)
    question = chat.says("答题")
    reply = chat.says("AC")
    assert "只选一个" in reply.text and reply.asks == question.asks


def test_something_else_repeats_the_question(chat: Chat) -> None:
    question = chat.says("答题")
    again = chat.says("Z")
    assert again.asks == question.asks
    assert "第1题，共5题" in again.text
    chat.says("A")
    assert "答对" not in chat.says("我不知道").text


def test_questions_are_not_repeated_in_the_next_round(chat: Chat) -> None:
    seen: set[str] = set()
    for _ in range(4):
        chat.says("答题")
        round_ = {one["id"] for one in round_of(chat.person.drafts[-1], chat.bot)}
        assert not seen & round_
        seen |= round_
        play(chat, rights=5)


def test_only_reviewed_questions_are_scored(chat: Chat) -> None:
    with_bank(chat, SINGLE, a_question("judge", "对", "错", answer=["对"], reviewed=None))
    chat.says("答题")
    assert [one["id"] for one in round_of(chat.person.drafts[-1], chat.bot)] == ["x-single"]


def test_a_finished_round_is_kept_once(chat: Chat) -> None:
    chat.says("答题")
    play(chat, rights=3, total=4)
    record = chat.record
    answer(chat, right=False)
    chat.record = record
    answer(chat, right=False)
    assert len(attempts(chat)) == 1
    assert "错题本：2题" in chat.says("我的成绩").text


def test_a_round_may_be_left_and_goes_on_days_later(chat: Chat) -> None:
    chat.says("答题")
    second = answer(chat, right=True)
    assert "先停在这里" in chat.says("退出").text
    forward(chat, days=9)
    resumed = chat.says("答题")
    assert resumed.asks == second.asks and "上次答到第2题，接着来。" in resumed.text
    play(chat, rights=4, total=4)
    assert "答完了：5题对5题" in chat.last.text
    assert len(attempts(chat)) == 1


def test_a_round_belongs_to_the_day_of_the_campaign_not_of_utc(chat: Chat) -> None:
    forward(chat, hours=16)  # 01:00 of the next day in Beijing
    chat.says("答题")
    play(chat, rights=5)
    assert attempts(chat)[0].day.isoformat() == "2020-05-21"


def test_answers_faster_than_anyone_reads_are_kept_back_kindly(chat: Chat) -> None:
    chat.says("答题")
    for wait in (0.2, 0.9, 0.4, 1.2, 0.3):
        answer(chat, right=True, wait=wait)
    quick = attempts(chat)[0]
    assert KEPT_BACK in chat.last.text and "答完了：5题对5题" in chat.last.text
    assert not quick.counts and "fast" in quick.flags
    chat.says("答题")
    play(chat, rights=5)
    assert KEPT_BACK not in chat.last.text
    assert attempts(chat)[1].counts and attempts(chat)[1].flags == []


def test_slowness_is_no_fault(chat: Chat) -> None:
    chat.says("答题")
    play(chat, rights=5, wait=7200.0)
    assert attempts(chat)[0].counts


def test_the_tenth_round_of_a_day_is_kept_back(chat: Chat) -> None:
    for n in range(10):
        chat.says("答题")
        play(chat, rights=1)
        assert (KEPT_BACK in chat.last.text) == (n == 9)
    assert attempts(chat)[-1].flags == ["many"]
    forward(chat, days=1)
    chat.says("答题")
    assert KEPT_BACK not in play(chat, rights=1).text


@pytest.mark.parametrize(
    "words", [("答题",), ("闯关", "1"), ("练习", "消防"), ("辟谣",), ("考试", "计时"), ("考试", "不计时")]
)
def test_an_answer_within_a_round_opens_no_sql_session(chat: Chat, words: tuple[str, ...]) -> None:
    for word in words:
        chat.says(word)
    total = chat.last.progress[1]
    statements: list[str] = []
    storage = chat.bot.storage
    for database in (storage.case, storage.identity):
        event.listen(database.engine, "checkout", lambda *_: statements.append("checkout"))
    for n in range(total - 1):
        answer(chat, n % 2 == 0)
    chat.says("Z")
    assert statements == []
    answer(chat, True)
    assert statements  # the end is written, so the count counts


@pytest.mark.parametrize(("words", "answers", "most"), [(("答题",), 4, 2_500), (("考试", "计时"), 19, 5_000)])
def test_a_kept_round_is_small(chat: Chat, words: tuple[str, ...], answers: int, most: int) -> None:
    for word in words:
        chat.says(word)
    for _ in range(answers):
        answer(chat, right=True)
    size = len(json.dumps(json.loads(chat.record), ensure_ascii=False).encode())
    assert size < most, "every answer carries it to Redis and back"


def test_all_ways_to_play_are_offered(chat: Chat) -> None:
    for word in chat.says("更多玩法").choices:
        chat.says("更多玩法")
        assert chat.says(word).asks, word
        chat.says("取消")
