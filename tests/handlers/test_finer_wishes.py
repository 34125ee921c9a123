"""Free text that wants one of several things of the same intent, and sentences that used to be unclear."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.language.advice import base
from bot.language.emergency import danger_in
from rules.emergency import DOUBT, card_line
from store.stores import Storage
from tests.chatting import Chat, build_bot

CAMPAIGNS = ("ningxia-2020", "shenzhen-2020", "xuming-2020", "binhai-2020", "gusu-2020")
Place = Callable[[str], Chat]


@pytest.fixture
def place(sqlite_storage: Storage) -> Place:
    return lambda campaign: Chat(build_bot(sqlite_storage, campaign))


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("我想考试拿证书", "exam"),
        ("来一场模拟考试吧", "exam"),
        ("昨天错的题再来一遍", "notebook"),
        ("我做错的那些再考考我", "notebook"),
        ("证书怎么下载", "certificate"),
        ("我们单位排第几", "ranking_units"),
        ("哪个县排第一", "ranking_regions"),
        ("今天谁排第一", "ranking_today"),
        ("现在我排第几", "ranking"),
        ("怎么改昵称", "nickname"),
        ("我不想上榜了", "unlisted"),
        ("我想加入我们单位", "unit_join"),
        ("怎么参加抽奖", "prize"),
        ("我想参加抽奖", "draw_enter"),
        ("奖品去哪领", "prize_claim"),
        ("抽奖是不是内定的", "draw_check"),
        ("给我做张海报", "poster"),
        ("来条标语", "slogan"),
        ("来几道辟谣的题", "rumours"),
        ("今天的每日一题发我", "daily"),
        ("我想闯关", "levels"),
        ("看图找隐患怎么玩", "hunt"),
        ("专门练一练消防题", "practice"),
        ("我要做几道题", "quiz"),
        ("我考了多少分", "score"),
    ],
)
def test_a_finer_wish_reaches_its_own_route(chat: Chat, said: str, route: str) -> None:
    assert [one.name for one in chat.bot.routes_meant(said)] == [route]


def test_a_hint_prefers_a_route_only_within_the_labels_it_refines(chat: Chat) -> None:
    """公司 is a hint for the board of units, and says nothing in a question of safety or a report."""
    assert [one.name for one in chat.bot.routes_meant("公司不给安全帽可以举报吗")] != ["ranking_units"]
    assert [one.name for one in chat.bot.routes_meant("我要举报公司的仓库堵了安全出口")] == ["report"]


def test_every_hint_is_a_finer_wish_of_a_label_that_some_route_takes(chat: Chat) -> None:
    taken = {route.intent for route in chat.bot.routes}
    for route in chat.bot.routes:
        assert bool(route.hints) == bool(route.refines)
        assert set(route.refines) <= taken - {""}


@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("谁发的这个通知", "发文："),
        ("文号是多少", "文号："),
        ("6.16有什么", "6月16日"),
        ("第五条", "第5条"),
        ("我上次那个举报", "用这个微信没有查到您报的事"),
    ],
)
def test_short_questions_are_answered_everywhere(place: Place, campaign: str, said: str, found: str) -> None:
    assert found in place(campaign).says(said).text


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_where_material_goes_is_told_or_that_none_is_wanted(place: Place, campaign: str) -> None:
    told, how = place(campaign).says("材料发到哪个邮箱").text, place(campaign).says("怎么报送").text
    where = next(line for line in how.split("\n") if "报到" in line or "发到" in line or "没有要求" in line)
    assert told.split("\n")[0] == where


@pytest.mark.parametrize(
    ("campaign", "said"), [("xuming-2020", "许明寺行"), ("ningxia-2020", "宁夏行"), ("binhai-2020", "专题行")]
)
def test_the_programme_is_known_by_its_name_alone(place: Place, campaign: str, said: str) -> None:
    assert place(campaign).says(said).text == place(campaign).says("万里行").text


def test_an_ordinal_means_what_was_listed_last(chat: Chat) -> None:
    chat.says("全部活动")
    fifth = chat.says("5").text
    chat.says("全部活动")
    assert chat.says("第五条").text == fifth


def doubtful(state: str) -> str:
    """A way of asking for an advice that sounds like danger."""
    asks = (ask for one in base()._advice for ask in one.asks)
    return next(ask for ask in asks if danger_in(ask) == state)


def test_no_question_of_the_advice_is_asked_back_about(chat: Chat) -> None:
    asked = [one.question for one in base()._advice if danger_in(one.question) == "doubt"]
    assert asked
    for question in asked:
        reply = chat.says(question)
        assert DOUBT not in reply.text and "依据：" in reply.text, question


def test_an_urgent_one_gets_the_card_above_its_answer(chat: Chat) -> None:
    reply = chat.says(doubtful("now"))
    assert reply.danger and reply.text.startswith("马上拨") and "依据：" in reply.text


def test_within_a_report_the_same_words_are_no_question(chat: Chat) -> None:
    for said in ("举报", "没有"):
        chat.says(said)
    reply = chat.says(doubtful("now"))
    assert card_line(chat.bot.campaign)[:6] in reply.text or reply.text.startswith("马上拨")
    assert "依据：" not in reply.text


@pytest.mark.parametrize("said", ["救命", "着火了", "快来人！着火了怎么办"])
def test_a_cry_for_help_gets_the_card_and_nothing_else(chat: Chat, said: str) -> None:
    reply = chat.says(said)
    assert reply.danger or said == "救命"  # a word of the route, which asks
    assert "依据：" not in reply.text and "119" in reply.text


def test_after_no_a_hazard_is_reported_at_once(chat: Chat) -> None:
    assert DOUBT in chat.says("水库坝上有水渗出来").text
    assert "在哪里" in chat.says("没有").text
    draft = chat.person.open
    assert draft is not None and draft.route == "report"
    assert draft.kept["words"] == "水库坝上有水渗出来"


def test_after_no_a_question_is_answered(chat: Chat) -> None:
    assert DOUBT in chat.says("漏燃气了在屋里打电话行不").text
    assert "依据：" in chat.says("没有").text or "您是不是想问" in chat.last.text
    assert chat.person.drafts == []


def test_after_no_what_is_not_clear_is_asked(chat: Chat) -> None:
    assert DOUBT in chat.says("好像有点漏气").text
    assert chat.says("没有").choices == ("举报", "求助电话", "答题")


def test_a_word_for_danger_alone_leads_to_nothing_else_after_no(chat: Chat) -> None:
    chat.says("危险")
    assert "要反映隐患" in chat.says("没有").text


@pytest.mark.parametrize(
    "said",
    [
        "月总结怎么写",
        "总结怎么写",
        "月总结写什么",
        "安全生产月总结要写哪些内容",
        "我们单位的总结怎么弄",
        "总结",
        "总结模板",
    ],
)
def test_how_to_write_the_summary_is_told_from_the_notice(place: Place, said: str) -> None:
    text = place("ningxia-2020").says(said).text
    assert text.startswith("要报：月总结、统计表、影像\n7月10日（周五）前\n月总结：阶段性总结，1500字以内")
    assert "nxaq001@126.com" in text and "还要报：联络员表、活动方案。" in text
    assert place("gusu-2020").says(said).text.startswith("要报：总结报告、统计表\n7月1日（周三）前")


def test_where_no_summary_is_asked_for_what_is_due_is_told(place: Place) -> None:
    assert place("binhai-2020").says("月总结怎么写").text.startswith("现在要报：活动计划表、联络员推荐表")
    assert "没有要求报送材料" in place("xuming-2020").says("月总结怎么写").text


def test_by_when_the_summary_is_due_is_still_a_question_for_the_dates(place: Place) -> None:
    assert place("ningxia-2020").says("总结什么时候交").text.startswith("7月10日（周五）前：月总结")


@pytest.mark.parametrize(
    ("campaign", "said", "told"),
    [
        (
            "ningxia-2020",
            "传真必填吗",
            "传真可以不填。\n登记表里必填的是姓名、手机、单位名称，别的都可以不填。",
        ),
        ("ningxia-2020", "手机号是必填的吗", "手机必填。\n"),
        ("ningxia-2020", "QQ可以不填吗", "QQ号可以不填。\n"),
        (
            "gusu-2020",
            "传真必填吗？",
            "传真必填。\n登记表里必填的是姓名、职务、办公电话、传真、QQ号、单位名称，",
        ),
        ("gusu-2020", "电话要填吗", "办公电话必填。\n"),
        ("binhai-2020", "传真必填吗", "登记表里必填的是姓名、单位、手机。\n"),
        ("gusu-2020", "哪些是必填的", "登记表里必填的是姓名"),
        ("xuming-2020", "传真必填吗", "许明寺镇的通知没有要求报送材料，不用登记。"),
    ],
)
def test_which_fields_of_the_form_can_not_be_left_out_is_told(
    place: Place, campaign: str, said: str, told: str
) -> None:
    reply = place(campaign).says(said)
    assert reply.text.startswith(told)
    ours = campaign in ("ningxia-2020", "binhai-2020")
    assert ("哪些必填是我们定的，通知没有写。" in reply.text) is ours


def test_within_the_registration_it_is_told_too_and_one_goes_on_from_there(chat: Chat) -> None:
    said = {"form-name": "王芳", "form-mobile": "13800001234", "unit": "青泉市安委会"}
    for word in ("登记", "同意"):
        chat.says(word)
    while chat.last.asks != "form-fax":
        chat.says(said.get(chat.last.asks, "跳过"))
    assert chat.says("传真必填吗").text.startswith("传真可以不填。")
    assert chat.says("继续").asks == "form-fax"
