"""What a campaign sets of its quiz: rounds a day, from when levels open, on which days boards are played for."""

from __future__ import annotations

from datetime import date

import pytest

import handlers
from bot.bot import Bot
from content.base import Period
from content.quiz import Quiz
from store.stores import Storage
from tests.chatting import Chat, build_bot, known_questions
from tests.handlers.playing import answer, attempts, forward, play


def chat_with(storage: Storage, **quiz: object) -> Chat:
    """Somebody who writes on 20 May to a campaign that sets this."""
    bot = build_bot(storage)
    bot.campaign = bot.campaign.model_copy(update={"quiz": Quiz.model_validate(quiz)})
    return Chat(bot)


def with_a_contest(chat: Chat) -> None:
    """The campaign has a contest, too."""
    contest = {"id": "all", "title": "知识竞赛", "topics": ["fire"], "count": 5, "quote": "知识竞赛"}
    quiz = chat.bot.campaign.quiz.model_dump() | {"contests": [contest]}
    campaign = chat.bot.campaign.model_copy(update={"quiz": Quiz.model_validate(quiz)})
    chat.bot = Bot(
        campaign,
        known_questions(),
        handlers.ROUTES,
        chat.bot.storage,
        chat.bot.storage.clock,
        handlers.EVENTS,
    )


# -- rounds a day ---------------------------------------------------------------------------------------------------


@pytest.fixture
def chat(sqlite_storage: Storage) -> Chat:
    return chat_with(sqlite_storage, rounds_a_day=2)


def test_no_more_rounds_can_be_begun_than_a_day_has_and_practice_goes_on(chat: Chat) -> None:
    for word in ("答题", "辟谣"):
        chat.says(word)
        play(chat, rights=3)
    for word in ("再来一轮", "闯关", "辟谣"):
        reply = chat.says(word)
        assert "今天计成绩的2轮您都开始过了" in reply.text and "练习" in reply.choices
        assert chat.person.drafts == []
    assert "每日一答和找隐患另算" in reply.text
    assert "练哪一类" in chat.says("练习").text
    chat.says("取消")
    assert "第1题" in chat.says("每日一答").text
    chat.says("取消")
    assert "看哪一张" in chat.says("找隐患").text
    chat.says("取消")
    forward(chat, days=1)
    assert "这一轮5题" in chat.says("再来一轮").text


def test_a_round_counts_at_its_start_also_if_it_is_given_up_at_once(chat: Chat) -> None:
    for _ in range(2):
        assert "第1题" in chat.says("答题").text
        chat.says("取消")
    assert "都开始过了" in chat.says("答题").text
    assert attempts(chat) == []


@pytest.mark.parametrize(
    ("word", "then"), [("答题", ()), ("辟谣", ()), ("闯关", ("1",)), ("考试", ("计时",)), ("知识竞赛", ())]
)
def test_which_round_of_the_day_it_is_stands_above_its_first_question_and_what_is_left_at_its_end(
    chat: Chat, word: str, then: tuple[str, ...]
) -> None:
    with_a_contest(chat)
    for said in (word, *then):
        chat.says(said)
    assert "今天计成绩的2轮，这是第1轮。" in chat.last.text
    answer(chat, right=True)
    assert "今天计成绩的2轮" not in chat.last.text
    assert "今天还可以开始1轮。" in chat.says("取消").text
    chat.says("答题")
    assert "今天计成绩的2轮，这是第2轮。" in chat.last.text
    assert "今天计成绩的2轮都开始过了。" in play(chat, rights=5).text


@pytest.mark.parametrize(
    ("word", "then"), [("答题", ()), ("辟谣", ()), ("闯关", ("1",)), ("考试", ("计时",)), ("知识竞赛", ())]
)
def test_whoever_throws_a_round_away_at_once_is_told_that_it_was_one_of_the_day(
    chat: Chat, word: str, then: tuple[str, ...]
) -> None:
    with_a_contest(chat)
    for said in (word, *then):
        chat.says(said)
    told = chat.says("取消").text
    assert told == "好的，这一轮停下了，不记成绩，但算今天的第1轮。\n今天还可以开始1轮。"
    assert attempts(chat) == []


@pytest.mark.parametrize(("word", "then"), [("练习", ("消防",)), ("每日一答", ()), ("考试", ("不计时",))])
def test_what_is_not_limited_says_nothing_of_rounds_a_day(
    chat: Chat, word: str, then: tuple[str, ...]
) -> None:
    for said in (word, *then):
        chat.says(said)
    assert "今天计成绩的" not in chat.last.text
    assert "今天还可以开始" not in chat.says("取消").text


def test_a_round_keeps_its_number_while_others_are_begun_and_is_of_its_own_day(chat: Chat) -> None:
    chat.says("答题")
    chat.says("辟谣")
    assert "这是第2轮" in chat.last.text
    assert "这是第1轮" in chat.says("答题").text
    forward(chat, days=1)
    chat.says("退出")
    assert "今天" not in chat.says("答题").text
    chat.says("取消")
    assert "这是第1轮" in chat.says("答题").text


def test_who_has_begun_all_rounds_is_offered_an_exam_without_a_clock_alone(chat: Chat) -> None:
    assert chat.says("考试").choices == ("计时", "不计时")
    for _ in range(2):
        chat.says("答题")
        chat.says("取消")
    reply = chat.says("考试")
    assert reply.choices == ("不计时",)
    assert "今天计成绩的2轮您都开始过了，今天只能不计时考" in reply.text and "成绩上排行榜" not in reply.text
    assert "第1题" not in chat.says("计时").text
    assert "第1题，共20题" in chat.says("不计时").text


def test_a_round_that_is_left_open_is_gone_on_with_and_not_counted_twice(chat: Chat) -> None:
    chat.says("答题")
    answer(chat, right=True)
    chat.says("退出")
    chat.says("答题")
    assert "第2题" in chat.last.text
    play(chat, rights=4, total=4)
    assert "第1题" in chat.says("答题").text


def test_the_last_round_of_the_day_goes_on_to_its_end(chat: Chat) -> None:
    chat.says("答题")
    play(chat, rights=5)
    chat.says("答题")
    assert "5题对5题" in play(chat, rights=5).text


def test_a_round_of_yesterday_that_ends_today_is_yesterdays(chat: Chat) -> None:
    chat.says("答题")
    forward(chat, days=1)
    play(chat, rights=5)
    for _ in range(2):
        assert "第1题" in chat.says("答题").text
        play(chat, rights=5)
    assert "都开始过了" in chat.says("答题").text


def test_where_the_note_is_lost_the_rounds_that_ended_count(chat: Chat) -> None:
    for _ in range(2):
        chat.says("答题")
        play(chat, rights=5)
    chat.record = "{}"
    assert "都开始过了" in chat.says("答题").text


def test_only_an_exam_against_the_clock_is_counted(chat: Chat) -> None:
    for _ in range(2):
        chat.says("答题")
        play(chat, rights=5)
    chat.says("考试")
    assert "第1题，共20题" in chat.says("不计时").text
    assert chat.person.memory["begun"][1] == 2


def test_without_a_number_nothing_is_counted(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage)
    for _ in range(3):
        chat.says("答题")
        chat.says("取消")
    assert "begun" not in chat.person.memory


# -- levels ---------------------------------------------------------------------------------------------------------


def test_levels_open_from_a_day_on(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage, levels_from="2020-05-22")
    assert "闯关从5月22日（周五）开始" in chat.says("闯关").text
    forward(chat, days=2)
    assert chat.says("闯关").choices == ("居家，还没过",)
    chat.says("1")
    assert "下一关：校园。" in play(chat, rights=5).text


def test_one_level_a_day_opens_and_the_one_before_must_be_passed_too(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage, levels_from="2020-05-20", levels_daily=True)
    chat.says("闯关")
    chat.says("1")
    reply = play(chat, rights=5)
    assert "下一关“校园”5月21日（周四）开。" in reply.text and "下一关" not in reply.choices
    reply = chat.says("下一关")
    assert reply.choices == ("居家，三星",) and "第2关5月21日（周四）开。" in reply.tail
    assert "“校园”还没开，要先过它前面的关。第2关5月21日（周四）开。" in chat.says("校园").text
    chat.says("取消")
    forward(chat, days=3)
    assert chat.says("闯关").choices == ("居家，三星", "校园，还没过")


# -- boards ---------------------------------------------------------------------------------------------------------


BOARDS = Period(start=date(2020, 5, 21), end=date(2020, 5, 22))  # the two days after the first


def test_a_round_before_the_days_of_the_boards_is_kept_and_counts_for_none(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage, boards=BOARDS)
    told = "排行榜从5月21日（周四）开始计，这一轮不计入。"
    assert told in chat.says("答题").text
    assert told in play(chat, rights=5).text
    assert [(one.counts, one.flags) for one in attempts(chat)] == [(False, [])]
    with sqlite_storage.transaction("ningxia-2020") as stores:
        assert stores.participation.whole().rounds == 1


def test_within_them_it_counts_and_the_day_of_its_end_decides(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage, boards=BOARDS)
    chat.says("答题")
    forward(chat, days=1)
    assert "不计入" not in play(chat, rights=5).text
    assert "不计入" not in chat.says("答题").text
    forward(chat, days=2)
    assert "排行榜计到5月22日（周五），这一轮不计入。" in play(chat, rights=5).text
    assert [one.counts for one in attempts(chat)] == [True, False]


def test_a_picture_counts_on_those_days_only_too(sqlite_storage: Storage) -> None:
    chat = chat_with(sqlite_storage, boards=BOARDS)
    chat.says("找隐患")
    chat.says("1")
    forward(chat, seconds=30)
    chat.says("A")
    chat.says("看答案")
    assert "排行榜从5月21日（周四）开始计，这一轮不计入。" in chat.last.text
    assert [(one.kind, one.counts) for one in attempts(chat)] == [("hunt", False)]
