"""Giving a round up: what was answered is kept, so that nobody can throw the bad ones away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.steering import MOST_DRAFTS
from handlers.quiz import DROPPED, KEPT
from handlers.rounds import KEPT_BACK
from store.quiz_tables import Wrong
from store.redis_link import Link
from store.stores import Storage
from tests.chatting import CAMPAIGN, RESIDENT, Chat, build_bot
from tests.conftest import SetClock
from tests.handlers.playing import answer, attempts, forward, play
from tests.handlers.test_hunt import KITCHEN, begin, points
from tests.web.quiz_fixtures import make_quiz_site

ROUNDS = {"round": ("答题",), "level": ("闯关", "1"), "exam": ("考试", "计时"), "rumours": ("辟谣",)}


def start(chat: Chat, kind: str) -> int:
    """Begin a round of a kind; of how many questions it is."""
    for word in ROUNDS[kind]:
        chat.says(word)
    return chat.last.progress[1]


def notebook(chat: Chat) -> list[str]:
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        return list(stores.session.scalars(select(Wrong.question)))


@pytest.mark.parametrize("kind", ROUNDS)
def test_a_round_given_up_after_an_answer_ends_as_it_stands(chat: Chat, kind: str) -> None:
    total = start(chat, kind)
    answer(chat, right=True, wait=21.0)
    wrong = chat.person.drafts[-1].open
    answer(chat, right=False, wait=13.0)
    told = chat.says("取消").text
    assert told == (
        f"这一轮到这里：{total}题答了2题，对1题，没答的算没答对。\n没答对的1题放进了错题本，明天再练。"
    )
    (row,) = attempts(chat)
    assert (row.kind, row.score, row.total, len(row.answers)) == (kind, 1, total, 2)
    assert (row.counts, row.flags, row.stars) == (True, [], 0)
    assert notebook(chat) == [wrong]
    assert chat.person.drafts == []


@pytest.mark.parametrize("kind", [*ROUNDS, "daily"])
def test_before_the_first_answer_nothing_is_kept(chat: Chat, kind: str) -> None:
    start(chat, kind) if kind in ROUNDS else chat.says("每日一答")
    assert chat.says("算了").text == DROPPED
    assert attempts(chat) == []


@pytest.mark.parametrize("words", [("练习", "消防"), ("考试", "不计时")])
def test_what_stands_on_no_board_is_given_up_without_a_trace(chat: Chat, words: tuple[str, ...]) -> None:
    for word in words:
        chat.says(word)
    answer(chat, right=False)
    assert chat.says("取消").text == DROPPED
    assert attempts(chat) == [] and notebook(chat) == []


def test_thirty_bad_rounds_given_up_lower_the_share_of_right_answers(chat: Chat) -> None:
    for n in range(30):
        chat.says("答题")
        for step in range(4):
            answer(chat, right=False, wait=9.0 + 3 * step)
        chat.says("取消")
        forward(chat, hours=20 if n % 9 == 8 else 1)
    chat.says("答题")
    play(chat, rights=5)
    assert [(row.score, row.total) for row in attempts(chat)] == [(0, 5)] * 30 + [(5, 5)]
    assert "31轮，一共155题，答对5题，正确率3%" in chat.says("我的成绩").text
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        assert stores.participation.whole().average < 10


def test_a_level_may_be_passed_by_the_time_it_is_given_up(chat: Chat) -> None:
    start(chat, "level")
    for wait in (11.0, 17.0, 9.5):
        answer(chat, right=True, wait=wait)
    told = chat.says("取消").text
    assert "5题答了3题，对3题" in told and "过了，一星。" in told
    assert chat.says("下一关").progress == (1, 5)
    assert attempts(chat)[0].stars == 1


def test_a_picture_given_up_counts_with_what_was_found(chat: Chat) -> None:
    begin(chat)
    points(chat, KITCHEN.hazards[0].label)
    points(chat, KITCHEN.decoys[0].label, KITCHEN.hazards[1].label, wait=15.0)
    assert chat.says("取消").text == "这张图到这里：共6处，找到2处，没找的算没找到。"
    (row,) = attempts(chat)
    assert (row.kind, row.stage, row.score, row.total) == ("hunt", "kitchen", 2, 6)
    assert [one["right"] for one in row.answers] == [True, False, True]
    begin(chat)
    assert chat.says("取消").text == DROPPED
    assert len(attempts(chat)) == 1


def test_an_exam_whose_time_is_over_ends_with_its_time_also_by_giving_it_up(chat: Chat) -> None:
    start(chat, "exam")
    answer(chat, right=True)
    forward(chat, minutes=11)
    told = chat.says("取消").text
    assert told.startswith("考试时间到了，时间内答了1题。\n答完了：20题对1题。")
    (row,) = attempts(chat)
    assert row.ended_at - row.began_at == timedelta(minutes=10)


def test_an_exam_given_up_is_closed_and_stays_so(
    sqlite_storage: Storage, link: Link, clock: SetClock
) -> None:
    chat = Chat(build_bot(replace(sqlite_storage, link=link)))
    start(chat, "exam")
    answer(chat, right=False, wait=20.0)
    chat.says("取消")
    assert chat.says("考试").choices == ("计时", "不计时")  # a new one
    clock.forward(minutes=11)
    with chat.bot.storage.transaction(CAMPAIGN) as stores:
        (due,) = stores.exam_ends.due(clock(), 10)
    assert due.user == RESIDENT and due.draft not in [draft.id for draft in chat.person.drafts]
    assert len(attempts(chat)) == 1


def test_one_quick_answer_is_no_reason_to_keep_a_given_up_round_back(chat: Chat) -> None:
    start(chat, "round")
    answer(chat, right=False, wait=0.5)
    assert KEPT_BACK not in chat.says("取消").text
    assert attempts(chat)[0].counts


def test_a_round_that_has_to_make_room_ends_as_it_stands_and_that_is_told(chat: Chat) -> None:
    start(chat, "round")
    answer(chat, right=False, wait=20.0)
    for words in (
        ("考试", "不计时"),
        ("辟谣",),
        ("练习", "消防"),
        ("闯关", "1"),
        ("找隐患", "高楼里的餐馆后厨"),
    ):
        for word in (*words, "A"):
            chat.says(word)
    assert len(chat.person.drafts) == MOST_DRAFTS and attempts(chat) == []
    told = chat.says("每日一答").text
    assert told.startswith("答题：这一轮到这里：5题答了1题，对0题，没答的算没答对。") and "每日一答" in told
    assert [(row.kind, row.score, row.total) for row in attempts(chat)] == [("round", 0, 5)]
    assert len(chat.person.drafts) == MOST_DRAFTS


def test_empty_menus_make_room_before_a_round_with_answers(chat: Chat) -> None:
    start(chat, "round")
    for _ in range(4):
        answer(chat, right=True)
    for word in ("闯关", "找隐患", "考试", "练习", "辟谣", "每日一答"):
        assert "这一轮到这里" not in chat.says(word).text
    assert len(chat.person.drafts) == MOST_DRAFTS and attempts(chat) == []
    assert [draft.route for draft in chat.person.drafts][:2] == ["quiz", "hunt"]


def test_a_round_left_lying_blocks_its_kind_for_as_long_as_it_is_kept(chat: Chat) -> None:
    start(chat, "round")
    open_one = answer(chat, right=False).asks
    forward(chat, days=KEPT.days - 1)
    assert chat.says("答题").asks == open_one


def test_the_page_ends_a_round_in_the_same_way(sqlite_storage: Storage, link: Link, clock: SetClock) -> None:
    site = make_quiz_site(replace(sqlite_storage, link=link), link, clock)
    site.chat("答题")
    clock.forward(seconds=20)
    site.chat(site.question()["answer"])
    phone = site.phone()
    phone.open("/p/?on=1")
    clock.forward(seconds=20)
    phone.client.post("/p/say", data={**phone.fields("/p/say"), "text": "取消"})
    phone.open("/p/")
    assert "这一轮到这里：5题答了1题，对1题，没答的算没答对" in phone.html
    (row,) = site.attempts()
    assert (row.score, row.total) == (1, 5)
    phone.open("/p/")
    assert len(site.attempts()) == 1
