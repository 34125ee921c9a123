"""竞赛 by topic: what the notice asks for is played here, what others run is only told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.contests import routes_of
from store.stores import Storage
from tests.chatting import Chat, build_bot, known_campaign
from tests.handlers.playing import answer, forward, play, round_of

HAZCHEM = "危化品安全知识竞赛"
TOPICS = {"hazchem", "hazardous-waste", "pipelines"}


@pytest.fixture
def gusu(sqlite_storage: Storage) -> Chat:
    """A resident of Gusu on 8 June."""
    chat = Chat(build_bot(sqlite_storage, "gusu-2020"))
    sqlite_storage.clock.time = datetime(2020, 6, 8, 4, tzinfo=UTC)  # type: ignore[attr-defined]
    return chat


def topics_of(chat: Chat) -> set[str]:
    bank = chat.bot._questions
    return {bank.by_id[one["id"]].topic for one in round_of(chat.person.drafts[-1], chat.bot)}


@pytest.mark.parametrize(
    "said", ["危化品竞赛", HAZCHEM, "我要参加危化品竞赛", "危化品知识竞赛在哪答", "想参加危险化学品竞赛"]
)
def test_the_contest_is_found_by_its_names_also_within_a_sentence(gusu: Chat, said: str) -> None:
    reply = gusu.says(said)
    assert f"{HAZCHEM}：10题" in reply.text and "第1题，共10题" in reply.text
    assert topics_of(gusu) <= TOPICS


def test_it_says_that_the_contest_of_the_notice_is_another(gusu: Chat) -> None:
    assert "成绩只算这里的" in gusu.says("危化品竞赛").text
    assert "全省危化品安全知识竞赛不在这里，入口通知没有写" in gusu.last.text


def test_a_round_is_scored_and_kept_under_its_contest(gusu: Chat) -> None:
    gusu.says("危化品竞赛")
    reply = play(gusu, rights=7, total=10)
    assert "10题对7题" in reply.text and reply.choices[0] == HAZCHEM
    with gusu.bot.storage.transaction("gusu-2020") as stores:
        counted = stores.participation
        assert (counted.contest("hazchem").rounds, counted.contest("hazchem").people) == (1, 1)
        assert (counted.contest("other").rounds, counted.whole().rounds) == (0, 1)
        board = stores.session.connection().exec_driver_sql("select kind, stage, counts from attempt").one()
    assert tuple(board) == ("contest", "hazchem", 1)


def test_another_round_begins_by_the_choice_and_asks_other_questions(gusu: Chat) -> None:
    gusu.says("危化品竞赛")
    first = {one["id"] for one in round_of(gusu.person.drafts[-1], gusu.bot)}
    play(gusu, rights=10, total=10)
    gusu.says("1")
    assert not first & {one["id"] for one in round_of(gusu.person.drafts[-1], gusu.bot)}


def test_a_round_that_is_given_up_counts_as_it_stands(gusu: Chat) -> None:
    gusu.says("危化品竞赛")
    answer(gusu, right=True)
    assert "10题答了1题" in gusu.says("取消").text
    with gusu.bot.storage.transaction("gusu-2020") as stores:
        assert stores.participation.contest("hazchem").rounds == 1


def test_it_is_offered_among_the_ways_to_play_in_the_welcome_and_the_help(gusu: Chat) -> None:
    assert gusu.says("更多玩法").choices[-1] == HAZCHEM
    assert f"还有{HAZCHEM}，回复名称就能答" in gusu.follows().tail
    assert f"还有{HAZCHEM}" in gusu.says("帮助").tail
    assert f"{HAZCHEM}：10题一轮" in gusu.says("全部功能").text


def test_it_is_played_on_its_days_only_and_a_round_in_flight_goes_on(gusu: Chat) -> None:
    gusu.says("危化品竞赛")
    forward(gusu, days=23)
    assert "第2题" in answer(gusu, right=True).text
    for _ in range(9):
        answer(gusu, right=True)
    assert "10题对10题" in gusu.last.text
    assert "6月30日（周二）已经结束" in gusu.says("危化品竞赛").text
    assert HAZCHEM not in gusu.says("更多玩法").choices
    forward(gusu, days=-60)
    assert "6月1日（周一）才开始" in gusu.says("危化品竞赛").text


@pytest.mark.parametrize(
    ("campaign", "said", "told"),
    [
        ("gusu-2020", "全国网上安全知识竞赛", "全国性活动，没有写从哪里进"),
        ("gusu-2020", "全省危化品安全知识竞赛从哪进", "没有写由谁办"),
        ("ningxia-2020", "我要参加全国知识竞赛", "只在统计表里提到"),
        ("binhai-2020", "国家知识竞赛", "全国“安全生产月”官网"),
        ("xuming-2020", "手机竞答", "“重庆应急发布”微信平台"),
    ],
)
def test_what_others_run_is_not_said_to_be_here(
    sqlite_storage: Storage, campaign: str, said: str, told: str
) -> None:
    reply = Chat(build_bot(sqlite_storage, campaign)).says(said)
    assert "不在这里答" in reply.text and told in reply.text
    assert reply.choices[0] == "答题" and reply.asks == ""


def test_where_the_notice_names_none_there_is_none(sqlite_storage: Storage) -> None:
    assert routes_of(known_campaign("shenzhen-2020")) == ()
    chat = Chat(build_bot(sqlite_storage, "shenzhen-2020"))
    assert "这一轮5题" in chat.says("我要参加知识竞赛").text
    assert "还有" not in chat.follows().tail
