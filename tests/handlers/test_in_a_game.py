"""What is said within a game stays in it; only danger now takes the turn away. What waits is named, time is told."""

from __future__ import annotations

import pytest

from bot.dialogue import ONE_LETTER, TRUE_OR_FALSE
from bot.language.emergency import danger_in
from bot.steering import ANSWERED, FIRST
from bot.understanding import IN_GAME, SEEN_REALLY
from rules.emergency import DOUBT
from tests.chatting import Chat
from tests.conftest import SetClock
from tests.handlers.playing import answer, attempts, forward, question_of
from tests.handlers.reporting import SHORTEST
from tests.handlers.test_quiz import JUDGE, SINGLE, a_question, with_bank

REMARKS = (
    "两个都对",
    "三个都对",
    "以上三项都正确",
    "没有道理",
    "应该是错的吧",
    "有人抽烟",
    "楼上住人",
    "我要看排行",
    "这题怎么报名",
)


def stays(chat: Chat, said: str, opened: str) -> str:
    """Say something in answer to an open question, and see that it is still open, alone and unanswered."""
    reply = chat.says(said)
    draft = chat.person.open
    assert draft is not None and draft.open == opened == reply.asks and len(chat.person.drafts) == 1
    assert reply.lettered and not draft.said.get(opened)
    return reply.text


@pytest.mark.parametrize("said", REMARKS)
def test_what_a_question_cannot_read_leads_nowhere_else(chat: Chat, said: str) -> None:
    with_bank(chat, SINGLE)
    opened = chat.says("答题").asks
    assert stays(chat, said, opened).startswith(ONE_LETTER)


@pytest.mark.parametrize("said", ["有人抽烟", "小孩放炮", "拿铁桶来加油", "软管看着老化"])
def test_what_is_seen_in_a_picture_opens_no_report_and_a_real_one_is_a_word_away(
    chat: Chat, said: str
) -> None:
    chat.says("找隐患")
    opened = chat.says("加油站").asks
    assert SEEN_REALLY in stays(chat, said, opened)
    assert "现在正在发生吗" in chat.says("举报").text


@pytest.mark.parametrize("game", ["找隐患", "考试", "练习", "闯关"])
def test_what_is_asked_before_a_game_opens_no_report_either(chat: Chat, game: str) -> None:
    opened = chat.says(game).asks
    reply = chat.says("楼道被杂物堵死了")
    assert reply.asks == opened and SEEN_REALLY in reply.text and len(chat.person.drafts) == 1


def test_what_is_asked_before_a_game_waits_for_a_plain_answer(chat: Chat) -> None:
    chat.says("考试")
    assert "消除事故隐患" in chat.says("今年主题是什么").text
    assert chat.says("不计时").progress == (1, 20)


def test_doubtful_words_in_a_game_are_told_the_numbers_and_danger_gets_the_card(chat: Chat) -> None:
    with_bank(chat, SINGLE)
    opened = chat.says("答题").asks
    assert danger_in("煤气") == "doubt"
    assert IN_GAME in stays(chat, "煤气", opened)
    cried = chat.says("着火了，人还在里面")
    assert cried.danger and cried.text.startswith("马上拨 119") and chat.person.paused


def test_a_word_of_the_bot_still_leads_out_of_a_game(chat: Chat) -> None:
    chat.says("答题")
    assert "排行" in chat.says("排行榜").text


@pytest.mark.parametrize("said", ["不玩了", "我不想答了", "不想玩了", "不想继续了！", "算了，不做了"])
def test_enough_is_enough_and_no_danger(chat: Chat, said: str) -> None:
    chat.says("答题")
    for _ in range(2):  # also when it is said once more
        reply = chat.says(said)
        assert reply.stopped and "继续" in reply.text and chat.person.paused


@pytest.mark.parametrize("said", ["不玩了", "我不想答了", "两个都对"])
def test_who_has_nothing_open_is_not_asked_about_danger_either(chat: Chat, said: str) -> None:
    assert DOUBT not in chat.says(said).text and chat.person.open is None


def test_a_name_with_blanks_is_no_cry(chat: Chat) -> None:
    asked = chat.says("昵称").asks
    assert DOUBT not in chat.says("江 泽 民").text
    assert chat.person.open is not None and chat.person.open.open == asked


def test_an_order_is_no_answer_where_an_option_only_begins_so(chat: Chat) -> None:
    with_bank(chat, a_question("single", "继续往前开", "取消行程返回", "退出隧道", answer=["退出隧道"]))
    opened = chat.says("答题").asks
    stays(chat, "继续", opened)
    assert chat.says("退出").stopped and attempts(chat) == []
    stays(chat, "继续", opened)
    assert chat.says("退出隧道").text.startswith("答对了")


# -- true or false --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["谣言", "是谣言", "不是真的", "瞎说", "胡说", "这是错的", "肯定错"])
def test_in_a_round_about_rumours_its_own_words_are_answers(chat: Chat, said: str) -> None:
    opened = chat.says("辟谣").asks
    chat.says(said)
    (draft,) = chat.person.drafts
    assert draft.route == "rumours" and draft.said[opened][0][0] == "错" and draft.open != opened


def test_a_word_that_names_a_game_begins_it_where_nothing_was_asked(chat: Chat) -> None:
    assert "是真是假" in chat.says("谣言").text


def test_who_judges_unclearly_is_told_how_to_say_it(chat: Chat) -> None:
    with_bank(chat, JUDGE)
    opened = chat.says("答题").asks
    text = stays(chat, "不好说", opened)
    assert text.startswith(TRUE_OR_FALSE) and "一个字母" not in text


# -- what lies behind and before ------------------------------------------------------------------------------


def test_before_the_first_question_nothing_was_answered(chat: Chat) -> None:
    chat.says("考试")
    opened = chat.says("计时").asks
    assert stays(chat, "上一步", opened).startswith(FIRST)
    answer(chat, right=True)
    assert chat.says("上一步").text.startswith(ANSWERED)


def test_a_level_is_not_chosen_again_without_a_word(chat: Chat) -> None:
    chat.says("闯关")
    opened = chat.says("1").asks
    reply = chat.says("上一步")
    assert reply.text.startswith(FIRST) and reply.asks == opened


@pytest.mark.parametrize("said", ["还有多久", "还有几分钟？", "时间", "还剩多少时间", "几点结束"])
def test_in_an_exam_against_the_clock_the_time_left_is_told_with_the_question(chat: Chat, said: str) -> None:
    chat.says("考试")
    opened = chat.says("计时").asks
    forward(chat, minutes=3, seconds=20)
    text = stays(chat, said, opened)
    assert text.startswith("还剩6分40秒，09:10 结束。") and "第1题，共20题" in text
    forward(chat, minutes=6, seconds=10)
    assert chat.says(said).text.startswith("还剩30秒，")


def test_who_asks_after_the_end_is_told_that_it_is_over(chat: Chat) -> None:
    chat.says("考试")
    chat.says("计时")
    answer(chat, right=True)
    forward(chat, minutes=11)
    assert "考试时间到了" in chat.says("还有多久").text
    assert chat.person.drafts == [] and len(attempts(chat)) == 1


def test_the_time_of_an_exam_that_waits_is_told_too(chat: Chat) -> None:
    for said in ("考试", "计时", "退出"):
        chat.says(said)
    forward(chat, minutes=4)
    told = chat.says("还有多久")
    assert told.text == "还剩6分0秒，09:10 结束。回复“继续”接着答。" and told.choices == ("继续",)
    assert chat.says("1").progress == (1, 20)
    chat.says("登记")
    assert "还剩" not in chat.says("还有多久").text  # another question is open, and means its own time


def test_without_a_clock_nobody_is_told_a_time(chat: Chat) -> None:
    chat.says("考试")
    opened = chat.says("不计时").asks
    assert "还剩" not in stays(chat, "还有多久", opened)


def test_cancelling_with_nothing_open_names_what_waits(chat: Chat) -> None:
    assert chat.says("取消").choices == ("帮助",)
    for word in ("举报", "找隐患", "错题本", "答题", "退出"):
        chat.says(word)
    told = chat.says("取消")
    assert told.text.startswith("现在没有正在进行的事。\n没做完的有：答题、找隐患、举报。")
    assert told.choices == chat.page().choices == ("继续", "帮助") and len(chat.person.drafts) == 3
    assert chat.says("1").choices == ("继续答题", "继续找隐患", "继续举报")


# -- a report that was just filed ------------------------------------------------------------------------------


def file_a_report(chat: Chat) -> None:
    for said in ("举报", *SHORTEST, "不留"):
        chat.says(said)
    assert "提交" in chat.last.choices
    assert "查询码" in chat.says("提交").text


def test_a_second_submission_is_told_kindly_that_the_first_is_in(chat: Chat, clock: SetClock) -> None:
    file_a_report(chat)
    number = chat.last.text.split("编号 ")[1].split("\n")[0]
    for said in ("提交", "提交。"):
        again = chat.says(said)
        assert again.text.startswith("您放心，已经收到了") and number in again.text
        assert again.choices[0] == "查进展" and "报：" not in again.text
    assert number in chat.says("1").text  # 查进展 finds it
    clock.forward(minutes=11)
    assert "收到了" not in chat.says("提交").text


def test_a_page_that_sends_it_again_is_told_so_too(chat: Chat) -> None:
    for said in ("举报", *SHORTEST, "不留"):
        asked = chat.says(said).asks
    chat.says("提交", asks=asked)
    assert "已经收到了" in chat.says("提交", asks=asked).text == chat.page().text


def test_the_second_submission_is_understood_after_an_interlude_too(chat: Chat) -> None:
    chat.says("举报")
    for said in SHORTEST:
        chat.says(said)
    chat.says("不留")
    chat.says("标语")
    chat.says("提交")
    assert "已经收到了" in chat.says("提交").text


def test_a_report_that_waits_is_not_told_to_be_in_for_the_one_before(chat: Chat) -> None:
    file_a_report(chat)
    for said in ("举报", "没有", "滨河路12号", "不知道", "井盖坏了一个大洞"):
        chat.says(said)
    chat.says("退出")
    assert "收到了" not in chat.says("提交").text
    assert [draft.route for draft in chat.person.drafts] == ["report"]


def test_who_dropped_a_report_is_not_told_that_it_is_in(chat: Chat) -> None:
    file_a_report(chat)
    for said in ("举报", "没有", "滨河路12号", "不知道", "井盖坏了一个大洞", "今天", "还在"):
        chat.says(said)
    while "不提交了" not in chat.last.choices:
        chat.says("跳过" if "跳过" in chat.last.choices else chat.last.choices[0])
    chat.says("不提交了")
    assert "收到了" not in chat.says("提交").text


def test_where_nothing_was_filed_the_word_leads_where_it_led(chat: Chat) -> None:
    assert "收到了" not in chat.says("提交").text


def test_a_question_of_one_choice_is_still_answered_by_its_letter(chat: Chat) -> None:
    with_bank(chat, SINGLE)
    chat.says("答题")
    chat.says("两个都对")
    assert chat.says(str(question_of(chat)["answer"])).text.startswith("答对了")
