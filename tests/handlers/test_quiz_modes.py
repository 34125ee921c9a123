"""The ways to play besides the round of five: the question of the day, practice, rumours, and the notebook."""

from __future__ import annotations

from datetime import date

import pytest

from content.bank import Bank
from handlers.topics import _ALSO, named, wanted
from rules.levels import LEVELS
from rules.picking import of_the_day
from tests.chatting import CAMPAIGN, Chat
from tests.handlers.playing import answer, attempts, forward, play, question_of, round_of
from tests.handlers.test_quiz import JUDGE, SINGLE, with_bank


def ids_of(chat: Chat) -> set[str]:
    return {one["id"] for one in round_of(chat.person.drafts[-1], chat.bot)}


# -- 每日一答 ---------------------------------------------------------------------------------------------------


def test_the_question_of_the_day_is_the_same_for_everybody(chat: Chat) -> None:
    chat.says("每日一答")
    other = Chat(chat.bot, user="oOther000000000000000000002")
    other.says("每日一题")
    assert ids_of(chat) == ids_of(other)
    assert "5月20日（周三）的每日一答" in chat.last.text and "第1题，共1题" in chat.last.text


def test_the_question_of_the_day_is_scored_once_a_day(chat: Chat) -> None:
    chat.says("每日一答")
    first = ids_of(chat)
    assert "答完了：1题对1题" in answer(chat, right=True).text
    assert "明天再来" in chat.says("每日一答").text
    assert [(one.kind, one.stage, one.score, one.counts) for one in attempts(chat)] == [
        ("daily", "2020-05-20", 1, True)
    ]
    forward(chat, days=1)
    chat.says("每日一答")
    expected = of_the_day(chat.bot._questions, CAMPAIGN, date(2020, 5, 20), date(2020, 5, 21))
    assert expected is not None and ids_of(chat) == {expected.id} != first


def test_a_question_of_yesterday_may_still_be_answered_and_then_todays(chat: Chat) -> None:
    chat.says("每日一答")
    forward(chat, hours=30)
    assert "答完了" in answer(chat, right=True).text
    assert attempts(chat)[0].stage == "2020-05-20"
    chat.says("每日一答")
    assert "5月21日" in chat.last.text


def test_a_question_of_yesterday_is_told_as_such_and_leads_to_todays(chat: Chat) -> None:
    assert "这是5月20日" not in chat.says("每日一答").text
    forward(chat, days=1)
    assert chat.says("每日一答").text.startswith(
        "这是5月20日（周三）的每日一答，那天没有答。答完再回复“每日一答”，就是今天的。\n"
    )
    assert answer(chat, right=True).choices[0] == "每日一答"
    assert "5月21日（周四）的每日一答，每天一题，人人一样。" in chat.says("1").text
    assert "每日一答" not in answer(chat, right=True).choices


def test_without_reviewed_questions_there_is_none_today(chat: Chat) -> None:
    chat.bot._questions = Bank([SINGLE.model_copy(update={"reviewed": None})])
    assert "今天还没有题" in chat.says("每日一答").text


# -- 练习 -----------------------------------------------------------------------------------------------------


def test_practice_is_by_topic_and_off_the_boards(chat: Chat) -> None:
    assert "练哪一类" in chat.says("练习").text
    reply = chat.says("消防")
    assert "练习“消防”，5题，不上排行榜" in reply.text
    assert {chat.bot._questions.by_id[one].topic for one in ids_of(chat)} == {"fire"}
    play(chat, rights=5)
    assert [(one.kind, one.stage, one.counts, one.flags) for one in attempts(chat)] == [
        ("practice", "fire", False, [])
    ]
    assert "练习“消防”" in chat.says("再练一轮").text


def test_all_topics_can_be_paged_through_and_come_round_again(chat: Chat) -> None:
    first = chat.says("练习").choices
    seen = [*first[:-1]]
    while chat.says("换一批").choices != first:
        assert chat.last.choices[-1] == "换一批" and len(chat.last.choices) <= 9
        seen += chat.last.choices[:-1]
        assert len(seen) <= 40
    bank = chat.bot._questions
    assert sorted(seen) == sorted(bank.title(topic) for topic in bank.by_topic)
    assert "第1题" in chat.says(chat.last.choices[2]).text


def test_a_topic_is_chosen_by_number_and_an_unknown_one_is_asked_again(chat: Chat) -> None:
    third = chat.says("练习").choices[2]
    assert chat.says("没有这个的").asks == "topic-0"
    assert f"练习“{third}”" in chat.says("3").text


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("危化品", "危险化学品"),
        ("危化", "危险化学品"),
        ("火灾", "消防"),
        ("交通安全", "交通"),
        ("校园安全", "校园"),
        ("农村", "乡村"),
        ("电梯", "特种设备"),
        ("用电安全", "用电"),
        ("燃气安全", "燃气"),
        ("煤气", "燃气"),
        ("气象", "汛期与气象"),
        ("交通方面的题", "交通"),
        ("练习矿山", "矿山"),
    ],
)
def test_a_topic_is_understood_as_people_call_it(chat: Chat, said: str, title: str) -> None:
    chat.says("练习")
    assert f"练习“{title}”，5题" in chat.says(said).text


@pytest.mark.parametrize("said", ["天文", "安", "理", "把手机放在燃气灶旁边行不行呢，我想问一下您"])
def test_what_names_no_topic_is_none(chat: Chat, said: str) -> None:
    titles = {topic: chat.bot._questions.title(topic) for topic in chat.bot._questions.by_topic}
    assert named(said, titles) is None and wanted(f"练习{said}", titles) is None


@pytest.mark.parametrize("said", ["训练消防", "消防训练", "教练说交通", "先练后学，消防"])
def test_what_only_speaks_of_practice_asks_for_no_topic(chat: Chat, said: str) -> None:
    titles = {topic: chat.bot._questions.title(topic) for topic in chat.bot._questions.by_topic}
    assert wanted(said, titles) is None


def test_every_other_name_is_of_a_topic_in_the_bank_and_of_one_alone(chat: Chat) -> None:
    bank = chat.bot._questions
    titles = {topic: bank.title(topic) for topic in bank.by_topic}
    for topic, words in _ALSO.items():
        for word in words:
            assert named(word, titles) == topic, word
    for level in LEVELS:
        if len(level.topics) == 1:
            assert named(level.title, titles) == level.topics[0]


@pytest.mark.parametrize(
    ("said", "title"), [("练习 交通", "交通"), ("练习火灾", "消防"), ("我想练习一下急救知识", "急救")]
)
def test_a_topic_that_is_named_at_once_is_practised_at_once(chat: Chat, said: str, title: str) -> None:
    assert f"练习“{title}”，5题，不上排行榜。" in chat.says(said).text
    assert "第1题，共5题" in chat.last.text


def test_another_topic_takes_the_place_of_one_that_was_left(chat: Chat) -> None:
    chat.says("练习")
    assert "比如“练习逃生自救”" in chat.says("急救").text
    answer(chat, right=True)
    chat.says("退出")
    assert "上次答到第2题" in chat.says("练习").text
    chat.says("退出")
    reply = chat.says("练习 交通")
    assert reply.text.startswith("“急救”没练完，先停下了。\n练习“交通”，5题")
    assert {chat.bot._questions.by_id[one].topic for one in ids_of(chat)} == {"traffic"}
    assert len(chat.person.drafts) == 1
    play(chat, rights=5)
    assert [(one.kind, one.stage, one.score) for one in attempts(chat)] == [("practice", "traffic", 5)]


def test_another_topic_is_named_at_the_open_question_and_at_the_list(chat: Chat) -> None:
    chat.says("练习")
    assert "练习“消防”，5题" in chat.says("练习消防").text and "没练完" not in chat.last.text
    assert chat.says("练习交通").text.startswith("练习“交通”，5题")  # nothing was answered yet
    answer(chat, right=False)
    assert "“交通”没练完" in chat.says("练习 消防").text
    answer(chat, right=True)
    assert "第2题" in chat.page().text and len(chat.person.open.said) == 1  # type: ignore[union-attr]


def test_a_practice_that_is_named_again_goes_on(chat: Chat) -> None:
    chat.says("练习交通")
    answer(chat, right=True)
    chat.says("退出")
    assert "上次答到第2题" in chat.says("练习 交通").text


# -- 辟谣 -----------------------------------------------------------------------------------------------------


def test_rumours_fall_back_to_what_is_to_be_judged(chat: Chat) -> None:
    judges = [JUDGE.model_copy(update={"id": f"j-{n}"}) for n in range(7)]
    with_bank(chat, *judges, SINGLE)
    chat.says("辟谣")
    assert len(ids_of(chat)) == 5 and "x-single" not in ids_of(chat)
    play(chat, rights=5)
    assert attempts(chat)[0].kind == "rumours"


def test_rumours_come_from_their_own_chapter_where_there_is_one(chat: Chat) -> None:
    judges = [JUDGE.model_copy(update={"id": f"j-{n}"}) for n in range(7)]
    sayings = [JUDGE.model_copy(update={"id": f"r-{n}", "topic": "rumours"}) for n in range(5)]
    with_bank(chat, *judges, *sayings)
    chat.says("辟谣")
    assert ids_of(chat) == {one.id for one in sayings}


# -- 错题本 ----------------------------------------------------------------------------------------------------


def wrong_ones(chat: Chat, count: int) -> set[str]:
    """Play a round with so many wrong answers; which questions they were."""
    chat.says("答题")
    for _ in range(5 - count):
        answer(chat, right=True)
    wrong = set()
    for n in range(count):
        wrong.add(question_of(chat)["id"])
        answer(chat, right=False, wait=20.0 + n)
    return wrong


def test_an_empty_notebook_says_how_it_fills(chat: Chat) -> None:
    assert "错题本里没有题" in chat.says("错题本").text
    assert chat.person.drafts == []


def test_wrong_answers_come_back_the_next_day_and_go_after_two_rights(chat: Chat) -> None:
    wrong = wrong_ones(chat, 2)
    forward(chat, days=1)
    assert "今天该练2题" in chat.says("错题本").text
    assert ids_of(chat) == wrong
    assert "错题本还有2题" in play(chat, rights=2, total=2).text
    forward(chat, days=2)
    assert "今天没有到日子的" in chat.says("错题本").text
    assert "到日子再练" in chat.says("先不练").text
    forward(chat, days=1)
    assert "今天该练2题" in chat.says("错题本").text
    assert "错题本清空了" in play(chat, rights=2, total=2).text
    assert "错题本：没有题" in chat.says("我的成绩").text


def test_what_is_wrong_again_comes_back_again(chat: Chat) -> None:
    wrong_ones(chat, 1)
    forward(chat, days=1)
    chat.says("错题本")
    answer(chat, right=False)
    forward(chat, days=1)
    assert "今天该练1题" in chat.says("错题本").text


def test_where_nothing_is_due_one_may_practise_all_the_same(chat: Chat) -> None:
    wrong = wrong_ones(chat, 3)
    assert "今天没有到日子的" in chat.says("错题本").text
    assert "这一轮3题" in chat.says("现在练").text
    assert ids_of(chat) == wrong
    assert "错题本还有3题" in play(chat, rights=3, total=3).text
    kinds = [(one.kind, one.counts, one.flags) for one in attempts(chat)]
    assert kinds[1:] == [("notebook", False, [])]


def test_whoever_leaves_the_offer_to_practise_early_alone_is_told_when_a_day_has_come(chat: Chat) -> None:
    wrong = wrong_ones(chat, 3)
    assert "今天没有到日子的" in chat.says("错题本").text
    forward(chat, days=1)
    assert "错题本里有3题，今天该练3题，这一轮3题" in chat.says("错题本").text
    assert ids_of(chat) == wrong
    answer(chat, right=True)
    forward(chat, days=1)
    assert "第2题，共3题" in chat.says("错题本").text  # what is begun goes on


def test_the_offer_to_practise_early_is_of_what_is_in_the_notebook_now(chat: Chat) -> None:
    wrong_ones(chat, 2)
    chat.says("错题本")
    wrong_ones(chat, 1)
    assert "错题本里有3题，今天没有到日子的" in chat.says("错题本").text


def test_whoever_says_later_to_an_old_offer_is_told_what_is_due_and_asked_nothing(chat: Chat) -> None:
    wrong_ones(chat, 2)
    chat.says("错题本")
    forward(chat, days=1)
    told = chat.says("先不练")
    assert "今天该练2题" in told.text and not told.asks
    assert chat.person.drafts == []


def test_a_question_that_left_the_bank_leaves_the_notebook(chat: Chat) -> None:
    (wrong,) = wrong_ones(chat, 1)
    bank = chat.bot._questions
    chat.bot._questions = Bank([one for one in bank if one.id != wrong])
    forward(chat, days=1)
    assert "错题本里没有题" in chat.says("错题本").text
    assert "错题本：没有题" in chat.says("我的成绩").text


def test_the_score_tells_what_waits(chat: Chat) -> None:
    assert "还没有答完过一轮" in chat.says("我的成绩").text
    wrong_ones(chat, 2)
    told = chat.says("我的成绩").text
    assert "1轮，一共5题，答对3题，正确率60%" in told
    assert "还没有过关" in told and "错题本：2题，今天该练0题" in told
