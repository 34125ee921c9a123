"""What is no clear answer in a round is asked about and never counted; what pauses, pauses."""

from __future__ import annotations

import pytest

from tests.chatting import Chat
from tests.handlers.playing import attempts, question_of
from tests.handlers.test_quiz import JUDGE, ORDER, SINGLE, a_question, marks_of, with_bank

COUNT = a_question("single", "1个", "2个", "3个", "4个", answer=["2个"])
STEPS = a_question("order", "等1分钟", "转2圈", "退3步", answer=["等1分钟", "转2圈", "退3步"])
EXITS = a_question(
    "multiple", "疏散通道", "安全出口", "员工宿舍", "职工食堂", answer=["疏散通道", "安全出口"]
)


def number_in(option: str) -> int:
    return int("".join(filter(str.isdigit, option)))


def begin_shuffled(chat: Chat) -> list[str]:
    """Begin rounds of one question until its options do not stand in the order of their numbers."""
    chat.says("答题")
    while (options := list(question_of(chat)["options"])) == sorted(options, key=number_in):
        chat.says("取消")
        chat.says("答题")
    return options


def values_elsewhere(options: list[str]) -> list[int]:
    return [n for n in range(1, 5) if options[n - 1] != f"{n}个"]


@pytest.mark.parametrize("written", ["1234", "一二三四", "１２３４"])
def test_a_number_that_is_also_a_value_is_asked_about_and_not_counted(chat: Chat, written: str) -> None:
    with_bank(chat, COUNT)
    options = begin_shuffled(chat)
    for n in values_elsewhere(options):
        value, place = "ABCD"[options.index(f"{n}个")], "ABCD"[n - 1]
        reply = chat.says(written[n - 1])
        assert reply.text.startswith(f"请回复字母：“{n}个”是{value}，第{n}项是{place}。")
        assert "第1题，共1题" in reply.text and reply.lettered
        assert not attempts(chat) and not chat.person.open.said  # type: ignore[union-attr]
    assert chat.says(marks_of(chat, "2个")).text.startswith("答对了")


def test_a_number_whose_place_and_value_agree_is_an_answer(chat: Chat) -> None:
    with_bank(chat, COUNT)
    chat.says("答题")
    while question_of(chat)["options"][1] != "2个":
        chat.says("取消")
        chat.says("答题")
    assert chat.says("2").text.startswith("答对了")


@pytest.mark.parametrize("said", ["2个", "2个。", "２个", " 2 个"])
def test_the_words_of_an_option_are_no_number(chat: Chat, said: str) -> None:
    with_bank(chat, COUNT)
    begin_shuffled(chat)
    assert chat.says(said).text.startswith("答对了")


def test_a_tap_on_an_option_that_is_a_number_is_the_option(chat: Chat) -> None:
    with_bank(chat, a_question("single", "119", "120", "122", "12350", answer=["119"]))
    shown = chat.says("答题")
    assert chat.says("119", asks=shown.asks).text.startswith("答对了")


def test_numbers_of_an_order_are_asked_about_too(chat: Chat) -> None:
    with_bank(chat, STEPS)
    options = begin_shuffled(chat)
    said = "".join(str(1 + options.index(text)) for text in STEPS.answer)
    reply = chat.says(said)
    assert reply.text.startswith("请回复字母：“")
    assert not attempts(chat)
    assert chat.says(marks_of(chat, *STEPS.answer)).text.startswith("答对了")


def test_a_number_means_a_place_where_no_option_holds_it(chat: Chat) -> None:
    with_bank(chat, SINGLE)
    chat.says("答题")
    place = question_of(chat)["options"].index("乙醇") + 1
    assert chat.says(str(place)).text.startswith("答对了")


@pytest.mark.parametrize("said", ["通道和出口", "出口、通道", "疏散通道和出口", "我选通道，出口"])
def test_parts_of_the_options_name_them(chat: Chat, said: str) -> None:
    with_bank(chat, EXITS)
    chat.says("答题")
    reply = chat.says(said)
    if said.startswith("我选"):  # one part of it names no option
        assert "没看明白" in reply.text and not attempts(chat)
    else:
        assert reply.text.startswith("答对了")


@pytest.mark.parametrize("said", ["出口", "工和出口", "通道和楼梯"])
def test_parts_that_name_none_or_two_are_no_answer(chat: Chat, said: str) -> None:
    with_bank(chat, EXITS)
    chat.says("答题")
    reply = chat.says(said)
    assert not attempts(chat)
    assert "第1题，共1题" in reply.text


@pytest.mark.parametrize("said", ["A-C", "A到C", "a~c", "A—C", "从A到C", "1-3", "A至C", "Ａ－Ｃ"])
def test_from_one_mark_to_another_is_asked_about(chat: Chat, said: str) -> None:
    with_bank(chat, EXITS)
    chat.says("答题")
    asked = "请把字母都写上：只选A和C写“AC”，从A到C都选写“ABC”。"
    assert chat.says(said).text.startswith(asked)
    assert not attempts(chat)


def test_two_neighbours_have_none_between(chat: Chat) -> None:
    with_bank(chat, EXITS)
    chat.says("答题")
    assert "写“" not in chat.says("A-B").text
    assert len(attempts(chat)) == 1


def test_an_order_may_be_written_with_dashes(chat: Chat) -> None:
    with_bank(chat, ORDER)
    chat.says("答题")
    assert chat.says("-".join(marks_of(chat, *ORDER.answer))).text.startswith("答对了")


@pytest.mark.parametrize("said", ["叉", "打叉", "画叉", "打叉。"])
def test_a_cross_in_words_is_wrong(chat: Chat, said: str) -> None:
    with_bank(chat, JUDGE)
    chat.says("答题")
    assert chat.says(said).text.startswith("答对了")


@pytest.mark.parametrize("said", ["勾", "打勾", "对勾", "打钩"])
def test_a_tick_in_words_is_right(chat: Chat, said: str) -> None:
    with_bank(chat, JUDGE)
    chat.says("答题")
    assert chat.says(said).text.startswith("没答对")


@pytest.mark.parametrize("said", ["停", "停一下", "先停", "暂停", "停！", "不答了"])
def test_stop_pauses_a_round(chat: Chat, said: str) -> None:
    with_bank(chat, SINGLE, EXITS, JUDGE)
    chat.says("答题")
    assert chat.says(said).text == "好的，先停在这里，前面的都在。回复“继续”接着来。"
    assert "第1题" in chat.says("继续").text


def test_stop_is_an_option_where_one_begins_with_it(chat: Chat) -> None:
    with_bank(chat, a_question("single", "停止作业", "接着干", "先拍照", "去吃饭", answer=["停止作业"]))
    chat.says("答题")
    assert chat.says("停止").text.startswith("答对了")


def test_a_cry_for_help_that_holds_words_of_an_option_is_heard(chat: Chat) -> None:
    with_bank(
        chat, a_question("multiple", "先报警", "去睡觉", "快撤离", "看热闹", answer=["先报警", "快撤离"])
    )
    chat.says("答题")
    reply = chat.says("着火了有人被困，撤离")
    assert reply.danger and not attempts(chat)
    assert "第1题" not in reply.text
